"""The tab in front as it looks now, for those who watch: a picture whenever it has changed, else none.

Chromium sends the pictures (`Page.startScreencast`) and is told when one was taken. Where something has to be
hidden, its pictures only say that there is something new, and one with the places covered is taken, as the
film of a session does (`browser.recording.camera`). While nobody watches, nothing goes on.
"""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from browser.cdp.scripts import ScriptFailed
from browser.model.errors import PageGone
from browser.snapshot.pictures import screenshots
from browser.tabs.our_tab import OurTab
from browser.tabs.screencast import QUALITY, Screencast
from browser.tabs.tabs import Tabs

logger = logging.getLogger("agent_core." + __name__)

SHORTEST_S = 0.04
"""Pictures follow one another no faster than this."""
COVERED_S = 0.15
"""Pictures with covered places are taken no more often than this."""
COVERED_TIMEOUT_S = 3.0
STILL_S = 0.25
"""After so long without a picture Chromium is asked for the one it shows: of many at once it drops some."""
LOOK_S = 0.2
"""How often it is looked which tab is in front."""
LONGEST_SIDE_PX = 1600


@dataclass(frozen=True, slots=True)
class LivePicture:
    """What the tab in front shows."""

    jpeg: bytes = field(repr=False)
    number: int
    """1, 2, ...; those that came while a watcher was busy are left out."""


class LivePictures:
    """The moving picture of one session, for any number of watchers."""

    def __init__(self, tabs: Tabs) -> None:
        self._tabs = tabs
        self._watchers = 0
        self._filming: asyncio.Task[None] | None = None
        self._newest: LivePicture | None = None
        self._number = 0
        self._came, self._news, self._taken = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._cast = Screencast(tabs, self._arrived, longest_side_px=LONGEST_SIDE_PX, still_s=STILL_S)
        self._frame: tuple[OurTab | None, str] = (None, "")
        """The newest picture of Chromium's own and its tab; a screenshot makes it send the same once more."""
        self._closed = self._broken = False
        self._changed = False
        """Whether there is something new that has to be covered before it is shown."""

    @property
    def watched(self) -> bool:
        """Whether anybody watches."""
        return self._watchers > 0

    async def watch(self) -> AsyncIterator[LivePicture]:
        """Pictures as the tab in front changes, the first one at once, until the session is closed.

        Who is slow misses some and gets the newest. A mistake ends them, too; who watches anew gets others.
        """
        self._watchers += 1
        if self._watchers == 1 or self._broken:
            self._newest, self._broken = None, False
            self._filming = asyncio.create_task(self._film())
        shown = 0
        try:
            while not (self._closed or self._broken):
                if self._newest is None or self._newest.number == shown:
                    await self._came.wait()
                    continue
                shown = self._newest.number
                yield self._newest
                self._taken.set()
        finally:
            self._watchers -= 1
            if not self._watchers:
                await self._pause()

    async def close(self) -> None:
        """End the picture, for all who watch."""
        self._closed = True
        self._came.set()
        await self._pause()

    async def _pause(self) -> None:
        filming, self._filming = self._filming, None
        if filming is not None:
            filming.cancel()
            await asyncio.gather(filming, return_exceptions=True)

    async def _film(self) -> None:
        try:
            while True:
                await self._cast.turn_to_front()
                began = time.monotonic()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._news.wait()
                self._news.clear()
                if self._changed:
                    await self._take_covered()
                if self._cast.waits:
                    with suppress(TimeoutError):  # whoever is gone takes none
                        async with asyncio.timeout(LOOK_S):
                            await self._taken.wait()
                    await asyncio.sleep(max(0.0, began + SHORTEST_S - time.monotonic()))
                    await self._cast.acknowledge()
        except Exception:  # else who watches would wait for ever
            logger.exception("the live picture was broken off by a mistake")
            self._broken = True
            self._tell_watchers()
        finally:
            await self._cast.stop()
            self._frame = (None, "")  # whoever watches next is shown the first picture

    def _show(self, jpeg: bytes) -> None:
        self._number += 1
        self._newest = LivePicture(jpeg, self._number)
        self._taken.clear()
        self._tell_watchers()

    def _tell_watchers(self) -> None:
        came, self._came = self._came, asyncio.Event()
        came.set()

    def _arrived(self, frame: dict[str, Any]) -> bool:
        self._news.set()
        if (self._cast.tab, frame["data"]) == self._frame:
            return False
        self._frame = (self._cast.tab, frame["data"])
        if self._tabs.redactor.in_pages:
            self._changed = True
        else:
            self._show(base64.b64decode(frame["data"]))
        return True

    async def _take_covered(self) -> None:
        """Take a picture in which nothing is seen that has to be hidden; there is none behind a dialog."""
        tab = self._cast.tab
        if tab is None or tab.dialog:
            return
        self._changed = False
        began = time.monotonic()
        try:
            async with asyncio.timeout(COVERED_TIMEOUT_S):
                picture = await screenshots.of_viewport(tab.worlds, await tab.viewport(), strict=True)
            self._show(await asyncio.to_thread(_as_jpeg, picture.data))
        except (ScriptFailed, PageGone, TimeoutError) as error:
            logger.debug("the page cannot be shown with its secrets covered now: %r", error)
            self._changed = True
        await asyncio.sleep(max(0.0, began + COVERED_S - time.monotonic()))


def _as_jpeg(data: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        kept = io.BytesIO()
        picture.convert("RGB").save(kept, "JPEG", quality=QUALITY)
        return kept.getvalue()
