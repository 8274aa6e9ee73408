"""A session's pictures of the viewport, and the newest of them for as long as it shows what is there.

Who keeps a picture of each step waits twice after an act: until the page has come to rest, and for the
picture. So where the act before was followed by one, it is taken while the page is watched, and serves if
nothing has happened from then on. Pages that can look otherwise without a change to their document (what
draws, plays, loads, or has frames) are not photographed ahead of time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import ScriptFailed
from browser.model.observation import Screenshot
from browser.snapshot.pictures import screenshots

FRESH_S = 0.2
"""So long a picture of the viewport still serves where nothing was done to the page since."""


@dataclass(frozen=True, slots=True)
class _Shot:
    picture: Screenshot
    document: IsolatedWorld
    at: float
    """When it was asked for, monotonic seconds."""


class Stills:
    """Takes and caches the screenshots of one session."""

    def __init__(self, fresh_s: float = FRESH_S) -> None:
        self._fresh_s = fresh_s
        self._newest: _Shot | None = None
        self._coming: asyncio.Task[_Shot | None] | None = None
        """One that was begun while the page came to rest."""
        self._discarded: set[asyncio.Task[_Shot | None]] = set()
        """Those that nobody will ask for. They are not broken off: what is noted in the page for them ends
        with them."""
        self._wanted = self._wanted_before = False
        """Whether one was asked for since the last act began, and since the one before it."""

    def act_begins(self) -> None:
        """What was taken will not show the page any more."""
        self._newest = None
        self._drop()
        self._wanted_before, self._wanted = self._wanted, False

    async def while_resting(
        self, worlds: IsolatedWorlds, viewport: tuple[int, int], rest: Awaitable[bool]
    ) -> None:
        """Wait for `rest`; a picture that is taken meanwhile is kept where `rest` says that all was still.

        Args:
            worlds: The tab.
            viewport: Its width and height, CSS pixels.
        """
        if self._wanted_before:
            self._coming = asyncio.create_task(_ahead(worlds, viewport))
        still = False
        try:
            still = await rest
        finally:
            if not still:
                self._drop()

    async def take(self, worlds: IsolatedWorlds, viewport: tuple[int, int]) -> Screenshot:
        """A picture of what the viewport shows now; the one that came with the last act, if it has not been
        given out yet.

        Raises:
            ScriptFailed: The page went away, or paints nothing.
        """
        self._wanted = True
        top = await worlds.top()
        came = await self.fresh(top) if self._coming else None
        if came is None:
            self._newest = await _shot(worlds, top, viewport)
            return self._newest.picture
        return came

    async def fresh(self, document: IsolatedWorld) -> Screenshot | None:
        """The newest picture where it still shows this document."""
        if self._coming:
            coming, self._coming = self._coming, None
            self._newest = await coming
        newest = self._newest
        if newest and newest.document is document and time.monotonic() - newest.at < self._fresh_s:
            return newest.picture
        return None

    async def close(self) -> None:
        """Cancel a screenshot that is being taken."""
        self._drop()
        for task in self._discarded:
            task.cancel()
        await asyncio.gather(*self._discarded, return_exceptions=True)

    def _drop(self) -> None:
        if self._coming:
            self._discarded.add(self._coming)
            self._coming.add_done_callback(self._discarded.discard)
            self._coming = None


async def _ahead(worlds: IsolatedWorlds, viewport: tuple[int, int]) -> _Shot | None:
    """Take a screenshot in advance; None if the page changed, or could change without our notice."""
    from playwright.async_api import Error

    with suppress(ScriptFailed, Error):
        top = await worlds.top()
        changed = await top.call("lastChange")
        if changed is None:
            return None
        shot = await _shot(worlds, top, viewport)
        return shot if await top.call("lastChange") == changed else None
    return None


async def _shot(worlds: IsolatedWorlds, document: IsolatedWorld, viewport: tuple[int, int]) -> _Shot:
    began = time.monotonic()
    return _Shot(await screenshots.of_viewport(worlds, viewport, strict=True), document, began)
