"""The tabs of a session: opened by us, or by pages of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary, WeakSet

from browser.downloads import Allowance, Download, keep
from browser.errors import PageGone
from browser.mask import Mask
from browser.model.text import cut
from browser.observation import Dialog, Tab
from browser.settle import Traffic
from browser.worlds import Counter, ScriptFailed, Worlds

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page
    from playwright.async_api import Dialog as LiveDialog
    from playwright.async_api import Download as LiveDownload

CANCEL_S = 2.0
KINDS: Mapping[str, Literal["alert", "confirm", "prompt", "beforeunload"]] = {
    "confirm": "confirm",
    "prompt": "prompt",
    "beforeunload": "beforeunload",
}


MOST_DIALOGS = 10
"""So many dialogs in a row are put to the engine. A page that goes on is answered for it, as a person
would have the browser do it, and from then on only the first after each act is put to it."""
MOST_TABS = 20
"""A page that opens more has the others closed again."""
LONGEST_MESSAGE = 2000
"""Characters of a dialog's text that are told."""


@dataclass(eq=False)
class WaitingDialog:
    """A JavaScript dialog that is open."""

    live: LiveDialog

    @property
    def described(self) -> Dialog:
        """What it says."""
        kind = KINDS.get(self.live.type, "alert")
        message = self.live.message
        if len(message) > LONGEST_MESSAGE:
            message = f"{cut(message, LONGEST_MESSAGE, '')}... ({len(message)} characters in all)"
        return Dialog(kind=kind, message=message, default=cut(self.live.default_value, LONGEST_MESSAGE, ""))

    @property
    def safe_answer(self) -> bool:
        """What it is answered where nobody answers: yes to what only informs, no to all that asks."""
        return self.described.kind == "alert"


@dataclass(eq=False)
class OurTab:
    """A tab of ours, and all we keep for it."""

    id: str
    page: Page
    worlds: Worlds
    traffic: Traffic
    dialog: WaitingDialog | None = None
    crashed: bool = False
    dialogs: int = 0
    """How many it has opened since the last act that was no answer to one."""
    insists: bool = False
    """Whether it has opened too many of them in a row."""
    title: str = ""
    furnished: asyncio.Task[None] | None = None
    """What is set up for it; it is waited for where nothing may be opened before."""
    expected: str = ""
    """The address it was opened with by a page, which it may not have come to yet."""
    last_seen: Any = field(default=None, repr=False)
    """What the last capture found, for the time in which a dialog keeps the page from answering."""


async def _as_it_is(tab: OurTab) -> None:
    """Nothing is set up for a tab."""


