"""The tabs of a session: opened by us, or by pages of ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from browser.cdp.isolated_world import WorldRegistry
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.model.errors import PageGone
from browser.model.observation import Tab
from browser.network.downloads import Downloads
from browser.redaction.redactor import Redactor
from browser.tabs.dialogs import WaitingDialog
from browser.tabs.notices import Notices
from browser.tabs.our_tab import OurTab
from browser.tabs.popups import OpeningPopups
from browser.tabs.settle import Traffic
from browser.tabs.troubles import Troubles
from browser.tasks import Tasks

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page
    from playwright.async_api import Dialog as LiveDialog

logger = logging.getLogger("agent_core." + __name__)

MOST_TABS = 20
"""A page that opens more has the others closed again."""


class Tabs:
    """Which tabs are ours, and which is in front."""

    def __init__(
        self,
        context: BrowserContext,
        *,
        own_context: bool,
        downloads: Downloads,
        notices: Notices,
        redactor: Redactor,
        furnish: Callable[[OurTab], Coroutine[Any, Any, None]] | None = None,
        page_timeout_s: float = 30.0,
    ) -> None:
        """Watch a browser context.

        Args:
            context: Where our tabs are opened.
            own_context: Whether all of its tabs are ours.
            downloads: Keeps what the tabs hand out.
            notices: Where it is told what happens by itself.
            redactor: What may not be seen in any picture of a tab.
            furnish: Sets up what a tab of ours needs; called once for each. None: nothing is set up.
            page_timeout_s: How long a page of ordinary size may answer nothing.
        """
        self._context = context
        self._own_context = own_context
        self._furnish, self._page_timeout_s = furnish, page_timeout_s
        self._notices = notices
        self.redactor = redactor
        self.downloads = downloads
        self.registry = WorldRegistry()
        self._tabs: list[OurTab] = []
        self._ever: WeakSet[Page] = WeakSet()
        """All pages that are or were ours."""
        self._active: OurTab | None = None
        self._made = 0
        self._popups = OpeningPopups()
        self._stop: asyncio.Future[str] | None = None
        self._early: WeakKeyDictionary[Page, LiveDialog] = WeakKeyDictionary()
        """Dialogs of pages that are not ours, or not yet."""
        self._tasks = Tasks()
        # Without a listener Playwright answers the dialogs of windows that are just opening by itself.
        context.on("dialog", self._asked)
        if own_context:
            context.on("page", self._adopt_if_new)

    # which tabs there are

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
    def front(self) -> Page | None:
        """The tab in front, also one that crashed; None: none is left."""
        return self._active.page if self._active else None

    @property
    def all(self) -> tuple[OurTab, ...]:
        """All our tabs, oldest first."""
        return tuple(self._tabs)

    def is_ours(self, page: Page) -> bool:
        """Whether a page is or was one of ours."""
        return page in self._ever

    def described(self) -> tuple[Tab, ...]:
        """What an observation says of our tabs."""
        return tuple(
            Tab(id=tab.id, url=tab.page.url, title=tab.title, active=tab is self._active)
            for tab in self._tabs
        )

    def troubles(self) -> str:
        """What went wrong in the tab in front since this was asked last, as one line; "" for nothing."""
        return self._active.troubles.take() if self._active else ""

    def _tab_of(self, page: Page) -> OurTab | None:
        return next((tab for tab in self._tabs if tab.page is page), None)

    # how they come and go

    async def open(self) -> OurTab:
        """Open a blank tab and bring it to the front of ours."""
        page = await self._context.new_page()
        tab = self.adopt(page)
        await self.switch(tab)
        await tab.worlds.main()
        await _furnished(tab)
        return tab

    async def take_over(self, pages: Sequence[Page], front: Page) -> None:
        """Adopt existing tabs, and bring one of them to the front."""
        for page in pages:
            self.adopt(page)
        tab = self.adopt(front)
        await self.switch(tab)
        await tab.worlds.main()
        await _furnished(*self._tabs)

    async def switch(self, tab: OurTab) -> None:
        """Make a tab the active one; in our own browser it also comes to the front."""
        self._active = tab
        if self._own_context and len(self._tabs) > 1:
            await tab.page.bring_to_front()

    def adopt(self, page: Page) -> OurTab:
        """Adopt a tab and make it the active one."""
        known = self._tab_of(page)
        if known:
            return known
        self._made += 1
        worlds = IsolatedWorlds(page, self.registry, self._popups.opens, self.redactor, self._page_timeout_s)
        tab = OurTab(f"t{self._made}", page, worlds, Traffic(page, worlds), Troubles(page, self.redactor))
        tab.expected = self._popups.opened()
        self._tabs.append(tab)
        self._ever.add(page)
        self._active = tab
        page.on("popup", self._adopt_if_new)
        page.on("close", lambda _: self._closed(tab))
        page.on("crash", lambda _: self._crashed(tab))
        self.downloads.watch_page(page)
        if page in self._early:
            self._wait_for_answer(tab, self._early.pop(page))
        tab.furnished = asyncio.ensure_future(self._set_up(tab))
        return tab

    def _adopt_if_new(self, page: Page) -> None:
        if len(self._tabs) < MOST_TABS or self._tab_of(page):
            self.adopt(page)
            return
        self._notices.add(f"the page opened more than {MOST_TABS} windows; a further one was closed again")
        self._popups.refused()
        self._tasks.start(_close(page))

    async def _set_up(self, tab: OurTab) -> None:
        from playwright.async_api import Error

        try:
            session = (await tab.worlds.main()).session
            self.downloads.watch_progress(session)
            # A page that does not answer may be ours all the same.
            self._tasks.start(tab.troubles.watch(session))
            if self._furnish:
                await self._furnish(tab)
        except (Error, ScriptFailed, PageGone) as error:
            logger.debug("a tab went away while it was set up: %s", error)

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

    # what keeps an act from going on

    def expect_stop(self) -> asyncio.Future[str]:
        """Done when something keeps the present act from going on: a dialog, a crash, a closed tab."""
        self._popups.forget()
        self._stop = asyncio.get_running_loop().create_future()
        return self._stop

    def _stopped(self, why: str) -> None:
        if self._stop and not self._stop.done():
            self._stop.set_result(why)

    async def wait_for_window(self, ceiling_s: float) -> None:
        """Wait for windows that a page of ours has begun to open."""
        await self._popups.wait(ceiling_s)

    # dialogs

    def count_dialogs_anew(self) -> None:
        """An act other than an answer begins: the dialogs it opens are counted from 0."""
        for tab in self._tabs:
            tab.dialogs.since_act = 0

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
        if not tab.dialogs.add():
            self._answer_safely(live, "the page does not stop asking")
            return
        tab.dialog = WaitingDialog(live)
        self._active = tab
        self._stopped("dialog")

    def _answer_safely(self, live: LiveDialog, why: str) -> None:
        """Answer a dialog safely, and add a note to the next observation."""
        waiting = WaitingDialog(live)
        how = "accepted" if waiting.safe_answer else "dismissed"
        self._notices.add(f"{why}: its {waiting.described.kind} was {how} for you")
        self._tasks.start(waiting.answer_safely())

    async def close(self) -> None:
        """Cancel downloads; in an attached browser, close our tabs without running their unload handlers."""
        await self.downloads.give_up("the session ended before it did")
        if self._own_context:
            return
        self._context.remove_listener("dialog", self._asked)
        await asyncio.gather(*(tab.page.close() for tab in self._tabs))


async def _furnished(*tabs: OurTab) -> None:
    await asyncio.gather(*(tab.furnished for tab in tabs if tab.furnished))


async def _close(page: Page) -> None:
    from playwright.async_api import Error

    try:
        await page.close()
    except Error as error:
        logger.debug("a further window had closed by itself: %s", error)
