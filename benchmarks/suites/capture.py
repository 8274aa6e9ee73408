"""How long it takes to read a page, beside browser-use and Playwright's `aria_snapshot()`, in one run.

Each reader has a Chromium of its own, the same executable; they take turns, so that what else the machine
does falls on all of them. What is read must then be of use: things far below are clicked by their name,
and the page says which ones were.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page, async_playwright

from benchmarks.measure import commit, machine, now
from benchmarks.suites.peers.pages import PARAGRAPHS, MadePages
from benchmarks.suites.peers.peer import Peer, peer
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import launch
from browser.model.actions import Click
from browser.model.observation import LookRequest, View
from browser.options import LaunchOptions
from browser.session import Session
from engines.prompts.page import page_text

BUDGET = 6000
FAR_BELOW = (
    ("/article", f"note {PARAGRAPHS * 3}", f"link-{PARAGRAPHS * 3}"),
    ("/table", "Buy item 2417", "buy-2417"),
)
"""Page, name and id of things to be clicked; nothing else on the page has the name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a page."""

    ms: float
    chars: int
    """Of the text a model would be shown; tokens are about a fourth."""
    elements: int
    complete: bool = True
    """False: the reader gave up on the page and said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What several readings of one page by one reader come to."""

    ms: float
    """Median, milliseconds; of the complete readings, where there are any."""
    fastest_ms: float
    chars: int
    elements: int
    times: int
    given_up: int = 0
    """Readings in which the reader gave up on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRun:
    """A line of `results/capture.jsonl`."""

    pages: Mapping[str, Mapping[str, Read]]
    """Page -> reader -> what it took."""
    found_below: Mapping[str, bool]
    """Name of something far below -> whether a click by that name met it, and nothing else."""
    versions: Mapping[str, str]
    load: float
    """Processes that wanted a core, on average over the last minute of the run."""
    commit: str
    date: str
    machine: str

    def ratio(self, page: str, reader: str, ours: str = "ours") -> float | None:
        """How many times as long as we another reader takes; None where it did not read the page."""
        read = self.pages[page]
        return read[reader].ms / read[ours].ms if reader in read and ours in read else None


class Reader(Protocol):
    """What opens pages and reads them."""

    async def open(self, url: str) -> None:
        """Go there."""
        ...

    async def read(self) -> Reading:
        """Read the page that is open."""
        ...


class Ours:
    """Elements and a picture of the viewport, through the session's own call."""

    def __init__(self, session: Session, budget: int | None) -> None:
        self._session = session
        self._view = View(screenshots="viewport", budget_tokens=budget)

    async def open(self, url: str) -> None:
        """Go there."""
        await self._session.goto(url)

    async def read(self) -> Reading:
        """Observe; what a model is shown is written out outside the time where nothing is distilled."""
        began = time.perf_counter()
        seen = await self._session.observe(self._view)
        text = page_text(seen, BUDGET).text if self._view.budget_tokens else ""
        ms = (time.perf_counter() - began) * 1000
        assert seen.screenshots
        return Reading(ms, len(text), len(seen.elements))


class AriaSnapshot:
    """Playwright's own tree of roles and names; no picture."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def open(self, url: str) -> None:
        """Go there."""
        await self._page.goto(url)

    async def read(self) -> Reading:
        """The snapshot of the body."""
        began = time.perf_counter()
        text = await self._page.locator("body").aria_snapshot()
        return Reading((time.perf_counter() - began) * 1000, len(text), text.count("\n") + 1)


class BrowserUse:
    """browser-use's state of the browser, elements and picture, with its defaults."""

    def __init__(self, process: Peer) -> None:
        self._peer = process

    async def open(self, url: str) -> None:
        """Go there."""
        await self._peer.ask("open", url=url)

    async def read(self) -> Reading:
        """The summary, and the text of it."""
        said = await self._peer.ask("read")
        return Reading(said["ms"], said["chars"], said["elements"], said["complete"])


