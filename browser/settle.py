"""Waiting until a page has come to rest: nothing changes, nothing it asked for is on its way,
nothing moves. Never a fixed time, never the network's being idle, always with a ceiling."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from browser.worlds import ScriptFailed, Worlds

if TYPE_CHECKING:
    from playwright.async_api import Page, Request

CALM_MS = 60
CEILING_S = 3.0
NAVIGATION_CEILING_S = 10.0
IGNORED = {"image", "media", "font", "eventsource", "websocket", "ping", "manifest", "texttrack", "beacon"}
"""Kinds of requests whose answers do not change what can be done."""


@dataclass(eq=False)
class Traffic:
    """The requests of a tab that are on their way."""

    page: Page
    pending: dict[Request, float] = field(default_factory=dict)
    navigations: int = 0
    """How often the top frame came to another document or address."""

    def __post_init__(self) -> None:
        self.page.on("request", self._started)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("framenavigated", self._navigated)

    def _started(self, request: Request) -> None:
        if request.resource_type not in IGNORED:
            self.pending[request] = time.monotonic()

    def _ended(self, request: Request) -> None:
        self.pending.pop(request, None)

    def _navigated(self, frame: object) -> None:
        if frame is self.page.main_frame:
            self.navigations += 1

    def busy(self, since: float) -> bool:
        """Whether a request that began after `since` (monotonic s) has not ended."""
        return any(began >= since for began in self.pending.values())


async def settle(worlds: Worlds, traffic: Traffic, since: float, *, ceiling_s: float = CEILING_S) -> None:
    """Wait until the tab is quiet, at most `ceiling_s`.

    Args:
        worlds: Our worlds in the tab.
        traffic: Its requests.
        since: When what is waited for began, monotonic seconds; older requests are not waited for.
        ceiling_s: The most seconds to wait.
    """
    deadline = time.monotonic() + ceiling_s
    while (left := deadline - time.monotonic()) > 0:
        try:
            top = await worlds.top()
            ready, *_ = await top.call("stillness", timeout=left)
            if ready == "loading":
                await asyncio.sleep(0.01)
                continue
            await top.call("whenQuiet", CALM_MS, max(1, int(min(left, 1.0) * 1000)), timeout=left + 1)
        except ScriptFailed:
            await asyncio.sleep(0.01)
            continue
        if not traffic.busy(since):
            return
        await asyncio.sleep(0.01)
