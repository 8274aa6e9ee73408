"""Where one run works: its browser, and its session in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_core.runner.browsers import Browsers, let_go, unless_canceled
from agent_core.runner.preparing.prepared import Way

if TYPE_CHECKING:
    from browser.lifecycle.launch import Browser
    from browser.options import SessionOptions
    from browser.session import Session


class Stage:
    """The browser and the session of one run, from the launch to the end."""

    def __init__(self, way: Way, shared: Browsers | None, who: str) -> None:
        """Nothing is opened yet.

        Args:
            way: How pages are reached.
            shared: Browsers that are closed by whoever made them; None: the run has its own.
            who: What other clients of a shared browser are shown.
        """
        self._way = way
        # A persistent browser has one client at a time, so each run attaches to it by itself.
        self._shared = shared if not way.persistent else None
        self._browsers = self._shared or Browsers(who)
        self._browser: Browser | None = None
        self.session: Session | None = None
        """None: it was not opened yet."""

    @property
    def warnings(self) -> list[str]:
        """What those should know who use the browser."""
        return self._browsers.warnings

    @property
    def lost(self) -> bool:
        """Whether the browser was there and has gone."""
        return self._browser is not None and not self._browser.connected

    @property
    def is_set(self) -> bool:
        """Whether there has been a browser."""
        return self._browser is not None

    async def browser(self) -> Browser:
        """The browser, launched or attached to.

        Raises:
            BadRequest, BrowserNotFound, LaunchFailed: There is none.
        """
        self._browser = await self._browsers.get(self._way)
        return self._browser

    async def open(self, browser: Browser, options: SessionOptions) -> Session:
        """Open the session.

        Raises:
            BrowserLost: The browser is gone.
        """
        # Not cut off half-way, which would leave a tab behind in somebody's browser.
        self.session = await unless_canceled(browser.open_session(options), undo=let_go, cut_off=False)
        return self.session

    async def close(self) -> None:
        """Close what the run has opened. Never raises."""
        if self.session is not None:
            await let_go(self.session)
        if self._shared is None:
            await self._browsers.close()
