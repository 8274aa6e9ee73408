"""One session: its tabs, what is seen of them, and what is done to them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from browser import capture as reading
from browser import screenshots
from browser.actions import Action, ActionResult
from browser.distill import distill
from browser.errors import ActionFailed, BrowserLost, NavigationFailed, PageGone
from browser.observation import LookAnswer, LookRequest, Observation, Screenshot, View
from browser.perform import perform
from browser.perform.hand import Hand
from browser.tabs import OurTab, Tabs
from browser.worlds import ScriptFailed

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

    from browser.launch import SessionOptions

READ_TIMEOUT_S = 10.0


class Session:
    """A context of its own where the browser is ours, else a tab of its own in somebody's."""

    def __init__(self, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> None:
        self._context = context
        self._options = options
        self._own_context = own_context
        self._tabs = Tabs(context, own_context=own_context)
        self._hand = Hand(self._tabs)
        self.downloads: list[object] = []

    @classmethod
    async def begin(cls, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> Session:
        """Open the session's first tab."""
        session = cls(context, options, own_context=own_context)
        await session._tabs.open()
        return session

    async def goto(self, url: str) -> None:
        """Open an address in the active tab and wait until the page has come to rest.

        Raises:
            NavigationFailed: It does not answer, or answers with what is not a page.
        """
        await self._hand.goto(url)

    async def observe(self, view: View) -> Observation:
        """Look at the active tab.

        Raises:
            PageGone: The tab crashed, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        began = time.monotonic()
        tab = self._active()
        tabs = await self._tabs.described()
        if tab.dialog:
            return Observation(
                url=tab.page.url, dialog=tab.dialog.described, tabs=tabs, notes=("a dialog is open",)
            )
        captured = await self._read(tab, view)
        elements = distill(captured.elements, view.budget_tokens) if view.elements else ()
        shots: tuple[Screenshot, ...] = ()
        if view.screenshots != "none":
            session = await tab.worlds.main_session()
            shots = (
                await screenshots.of_viewport(
                    session, viewport=captured.viewport, scroll_y=captured.scroll[1]
                ),
            )
        return Observation(
            url=captured.url,
            title=captured.title,
            elements=elements,
            text=captured.text,
            screenshots=shots,
            tabs=tabs,
            viewport=captured.viewport,
            scroll=captured.scroll,
            page_size=captured.page_size,
            focused=captured.focused,
            omitted=len(captured.elements) - len(elements) if view.elements else 0,
            notes=captured.notes,
            taken_ms=(time.monotonic() - began) * 1000,
        )

    async def _read(self, tab: OurTab, view: View) -> reading.Captured:
        deadline = time.monotonic() + READ_TIMEOUT_S
        while True:
            try:
                return await reading.capture(tab.worlds, appearance=view.appearance)
            except ScriptFailed as error:
                self._active()
                if time.monotonic() > deadline:
                    raise PageGone(f"the page at {tab.page.url} does not answer: {error}") from error
                await asyncio.sleep(0.05)

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer wishes for more of one part, from the whole page."""
        tab = self._active()
        captured = await self._read(tab, View(budget_tokens=None))
        return tuple(LookAnswer(request=request, elements=captured.elements) for request in requests)

    async def perform(self, action: Action) -> ActionResult:
        """Do one thing and wait until the page has come to rest; what went wrong is in `problem`."""
        began = time.monotonic()
        try:
            result = await perform(self._hand, action)
        except (ActionFailed, NavigationFailed) as error:
            result = ActionResult(action=action, problem=str(error))
        took = (time.monotonic() - began) * 1000
        return ActionResult(
            action=action,
            did=result.did,
            problem=result.problem,
            effect=result.effect,
            shown=result.shown,
            navigated=result.navigated,
            took_ms=took,
        )

    async def screenshot(self, full: bool = False) -> Screenshot:
        """A picture of the viewport, or of the whole page."""
        tab = self._active()
        session = await tab.worlds.main_session()
        size = tab.page.viewport_size or {"width": 0, "height": 0}
        return await screenshots.of_viewport(session, viewport=(size["width"], size["height"]))

    def _active(self) -> OurTab:
        browser = self._context.browser
        if browser is not None and not browser.is_connected():
            raise BrowserLost("the browser has ended")
        return self._tabs.active

    async def close(self) -> None:
        """Close what is ours. Never raises."""
        from playwright.async_api import Error

        try:
            await self._tabs.close()
            if self._own_context:
                await self._context.close()
        except Error:
            pass  # the browser went before us