class Tabs:
    """Which tabs are ours, and which is in front."""

    def __init__(
        self,
        context: BrowserContext,
        *,
        own_context: bool,
        downloads_dir: Path | None = None,
        mask: Mask | None = None,
    ) -> None:
        self._context = context
        self.mask = mask if mask is not None else Mask()
        """Hides what nobody may see."""
        self._own_context = own_context
        self._downloads_dir = downloads_dir
        self.furnish: Callable[[OurTab], Coroutine[Any, Any, None]] = _as_it_is
        """Sets up what a tab of ours needs; called once for each."""
        self.allowance = Allowance()
        self._tabs: list[OurTab] = []
        self._ever: WeakSet[Page] = WeakSet()
        """All pages that are or were ours."""
        self._active: OurTab | None = None
        self._made = 0
        self._windows_opening = 0
        self._window_url = ""
        self._window_there = asyncio.Event()
        self._stop: asyncio.Future[str] | None = None
        self._keeping: dict[asyncio.Task[None], tuple[LiveDownload, Download]] = {}
        self._early: WeakKeyDictionary[Page, LiveDialog] = WeakKeyDictionary()
        """Dialogs of pages that are not ours, or not yet."""
        self._news: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.counter = Counter()
        self.downloads: list[Download] = []
        # Without a listener Playwright answers the dialogs of windows that are just opening by itself.
        context.on("dialog", self._asked)
        if own_context:
            context.on("page", self._adopt_if_new)

    def news(self) -> tuple[str, ...]:
        """What has happened by itself since this was asked last."""
        told = tuple(what if times == 1 else f"{what} ({times} times)" for what, times in self._news.items())
        self._news.clear()
        return told

    def note(self, what: str) -> None:
        """Have it told with the next look at the page."""
        self._news[what] = self._news.get(what, 0) + 1

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def active(self) -> OurTab:
        """The tab in front.

        Raises:
            PageGone: It crashed, or none is left.
        """
        if self._active is None:
            raise PageGone("the tab was closed")
        if self._active.crashed:
            raise PageGone(f"the page at {self._active.page.url} crashed")
        return self._active

    @property
    def all(self) -> tuple[OurTab, ...]:
        """All our tabs, oldest first."""
        return tuple(self._tabs)

    def is_ours(self, page: Page) -> bool:
        """Whether a page is or was one of ours."""
        return page in self._ever

    async def wait_for_window(self, ceiling_s: float) -> None:
        """Wait for windows that a page of ours has begun to open."""
        if self._windows_opening:
            self._window_there.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(ceiling_s):
                    await self._window_there.wait()
            self._windows_opening = 0

    async def open(self) -> OurTab:
        """Open a blank tab and bring it to the front of ours."""
        page = await self._context.new_page()
        tab = self.adopt(page)
        await self.switch(tab)
        await tab.worlds.main()
        await self._furnished(tab)
        return tab

    async def _furnished(self, *tabs: OurTab) -> None:
        await asyncio.gather(*(tab.furnished for tab in tabs if tab.furnished))

    async def take_over(self, pages: Sequence[Page], front: Page) -> None:
        """Take tabs that are there as ours, and bring one of them to the front."""
        for page in pages:
            self.adopt(page)
        tab = self.adopt(front)
        await self.switch(tab)
        await tab.worlds.main()
        await self._furnished(*self._tabs)

    @property
    def front(self) -> Page | None:
        """The tab in front, also one that crashed; None: none is left."""
        return self._active.page if self._active else None

    def _adopt_if_new(self, page: Page) -> None:
        if len(self._tabs) < MOST_TABS or self._tab_of(page):
            self.adopt(page)
            return
        self.note(f"the page opened more than {MOST_TABS} windows; a further one was closed again")
        self._windows_opening = max(0, self._windows_opening - 1)
        self._later(self._close(page))

    @staticmethod
    async def _close(page: Page) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # it may have closed itself
            await page.close()

    def _tab_of(self, page: Page) -> OurTab | None:
        return next((tab for tab in self._tabs if tab.page is page), None)

    def adopt(self, page: Page) -> OurTab:
        """Take a tab as ours and make it the active one."""
        known = self._tab_of(page)
        if known:
            return known
        self._made += 1
        worlds = Worlds(page, self.counter, self._window_opens, self.mask)
        tab = OurTab(f"t{self._made}", page, worlds, Traffic(page, worlds))
        tab.expected, self._window_url = self._window_url, ""
        self._tabs.append(tab)
        self._ever.add(page)
        self._active = tab
        self._windows_opening = max(0, self._windows_opening - 1)
        if not self._windows_opening:
            self._window_there.set()
        page.on("popup", self._adopt_if_new)
        page.on("close", lambda _: self._closed(tab))
        page.on("crash", lambda _: self._crashed(tab))
        page.on("download", self._downloads)
        if page in self._early:
            self._wait_for_answer(tab, self._early.pop(page))
        tab.furnished = asyncio.ensure_future(self._furnish(tab))
        return tab

    async def _furnish(self, tab: OurTab) -> None:
        from playwright.async_api import Error

        with suppress(Error, ScriptFailed, PageGone):  # it may be gone again
            (await tab.worlds.main()).session.on("Page.downloadProgress", self._progressed)
            await self.furnish(tab)

    def _window_opens(self, url: str) -> None:
        self._windows_opening += 1
        self._window_url = url

    def _closed(self, tab: OurTab) -> None:
        if tab in self._tabs:
            self._tabs.remove(tab)
            tab.worlds.close()
        if self._active is tab:
            self._active = self._tabs[-1] if self._tabs else None
        self._stopped("closed")

    def _crashed(self, tab: OurTab) -> None:
        tab.crashed = True
        self._stopped("crashed")

    def _asked(self, live: LiveDialog) -> None:
        page = live.page
        if page is None:  # of a window that cannot finish opening before it is answered
            self._answer_safely(live, "a window that was just opening asked")
            return
        tab = self._tab_of(page)
        if tab is None and not self._own_context:
            self._early[page] = live
            return
        self._wait_for_answer(tab or self.adopt(page), live)

    def _wait_for_answer(self, tab: OurTab, live: LiveDialog) -> None:
        tab.dialogs += 1
        if tab.dialogs > (1 if tab.insists else MOST_DIALOGS):
            tab.insists = True
            self._answer_safely(live, "the page does not stop asking")
            return
        tab.dialog = WaitingDialog(live)
        self._active = tab
        self._stopped("dialog")

    def _answer_safely(self, live: LiveDialog, why: str) -> None:
        """Give the safe answer, and tell of it later."""
        waiting = WaitingDialog(live)
        how = "accepted" if waiting.safe_answer else "dismissed"
        self.note(f"{why}: its {waiting.described.kind} was {how} for you")
        self._later(self._answer(live, waiting.safe_answer))

    @staticmethod
    async def _answer(live: LiveDialog, accept: bool) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # it may be gone with its page
            await (live.accept() if accept else live.dismiss())

    def acted(self) -> None:
        """An act other than an answer begins: what dialogs it opens are counted anew."""
        for tab in self._tabs:
            tab.dialogs = 0

    def _downloads(self, live: LiveDownload) -> None:
        download = self.mask.of(Download(name=live.suggested_filename, url=live.url))
        self.downloads.append(download)
        if why := self.allowance.refusal(len(self.downloads)):
            download.problem = why
            self._later(self._cancel(live))
            return
        task = asyncio.ensure_future(keep(live, download, self._downloads_dir, self.allowance))
        self._keeping[task] = (live, download)
        task.add_done_callback(self._kept)

    def _kept(self, task: asyncio.Task[None]) -> None:
        self._keeping.pop(task, None)

    def _progressed(self, event: Mapping[str, Any]) -> None:
        """Give up all that is under way once it has become too much."""
        self.allowance.note(event["guid"], event["receivedBytes"])
        if self.allowance.exceeded and self._keeping:
            self._later(self._give_up_downloads(self.allowance.why))

    async def downloads_done(self, timeout_s: float = 30.0) -> None:
        """Wait for the downloads that have begun; those that have not ended by then are given up."""
        if not self._keeping:
            return
        await asyncio.wait(set(self._keeping), timeout=timeout_s)
        await self._give_up_downloads(f"it had not ended after {timeout_s:g} s")

    async def _give_up_downloads(self, why: str) -> None:
        given_up = dict(self._keeping)
        for task, (_, download) in given_up.items():
            download.problem = why
            task.cancel()
        if given_up:
            await asyncio.wait(set(given_up))
        for live, _ in given_up.values():
            await self._cancel(live)

    @staticmethod
    async def _cancel(live: LiveDownload) -> None:
        from playwright.async_api import Error

        with suppress(Error, TimeoutError):  # its tab, or the browser, went before
            async with asyncio.timeout(CANCEL_S):
                await live.cancel()

    def expect_stop(self) -> asyncio.Future[str]:
        """Done when something keeps the present act from going on: a dialog, a crash, a closed tab."""
        self._windows_opening = 0
        self._stop = asyncio.get_running_loop().create_future()
        return self._stop

    def _stopped(self, why: str) -> None:
        if self._stop and not self._stop.done():
            self._stop.set_result(why)

    async def switch(self, tab: OurTab) -> None:
        """Make a tab the active one; in our own browser it also comes to the front."""
        self._active = tab
        if self._own_context and len(self._tabs) > 1:
            await tab.page.bring_to_front()

    def described(self) -> tuple[Tab, ...]:
        """What an observation says of our tabs."""
        return tuple(
            Tab(id=tab.id, url=tab.page.url, title=tab.title, active=tab is self._active)
            for tab in self._tabs
        )

    async def close(self) -> None:
        """Give up what is under way; in somebody's browser, close our tabs, without asking their pages."""
        await self._give_up_downloads("the session ended before it did")
        if self._own_context:
            return
        self._context.remove_listener("dialog", self._asked)
        await asyncio.gather(*(tab.page.close() for tab in self._tabs))
