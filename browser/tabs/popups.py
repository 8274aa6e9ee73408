"""Windows that are on their way: a page has begun to open them, and they are not there yet."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class OpeningPopups:
    """The windows that pages of ours have begun to open, until they are there."""

    def __init__(self) -> None:
        self._count = 0
        self._url = ""
        self._there = asyncio.Event()

    def opens(self, url: str) -> None:
        """A page begins to open a window with this address."""
        self._count += 1
        self._url = url

    def opened(self) -> str:
        """A tab is there; returns the address it was opened with, "" where no page opened it."""
        url, self._url = self._url, ""
        self.refused()
        if not self._count:
            self._there.set()
        return url

    def refused(self) -> None:
        """One window is not waited for any more."""
        self._count = max(0, self._count - 1)

    def forget(self) -> None:
        """No window is waited for any more."""
        self._count = 0

    async def wait(self, ceiling_s: float) -> None:
        """Wait until all of them are there, at most so many seconds."""
        if self._count:
            self._there.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(ceiling_s):
                    await self._there.wait()
            self._count = 0
