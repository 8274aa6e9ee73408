"""A long list while it is read: what it shows now, and what has been read of it so far."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import uuid4

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input.context import InputContext
from browser.input.lists.rows import SeenRow, overlap
from browser.input.outcome import Outcome
from browser.input.targets import Named
from browser.model.actions import Collect
from browser.model.errors import ActionFailed, BadTarget, StaleRef
from browser.model.results import Collected, Row
from browser.snapshot.element_records import elements_of
from browser.snapshot.placement import Placement

READ_TRIES = 20

Stopped = Literal["end", "max_rows", "max_pages", "max_seconds", "stuck"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why it does not go on."""

    kind: Stopped
    why: str


@dataclass(frozen=True, slots=True)
class ListSnapshot:
    """What the list shows at one moment, and the ways in which it goes on."""

    world: IsolatedWorld
    rows: tuple[SeenRow, ...]
    said: Mapping[str, Any]

    @property
    def keys(self) -> tuple[str, ...]:
        """What the rows say."""
        return tuple(row.key for row in self.rows)

    def control(self, kind: str) -> Mapping[str, Any] | None:
        """The control that is `more`, `next` or `retry`; None where there is none."""
        found: Mapping[str, Any] | None = self.said[kind]
        return found

    @property
    def reaches_down(self) -> bool:
        """Whether there are rows as far down as can be seen, or as there can be."""
        if not self.rows:
            return False
        end = self.rows[-1].at + self.rows[-1].high
        return bool(end >= self.said["top"] + self.said["view"] or self.said["left"] <= 2)

    @property
    def waiting(self) -> bool:
        """Whether the page says that it is loading."""
        return bool(self.said["waiting"])


@dataclass
class ListCollection:
    """One list, while it is read."""

    context: InputContext
    action: Collect
    world: IsolatedWorld
    holder: int
    spec: Mapping[str, Any]
    began: float
    reader: str = field(default_factory=lambda: uuid4().hex[:8])
    rows: list[Row] = field(default_factory=list)
    page: list[SeenRow] = field(default_factory=list)
    """Rows of the present page, which may be seen again."""
    contents: dict[tuple[tuple[int, int], str], Row] = field(default_factory=dict)
    pages: int = 1
    presses: int = 0
    scrolls: int = 0
    adverts_before: int = 0
    """On pages that were turned."""
    adverts_here: int = 0
    labels: list[str] = field(default_factory=list)
    drops_rows: bool = False
    """Whether rows leave the document when they are scrolled out of sight."""
    scrolled_out: bool = False
    """Whether scrolling brings nothing more on this page."""
    scrolling_helped: bool = False
    pressing_helped: bool = False
    """Whether it is a list that grows by pressing."""
    turns: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    async def read(self) -> ListSnapshot:
        """What the list shows now; it is found again where the page has replaced it."""
        for _ in range(READ_TRIES):
            try:
                said = await self.world.call(
                    "act", self.holder, "readList", self.spec, self.reader, timeout=30.0
                )
                if not said.get("gone"):
                    self.adverts_here = max(self.adverts_here, said["adverts"])
                    return ListSnapshot(self.world, await self._seen(said["rows"], said["url"]), said)
            except NoAnswer as error:
                raise ActionFailed("the page did not answer while its list was read") from error
            except ScriptFailed:
                pass  # it is on its way to another document
            if not await self._find_again():
                await self.context.rest(time.monotonic(), 1.0)
        raise ActionFailed("the page that is shown now has no such list")

    async def _seen(self, rows: Sequence[Mapping[str, Any]], url: str) -> tuple[SeenRow, ...]:
        placement: Placement | None = None
        found = []
        for said in rows:
            node = (self.world.number, int(said["n"]))
            row = None
            if "records" in said:
                placement = placement or await _placement(self.world)
                row = Row(
                    text=said["text"],
                    url=url,
                    ref=f"f{node[0]}e{node[1]}",
                    cells=tuple((name, text) for name, text in said["cells"]),
                    elements=elements_of(said["records"], self.world.number, placement),
                )
                self.contents[node, said["k"]] = row
            row = row or self.contents.get((node, said["k"]))
            found.append(
                SeenRow(
                    node=node, key=said["k"], at=said["at"], high=said["high"], place=said["place"], row=row
                )
            )
        return tuple(found)

    async def _find_again(self) -> bool:
        """The list by what it is known by, in whichever frame it is now."""
        try:
            worlds = await self.context.tab.worlds.all()
            found = await _best_list(worlds, self.spec)
        except ScriptFailed:
            return False
        if found is None:
            return False
        self.world, self.holder, _ = found
        return True

    def take(self, seen: Sequence[SeenRow]) -> int:
        """Add these rows; returns how many were new."""
        for one in seen:
            if one.row is not None:
                self.rows.append(_marked(one.row, len(self.rows)))
        self.page.extend(replace(one, row=None) for one in seen)
        return len(seen)

    def add_following(self, now: ListSnapshot) -> int | None:
        """Add the rows that continue those seen before; None where the two do not touch."""
        again = overlap(self.page, now.rows)
        if again is None:
            return None
        end = again.now + again.count
        # Where rows are is measured anew: what comes into view is not always where it was estimated.
        self.page[again.known : again.known + again.count] = [
            replace(one, row=None) for one in now.rows[again.now : end]
        ]
        return self.take(now.rows[end:])

    def turn(self, now: ListSnapshot) -> None:
        """Begin another page of the list: all its rows count as new."""
        self.page.clear()
        self.contents.clear()
        self.pages += 1
        self.scrolled_out = False
        self.adverts_before += self.adverts_here
        self.adverts_here = now.said["adverts"]
        self.take(now.rows)

    @property
    def full(self) -> bool:
        """Whether as many rows are there as are wanted."""
        return len(self.rows) >= self.action.max_rows

    @property
    def adverts(self) -> int:
        """How many adverts between the rows were left out."""
        return self.adverts_before + self.adverts_here

    @property
    def late(self) -> bool:
        """Whether no time is left to go on."""
        return time.monotonic() - self.began >= self.action.max_seconds

    def outcome(self, stop: Stop) -> Outcome:
        """What has been read so far."""
        collected = Collected(
            rows=tuple(self.rows[: self.action.max_rows]),
            stopped=stop.kind,
            why=stop.why,
            pages=self.pages,
            presses=self.presses,
            scrolls=self.scrolls,
            adverts=self.adverts,
            seconds=round(time.monotonic() - self.began, 2),
        )
        return Outcome(told(collected, self.labels), collected=collected)


