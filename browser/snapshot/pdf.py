"""The text of a PDF that a frame shows, page by page: Chromium's viewer paints it and has none for scripts.

The document is fetched by the frame itself: with the session's own cookies, and mostly from the cache.
"""

from __future__ import annotations

import asyncio
import base64
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed
from browser.model.observation import Box, Element, State
from browser.model.text import without_lone_surrogates

MEDIA_TYPE = "application/pdf"
FETCH_TIMEOUT_S = 20.0
READ_S = 15.0
"""How long a document is read; what it has beyond that is left out, and said to be."""
MOST_BYTES = 50_000_000
FIRST_NUMBER = 1_000_000_000
"""Numbers of what stands for pages and lines; no element of a document comes so far."""

FETCH = """(async () => {
  const answer = await fetch(location.href, {cache: 'force-cache', credentials: 'include'});
  if (!answer.ok) return {problem: `the server answered ${answer.status}`};
  const data = await answer.blob();
  if (data.size > %d) return {problem: 'it is too large'};
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve({data: reader.result.slice(reader.result.indexOf(',') + 1)});
    reader.readAsDataURL(data);
  });
})()"""


@dataclass(frozen=True, slots=True)
class Pdf:
    """What a PDF says."""

    pages: tuple[str, ...] = ()
    total: int = 0
    """How many pages it has; more than were read where that took too long."""
    problem: str = ""
    """Why some of it, or all, could not be read; "" where all was."""

    @property
    def text(self) -> str:
        """All that was read of it."""
        return "\n".join(page for page in self.pages if page)


_known: WeakKeyDictionary[IsolatedWorld, Pdf] = WeakKeyDictionary()


async def pdf_in(world: IsolatedWorld) -> Pdf:
    """The PDF that a world's document shows; a document is read once."""
    if world not in _known:
        _known[world] = await _fetched(world)
    return _known[world]


async def _fetched(world: IsolatedWorld) -> Pdf:
    try:
        said = await world.evaluate(FETCH % MOST_BYTES, timeout=FETCH_TIMEOUT_S)
    except ScriptFailed as error:
        return Pdf(problem=f"it could not be fetched again ({str(error).splitlines()[0]})")
    if "problem" in said:
        return Pdf(problem=said["problem"])
    return await asyncio.to_thread(read_pdf, base64.b64decode(said["data"]), READ_S)


def read_pdf(data: bytes, seconds: float) -> Pdf:
    """Read a document, for at most so many seconds."""
    from pypdf import PdfReader

    pages: list[str] = []
    until = time.monotonic() + seconds
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return Pdf(problem="a password is needed to open it")
        total = len(reader.pages)
        for page in reader.pages:
            if time.monotonic() > until:
                return Pdf(tuple(pages), total, f"only {len(pages)} of its {total} pages were read in time")
            pages.append(without_lone_surrogates(page.extract_text()).strip())
    except Exception as error:  # noqa: BLE001  broken documents raise whatever they run into
        return Pdf(tuple(pages), len(pages), f"it is broken ({error or type(error).__name__})")
    return Pdf(tuple(pages), total, "" if any(pages) else "there is no text in it, only pictures")


def elements_of_pdf(pdf: Pdf, number: int, area: Box, parent: str, depth: int) -> Iterator[Element]:
    """The pages as regions, one screen each, with a text for each line.

    Args:
        pdf: What was read.
        number: Of the world.
        area: Where the frame shows it, CSS pixels of the tab's viewport.
        parent: Ref of the frame's element; "" at the top.
        depth: Of the pages.
    """
    node = FIRST_NUMBER
    for nth, page in enumerate(pdf.pages):
        holder = f"f{number}e{node}"
        top = area.y + nth * area.height
        states: frozenset[State] = frozenset(("offscreen",) if nth else ())
        box = Box(area.x, top, area.width, area.height)
        name = f"Page {nth + 1} of {pdf.total}"
        yield Element(
            ref=holder, role="region", name=name, box=box, states=states, parent=parent, depth=depth
        )
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        height = area.height / max(1, len(lines))
        for at, line in enumerate(lines):
            node += 2
            box = Box(area.x, top + at * height, area.width, height)
            paragraph = f"f{number}e{node - 1}"
            yield Element(
                ref=paragraph, role="paragraph", box=box, states=states, parent=holder, depth=depth + 1
            )
            yield Element(
                ref=f"f{number}e{node}",
                role="text",
                tag="#text",
                name=line,
                text=line,
                box=box,
                states=states,
                parent=paragraph,
                depth=depth + 2,
            )
        node += 1
