"""One session: its tabs, what is seen of them, and what is done to them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from browser import look as looking
from browser import screenshots, storage
from browser.actions import Action, ActionResult, AnswerDialog, CloseTab, Goto, OpenTab, SwitchTab
from browser.capture import Captured, capture
from browser.distill import distill, worth_reading
from browser.downloads import Allowance, Download
from browser.errors import (
    ActionFailed,
    BrowserError,
    BrowserLost,
    NavigationFailed,
    NavigationRefused,
    PageGone,
)
from browser.guard import Guard
from browser.headers import HeadersFor
from browser.observation import Element, LookAnswer, LookRequest, Observation, Screenshot, View
from browser.perform.act import perform
from browser.perform.hand import Hand
from browser.recording import Recorded, Recorder
from browser.storage import Taken
from browser.stored import Stored
from browser.tabs import OurTab, Tabs, WaitingDialog
from browser.worlds import NoAnswer, ScriptFailed, Worlds, send

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Error, Page

    from browser.options import SessionOptions

READ_TIMEOUT_S = 10.0
"""How long a page that is changing is tried again."""
CLOSE_TIMEOUT_S = 5.0
STOP_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a tab gave."""

    captured: Captured
    elements: tuple[Element, ...]
    """What of it is worth showing."""
    pictures: tuple[Screenshot, ...] = ()