def told(collected: Collected, labels: Sequence[str] = ()) -> str:
    """What was done, as a sentence that leaves no doubt whether it is all there is."""
    ways = []
    if collected.scrolls:
        ways.append("scrolling")
    ways += [f"pressing {label!r}" for label in dict.fromkeys(labels) if not label.isdigit()]
    if any(label.isdigit() for label in labels):
        ways.append("pressing the numbers of pages")
    count = len(collected.rows)
    by = f" by {' and '.join(ways)}" if ways else ""
    pages = f" from {collected.pages} pages or blocks" if collected.pages > 1 else ""
    adverts = f"; {collected.adverts} adverts between them left out" if collected.adverts else ""
    ended = "" if collected.complete else "; THERE MAY BE MORE"
    left = "; the page is left at the last rows" if collected.presses or collected.scrolls else ""
    return (
        f"collected {count} row{'' if count == 1 else 's'}{pages}{by}{adverts}; "
        f"stopped: {collected.why}{ended}{left}"
    )


async def find_list(context: InputContext, action: Collect) -> ListCollection:
    """Find the list."""
    began = time.monotonic()
    if action.target is not None:
        element = context.named(action.target)
        said = await _ask_for_list(element.world, element.number, None)
        if said is None:
            raise BadTarget(f"{action.target} is not in a list")
        return ListCollection(context, action, element.world, said["list"], said["spec"], began)
    try:
        found = await _best_list(await context.tab.worlds.all(), None)
    except ScriptFailed as error:
        raise StaleRef("page") from error
    if found is None:
        raise BadTarget("the page has no list of several like rows")
    world, holder, spec = found
    return ListCollection(context, action, world, holder, spec, began)


async def _best_list(
    worlds: Sequence[IsolatedWorld], spec: Mapping[str, Any] | None
) -> tuple[IsolatedWorld, int, Mapping[str, Any]] | None:
    """The list of all frames that most speaks for."""
    best, points = None, -1.0
    for world in worlds:
        try:
            said = await _ask_for_list(world, 0, spec)
        except StaleRef:
            continue
        if said is not None and said["points"] > points:
            best, points = (world, int(said["list"]), said["spec"]), said["points"]
    return best


async def _ask_for_list(
    world: IsolatedWorld, number: int, spec: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    try:
        said: Mapping[str, Any] | None = (
            await world.call("act", number, "findList", spec)
            if number
            else await world.call("ask", "findList", spec)
        )
    except ScriptFailed as error:
        raise StaleRef(f"f{world.number}e{number}") from error
    if said is not None and said.get("gone"):
        raise StaleRef(f"f{world.number}e{number}")
    return said


async def _placement(world: IsolatedWorld) -> Placement:
    """Where a frame lies in the tab."""
    if world.parent is None:
        return Placement()
    outer = await _placement(world.parent)
    said = await Named("", world.parent, world.owner).do("frameAt")
    return outer.inside(said["at"])


def _marked(row: Row, place: int) -> Row:
    """The row with refs of its own: a list that drops rows uses an element for many of them."""
    mark = f"r{place}."
    elements = tuple(
        replace(one, ref=mark + one.ref, parent=mark + one.parent if one.parent else "")
        for one in row.elements
    )
    return replace(row, elements=elements)
