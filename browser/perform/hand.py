"""What every act uses: the active tab, its mouse and keyboard, and waiting for what came of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from browser.actions import Target
from browser.errors import NavigationFailed
from browser.perform.targets import Aimed, aim
from browser.settle import CEILING_S, NAVIGATION_CEILING_S, settle
from browser.tabs import OurTab, Tabs
from browser.worlds import Counter

if TYPE_CHECKING:
    from playwright.async_api import Keyboard, Mouse


class Hand:
    """The session's hand on the active tab."""

    def __init__(self, tabs: Tabs) -> None:
        self.tabs = tabs

    @property
    def tab(self) -> OurTab:
        """The tab in front."""
        return self.tabs.active

    @property
    def mouse(self) -> Mouse:
        """The tab's mouse."""
        return self.tab.page.mouse

    @property
    def keyboard(self) -> Keyboard:
        """The tab's keyboard."""
        return self.tab.page.keyboard

    @property
    def counter(self) -> Counter:
        """The worlds that refs live in."""
        return self.tabs.counter

    def viewport(self) -> tuple[int, int]:
        """Width and height of the viewport."""
        size = self.tab.page.viewport_size
        return (size["width"], size["height"]) if size else (100_000, 100_000)

    async def aim(self, target: Target) -> Aimed:
        """Bring a target into view and find where input reaches it."""
        return await aim(self.counter, target, self.viewport())

    async def rest(self, since: float, ceiling_s: float = CEILING_S) -> None:
        """Wait until the tab is quiet."""
        await settle(self.tab.worlds, self.tab.traffic, since, ceiling_s=ceiling_s)

    async def goto(self, url: str) -> None:
        """Open an address.

        Raises:
            NavigationFailed: It could not be opened.
        """
        from playwright.async_api import Error

        since = time.monotonic()
        try:
            await self.tab.page.goto(url, wait_until="domcontentloaded", timeout=30_000)
        except Error as error:
            raise NavigationFailed(url, error.message.splitlines()[0]) from error
        await self.rest(since, NAVIGATION_CEILING_S)
