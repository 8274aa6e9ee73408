"""Who may use the page of a run now: the agent, or a person who took it over.

The agent takes control for each single thing it does with the page, a person for as long as they like.
A person who claims it gets it as soon as the agent's act has ended, and no further act of the agent begins.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class ControlTaken(Exception):
    """Somebody else has the page, or it cannot be had; the message says so."""


class PageControl:
    """The right to use one page."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._held, self._free = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._coming = ""
        """Who waits for an act of the agent to end."""
        self._since = 0.0
        self._untold_s: float | None = None
        self.holder = ""
        """Who has taken the page over; "" while nobody has."""
        self.claims = 0
        """How often a person has claimed the page: what was seen before a claim may not be so any more."""

    async def take(self, who: str) -> None:
        """Have the page for a person, as soon as what the agent does in it has ended.

        Raises:
            ControlTaken: Another person has it, or waits for it.
        """
        if other := self.holder or self._coming:
            raise ControlTaken(f"{other} works in the page now")
        self._coming = who
        self.claims += 1
        try:
            await self._lock.acquire()
        finally:
            self._coming = ""
        self.holder, self._since = who, time.monotonic()
        self._free.clear()
        self._held.set()

    def give_back(self) -> float:
        """Let the agent have the page again; returns for how many seconds a person had it."""
        held_s = time.monotonic() - self._since
        self._untold_s = (self._untold_s or 0.0) + held_s
        self.holder = ""
        self._held.clear()
        self._free.set()
        self._lock.release()
        return held_s

    @asynccontextmanager
    async def for_agent(self) -> AsyncIterator[None]:
        """Keep the page for one act of the agent; where a person has it, wait for them."""
        async with self._lock:
            yield

    async def freed(self) -> None:
        """Wait until no person has the page."""
        await self._free.wait()

    async def counted(self, seconds: float) -> None:
        """Sleep for so many seconds in which no person has the page: what they take is not the run's time."""
        left = seconds
        while left > 0:
            await self._free.wait()
            began = time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._held.wait()
            left -= time.monotonic() - began

    def news(self) -> tuple[str, ...]:
        """What the engine is to hear of a person's work, once: a sentence, or nothing."""
        if self._untold_s is None:
            return ()
        took, self._untold_s = self._untold_s, None
        return (
            f"a person took over the page for {took:.0f} s and worked in it; it may be another page now, "
            "and what was to be done in it meanwhile was not done",
        )
