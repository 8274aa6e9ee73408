"""The tabs of a session: opened by us, or by pages of ours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from browser.errors import PageGone
from browser.observation import Dialog, Tab
from browser.settle import Traffic
from browser.worlds import Counter, Worlds

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page
    from playwright.async_api import Dialog as OpenDialog


@dataclass(eq=False)
class WaitingDialog:
    """A JavaScript dialog that is open."""

    live: OpenDialog

    @property
    def described(self) -> Dialog:
        """What it says."""
        kind = self.live.type
        if kind not in ("alert", "confirm", "prompt", "beforeunload"):
            kind = "alert"
        return Dialog(kind=kind, message=self.live.message, default=self.live.default_value)  # type: ignore[arg-type]


@dataclass(eq=False)
class OurTab:
    """A tab of ours, and all we keep for it."""

    id: str
    page: Page
    worlds: Worlds
    traffic: Traffic
    dialog: WaitingDialog | None = None
    crashed: bool = False
    title: str = ""


class Tabs:
    """Which tabs are ours, and which is in front."""

    def __init__(self, context: BrowserContext, *, own_context: bool) -> None:
        self._context = context
        self._own_context = own_context
        self.counter = Counter()
        self._tabs: list[OurTab] = []
        self._active: OurTab | None = None
        self._made = 0

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

    async def open(self) -> OurTab:
        """Open a blank tab and bring it to the front of ours."""
        return self.adopt(await self._context.new_page())

    def adopt(self, page: Page) -> OurTab:
        """Take a tab as ours and make it the active one."""
        known = next((tab for tab in self._tabs if tab.page is page), None)
        if known:
            return known
        self._made += 1
        tab = OurTab(f"t{self._made}", page, Worlds(page, self.counter), Traffic(page))
        self._tabs.append(tab)
        self._active = tab
        page.on("popup", self.adopt)
        page.on("close", lambda _: self._closed(tab))
        page.on("crash", lambda _: setattr(tab, "crashed", True))
        page.on("dialog", lambda dialog: setattr(tab, "dialog", WaitingDialog(dialog)))
        return tab

    def _closed(self, tab: OurTab) -> None:
        if tab in self._tabs:
            self._tabs.remove(tab)
        if self._active is tab:
            self._active = self._tabs[-1] if self._tabs else None

    def switch(self, tab: OurTab) -> None:
        """Make a tab the active one."""
        self._active = tab

    async def described(self) -> tuple[Tab, ...]:
        """What an observation says of our tabs."""
        for tab in self._tabs:
            if tab is self._active or tab.dialog or tab.crashed:
                continue
            try:
                async with asyncio.timeout(0.5):
                    tab.title = await tab.page.title()
            except TimeoutError:
                pass
        return tuple(
            Tab(id=tab.id, url=tab.page.url, title=tab.title, active=tab is self._active)
            for tab in self._tabs
        )

    async def close(self) -> None:
        """Close our tabs, without asking their pages."""
        for tab in tuple(self._tabs):
            await tab.page.close()
