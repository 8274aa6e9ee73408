"""Browser sessions: browsers that stay between runs, each run going on where the last one ended."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Unpack

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.browsers import to_its_end
from agent_core.runner.resolve import RestoredProfile, Way, restored_profile, session_folders
from agent_core.store.sessions import BrowserSessionInfo, SessionFolders
from agent_core.task.keywords import SessionFields
from agent_core.task.proxy import proxy_of
from agent_core.task.request import TaskRequest
from browser.model.errors import LaunchFailed

if TYPE_CHECKING:
    from browser.lifecycle.persistent.client import Kept

DEFAULT_MINUTES = 60.0
MOST_MINUTES = 240.0
END_S = 5.0
"""How long a browser that was told to end is waited for."""


class BrowserSession:
    """A browser session that this program has opened: `browser_session_id=session.id` works in it."""

    def __init__(self, info: BrowserSessionInfo, kept: Kept, folders: SessionFolders) -> None:
        self.id = info.browser_session_id
        """`pbs_...`."""
        self.browser_address = info.browser_address
        """DevTools endpoint, for other programs; whoever knows it has the browser."""
        self.warnings: list[str] = []
        """What of its profile could not be laid under it."""
        self._kept, self._folders = kept, folders

    @property
    def info(self) -> BrowserSessionInfo:
        """How it stands now."""
        return self._folders.read(self.id)

    async def close(self) -> None:
        """End it, whoever works in it. Nothing happens if it has ended."""
        await to_its_end(_close(self.id, self._folders))
        await to_its_end(self._kept.close())

    async def __aenter__(self) -> BrowserSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def open_browser_session(
    url: str | None = None,
    *,
    timeout_minutes: float = DEFAULT_MINUTES,
    outlives: bool = False,
    settings: Settings | None = None,
    headless: bool | None = None,
    **fields: Unpack[SessionFields],
) -> BrowserSession:
    """Open a browser that stays between runs.

    Use it with `async with`, or close it; else it ends with this program, and at its limit at the latest.

    Args:
        url: The page that its first run goes on from, unless it names another.
        timeout_minutes: Its limit, from now on, at most 240. A run that goes on then ends as `BROWSER_LOST`.
        outlives: Whether it stays when this program ends; `close_browser_session` closes it.
        fields: `browser_profile_id`, `proxy_location`, `viewport`, `locale`, `timezone`,
            `device_scale_factor`, as in a `TaskRequest`. They hold for all runs in it.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: It cannot be opened.
        NavigationFailed: `url` could not be opened.
    """
    if not 0 < timeout_minutes <= MOST_MINUTES:
        raise BadRequest("timeout_minutes", f"must be more than 0 and at most {MOST_MINUTES:g}")
    settings = settings or Settings.from_env()
    request = TaskRequest.of({"prompt": "-", "url": url, **fields})
    proxy, _ = proxy_of(request.proxy_location, settings)
    if proxy and proxy.username:
        raise BadRequest(
            "proxy_location", "a kept browser cannot log in to a proxy; give one without a password"
        )
    way = Way.out(request, settings, proxy=proxy, headless=headless)
    return await to_its_end(_open(request, way, timeout_minutes, outlives, settings), undo=_undo)


async def _undo(session: BrowserSession) -> None:
    await session.close()


async def _open(
    request: TaskRequest, way: Way, minutes: float, outlives: bool, settings: Settings
) -> BrowserSession:
    from browser.lifecycle.persistent.client import Keeping, keep
    from browser.options import SessionOptions

    profile = restored_profile(request.browser_profile_id, settings)
    folders = session_folders(settings)
    session_id, folder = folders.make()
    now = datetime.now(UTC)
    info = BrowserSessionInfo(
        browser_session_id=session_id,
        created_at=now,
        ends_at=now + timedelta(minutes=minutes),
        timeout_minutes=minutes,
        browser_profile_id=profile.id if profile else None,
        outlives=outlives,
    )
    keeping = Keeping(
        folder=folder,
        record=info.model_dump(mode="json"),
        limit_s=minutes * 60,
        outlives=outlives,
        launch=way.launch_options(),
        looks=SessionOptions(
            viewport=request.viewport,
            locale=request.locale,
            timezone=request.timezone,
            device_scale_factor=request.device_scale_factor,
        ),
    )
    try:
        kept = await keep(keeping)
    except BaseException:
        folders.forget(session_id)
        raise
    session = BrowserSession(folders.read(session_id), kept, folders)
    try:
        if profile or request.url:
            await _set_up(session, profile, request.url)
    except BaseException:
        await session.close()
        raise
    return session


async def _set_up(session: BrowserSession, profile: RestoredProfile | None, url: str | None) -> None:
    from browser.lifecycle.persistent.client import join_kept

    browser = await join_kept(session.browser_address, "the program that opens it")
    try:
        tabs = await browser.open_session()
        if profile and profile.stored.items:
            session.warnings += await tabs.restore_storage(profile.stored)
        if url:
            await tabs.goto(url)
    finally:
        await browser.close()


def list_browser_sessions(settings: Settings | None = None) -> list[BrowserSessionInfo]:
    """All browser sessions of this user, oldest first, with those that have ended of late."""
    return list(session_folders(settings or Settings.from_env()).all())


async def close_browser_session(session_id: str, settings: Settings | None = None) -> BrowserSessionInfo:
    """End a browser session, whoever works in it. Nothing happens if it has ended.

    Raises:
        BadRequest: There is none of this id.
    """
    folders = session_folders(settings or Settings.from_env())
    await to_its_end(_close(session_id, folders))
    return folders.read(session_id)


async def _close(session_id: str, folders: SessionFolders) -> None:
    from browser.lifecycle.persistent.client import end

    info = folders.read(session_id)
    if info.ended:
        return
    try:
        await end(info.browser_address, "it was closed")
    except LaunchFailed:  # it does not answer; while it holds its lock, this number is still its own
        if not folders.read(session_id).ended:
            with suppress(OSError):
                os.kill(info.pid, signal.SIGKILL)
    await folders.end_of(session_id, END_S)
