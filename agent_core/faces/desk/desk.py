"""What one server has going on for its hosts: runs and pages. All of it is wound up with the server."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from agent_core import BadRequest, Settings, SteeredPage, start_task, steer_page
from agent_core.faces.desk.watching import WatchedRun
from agent_core.runner.asking.questions import AskPerson

logger = logging.getLogger(__name__)

T = TypeVar("T")

_MOST_ENDED = 100
"""Runs that have ended and are still known here; older ones are read from their folders."""
_END_S = 10.0
"""Seconds that winding up may take."""


@dataclass(frozen=True, kw_only=True)
class DeskOptions:
    """How the server serves; whoever starts it decides that, and no host can change it."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    """Fields that every task has, such as the engine or the hosts that are allowed."""
    wait_s: float = 25.0
    """Seconds after which a call answers at the latest, so that no host takes it for dead."""
    most_runs: int = 4
    """Runs that may go on at once."""
    most_pages: int = 8
    """Pages that may be open at once."""
    page_idle_s: float = 1800.0
    """Seconds after which a page is closed that nobody uses."""
    run_dir: Path | None = None
    """Where the runs' folders are made; None: the user's data directory."""
    headless: bool | None = None
    ask_user: AskPerson | None = None
    """Answers what a run asks a person; None: `WatchedRun.answer` does."""


class OpenedPage:
    """A page that a host steers; one call at a time works in it."""

    def __init__(self, page_id: str, page: SteeredPage, stack: AsyncExitStack) -> None:
        self.id, self.page = page_id, page
        self.lock = asyncio.Lock()
        self._stack = stack
        self.expiry: asyncio.TimerHandle | None = None

    async def close(self) -> None:
        """Close it, and the browser that was started for it."""
        if self.expiry is not None:
            self.expiry.cancel()
        await self._stack.aclose()


class Desk:
    """The runs and pages of a server; use it with `async with`."""

    def __init__(self, options: DeskOptions, settings: Settings) -> None:
        self.options, self.settings = options, settings
        self._runs: dict[str, WatchedRun] = {}
        self._pages: dict[str, OpenedPage] = {}
        self._closing: asyncio.Task[None] | None = None
        self._behind: set[asyncio.Future[Any]] = set()
        """What goes on although no call waits for it any more: work in pages, pages that are being closed."""

    async def __aenter__(self) -> Desk:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancel all runs and close all pages; several callers wait for the same end."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._wind_up())
        await asyncio.shield(self._closing)

    async def _wind_up(self) -> None:
        runs = [watched for watched in self._runs.values() if not watched.ended.done()]
        for watched in runs:
            watched.run.cancel()
        pages, self._pages = list(self._pages.values()), {}
        closing = [asyncio.ensure_future(page.close()) for page in pages]
        for each in self._behind:
            each.cancel()
        waiting: set[asyncio.Future[Any]] = {*(watched.ended for watched in runs), *closing, *self._behind}
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=_END_S)
            for each in late:
                logger.warning("%s did not end in %g s", each, _END_S)

    # runs

    def start(self, given: Mapping[str, Any]) -> WatchedRun:
        """Start a run with these fields, beside those that every run has.

        Raises:
            BadRequest: There are too many, or a field cannot be used.
            UnknownEngine, EngineUnavailable: See there.
        """
        going_on = sum(not watched.ended.done() for watched in self._runs.values())
        if going_on >= self.options.most_runs:
            raise BadRequest("task", f"{going_on} runs go on already; wait for one, or cancel it")
        if self._closing is not None:
            raise BadRequest("task", "the server is being stopped")
        watched = WatchedRun()
        run = start_task(
            **{**self.options.fields, **given},
            settings=self.settings,
            run_dir=self.options.run_dir,
            headless=self.options.headless,
            on_event=watched.hear,
            ask_user=self.options.ask_user,
        )
        watched.watch(run)
        self._forget_the_oldest()
        self._runs[run.id] = watched
        return watched

    def run(self, run_id: str) -> WatchedRun | None:
        """A run that was started here; None: it was not, or that is long ago."""
        return self._runs.get(run_id)

    def _forget_the_oldest(self) -> None:
        over = [run_id for run_id, watched in self._runs.items() if watched.ended.done()]
        for run_id in over[: max(0, len(over) - _MOST_ENDED)]:
            del self._runs[run_id]

    # pages

    async def open(self, url: str) -> OpenedPage:
        """Open a page.

        Raises:
            BadRequest, BrowserError: It cannot be opened.
        """
        if len(self._pages) >= self.options.most_pages:
            raise BadRequest("open_page", f"{len(self._pages)} pages are open; close one with close_page")
        fields = self.options.fields
        stack = AsyncExitStack()
        page = await stack.enter_async_context(
            steer_page(
                url,
                browser_address=fields.get("browser_address"),
                allowed_domains=fields.get("allowed_domains"),
                blocked_domains=fields.get("blocked_domains"),
                settings=self.settings,
                headless=self.options.headless,
            )
        )
        opened = OpenedPage(f"pg_{secrets.token_hex(4)}", page, stack)
        if self._closing is not None:
            await opened.close()
            raise BadRequest("open_page", "the server is being stopped")
        self._pages[opened.id] = opened
        return opened

    @asynccontextmanager
    async def using(self, page_id: str) -> AsyncIterator[SteeredPage]:
        """A page, while no other call works in it.

        Raises:
            NoSuchRun: There is no such page.
        """
        opened = self._page(page_id)
        async with opened.lock:
            if opened.expiry is not None:
                opened.expiry.cancel()
            try:
                yield opened.page
            finally:
                self._expire_later(opened)

    async def in_time(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What comes of work in a page; None: the host's patience may be over, and the work goes on.

        Whoever is canceled meanwhile takes the work along.
        """
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=self.options.wait_s)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            return task.result()
        self._behind.add(task)
        task.add_done_callback(self._settled)
        return None

    def _settled(self, task: asyncio.Future[Any]) -> None:
        self._behind.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.info("what went on in a page behind its call's back failed: %s", error)

    async def close_page(self, page_id: str) -> None:
        """Close a page."""
        opened = self._page(page_id)
        del self._pages[page_id]
        await opened.close()

    def _page(self, page_id: str) -> OpenedPage:
        if page_id not in self._pages:
            known = ", ".join(self._pages) or "none"
            raise BadRequest("page", f"there is no page {page_id!r}; open are: {known}")
        return self._pages[page_id]

    def _expire_later(self, opened: OpenedPage) -> None:
        def expire() -> None:
            if self._pages.pop(opened.id, None) is not None:
                task = asyncio.create_task(opened.close())
                self._behind.add(task)
                task.add_done_callback(self._settled)

        opened.expiry = asyncio.get_running_loop().call_later(self.options.page_idle_s, expire)
