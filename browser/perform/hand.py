"""What every act uses: the active tab, its mouse and keyboard, and waiting for what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from browser.actions import Collected, Target
from browser.errors import BadTarget
from browser.perform.mouse import Mouse, Pointer
from browser.perform.targets import Aimed, Named, aim, named
from browser.settle import CEILING_S, settle
from browser.stills import Stills
from browser.tabs import OurTab, Tabs
from browser.vault import Vault
from browser.worlds import World

if TYPE_CHECKING:
    from playwright.async_api import Keyboard

BLANK = "about:blank"
ARRIVE_MS = 10_000


class Hand:
    """The session's hand on the active tab."""

    def __init__(
        self, tabs: Tabs, *, vault: Vault | None = None, files: Mapping[str, str] | None = None
    ) -> None:
        self.tabs = tabs
        self.vault = vault or Vault()
        """What may be typed without being known."""
        self.files = files or {}
        """Files given with the task: name -> path."""
        self.pointer = Pointer()
        self.stills = Stills()
        self.acts_begun = self.acts_ended = 0
        """How many acts; while one goes on, a value may stand in a field half typed."""
        self.did = ""
        """What has been done so far, told also where a dialog cuts the act short."""
        self.collected: Collected | None = None
        """The rows of a long list, as far as they were read."""
        self.watching: tuple[World | None, tuple[World, ...]] | None = None
        """The tab's document and those that the last act was meant for."""
        self.unfinished: asyncio.Future[Any] | None = None
        """An act that a dialog holds up."""

    @property
    def tab(self) -> OurTab:
        """The tab in front."""
        return self.tabs.active

    @property
    def mouse(self) -> Mouse:
        """The tab's mouse."""
        return Mouse(self.tab.page.mouse, self.pointer)

    @property
    def keyboard(self) -> Keyboard:
        """The tab's keyboard."""
        return self.tab.page.keyboard

    def named(self, ref: str) -> Named:
        """The element that a ref names."""
        return named(self.tabs.counter, ref)

    async def aim(self, target: Target) -> Aimed:
        """Bring a target into view and find where input reaches it."""
        return await aim(self.tabs.counter, target, await self.viewport())

    async def viewport(self) -> tuple[int, int]:
        """Width and height of the viewport, CSS pixels."""
        size = self.tab.page.viewport_size
        if size:
            return size["width"], size["height"]
        width, height = await (await self.tab.worlds.top()).evaluate("[innerWidth, innerHeight]")
        return width, height

    async def rest(self, since: float, ceiling_s: float = CEILING_S) -> bool:
        """Wait until the tab in front is quiet; a tab that is just opening is waited for.

        Gives whether it was so from the beginning.
        """
        await self.tabs.wait_for_window(ceiling_s)
        tab = self.tab
        await self._arrive(tab)
        still = await self._settle(tab, since, ceiling_s)
        if self.tab is tab:
            return still
        await self._arrive(self.tab)
        await self._settle(self.tab, since, ceiling_s)
        return False

    async def _settle(self, tab: OurTab, since: float, ceiling_s: float) -> bool:
        _, acted_in = self.watching or (None, ())
        return await settle(tab.worlds, tab.traffic, since, ceiling_s=ceiling_s, acted_in=acted_in)

    async def rest_and_take_a_picture(self, since: float) -> None:
        """Wait likewise; where pictures of each step are wanted, one is taken meanwhile."""
        await self.stills.while_resting(self.tab.worlds, await self.viewport(), self.rest(since))

    async def _arrive(self, tab: OurTab) -> None:
        """Wait until a tab that a page opened is on its way to its address."""
        expected, tab.expected = tab.expected, ""
        if expected in ("", BLANK) or tab.page.url not in ("", BLANK):
            return
        from playwright.async_api import Error

        with suppress(Error):
            await tab.page.wait_for_url(lambda url: url != BLANK, wait_until="commit", timeout=ARRIVE_MS)

    def option_error(self, answer: Mapping[str, Any]) -> BadTarget:
        """The sentence for a choice that is not there, or cannot be chosen."""
        if "unusable" in answer:
            return BadTarget(f"the option {answer['unusable']!r} is disabled")
        there: Sequence[str] = answer.get("options", ())
        known = "; there are " + ", ".join(repr(one) for one in there) if there else ""
        return BadTarget(f"there is no option {answer['missing']!r}{known}")
