"""Chromium's own pictures of the tab in front, whichever that is.

Chromium sends a picture whenever what it shows has changed (`Page.startScreencast`), and no more of them
than are acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from browser.model.errors import PageGone
from browser.tabs.our_tab import OurTab
from browser.tabs.tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

logger = logging.getLogger("agent_core." + __name__)

QUALITY = 70
"""Of a JPEG, in percent."""
STOP_TIMEOUT_S = 1.0


class Screencast:
    """Follows the tab in front. Each picture is handed on as it comes."""

    def __init__(
        self, tabs: Tabs, arrived: Callable[[dict[str, Any]], bool], *, longest_side_px: int, still_s: float
    ) -> None:
        """Say what is to be sent; nothing is before `turn_to_front`.

        Args:
            tabs: The tabs of the session.
            arrived: Takes each `Page.screencastFrame`; whether it counts as a new picture.
            longest_side_px: Larger pictures are sent smaller.
            still_s: After so many seconds without a new picture Chromium is asked for the one it shows, once:
                of many at once it drops some.
        """
        self._tabs, self._arrived, self._still_s = tabs, arrived, still_s
        self._form = {
            "format": "jpeg",
            "quality": QUALITY,
            "maxWidth": longest_side_px,
            "maxHeight": longest_side_px,
        }
        self.tab: OurTab | None = None
        """The tab whose pictures come; None: there is none."""
        self._cast: CDPSession | None = None
        self._to_acknowledge: list[int] = []
        self._came_at = self._asked_at = 0.0
        self._asked_again = True
        """Whether the newest picture was asked for, and is not just the last that was not dropped."""

    @property
    def waits(self) -> bool:
        """Whether Chromium sends no more before pictures that came are acknowledged."""
        return bool(self._to_acknowledge)

    async def turn_to_front(self) -> None:
        """Turn to the tab in front, where that is another one than before."""
        try:
            front: OurTab | None = self._tabs.active
        except PageGone:
            front = None
        if front is self.tab:
            if not self._asked_again and time.monotonic() - self._came_at > self._still_s:
                self._asked_again, self._asked_at = True, time.monotonic()
                await self._tell("Page.stopScreencast", {})
                await self._tell("Page.startScreencast", self._form)
            return
        await self.stop()
        self.tab = front
        if front is not None:
            await self._start(front)

    async def acknowledge(self) -> None:
        """Have more pictures sent."""
        numbers, self._to_acknowledge = self._to_acknowledge, []
        for number in numbers:
            await self._tell("Page.screencastFrameAck", {"sessionId": number})

    async def stop(self) -> None:
        """Have no more sent, until it is turned to a tab again."""
        from playwright.async_api import Error

        cast, self._cast, self.tab = self._cast, None, None
        self._to_acknowledge.clear()
        if cast is not None:
            with suppress(Error, TimeoutError):  # its tab may be gone
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await cast.detach()

    async def _start(self, tab: OurTab) -> None:
        from playwright.async_api import Error

        try:
            cast = await tab.page.context.new_cdp_session(tab.page)
            cast.on("Page.screencastFrame", lambda frame: self._hear(cast, frame))
            self._cast = cast
            await cast.send("Page.startScreencast", self._form)
        except Error as error:
            logger.debug("a tab went away as it was to be watched: %s", error)
            self.tab = None  # the next look finds another

    def _hear(self, cast: CDPSession, frame: dict[str, Any]) -> None:
        if cast is not self._cast:
            return
        self._to_acknowledge.append(frame["sessionId"])
        if not self._arrived(frame):
            return
        self._came_at = time.monotonic()
        if self._came_at - self._asked_at > self._still_s:
            self._asked_again = False

    async def _tell(self, method: str, params: dict[str, Any]) -> None:
        from playwright.async_api import Error

        if self._cast is not None:
            with suppress(Error):  # its tab may be gone
                await self._cast.send(method, params)