async def measure_capture(
    pages: MadePages, paths: Sequence[str], rounds: int, *, peers: bool = True
) -> CaptureRun:
    """Read each page `rounds` times with every reader in turn, after once to warm up.

    Raises:
        PeerMissing: The peer is not installed or does not start.
    """
    async with _readers(peers) as (session, readers, versions):
        read = {path: await _turns(readers, pages.url + path, rounds) for path in paths}
        found = {name: await _meets(session, pages, path, name, id_) for path, name, id_ in FAR_BELOW}
    return CaptureRun(
        pages=read,
        found_below=found,
        versions=versions,
        load=round(os.getloadavg()[0], 1),
        commit=commit(),
        date=now(),
        machine=machine(),
    )


@asynccontextmanager
async def _readers(peers: bool) -> AsyncIterator[tuple[Session, dict[str, Reader], dict[str, str]]]:
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(await launch(LaunchOptions(on_warning=lambda _: None)))
        session = await browser.open_session()
        readers: dict[str, Reader] = {"ours": Ours(session, BUDGET), "ours, all": Ours(session, None)}
        playwright = await stack.enter_async_context(async_playwright())
        chromium = await playwright.chromium.launch(
            executable_path=find_browser().path, chromium_sandbox=os.geteuid() != 0
        )
        stack.push_async_callback(chromium.close)
        page = await chromium.new_page(viewport={"width": 1280, "height": 720})
        readers["aria_snapshot"] = AriaSnapshot(page)
        versions = {"chromium": chromium.version}
        if peers:
            process = await stack.enter_async_context(peer())
            readers["browser-use"] = BrowserUse(process)
            versions["browser-use"] = process.version
        yield session, readers, versions


async def _turns(readers: Mapping[str, Reader], url: str, rounds: int) -> dict[str, Read]:
    readings: dict[str, list[Reading]] = {name: [] for name in readers}
    for reader in readers.values():
        await reader.open(url)
    for turn in range(rounds + 1):
        for name, reader in readers.items():
            reading = await reader.read()
            if turn:
                readings[name].append(reading)
    return {name: summarised(readings[name]) for name in readers}


def summarised(readings: Sequence[Reading]) -> Read:
    """Several readings of the same page."""
    complete = [reading for reading in readings if reading.complete]
    counted = complete or readings
    return Read(
        ms=round(statistics.median(reading.ms for reading in counted), 1),
        fastest_ms=round(min(reading.ms for reading in counted), 1),
        chars=counted[-1].chars,
        elements=counted[-1].elements,
        times=len(readings),
        given_up=len(readings) - len(complete),
    )


async def _meets(session: Session, pages: MadePages, path: str, name: str, wanted: str) -> bool:
    """Whether a click on what has this name, after a reading within the budget, meets that element alone."""
    pages.clicked.clear()
    await session.goto(pages.url + path)
    await session.observe(View(budget_tokens=BUDGET))
    (answer,) = await session.look([LookRequest(query=name)])
    named = [element for element in answer.elements if element.name == name and element.interactive]
    if len(named) != 1:
        return False
    result = await session.perform(Click(named[0].ref))
    return result.ok and pages.clicked == [wanted]


def table(run: CaptureRun) -> str:
    """The run as a table, a line for each page and reader, with how many times as long as ours it took."""
    lines = [
        "| page | reader | ms (median) | times ours | elements | tokens | gave up |",
        "|---|---|---|---|---|---|---|",
    ]
    for path, readers in run.pages.items():
        for name, read in readers.items():
            ratio = run.ratio(path, name)
            times = "" if ratio is None or name == "ours" else f"{ratio:.1f}"
            gave_up = f"{read.given_up} of {read.times}" if read.given_up else ""
            tokens = f"{read.chars // 4:,}" if read.chars else ""
            lines.append(
                f"| {path} | {name} | {read.ms:,.0f} | {times} | {read.elements:,} | {tokens} | {gave_up} |"
            )
    lines += [f"\nclicked by name, far below: {run.found_below}", f"load {run.load}, {run.versions}"]
    return "\n".join(lines)


def page_paths(folder: Path) -> list[str]:
    """The made pages, and those of a folder."""
    return ["/article", "/table", "/button", *(f"/{file.name}" for file in sorted(folder.glob("*.html")))]
