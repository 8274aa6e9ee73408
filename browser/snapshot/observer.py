"""The part of a session that observes: what is seen of the tab in front, and more of it on request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import NoAnswer, ScriptFailed, send
from browser.model.errors import PageGone
from browser.model.observation import ONWARD, Element, LookAnswer, LookRequest, Observation, Screenshot, View
from browser.network.enforcement import PolicyEnforcer
from browser.redaction.redactor import Redactor
from browser.snapshot import look as looking
from browser.snapshot.capture import Captured, capture
from browser.snapshot.distill.distill import distill
from browser.snapshot.distill.token_budget import worth_reading
from browser.snapshot.pictures.pictures import Pictures, picture_of_region
from browser.snapshot.pictures.screenshots import scaled
from browser.snapshot.spread_values import without_spread_values, without_whole_values
from browser.tabs.connection import Connection
from browser.tabs.notices import Notices
from browser.tabs.our_tab import OurTab
from browser.tabs.tabs import Tabs
from browser.tasks import beside

logger = logging.getLogger("agent_core." + __name__)

READ_TIMEOUT_S = 20.0
"""How long a page that is changing is tried again."""
WAITS_S = 10.0
"""After so long without a reading it is looked whether the tab waits for another page."""
STOP_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class TabReading:
    """What one look at a tab gave."""

    captured: Captured
    elements: tuple[Element, ...]
    """What of it is worth showing."""
    pictures: tuple[Screenshot, ...] = ()


class Observer:
    """Observes the tab in front of one session."""

    def __init__(
        self,
        tabs: Tabs,
        connection: Connection,
        pictures: Pictures,
        notices: Notices,
        policy: PolicyEnforcer,
    ) -> None:
        self._tabs, self._connection, self._pictures = tabs, connection, pictures
        self._notices, self._policy = notices, policy
        self._redactor = tabs.redactor
        self._found: dict[str, Element] = {}
        """What `look` has found, by ref; on a long page no observation need have it."""
        self._listed: tuple[Element, ...] = ()
        """What the last observation has listed."""

    async def observe(self, view: View) -> Observation:
        """Look at the active tab.

        Raises:
            PageGone: The tab crashed, does not answer, or was closed and no other is left.
            BrowserLost: The browser is gone.
        """
        with self._connection.errors_translated():
            return self._redactor.of(await self._observe(view))

    async def _observe(self, view: View) -> Observation:
        while True:
            tab = self._connection.active()
            if tab.dialog:
                return self._behind_dialog(tab, view)
            reading = await self._read_unless_stopped(tab, view)
            if reading is not None:
                self._listed = reading.elements
                return self._observation(reading)

    async def elements(self) -> tuple[Element, ...]:
        """Elements of the last observation, and those that earlier calls of `look` have returned.

        Where the last observation had screenshots alone, the page is read now.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        tab = self._connection.active()
        if isinstance(tab.last_seen, Captured) and (tab.last_seen.elements or tab.dialog):
            seen = tab.last_seen.elements
            found = self._found.keys() - {element.ref for element in seen}
            return self._redactor.of((*seen, *(self._found[ref] for ref in sorted(found))))
        with self._connection.errors_translated():
            reading = await self._read_unless_stopped(tab, View(budget_tokens=None))
        return self._redactor.of(reading.captured.elements) if reading else ()

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer requests for more of one part, from the whole page; nothing is changed for it.

        Raises:
            PageGone: The tab is gone.
            BrowserLost: The browser is gone.
        """
        tab = self._connection.active()
        with self._connection.errors_translated():
            wanted = [request.ref for request in requests if request.ref]
            whole = View(budget_tokens=None)
            reading = None if tab.dialog else await self._read_unless_stopped(tab, whole, wanted)
            if reading is None:
                there = self._connection.active().dialog
                why = "a dialog is open; answer it first" if there else "the tab closed"
                return tuple(LookAnswer(request=one, problem=why) for one in requests)
            captured = reading.captured
            room = max(looking.LEAST_TOKENS, looking.ANSWER_TOKENS // max(1, len(requests)))
            answers = [
                await picture_of_region(tab, request, captured.scroll)
                if request.region
                else await beside(
                    len(captured.elements),
                    looking.answer,
                    captured,
                    self._as_listed(request),
                    request.budget_tokens or room,
                    self._redactor,
                    self._listed,
                )
                for request in requests
            ]
            self._found |= {element.ref: element for answer in answers for element in answer.elements}
            return self._redactor.of(tuple(answers))

    def _as_listed(self, request: LookRequest) -> LookRequest:
        """The request; where its ref was listed only as that of a note, with the plus of one."""
        note, listed = request.ref + ONWARD, self._found.keys() | {element.ref for element in self._listed}
        noted = note in listed and request.ref not in listed
        return replace(request, ref=note) if noted else request

    async def _read_unless_stopped(
        self, tab: OurTab, view: View, wanted: Sequence[str] = ()
    ) -> TabReading | None:
        """Read the page; None: a dialog opened in the meantime, or the tab was closed.

        Args:
            tab: Whose page it is.
            view: What is to be seen of it.
            wanted: Refs of what is to be looked at.
        """
        stop: asyncio.Future[Any] = self._tabs.expect_stop()
        reading: asyncio.Future[Any] = asyncio.ensure_future(self._read(tab, view, wanted))
        try:
            await asyncio.wait([reading, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not reading.done():
                reading.cancel()
        if not reading.done():
            return None
        read: TabReading = reading.result()
        for said in read.captured.passed:
            self._notices.add(f"it came and went: {said}")
        return read

    async def _read(self, tab: OurTab, view: View, wanted: Sequence[str]) -> TabReading:
        """Elements and pictures, tried again while the page is on its way to another."""
        began = time.monotonic()
        while True:
            try:
                (captured, elements), pictures = await self._looked_at(tab, view, wanted)
            except NoAnswer as error:
                if await self._stopped_loading(tab):
                    continue
                raise PageGone(f"the page at {tab.page.url} does not answer: {error}") from error
            except ScriptFailed as error:
                self._connection.active()
                if time.monotonic() - began > READ_TIMEOUT_S * tab.worlds.limit.times:
                    raise PageGone(f"the page at {tab.page.url} cannot be read: {error}") from error
                logger.debug("%s is read again: %s", tab.page.url, error)
                await asyncio.sleep(0.03)
                continue
            tab.title, tab.last_seen = captured.title, captured
            pictures = tuple(scaled(picture, view.image_scale) for picture in pictures)
            return TabReading(captured, elements, pictures)

    async def _looked_at(
        self, tab: OurTab, view: View, wanted: Sequence[str]
    ) -> tuple[tuple[Captured, tuple[Element, ...]], tuple[Screenshot, ...]]:
        """One look. A page that is to make place for another may not answer before that comes."""
        looking = asyncio.gather(_captured(tab.worlds, view, wanted), self._pictures.for_view(tab, view))
        try:
            while not (await asyncio.wait({looking}, timeout=WAITS_S))[0]:
                await self._stopped_loading(tab)
            return looking.result()
        finally:
            looking.cancel()

    async def _stopped_loading(self, tab: OurTab) -> bool:
        """Stop a navigation to a page that does not come; the page that is there answers again then.

        Returns:
            False where the tab does not navigate.
        """
        url = tab.traffic.on_its_way_to
        if not url:
            return False
        try:
            await send((await tab.worlds.main()).session, "Page.stopLoading", timeout=STOP_TIMEOUT_S)
        except ScriptFailed as error:
            logger.debug("loading %s could not be stopped; the page may have come just now: %s", url, error)
        self._notices.add(f"the page at {url} did not come, so loading it was stopped")
        return True

    def _behind_dialog(self, tab: OurTab, view: View) -> Observation:
        """The page as it was last seen, with the dialog that keeps it from being looked at."""
        captured = tab.last_seen or Captured()
        if captured.url != tab.page.url:
            captured = Captured(url=tab.page.url)
        seen = self._observation(TabReading(captured, _worth_showing(captured, view, self._redactor)))
        dialog = tab.dialog.described if tab.dialog else None
        return replace(
            seen, dialog=dialog, notes=(*seen.notes, "a dialog is open; the page stands still behind it")
        )

    def _observation(self, reading: TabReading) -> Observation:
        captured, elements = reading.captured, reading.elements
        left_out = captured.unread_inside + len(captured.elements) - len(elements)
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
            ground=captured.ground,
            focused=captured.focused,
            structured=captured.structured,
            omitted=max(0, left_out) if elements else 0,
            notes=(
                *captured.notes,
                *self._notices.take(),
                *filter(None, (self._policy.news(), self._tabs.troubles())),
            ),
        )


async def _captured(
    worlds: IsolatedWorlds, view: View, wanted: Sequence[str]
) -> tuple[Captured, tuple[Element, ...]]:
    """All that is seen in a tab, and what of it is worth showing; worked out while a picture is taken."""
    captured = await capture(
        worlds,
        appearance=view.appearance,
        structured=view.structured,
        elements=view.elements,
        limit=worth_reading(view.budget_tokens),
        wanted=wanted,
    )
    return await beside(len(captured.elements), _shortened, captured, view, worlds.redactor)


def _shortened(captured: Captured, view: View, redactor: Redactor) -> tuple[Captured, tuple[Element, ...]]:
    captured = replace(captured, elements=without_spread_values(captured.elements, redactor))
    return captured, _worth_showing(captured, view, redactor)


def _worth_showing(captured: Captured, view: View, redactor: Redactor) -> tuple[Element, ...]:
    if not view.elements:
        return ()
    if view.budget_tokens is None:  # nothing is cut, and what is handed over is masked
        return captured.elements
    elements = without_whole_values(captured.elements, redactor)
    return distill(elements, view.budget_tokens, captured.unread)
