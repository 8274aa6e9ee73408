"""Whether the browser and the tab in front are still there, and what Playwright's errors mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from browser.model.errors import ActionFailed, BrowserError, BrowserLost, PageGone
from browser.tabs.our_tab import OurTab
from browser.tabs.tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Error


class Connection:
    """The connection of one session to its browser."""

    def __init__(self, context: BrowserContext, tabs: Tabs) -> None:
        self._context, self._tabs = context, tabs

    def active(self) -> OurTab:
        """The tab in front.

        Raises:
            PageGone: It crashed, or none is left.
            BrowserLost: The browser has ended.
        """
        if not self._connected():
            raise BrowserLost("the browser has ended")
        return self._tabs.active

    @contextmanager
    def errors_translated(self) -> Iterator[None]:
        """Raise one of our errors in the place of one of Playwright's."""
        from playwright.async_api import Error

        try:
            yield
        except Error as error:
            raise self.translated(error) from error

    def translated(self, error: Error) -> BrowserError:
        """What an error of Playwright's means."""
        said = error.message.splitlines()[0]
        try:
            self.active()
        except BrowserError as gone:
            return gone
        if "closed" in said or "crashed" in said:
            return PageGone(f"the tab went away: {said}")
        return ActionFailed(said)

    def _connected(self) -> bool:
        browser = self._context.browser
        return browser is None or browser.is_connected()
