"""What every act is given: the tab in front, its mouse and keyboard, and the way to wait for the page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from browser.input.outcome import Listener, Outcome, unheard
from browser.input.pointer.mouse import Mouse, Pointer
from browser.input.targets import Aimed, Named, aim, named
from browser.model.actions import Target
from browser.redaction.secret_store import SecretStore
from browser.snapshot.pictures.stills import Stills
from browser.tabs.our_tab import OurTab
from browser.tabs.settle import CEILING_S, settle
from browser.tabs.tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import Keyboard

logger = logging.getLogger("agent_core." + __name__)

BLANK = "about:blank"
ARRIVE_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InputContext:
    """What an act needs of its session."""

    tabs: Tabs
    secrets: SecretStore = field(default_factory=SecretStore)
    """The secrets and one-time codes that may be typed."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The files given with the task: name -> path."""
    page_timeout_s: float = 30.0
    """How long an address that is opened is given to answer."""
    pointer: Pointer = field(default_factory=Pointer)
    stills: Stills = field(default_factory=Stills)
    on_progress: Listener = unheard
    """Hears how far the act has come."""

    def report(self, did: str) -> Outcome:
        """Report what is done from now on, since a dialog may cut the act short before it returns."""
        outcome = Outcome(did)
        self.on_progress(outcome)
        return outcome

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
        return named(self.tabs.registry, ref)

    async def aim(self, target: Target) -> Aimed:
        """Bring a target into view and find where input reaches it."""
        return await aim(self.tabs.registry, target, await self.tab.viewport())

    async def rest(self, since: float, ceiling_s: float = CEILING_S, *, rested: bool = False) -> bool:
        """Wait until the tab in front is quiet; a tab that is just opening is waited for.

        Args:
            since: When what is waited for began, monotonic seconds.
            ceiling_s: The most seconds to wait.
            rested: Whether this was waited for before, and nothing was done to the tab since.

        Returns:
            Whether it was quiet from the beginning.
        """
        await self.tabs.wait_for_window(ceiling_s)
        tab = self.tab
        await _arrive(tab)
        still = await _settle(tab, since, ceiling_s, rested)
        if self.tab is tab:
            return still
        await _arrive(self.tab)
        await _settle(self.tab, since, ceiling_s, False)
        return False

    async def rest_and_take_a_picture(self, since: float, outcome: Outcome) -> None:
        """Wait likewise after an act; where pictures of each step are wanted, one is taken meanwhile."""
        viewport = await self.tab.viewport()  # where this fails, nothing is left that would be waited for
        rest = self.rest(since, rested=outcome.at_rest)
        await self.stills.while_resting(self.tab.worlds, viewport, rest)


async def _settle(tab: OurTab, since: float, ceiling_s: float, rested: bool) -> bool:
    return await settle(
        tab.worlds, tab.traffic, since, ceiling_s=ceiling_s, acted_in=tab.watched.frames, rested=rested
    )


async def _arrive(tab: OurTab) -> None:
    """Wait until a tab that a page opened is on its way to its address."""
    expected, tab.expected = tab.expected, ""
    if expected in ("", BLANK) or tab.page.url not in ("", BLANK):
        return
    from playwright.async_api import Error

    try:
        await tab.page.wait_for_url(lambda url: url != BLANK, wait_until="commit", timeout=ARRIVE_MS)
    except Error as error:
        logger.debug("the new tab did not come to %s: %s", expected, error)