class Session:
    """A context of its own where the browser is ours, else a tab of its own in somebody's."""

    def __init__(self, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> None:
        self._context = context
        self._options = options
        self._own_context = own_context
        self._mask = options.vault.mask
        self._guard = Guard(options.rules)
        self._tabs = Tabs(
            context, own_context=own_context, downloads_dir=options.downloads_dir, mask=self._mask
        )
        self._hand = Hand(self._tabs, vault=options.vault, files=options.files)
        self._recorder = Recorder(context, self._hand, options)
        self._headers = HeadersFor(options.extra_http_headers, options.header_hosts)
        self._looks_differ = options.own_looks and not own_context
        """Whether our tabs look otherwise than those of the browser they are in."""
        self._tabs.furnish = self._furnish
        self._tabs.allowance = Allowance(options.most_download_bytes)
        self._closed = False
        self._found: dict[str, Element] = {}
        """What looks have found, by ref; on a long page no observation need have it."""
        self._stays = False
        """Whether its tabs are left open at its end."""

    @classmethod
    async def begin(cls, context: BrowserContext, options: SessionOptions, *, own_context: bool) -> Session:
        """Open the session's first tab."""
        session = cls(context, options, own_context=own_context)
        tab = await session._tabs.open()
        await session._guard.begin(context, tab.page, own_context=own_context)
        await session._recorder.begin()
        return session

    @classmethod
    async def go_on(
        cls, context: BrowserContext, options: SessionOptions, pages: Sequence[Page], front: Page | None
    ) -> Session:
        """Take over the tabs of a browser that is kept, which stay open at the end.

        Those where this session may not go are left alone. Where none is left, one is opened.
        """
        session = cls(context, options, own_context=True)
        session._stays = True
        pages = [page for page in pages if not session._guard.objection(page.url)]
        if pages:
            await session._tabs.take_over(pages, front if front in pages else pages[-1])
        else:
            await session._tabs.open()
        await session._guard.begin(context, session.pages[0], own_context=True)
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

    async def lay(self, stored: Stored) -> list[str]:
        """Lay under it what sites have kept elsewhere; what could not be laid. For a session that is new.

        What belongs to sites where it may not go is left out, but for cookies.

        Raises:
            BrowserLost: The browser is gone, or does not take it.
        """
        from playwright.async_api import Error

        allowed = {
            key: value
            for key, value in stored.items.items()
            if key[0] == "cookie" or not self._guard.objection(key[1])
        }
        try:
            return await storage.lay(self._context, self._active().page, Stored(allowed))
        except Error as error:
            ours = self._ours(error)
            raise BrowserLost(f"the profile could not be laid under it: {ours}") from error

    async def take_stored(self, also: Iterable[str] = ()) -> Taken:
        """What sites keep; also that of these origins. Its pages may be elsewhere afterwards.

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
            return await storage.take(self._context, pages, also=also, leaving=leaving)
        except Error as error:
            raise BrowserLost(str(self._ours(error))) from error

    @property
    def pages(self) -> tuple[Page, ...]:
        """Its tabs, oldest first."""
        return tuple(tab.page for tab in self._tabs.all)

    @property
    def front(self) -> Page | None:
        """The tab in front; None: the last one was closed."""
        return self._tabs.front

    @property
    def downloads(self) -> list[Download]:
        """The downloads that have ended well, oldest first."""
        return [download for download in self._tabs.downloads if download.path]

    @property
    def failed_downloads(self) -> list[Download]:
        """The downloads that came to nothing, oldest first; their `problem` says why."""
        return [download for download in self._tabs.downloads if download.problem]

    async def downloads_done(self, timeout_s: float = 30.0) -> None:
        """Wait for the downloads that have begun; those that have not ended by then are given up."""
        await self._tabs.downloads_done(timeout_s)

    async def recorded(self) -> Recorded:
        """End what is recorded, and give it. Never raises; takes a few seconds at most."""
        return await self._recorder.end()

    def must_allow(self, url: str) -> None:
        """See whether it may be at an address.

        Raises:
            NavigationRefused: It may not.
        """
        if why := self._guard.objection(url):
            raise NavigationRefused(url, why)

    async def goto(self, url: str) -> None:
        """Open an address in the active tab and wait until the page has come to rest.

        Raises:
            NavigationRefused: The session may not go there, or to where it led.
            NavigationFailed: It does not answer, or answers with what is not a page.
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        self.must_allow(url)
        self._hand.stills.act_begins()
        try:
            await perform(self._hand, Goto(url))
        except (ActionFailed, NavigationFailed) as error:
            if why := self._guard.news():
                raise NavigationRefused(url, why) from error
            if isinstance(error, NavigationFailed):
                raise
            raise NavigationFailed(url, str(error)) from error
        except Error as error:
            raise self._ours(error) from error

    async def observe(self, view: View) -> Observation:
        """Look at the active tab.

        Raises:
            PageGone: The tab crashed, does not answer, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        began = time.monotonic()
        try:
            seen = await self._observe(view)
        except Error as error:
            raise self._ours(error) from error
        return self._mask.of(replace(seen, taken_ms=(time.monotonic() - began) * 1000))

    async def _observe(self, view: View) -> Observation:
        tab = self._active()
        if tab.dialog:
            return self._behind_dialog(tab, view)
        read = await self._read_unless_stopped(tab, view)
        if read is None:
            return await self._observe(view)
        return self._observation(read)

    async def _read_unless_stopped(self, tab: OurTab, view: View) -> Reading | None:
        """None: a dialog opened meanwhile, or the tab went away."""
        stop: asyncio.Future[Any] = self._tabs.expect_stop()
        reading: asyncio.Future[Any] = asyncio.ensure_future(self._read(tab, view))
        try:
            await asyncio.wait([reading, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not reading.done():
                reading.cancel()
        return reading.result() if reading.done() else None

    def _behind_dialog(self, tab: OurTab, view: View) -> Observation:
        """The page as it was last seen, with the dialog that keeps it from being looked at."""
        captured = tab.last_seen or Captured()
        if captured.url != tab.page.url:
            captured = Captured(url=tab.page.url)
        seen = self._observation(Reading(captured, _worth_showing(captured, view)))
        dialog = tab.dialog.described if tab.dialog else None
        return replace(
            seen, dialog=dialog, notes=(*seen.notes, "a dialog is open; the page stands still behind it")
        )

    def _observation(self, reading: Reading) -> Observation:
        captured, elements = reading.captured, reading.elements
        return Observation(
            url=captured.url,
            title=captured.title,
            elements=elements,
            text=captured.text,
            screenshots=reading.pictures,
            tabs=self._tabs.described(),
            viewport=captured.viewport,
            scroll=captured.scroll,
            page_size=captured.page_size,
            focused=captured.focused,
            omitted=max(0, captured.unread_inside + len(captured.elements) - len(elements))
            if elements
            else 0,
            notes=(*captured.notes, *self._tabs.news(), *filter(None, (self._guard.news(),))),
        )

    async def _read(self, tab: OurTab, view: View) -> Reading:
        """Elements and pictures, tried again while the page is on its way to another."""
        deadline = time.monotonic() + READ_TIMEOUT_S
        while True:
            try:
                (captured, elements), pictures = await asyncio.gather(
                    _captured(tab.worlds, view), self._pictures(tab, view)
                )
            except NoAnswer as error:
                if await self._stopped_loading(tab):
                    continue
                raise PageGone(f"the page at {tab.page.url} does not answer: {error}") from error
            except ScriptFailed as error:
                self._active()
                if time.monotonic() > deadline:
                    raise PageGone(f"the page at {tab.page.url} cannot be read: {error}") from error
                await asyncio.sleep(0.03)
                continue
            tab.title, tab.last_seen = captured.title, captured
            pictures = tuple(screenshots.scaled(picture, view.image_scale) for picture in pictures)
            return Reading(captured, elements, pictures)

    async def _stopped_loading(self, tab: OurTab) -> bool:
        """Stop the way to a page that does not come; the one that is there answers again then.

        False: the tab is on no such way.
        """
        url = tab.traffic.on_its_way_to
        if not url:
            return False
        with suppress(ScriptFailed):  # the page may have come just now
            await send((await tab.worlds.main()).session, "Page.stopLoading", timeout=STOP_TIMEOUT_S)
        self._tabs.note(f"the page at {url} did not come, so loading it was stopped")
        return True

    async def _pictures(self, tab: OurTab, view: View) -> tuple[Screenshot, ...]:
        if view.screenshots == "none":
            return ()
        viewport = await self._hand.viewport()
        ratio = self._options.device_scale_factor if self._own_context or self._looks_differ else 1.0
        top = await tab.worlds.top()
        fresh, (x, y, pinch) = await asyncio.gather(
            self._hand.stills.fresh(top), top.evaluate("[scrollX, scrollY, visualViewport?.scale || 1]")
        )
        if fresh and view.screenshots == "viewport" and ratio == pinch == 1.0:
            return (replace(fresh, scroll_y=y),)
        if view.screenshots == "scrolled":
            return await screenshots.scrolled(tab.worlds, viewport, view.max_scrolls, ratio, pinch)
        try:
            return (await screenshots.of_viewport(tab.worlds, viewport, (x, y), ratio, pinch),)
        except NoAnswer as error:  # none is painted of a page that makes place for another
            await (await tab.worlds.top()).evaluate("1", timeout=STOP_TIMEOUT_S)
            raise ScriptFailed("no picture of it could be taken") from error

    async def elements(self) -> tuple[Element, ...]:
        """Everything in the active tab, as it was last looked at: of a long page what that came to, and what
        looks have found besides.

        Where the last look was at pixels alone, it is read now.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        tab = self._active()
        if isinstance(tab.last_seen, Captured) and (tab.last_seen.elements or tab.dialog):
            seen = tab.last_seen.elements
            found = self._found.keys() - {element.ref for element in seen}
            return self._mask.of((*seen, *(self._found[ref] for ref in sorted(found))))
        try:
            read = await self._read_unless_stopped(tab, View(budget_tokens=None))
        except Error as error:
            raise self._ours(error) from error
        return self._mask.of(read.captured.elements) if read else ()

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer wishes for more of one part, from the whole page; nothing is changed for it.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        tab = self._active()
        try:
            read = None if tab.dialog else await self._read_unless_stopped(tab, View(budget_tokens=None))
            if read is None:
                why = "a dialog is open; answer it first" if self._active().dialog else "the tab closed"
                return tuple(LookAnswer(request=one, problem=why) for one in requests)
            captured = read.captured
            room = max(looking.LEAST_TOKENS, looking.ANSWER_TOKENS // max(1, len(requests)))
            answers = [await self._answer(tab, captured, request, room) for request in requests]
            self._found |= {element.ref: element for answer in answers for element in answer.elements}
            return self._mask.of(tuple(answers))
        except Error as error:
            raise self._ours(error) from error

    async def _answer(
        self, tab: OurTab, captured: Captured, request: LookRequest, budget_tokens: int
    ) -> LookAnswer:
        if not request.region:
            return looking.answer(captured, request, budget_tokens)
        try:
            picture = await screenshots.of_region(tab.worlds, request.region, captured.scroll)
        except ScriptFailed as error:
            return LookAnswer(request=request, problem=f"no picture could be taken: {error}")
        return LookAnswer(request=request, screenshot=picture)

    async def perform(self, action: Action) -> ActionResult:
        """Do one thing and wait until the page has come to rest.

        What could not be done is in the result's `problem`.

        Raises:
            PageGone: The tab crashed, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        began = time.monotonic()
        tab = self._active()
        if isinstance(action, Goto | OpenTab) and (why := self._guard.objection(action.url)):
            return self._mask.of(ActionResult(action=action, problem=why))
        self._hand.acts_begun += 1
        self._hand.stills.act_begins()
        try:
            if tab.dialog and not isinstance(action, AnswerDialog | CloseTab | SwitchTab):
                result = await self._pass_over(tab.dialog, action)
            else:
                if not isinstance(action, AnswerDialog):
                    self._tabs.acted()
                result = await perform(self._hand, action)
        except (ActionFailed, NavigationFailed) as error:
            result = ActionResult(action=action, problem=str(error))
        except Error as error:
            ours = self._ours(error)
            if not isinstance(ours, ActionFailed):
                raise ours from error
            result = ActionResult(action=action, problem=str(ours))
        finally:
            self._hand.acts_ended += 1
        result = _with_refusals(result, self._guard.news())
        return self._mask.of(replace(result, took_ms=(time.monotonic() - began) * 1000))

    async def _pass_over(self, dialog: WaitingDialog, action: Action) -> ActionResult:
        """Nobody answers the dialog: it gets the safe answer, and nothing more is done."""
        said, how = dialog.described, "accepted" if dialog.safe_answer else "dismissed"
        answered = await perform(self._hand, AnswerDialog(dialog.safe_answer))
        why = (
            f"a dialog was open and had to be answered first: {said.kind} {said.message!r}. It was {how}, "
            "since you did not answer it; look at the page again"
        )
        return replace(answered, action=action, did="", problem=why, navigated=True)

    async def screenshot(self, full: bool = False) -> Screenshot:
        """A picture of the viewport, or of the whole page.

        Raises:
            ActionFailed: Something has to be hidden, and a dialog keeps the page from saying where.
            PageGone: The tab is gone, or paints nothing.
            BrowserLost: The browser is gone.
        """
        from playwright.async_api import Error

        tab = self._active()
        if tab.dialog and self._mask:
            raise ActionFailed("a dialog is open, behind which the page does not say what is to be hidden")
        try:
            viewport = await self._hand.viewport()
            if not full:
                return await self._hand.stills.take(tab.worlds, viewport)
            width, height, x, y = await (await tab.worlds.top()).evaluate(
                "(({scrollWidth, scrollHeight}) => [scrollWidth, scrollHeight, scrollX, scrollY])"
                "(document.documentElement)"
            )
            return await screenshots.of_page(tab.worlds, (width, height), viewport, (x, y))
        except ScriptFailed as error:
            raise PageGone(f"no picture of {tab.page.url} could be taken: {error}") from error
        except Error as error:
            raise self._ours(error) from error

    def _active(self) -> OurTab:
        if not self._connected():
            raise BrowserLost("the browser has ended")
        return self._tabs.active

    def _connected(self) -> bool:
        browser = self._context.browser
        return browser is None or browser.is_connected()

    def _ours(self, error: Error) -> BrowserError:
        """What an error of Playwright's means."""
        said = error.message.splitlines()[0]
        if not self._connected():
            return BrowserLost("the browser has ended")
        try:
            self._tabs.active  # noqa: B018  raises where the tab is gone
        except PageGone as gone:
            return gone
        if "closed" in said or "crashed" in said:
            return PageGone(f"the tab went away: {said}")
        return ActionFailed(said)

    async def close(self) -> None:
        """Close what is ours. Never raises, never hangs."""
        from playwright.async_api import Error

        if self._closed:
            return
        self._closed = True
        await self._recorder.end()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._hand.stills.close()
                await self._guard.close()
                await self._tabs.close()
                if self._own_context and not self._stays:
                    await self._context.close()
        except (Error, TimeoutError):
            pass  # the browser went before us, or a page will not let go; the browser's end takes it along


async def _captured(worlds: Worlds, view: View) -> tuple[Captured, tuple[Element, ...]]:
    """All that is seen in a tab, and what of it is worth showing; worked out while a picture is taken."""
    captured = await capture(
        worlds, appearance=view.appearance, elements=view.elements, limit=worth_reading(view.budget_tokens)
    )
    return captured, _worth_showing(captured, view)


def _worth_showing(captured: Captured, view: View) -> tuple[Element, ...]:
    return distill(captured.elements, view.budget_tokens, captured.unread) if view.elements else ()


def _with_refusals(result: ActionResult, refused: str) -> ActionResult:
    """The result with what the guard has refused meanwhile; that is the reason where there is a problem."""
    if not refused:
        return result
    if result.problem:
        return replace(result, problem=refused)
    return replace(result, effect=f"{result.effect}; {refused}" if result.effect else refused)
