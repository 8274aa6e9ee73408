"""One session of a browser: the parts that observe, act and record, put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from browser.cdp.scripts import send
from browser.hand.hand import Hand
from browser.hand.live import LivePictures
from browser.input.context import InputContext
from browser.input.performer import Performer
from browser.model.actions import Action
from browser.model.errors import BrowserLost, NavigationRefused
from browser.model.observation import Element, LookAnswer, LookRequest, Observation, Screenshot, View
from browser.model.results import ActionResult
from browser.network.downloads import Download, Downloads
from browser.network.enforcement import PolicyEnforcer
from browser.network.headers import HostHeaders
from browser.recording.recorder import Recorded, Recorder
from browser.snapshot.observer import Observer
from browser.snapshot.pictures.pictures import Pictures
from browser.state.capture import CapturedState, capture
from browser.state.restore import restore
from browser.state.storage_state import StorageState
from browser.tabs.connection import Connection
from browser.tabs.notices import Notices
from browser.tabs.our_tab import OurTab
from browser.tabs.tabs import Tabs

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

    from browser.options import SessionOptions

logger = logging.getLogger("agent_core." + __name__)

CLOSE_TIMEOUT_S = 1.0
"""How long its pages are waited for; what has not closed by then closes by itself, or with the browser."""


class Session:
    """A context of its own where the browser is ours, else a tab of its own in somebody's."""

    def __init__(self, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> None:
        self._context = context
        self._options = options
        self._own_context = own_context
        self._looks_differ = options.own_looks and not own_context
        """Whether our tabs look otherwise than those of the browser they are in."""
        self._closed = False
        self.stuck = False
        """Whether its pages did not close in time."""
        self._stays = False
        """Whether its tabs are left open at its end."""
        redactor = options.secrets.redactor
        self._policy = PolicyEnforcer(options.rules)
        self._headers = HostHeaders(options.extra_http_headers, options.header_hosts)
        self._downloads = Downloads(options.downloads_dir, redactor, options.most_download_bytes)
        notices = Notices()
        self._tabs = Tabs(
            context,
            own_context=own_context,
            downloads=self._downloads,
            notices=notices,
            redactor=redactor,
            furnish=self._furnish,
            page_timeout_s=options.page_timeout_s,
        )
        self._connection = Connection(context, self._tabs)
        acting = InputContext(
            tabs=self._tabs,
            secrets=options.secrets,
            files=options.files,
            page_timeout_s=options.page_timeout_s,
        )
        self._stills = acting.stills
        self._performer = Performer(acting, self._connection, self._policy)
        ratio = options.device_scale_factor if own_context or self._looks_differ else 1.0
        self._pictures = Pictures(self._connection, self._stills, ratio)
        self._observer = Observer(self._tabs, self._connection, self._pictures, notices, self._policy)
        self.live = LivePictures(self._tabs)
        """The tab in front as it looks now, for those who watch."""
        self.hand = Hand(acting, self._connection, self.live)
        """What a person does in it."""
        self._recorder = Recorder(context, self._tabs, acting.pointer, self._performer, options)

    @classmethod
    async def begin(cls, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> Session:
        """Open the session's first tab."""
        session = cls(context, options, own_context=own_context)
        await session._policy.begin(context, "launched" if own_context else "joined")
        await session._tabs.open()
        await session._recorder.begin()
        return session

    @classmethod
    async def go_on(
        cls, context: BrowserContext, options: SessionOptions, pages: Sequence[Page], front: Page | None
    ) -> Session:
        """Take over the tabs of a persistent browser; they stay open when the session ends.

        Those where this session may not go are left alone. Where none is left, one is opened.
        """
        session = cls(context, options, own_context=True)
        session._stays = True
        await session._policy.begin(context, "persistent")
        pages = [page for page in pages if not session._policy.objection(page.url)]
        if pages:
            await session._tabs.take_over(pages, front if front in pages else pages[-1])
        else:
            await session._tabs.open()
        await session._recorder.begin()
        return session

    async def _furnish(self, tab: OurTab) -> None:
        """Have a tab look as it was asked to, and send what it was asked to send."""
        options = self._options
        if self._looks_differ:
            looks = {
                "width": options.viewport[0],
                "height": options.viewport[1],
                "deviceScaleFactor": options.device_scale_factor,
                "mobile": False,
            }
            main = await tab.worlds.main()
            await send(main.session, "Emulation.setDeviceMetricsOverride", looks)
        if options.extra_http_headers:
            await self._headers.watch(tab.page)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Its tabs, oldest first."""
        return tuple(tab.page for tab in self._tabs.all)

    @property
    def front(self) -> Page | None:
        """The tab in front; None: the last one was closed."""
        return self._tabs.front

    # acting and observing

    def must_allow(self, url: str) -> None:
        """See whether it may be at an address.

        Raises:
            NavigationRefused: It may not.
        """
        if why := self._policy.objection(url):
            raise NavigationRefused(url, why)

    async def goto(self, url: str) -> None:
        """Open an address in the active tab and wait until the page has come to rest.

        Raises:
            NavigationRefused: The session may not go there, or to where it led.
            NavigationFailed: It does not answer, or answers with what is not a page.
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        await self._performer.goto(url)

    async def perform(self, action: Action) -> ActionResult:
        """Do one thing and wait until the page has come to rest; a `problem` says why it was not possible.

        Raises:
            PageGone: The tab crashed, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        return await self._performer.perform(action)

    async def observe(self, view: View) -> Observation:
        """Look at the active tab.

        Raises:
            PageGone: The tab crashed, does not answer, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        return await self._observer.observe(view)

    async def elements(self) -> tuple[Element, ...]:
        """Elements of the last observation, and those that earlier calls of `look` have returned.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        return await self._observer.elements()

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer requests for more of one part, from the whole page; nothing is changed for it.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        return await self._observer.look(requests)

    async def screenshot(self, full: bool = False) -> Screenshot:
        """A picture of the viewport, or of the whole page.

        Raises:
            ActionFailed: A dialog is open, and keeps the page from being painted.
            PageGone: The tab is gone, or paints nothing.
            BrowserLost: The browser is gone.
        """
        return await self._pictures.take(full)

    async def scrolled_screenshots(self, scrolls: int) -> tuple[Screenshot, ...]:
        """The viewport, and at most `scrolls` further pictures below it; the page ends where it was.

        Raises:
            ActionFailed, PageGone, BrowserLost: As `screenshot` does.
        """
        return await self._pictures.take_scrolled(scrolls)

    # what is kept of it

    @property
    def downloads(self) -> list[Download]:
        """The downloads that have ended well, oldest first."""
        return [download for download in self._downloads.all if download.path]

    @property
    def failed_downloads(self) -> list[Download]:
        """The downloads that came to nothing, oldest first; their `problem` says why."""
        return [download for download in self._downloads.all if download.problem]

    async def downloads_done(self, timeout_s: float = 30.0) -> None:
        """Wait for the downloads that have begun; those that have not ended by then are given up."""
        await self._downloads.done(timeout_s)

    async def recorded(self) -> Recorded:
        """End what is recorded, and give it. Never raises; takes a few seconds at most."""
        return await self._recorder.end()

    async def restore_storage(self, stored: StorageState) -> list[str]:
        """Restore a storage state into this new session; returns one sentence per item that failed.

        What belongs to sites where the session may not go is left out, but for cookies.

        Raises:
            BrowserLost: The browser is gone, or does not take it.
        """
        from playwright.async_api import Error

        allowed = {
            key: value
            for key, value in stored.items.items()
            if key[0] == "cookie" or not self._policy.objection(key[1])
        }
        try:
            return await restore(self._context, self._connection.active().page, StorageState(allowed))
        except Error as error:
            ours = self._connection.translated(error)
            raise BrowserLost(f"the profile could not be laid under it: {ours}") from error

    async def capture_storage(self, also: Iterable[str] = ()) -> CapturedState:
        """Capture the storage state; also that of these origins. Its pages may be elsewhere afterwards.

        Raises:
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        front = self._tabs.front
        pages = sorted(self.pages, key=lambda page: page is front)
        leaving = self._own_context and not self._stays
        try:
            if not pages:
                raise BrowserLost("its last tab was closed")
            return await capture(self._context, pages, also=also, leaving=leaving)
        except Error as error:
            raise BrowserLost(str(self._connection.translated(error))) from error

    async def close(self) -> None:
        """Close what is ours. Never raises, never hangs."""
        from playwright.async_api import Error

        if self._closed:
            return
        self._closed = True
        await self.live.close()
        await self._recorder.end()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._stills.close()
                await self._tabs.close()
                if self._own_context and not self._stays:
                    await self._context.close()
        except TimeoutError:
            logger.info("the pages of the session did not close within %g s", CLOSE_TIMEOUT_S)
            self.stuck = True
            return  # while they are there, what they ask for is still judged
        except Error as error:
            logger.debug("the browser went before its session was closed: %s", error)
        await self._policy.close()
