"""Browser sessions: browsers that stay between runs. Each run continues where the last one ended."""

from __future__ import annotations

import logging
import os
import signal
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Unpack

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.browsers import to_its_end
from agent_core.runner.preparing.prepared import RestoredProfile, Way
from agent_core.runner.preparing.resolve import limited_by, restored_profile, session_folders
from agent_core.store.sessions import BrowserSessionInfo, SessionFolders
from agent_core.task.addresses.proxy import proxy_of
from agent_core.task.keywords import SessionFields
from agent_core.task.request import TaskRequest
from browser.model.errors import LaunchFailed

if TYPE_CHECKING:
    from browser.lifecycle.persistent.host_process import HostProcess

logger = logging.getLogger(__name__)

DEFAULT_MINUTES = 60.0
MOST_MINUTES = 240.0
MOST_EXTENDED_MINUTES = 360.0
"""How long a session may last in all, however often it is extended."""
END_S = 5.0
"""Seconds to wait for a browser that was told to end."""


class BrowserSession:
    """A browser session that this program has opened. Runs use it by `browser_session_id=session.id`."""

    def __init__(self, info: BrowserSessionInfo, host: HostProcess, folders: SessionFolders) -> None:
        self.id = info.browser_session_id
        """`pbs_...`."""
        self.browser_address = info.browser_address
        """DevTools endpoint, for other programs. Whoever knows it can drive the browser."""
        self.warnings: list[str] = []
        """One sentence for each item of its profile that could not be restored."""
        self._host, self._folders = host, folders

    @property
    def info(self) -> BrowserSessionInfo:
        """Its current state."""
        return self._folders.read(self.id)

    async def close(self) -> None:
        """End the session, even while a run works in it. Nothing happens if it has ended."""
        await to_its_end(_close(self.id, self._folders))
        await to_its_end(self._host.close())

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

    Use it with `async with`, or close it. Otherwise it ends with this program, or at its limit.

    Args:
        url: The page where its first run starts, unless that run names another.
        timeout_minutes: Its limit from now on, at most 240. A run in it then ends as `BROWSER_LOST`.
        outlives: Whether it stays when this program ends. `close_browser_session` closes it.
        fields: `browser_profile_id`, `proxy_location`, `viewport`, `locale`, `timezone`,
            `device_scale_factor`, as in a `TaskRequest`. They apply to all its runs.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: The session cannot be opened.
        NavigationFailed: `url` could not be opened.
    """
    if not 0 < timeout_minutes <= MOST_MINUTES:
        raise BadRequest("timeout_minutes", f"must be more than 0 and at most {MOST_MINUTES:g}")
    settings = settings or Settings.from_env()
    request = limited_by(TaskRequest.of({"prompt": "-", "url": url, **fields}), settings)
    proxy, _ = proxy_of(request.proxy_location, settings)
    if proxy and proxy.username:
        raise BadRequest(
            "proxy_location", "a browser session cannot log in to a proxy; give a proxy without a password"
        )
    way = Way.out(request, settings, proxy=proxy, headless=headless)
    return await to_its_end(_open(request, way, timeout_minutes, outlives, settings), undo=_undo)


async def _undo(session: BrowserSession) -> None:
    await session.close()


async def _open(
    request: TaskRequest, way: Way, minutes: float, outlives: bool, settings: Settings
) -> BrowserSession:
    from browser.lifecycle.persistent.host_process import HostOptions, start_host
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
        has_proxy=way.proxy is not None,
        outlives=outlives,
    )
    options = HostOptions(
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
            ignore_https_errors=settings.ignore_https_errors,
        ),
    )
    try:
        host = await start_host(options)
    except BaseException:
        folders.forget(session_id)
        raise
    session = BrowserSession(folders.read(session_id), host, folders)
    try:
        if profile or request.url or request.rules:
            await _set_up(session, profile, request, way.timeout_s)
    except BaseException:
        await session.close()
        raise
    return session


async def _set_up(
    session: BrowserSession, profile: RestoredProfile | None, request: TaskRequest, timeout_s: float
) -> None:
    from browser.lifecycle.persistent.client import attach_persistent
    from browser.options import SessionOptions

    browser = await attach_persistent(session.browser_address, "the program that opens it", timeout_s)
    try:
        tabs = await browser.open_session(
            SessionOptions(rules=request.rules)
        )  # it is held to them from now on
        if profile and profile.stored.items:
            session.warnings += await tabs.restore_storage(profile.stored)
        if request.url:
            await tabs.goto(request.url)
    finally:
        await browser.close()


def list_browser_sessions(settings: Settings | None = None) -> list[BrowserSessionInfo]:
    """List all browser sessions of this user, oldest first, and those that ended in the last week."""
    return list(session_folders(settings or Settings.from_env()).all())


async def close_browser_session(session_id: str, settings: Settings | None = None) -> BrowserSessionInfo:
    """End a browser session, even while a run works in it. Nothing happens if it has ended.

    Raises:
        BadRequest: There is no session with this id.
    """
    folders = session_folders(settings or Settings.from_env())
    await to_its_end(_close(session_id, folders))
    return folders.read(session_id)


async def extend_browser_session(
    session_id: str, minutes: float, settings: Settings | None = None
) -> BrowserSessionInfo:
    """Let a browser session last longer, by so many minutes; `ends_at` of the answer says until when.

    A session lasts at most 360 minutes in all. What goes beyond that is not given.

    Raises:
        BadRequest: There is no session with this id, it has ended, or it cannot last longer.
    """
    from browser.lifecycle.persistent.client import extend

    folders = session_folders(settings or Settings.from_env())
    info = folders.read(session_id)
    if not minutes > 0:
        raise BadRequest("minutes", "must be more than 0")
    if info.ended:
        raise BadRequest("browser_session_id", f"{session_id} has ended: {info.ended}; open another one")
    whole = min(info.timeout_minutes + minutes, MOST_EXTENDED_MINUTES)
    if whole <= info.timeout_minutes:
        why = f"{session_id} lasts {info.timeout_minutes:g} minutes already, which is the most"
        raise BadRequest("minutes", why)
    ends_at = info.created_at + timedelta(minutes=whole)
    record = {"timeout_minutes": whole, "ends_at": ends_at.isoformat()}
    left_s = (ends_at - datetime.now(UTC)).total_seconds()
    try:
        await extend(info.browser_address, left_s, record)
    except LaunchFailed as error:
        raise BadRequest("browser_session_id", f"{session_id} cannot last longer: {error}") from error
    return folders.read(session_id)


async def _close(session_id: str, folders: SessionFolders) -> None:
    from browser.lifecycle.persistent.client import end

    info = folders.read(session_id)
    if info.ended:
        return
    try:
        await end(info.browser_address, "it was closed")
    except LaunchFailed as error:
        logger.info("The host of %s does not answer and is killed: %s", session_id, error)
        _kill(folders.read(session_id))
    await folders.end_of(session_id, END_S)


def _kill(info: BrowserSessionInfo) -> None:
    if info.ended:  # then its process id may be another process's
        return
    try:
        os.kill(info.pid, signal.SIGKILL)
    except OSError as error:
        logger.info("The host of %s could not be killed: %s", info.browser_session_id, error)
