"""Waits until a page is ready for the next step of a replay."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

from agent_core.loop.parties import Page
from browser.model.actions import Action
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from browser.model.results import ActionResult

PATIENCE_S = 4.0
"""Seconds that a page has to show the element of the next step."""
PATIENCE_TO_HEAL_S = 1.0
"""Seconds that it has to show the element as it was, if another one could be it."""
PAUSE_S = 0.1


class Waiting(Protocol):
    """What knows whether a page is ready."""

    def ready(self, page: Observation) -> bool | None:
        """Whether the next step can be done on this page; None: only with an element that has changed."""
        ...


class PatientPage:
    """A page that is observed again and again until the next step can be done on it, for a limited time."""

    def __init__(self, page: Page, waiting: Waiting) -> None:
        self._page, self._waiting = page, waiting

    async def observe(self, view: View) -> Observation:
        """Return the page once the element of the next step is there, or as it is after the time limit."""
        began = time.monotonic()
        while True:
            now = await self._page.observe(view)
            ready = self._waiting.ready(now)
            waited = time.monotonic() - began
            if ready or waited > PATIENCE_S or (ready is None and waited > PATIENCE_TO_HEAL_S):
                return now
            await asyncio.sleep(PAUSE_S)

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer requests to see more of some parts."""
        return await self._page.look(requests) if requests else ()

    async def perform(self, action: Action) -> ActionResult:
        """Carry out one action."""
        return await self._page.perform(action)
