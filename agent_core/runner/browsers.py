"""Browsers that are opened for runs, and closed again whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.preparing.prepared import Way
from agent_core.task.request import TaskRequest
from browser.model.errors import LaunchFailed
from browser.tasks import Tasks

if TYPE_CHECKING:
    from browser.lifecycle.launch import Browser
    from browser.session import Session

logger = logging.getLogger(__name__)

CLOSE_TIMEOUT_S = 15.0
UNDO_S = 1.0
"""How long a caller that is canceled waits until what it had begun is undone."""

T = TypeVar("T")


class Closable(Protocol):
    """Something that has to be closed: a session, a browser, an engine."""

    async def close(self) -> None:
        """Close it."""
        ...


class Browsers:
    """The browsers of one run or of many: one for each way of reaching pages."""

    def __init__(self, who: str = "") -> None:
        """`who` is the label that other clients of a shared browser are shown."""
        self._who = who
        self.warnings: list[str] = []
        """What those who use them should know."""
        self._open: dict[Way, Browser] = {}
        self._opening: dict[Way, asyncio.Lock] = {}
        """Who waits for a browser, by the way; one that does not start keeps nobody else waiting."""
        self._closing = Tasks()

    async def get(self, way: Way) -> Browser:
        """The browser for this way; opened on first use, and again where it has died.

        Raises:
            BrowserNotFound, LaunchFailed: See there.
        """
        async with self._opening.setdefault(way, asyncio.Lock()):
            known = self._open.get(way)
            if known is None or not known.connected:
                self._open[way] = await unless_canceled(self._start(way), undo=let_go)
                if known is not None:
                    self._closing.start(let_go(known))
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
            return await self._attach_persistent(way.persistent, way.timeout_s)
        if not way.address:
            return await launch(way.launch_options(self.warnings.append))
        try:
            return await attach(way.address, dict(way.address_headers), way.timeout_s)
        except LaunchFailed as error:
            raise LaunchFailed(f"browser_address: {error}") from error

    async def _attach_persistent(self, address: str, timeout_s: float) -> Browser:
        from browser.lifecycle.persistent.client import attach_persistent

        try:
            return await attach_persistent(address, self._who, timeout_s)
        except LaunchFailed as error:
            raise BadRequest("browser_session_id", str(error)) from error


async def let_go(what: Closable) -> None:
    """Close it with a timeout; errors are logged, since nobody can do anything about them."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await what.close()
    except asyncio.CancelledError as error:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        logger.info("%s was canceled while it was closed, from inside: %r", type(what).__name__, error)
    except Exception as error:  # noqa: BLE001  also an engine of somebody else's
        logger.info("%s could not be closed: %r", type(what).__name__, error)


_behind = Tasks()
"""What goes on although nobody waits for it any more: launches that are being undone."""


async def unless_canceled(
    work: Coroutine[Any, Any, T], undo: Callable[[T], Coroutine[Any, Any, None]], *, cut_off: bool = True
) -> T:
    """Wait for the work, and undo it where the caller is canceled meanwhile.

    The caller waits at most `UNDO_S` for that. What takes longer, such as a browser that does not answer
    while it starts, is undone behind its back.

    Args:
        work: What is to be done.
        undo: Undoes it, given what came of it.
        cut_off: Whether the work is canceled too, and cleans up by itself; else it is undone at its end.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if cut_off:
            task.cancel()
        undone = asyncio.Event()
        _behind.start(_undo(task, undo, undone))
        await to_its_end(_wait(undone, UNDO_S))
        raise


async def _undo(
    task: asyncio.Future[T], undo: Callable[[T], Coroutine[Any, Any, None]], undone: asyncio.Event
) -> None:
    try:
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is None:
            await undo(task.result())
    finally:
        undone.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


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
    allowed_domains: list[str] | None = None,
    blocked_domains: list[str] | None = None,
    settings: Settings | None = None,
    headless: bool | None = None,
) -> AsyncIterator[Session]:
    """A browser page to use by hand, outside any run; closed with all that was opened for it.

    Args:
        url: What it opens first; None: an empty page.
        browser_address: A browser that runs already, as in a `TaskRequest`; None: one of our own is started.
        allowed_domains, blocked_domains: Where the page may go, as in a `TaskRequest`.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: No page can be had.
        NavigationFailed: `url` could not be opened.
    """
    from browser.options import SessionOptions

    settings = settings or Settings.from_env()
    hosts = {"allowed_domains": allowed_domains, "blocked_domains": blocked_domains}
    asked = TaskRequest.of({"prompt": "-", "url": url, "browser_address": browser_address, **hosts})
    request = asked.limited(named_files=settings.named_files, private_hosts=settings.private_hosts)
    way = Way.out(request, settings, headless=headless)
    options = SessionOptions(
        rules=request.rules,
        page_timeout_s=settings.page_timeout_s,
        ignore_https_errors=settings.ignore_https_errors,
    )
    browsers = Browsers()
    try:
        browser = await browsers.get(way)
        session = await unless_canceled(browser.open_session(options), undo=let_go, cut_off=False)
        try:
            if request.url:
                await session.goto(request.url)
            yield session
        finally:
            await to_its_end(let_go(session))
    finally:
        await to_its_end(browsers.close())
