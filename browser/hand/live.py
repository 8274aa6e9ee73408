"""The tab in front as it looks now, for those who watch: a picture whenever it has changed, else none.

Chromium sends the pictures (`Page.startScreencast`) and is told when one was taken. Where something has to be
hidden, its pictures only say that there is something new, and one with the places covered is taken, as the
film of a session does (`browser.video.camera`). While nobody watches, nothing goes on.
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
from typing import TYPE_CHECKING, Any

from browser.cdp.scripts import ScriptFailed
from browser.model.errors import PageGone
from browser.snapshot.pictures import screenshots
from browser.tabs.our_tab import OurTab
from browser.tabs.tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

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
QUALITY = 70
LONGEST_SIDE_PX = 1600
CAST = {"format": "jpeg", "quality": QUALITY, "maxWidth": LONGEST_SIDE_PX, "maxHeight": LONGEST_SIDE_PX}


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
        self._came, self._news, self._taken = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._tab: OurTab | None = None
        self._cast: CDPSession | None = None
        self._to_acknowledge: list[int] = []
        self._frame = ""
        """The newest picture of Chromium's own, as it came; a screenshot makes it send the same once more."""
        self._came_at = self._asked_at = 0.0
        self._asked_again = True
        """Whether the newest picture was asked for, and is not just the last that was not dropped."""
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
        if self._watchers == 1:
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
                await self._turn_to_front()
                began = time.monotonic()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await self._news.wait()
                self._news.clear()
                if self._changed:
                    await self._take_covered()
                if self._to_acknowledge:
                    with suppress(TimeoutError):  # whoever is gone takes none
                        async with asyncio.timeout(LOOK_S):
                            await self._taken.wait()
                    await asyncio.sleep(max(0.0, began + SHORTEST_S - time.monotonic()))
                    await self._acknowledge()
        except Exception:  # else who watches would wait for ever
            logger.exception("the live picture was broken off by a mistake")
            self._broken = True
            self._tell_watchers()
        finally:
            await self._stop()

    def _show(self, jpeg: bytes) -> None:
        number = self._newest.number + 1 if self._newest else 1
        self._newest = LivePicture(jpeg, number)
        self._taken.clear()
        self._tell_watchers()

    def _tell_watchers(self) -> None:
        came, self._came = self._came, asyncio.Event()
        came.set()

    async def _turn_to_front(self) -> None:
        try:
            front: OurTab | None = self._tabs.active
        except PageGone:
            front = None
        if front is self._tab:
            if not self._asked_again and time.monotonic() - self._came_at > STILL_S:
                self._asked_again, self._asked_at = True, time.monotonic()
                await self._tell("Page.stopScreencast", {})
                await self._tell("Page.startScreencast", CAST)
            return
        await self._stop()
        self._tab = front
        if front is not None:
            await self._start(front)

    async def _start(self, tab: OurTab) -> None:
        from playwright.async_api import Error

        try:
            cast = await tab.page.context.new_cdp_session(tab.page)
            cast.on("Page.screencastFrame", lambda frame: self._arrived(cast, frame))
            self._cast = cast
            await cast.send("Page.startScreencast", CAST)
        except Error as error:
            logger.debug("a tab went away as it was to be watched: %s", error)
            self._tab = None  # the next look finds another

    async def _stop(self) -> None:
        from playwright.async_api import Error

        cast, self._cast, self._tab, self._frame = self._cast, None, None, ""
        self._to_acknowledge.clear()
        if cast is not None:
            with suppress(Error, TimeoutError):  # its tab may be gone
                async with asyncio.timeout(1):
                    await cast.detach()

    def _arrived(self, cast: CDPSession, frame: dict[str, Any]) -> None:
        if cast is not self._cast:
            return
        self._to_acknowledge.append(frame["sessionId"])
        self._news.set()
        if frame["data"] == self._frame:
            return
        self._frame = frame["data"]
        self._came_at = time.monotonic()
        if self._came_at - self._asked_at > STILL_S:
            self._asked_again = False
        if self._tabs.redactor.in_pages:
            self._changed = True
        else:
            self._show(base64.b64decode(frame["data"]))

    async def _take_covered(self) -> None:
        """Take a picture in which nothing is seen that has to be hidden; there is none behind a dialog."""
        tab = self._tab
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

    async def _acknowledge(self) -> None:
        numbers, self._to_acknowledge = self._to_acknowledge, []
        for number in numbers:
            await self._tell("Page.screencastFrameAck", {"sessionId": number})

    async def _tell(self, method: str, params: dict[str, Any]) -> None:
        from playwright.async_api import Error

        if self._cast is not None:
            with suppress(Error):  # its tab may be gone
                await self._cast.send(method, params)


def _as_jpeg(data: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        kept = io.BytesIO()
        picture.convert("RGB").save(kept, "JPEG", quality=QUALITY)
        return kept.getvalue()
