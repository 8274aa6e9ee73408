"""Browsers that are opened for runs, and closed again whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.resolve import Way
from agent_core.task.request import TaskRequest
from browser.model.errors import BrowserError, LaunchFailed

if TYPE_CHECKING:
    from browser.lifecycle.launch import Browser
    from browser.session import Session

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 15.0

T = TypeVar("T")


class Closable(Protocol):
    """What has to be let go of: a session, a browser, an engine."""

    async def close(self) -> None:
        """Let go."""
        ...


class Browsers:
    """The browsers of one run or of many: one for each way of reaching pages."""

    def __init__(self, who: str = "") -> None:
        """`who` is the label that other clients of a shared browser are shown."""
        self._who = who
        self.warnings: list[str] = []
        """What those who use them should know."""
        self._open: dict[Way, Browser] = {}
        self._opening = asyncio.Lock()

    async def get(self, way: Way) -> Browser:
        """The browser for this way; opened on first use, and again where it has died.

        Raises:
            BrowserNotFound, LaunchFailed: See there.
        """
        async with self._opening:
            known = self._open.get(way)
            if known is None or not known.connected:
                # A launch that is cut off half-way would leave a process behind.
                self._open[way] = await to_its_end(self._start(way), undo=let_go)
                if known is not None:
                    await let_go(known)
            return self._open[way]

    async def close(self) -> None:
        """Close all that we launched, leave all that we attached to."""
        while self._open:
            _, browser = self._open.popitem()
            await let_go(browser)

    async def _start(self, way: Way) -> Browser:
        from browser.lifecycle.attach import attach
        from browser.lifecycle.launch import launch

        if way.persistent:
            return await self._attach_persistent(way.persistent)
        if not way.address:
            return await launch(way.launch_options(self.warnings.append))
        try:
            return await attach(way.address, dict(way.address_headers))
        except LaunchFailed as error:
            raise LaunchFailed(f"browser_address: {error}") from error

    async def _attach_persistent(self, address: str) -> Browser:
        from browser.lifecycle.persistent.client import attach_persistent

        try:
            return await attach_persistent(address, self._who)
        except LaunchFailed as error:
            raise BadRequest("browser_session_id", str(error)) from error


async def let_go(what: Closable) -> None:
    """Close it with a timeout; errors are logged, since nobody can do anything about them."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await what.close()
    except (TimeoutError, BrowserError) as error:
        logger.info("%s could not be closed: %r", type(what).__name__, error)


async def to_its_end(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]] | None = None) -> T:
    """Finish the work even if the caller is canceled meanwhile, and undo it then."""
    task = asyncio.ensure_future(work)
    canceled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            canceled = error
    if canceled is None:
        return task.result()
    if undo is not None and not task.cancelled() and task.exception() is None:
        await to_its_end(_await(undo(task.result())))
    raise canceled


async def _await(work: Awaitable[None]) -> None:
    await work


@asynccontextmanager
async def open_page(
    url: str | None = None,
    *,
    browser_address: str | None = None,
    settings: Settings | None = None,
    headless: bool | None = None,
) -> AsyncIterator[Session]:
    """A browser page to use by hand, outside any run; closed with all that was opened for it.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: No page can be had.
        NavigationFailed: `url` could not be opened.
    """
    settings = settings or Settings.from_env()
    request = TaskRequest.of({"prompt": "-", "url": url, "browser_address": browser_address})
    way = Way.out(request, settings, headless=headless)
    browsers = Browsers()
    try:
        browser = await browsers.get(way)
        session = await to_its_end(browser.open_session(), undo=let_go)
        try:
            if request.url:
                await session.goto(request.url)
            yield session
        finally:
            await to_its_end(let_go(session))
    finally:
        await to_its_end(browsers.close())
