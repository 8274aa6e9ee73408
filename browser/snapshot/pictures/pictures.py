"""The part of a session that takes screenshots."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.model.errors import ActionFailed, PageGone
from browser.model.observation import LookAnswer, LookRequest, Screenshot, View
from browser.snapshot.pictures import screenshots
from browser.snapshot.pictures.stills import Stills
from browser.tabs.connection import Connection
from browser.tabs.our_tab import OurTab

PAGE_AND_SCROLL = (
    "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight, scrollX, scrollY])"
    "(document.documentElement)"
)


class Pictures:
    """Takes the screenshots of one session."""

    def __init__(self, connection: Connection, stills: Stills, pixel_ratio: float) -> None:
        """Set up screenshots for one session.

        Args:
            connection: Gives the tab in front.
            stills: Holds the newest picture of the viewport.
            pixel_ratio: Device pixels per CSS pixel, where the tabs were made with another ratio than the
                screen's; else 1.
        """
        self._connection, self._stills, self._pixel_ratio = connection, stills, pixel_ratio

    async def for_view(self, tab: OurTab, view: View) -> tuple[Screenshot, ...]:
        """The screenshots that a view asks for.

        Raises:
            ScriptFailed: The page went away, or paints nothing.
        """
        if view.screenshots == "none":
            return ()
        viewport = await tab.viewport()
        ratio = self._pixel_ratio
        top = await tab.worlds.top()
        fresh, (x, y, pinch) = await asyncio.gather(
            self._stills.fresh(top), top.evaluate("[scrollX, scrollY, visualViewport?.scale || 1]")
        )
        if tab.worlds.redactor.in_pages:
            fresh = None  # a picture that is kept covers more than an engine's
        if fresh and view.screenshots == "viewport" and ratio == pinch == 1.0:
            return (replace(fresh, scroll_y=y),)
        if view.screenshots == "scrolled":
            return await screenshots.scrolled(tab.worlds, viewport, view.max_scrolls, ratio, pinch)
        try:
            return (await screenshots.of_viewport(tab.worlds, viewport, (x, y), ratio, pinch),)
        except NoAnswer as error:  # none is painted of a page that makes place for another
            await (await tab.worlds.top()).evaluate("1")
            raise ScriptFailed("no picture of it could be taken") from error

    async def take(self, full: bool = False) -> Screenshot:
        """A picture of the viewport, or of the whole page.

        Raises:
            ActionFailed: A dialog is open, and keeps the page from being painted.
            PageGone: The tab is gone, or paints nothing.
            BrowserLost: The browser is gone.
        """
        tab = self._tab_to_show()
        try:
            with self._connection.errors_translated():
                viewport = await tab.viewport()
                if not full:
                    return await self._stills.take(tab.worlds, viewport)
                width, height, x, y = await (await tab.worlds.top()).evaluate(PAGE_AND_SCROLL)
                return await screenshots.of_page(tab.worlds, (width, height), viewport, (x, y))
        except ScriptFailed as error:
            raise PageGone(f"no picture of {tab.page.url} could be taken: {error}") from error

    async def take_scrolled(self, scrolls: int) -> tuple[Screenshot, ...]:
        """The viewport, and at most `scrolls` further pictures below it, each a viewport high.

        Raises:
            ActionFailed, PageGone, BrowserLost: As `take` does.
        """
        tab = self._tab_to_show()
        try:
            with self._connection.errors_translated():
                return await screenshots.scrolled(
                    tab.worlds, await tab.viewport(), scrolls, self._pixel_ratio, strict=True
                )
        except ScriptFailed as error:
            raise PageGone(f"no picture of {tab.page.url} could be taken: {error}") from error

    def _tab_to_show(self) -> OurTab:
        tab = self._connection.active()
        if tab.dialog:  # Chromium would let us wait for it until somebody answers
            raise ActionFailed("a dialog is open, behind which the page is not painted")
        return tab


async def picture_of_region(tab: OurTab, request: LookRequest, scroll: tuple[float, float]) -> LookAnswer:
    """Answer a request for a picture of a part of the viewport."""
    assert request.region is not None
    try:
        picture = await screenshots.of_region(tab.worlds, request.region, scroll)
    except ScriptFailed as error:
        return LookAnswer(request=request, problem=f"no picture could be taken: {error}")
    return LookAnswer(request=request, screenshot=picture)
