"""Work that goes on in the background: held here, since asyncio alone would forget it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Tasks:
    """The tasks that somebody has started and does not wait for."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many of them have not ended."""
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def ended(self, timeout_s: float) -> None:
        """Wait until those have ended that are under way now, at most so many seconds."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=timeout_s)
