"""Reading a long list to its end, by whichever way it goes on.

It is scrolled where it reaches below what is in view (rows that are dropped meanwhile are put together
by their order), then what lies below it is pressed: "load more", or the way to the next page. It ends
when the page says so, when nothing new comes after a bounded number of tries, or at a bound.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import uuid4

from browser.actions import Click, Collect, Collected, Row
from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.errors import ActionFailed, BadTarget, StaleRef
from browser.perform import pointer
from browser.perform.hand import InputContext
from browser.perform.outcome import Outcome, unheard
from browser.perform.rows import Seen, overlap
from browser.perform.targets import Named
from browser.snapshot.element_records import elements_of
from browser.snapshot.placement import Placement

TRIES = 2
"""How often the end of a list is asked for more before it counts as the end."""
LATE_MS = 700
"""How long rows that nothing announces are waited for."""
ANSWER_MS = 4000
"""How long rows are waited for after a press, or while the page says that it is loading."""
STEP = 0.8
"""Share of the view that is scrolled at a time where rows are dropped."""
KEPT_ROWS = 3
"""How many of the last rows are seen again after a step."""
STEPS_BACK = 6
READ_TRIES = 20

Stopped = Literal["end", "max_rows", "max_pages", "max_seconds", "stuck"]


@dataclass(frozen=True, slots=True)
class Stop:
    """Why it does not go on."""

    kind: Stopped
    why: str


CUT_SHORT = Stop("stuck", "it was cut short")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the list shows at one moment, and the ways in which it goes on."""

    world: IsolatedWorld
    rows: tuple[Seen, ...]
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
class Gathering:
    """One list, while it is read."""

    context: InputContext
    action: Collect
    world: IsolatedWorld
    holder: int
    spec: Mapping[str, Any]
    began: float
    reader: str = field(default_factory=lambda: uuid4().hex[:8])
    rows: list[Row] = field(default_factory=list)
    page: list[Seen] = field(default_factory=list)
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

    async def read(self) -> Reading:
        """What the list shows now; it is found again where the page has replaced it."""
        for _ in range(READ_TRIES):
            try:
                said = await self.world.call(
                    "act", self.holder, "readList", self.spec, self.reader, timeout=30.0
                )
                if not said.get("gone"):
                    self.adverts_here = max(self.adverts_here, said["adverts"])
                    return Reading(self.world, await self._seen(said["rows"], said["url"]), said)
            except NoAnswer as error:
                raise ActionFailed("the page did not answer while its list was read") from error
            except ScriptFailed:
                pass  # it is on its way to another document
            if not await self._find_again():
                await self.context.rest(time.monotonic(), 1.0)
        raise ActionFailed("the page that is shown now has no such list")

    async def _seen(self, rows: Sequence[Mapping[str, Any]], url: str) -> tuple[Seen, ...]:
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
                Seen(node=node, key=said["k"], at=said["at"], high=said["high"], place=said["place"], row=row)
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

    def take(self, seen: Sequence[Seen]) -> int:
        """Add these rows; gives how many."""
        for one in seen:
            if one.row is not None:
                self.rows.append(_marked(one.row, len(self.rows)))
        self.page.extend(replace(one, row=None) for one in seen)
        return len(seen)

    def go_on(self, now: Reading) -> int | None:
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

    def turn(self, now: Reading) -> None:
        """Another page is there: all its rows are new."""
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
            adverts=self.adverts_before + self.adverts_here,
            seconds=round(time.monotonic() - self.began, 2),
        )
        return Outcome(told(collected, self.labels), collected=collected)


async def collect(context: InputContext, action: Collect) -> Outcome:
    """Read the list; what was read is in the outcome, also where something cuts it short.

    Raises:
        BadTarget: There is no list, or a bound makes no sense.
        StaleRef: The target is gone.
    """
    if action.max_rows < 1 or action.max_pages < 1:
        raise BadTarget("max_rows and max_pages must be at least 1")
    gathering = await _begin(context, action)
    now = await gathering.read()
    gathering.take(now.rows)
    gathering.turns.add((now.said["mark"], now.keys))
    stop = _bound(gathering)
    while stop is None:
        context.on_progress(gathering.outcome(CUT_SHORT))
        try:
            now, stop = await _turn(gathering, now)
        except ActionFailed as error:
            stop = Stop("stuck", str(error))
        stop = stop or _bound(gathering)
    return gathering.outcome(stop)


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


async def _begin(context: InputContext, action: Collect) -> Gathering:
    """Find the list."""
    began = time.monotonic()
    if action.target is not None:
        element = context.named(action.target)
        said = await _ask_for_list(element.world, element.number, None)
        if said is None:
            raise BadTarget(f"{action.target} is not in a list")
        return Gathering(context, action, element.world, said["list"], said["spec"], began)
    try:
        found = await _best_list(await context.tab.worlds.all(), None)
    except ScriptFailed as error:
        raise StaleRef("page") from error
    if found is None:
        raise BadTarget("the page has no list of several like rows")
    world, holder, spec = found
    return Gathering(context, action, world, holder, spec, began)


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


def _bound(gathering: Gathering) -> Stop | None:
    action = gathering.action
    if gathering.full:
        return Stop("max_rows", f"max_rows ({action.max_rows}) reached")
    if gathering.late:
        return Stop("max_seconds", f"max_seconds ({action.max_seconds:g}) reached")
    return None


async def _turn(gathering: Gathering, now: Reading) -> tuple[Reading, Stop | None]:
    """Go on in the way that comes first: to the end of what can be scrolled, then by pressing."""
    total = now.said["total"]
    last = gathering.page[-1].place if gathering.page else None
    if total and gathering.pages == 1 and len(gathering.rows) >= total and last is not None:
        return now, Stop("end", f"the page counts {total} rows")
    if _can_scroll(gathering, now):
        return await _scroll(gathering, now)
    if now.said["end"]:
        return now, Stop("end", f"the page says {now.said['end']!r}")
    for kind in ("retry", "more", "next"):
        control = now.control(kind)
        if control is None:
            continue
        if gathering.pages >= gathering.action.max_pages:
            return now, Stop("max_pages", f"max_pages ({gathering.action.max_pages}) reached")
        if kind == "next":
            return await _next_page(gathering, now, control)
        return await _load(gathering, now, control)
    if now.waiting and not gathering.scrolled_out:
        return await _wait_for_more(gathering, now)
    if now.said["spent"]:
        return now, Stop("end", f"{now.said['spent']!r} is there no more or disabled")
    return now, Stop("end", "nothing new came and nothing leads on")


def _can_scroll(gathering: Gathering, now: Reading) -> bool:
    """Whether there may be rows further down this page."""
    said = now.said
    if gathering.scrolled_out or (said["end"] and not gathering.drops_rows and not said["below"]):
        return False
    if gathering.drops_rows:
        return bool(said["left"] > 2)
    if said["inner"]:
        return bool(said["left"] > 2 or said["below"] > 2)
    if said["more"] or said["retry"]:
        return False
    if (gathering.pressing_helped or said["next"] or said["spent"]) and gathering.pages > 1:
        return gathering.scrolling_helped and said["below"] > 2
    return bool(said["below"] > 2 or (said["left"] > 2 and not said["next"]))


async def _settled(gathering: Gathering, since: float) -> Reading:
    """The list once the page has come to rest."""
    await gathering.context.rest(since)
    if gathering.world.parent is not None:
        with suppress(ScriptFailed):  # the frame may be on its way to another document
            await gathering.world.call("whenQuiet", 60, 1000)
    return await gathering.read()


async def _changed(gathering: Gathering, ceiling_ms: int) -> bool:
    """Wait until the rows are not what they were; False: they stay as they are."""
    left_ms = int((gathering.began + gathering.action.max_seconds - time.monotonic()) * 1000)
    ceiling_ms = max(1, min(ceiling_ms, left_ms))
    try:
        said = await gathering.world.call(
            "act", gathering.holder, "whenListChanges", gathering.spec, ceiling_ms,
            timeout=ceiling_ms / 1000 + 5.0,
        )  # fmt: skip
    except NoAnswer as error:
        raise ActionFailed("the page did not answer while more rows were waited for") from error
    except ScriptFailed:
        return True
    return bool(said.get("gone") or said["changed"])


async def _move(gathering: Gathering, by: float | None) -> tuple[Reading, float]:
    """Scroll, and read what is there then; only what is still on its way is waited for."""
    since = time.monotonic()
    gathering.scrolls += 1
    said = await Named("", gathering.world, gathering.holder).do("scrollList", by)
    moved = float(said["moved"])
    if gathering.drops_rows and not gathering.context.tab.traffic.busy(since):
        now = await gathering.read()
        if now.reaches_down and not now.waiting and overlap(gathering.page, now.rows):
            return now, moved
    return await _settled(gathering, since), moved


async def _scroll(gathering: Gathering, now: Reading) -> tuple[Reading, Stop | None]:
    """Scroll on and take the rows that come; back in smaller steps where some would be missed."""
    step = _step(now) if gathering.drops_rows else None
    now, moved = await _move(gathering, step)
    new = gathering.go_on(now)
    for _ in range(STEPS_BACK):
        if new is not None:
            break
        gathering.drops_rows = True
        step = STEP * now.said["view"] if step is None else step / 2
        now, back = await _move(gathering, step - moved)
        moved += back
        new = gathering.go_on(now)
    if new is None:
        return now, Stop("stuck", "the rows that came do not follow on those before")
    if new:
        gathering.scrolling_helped = True
        return now, None
    if gathering.drops_rows and now.said["left"] > 2 and moved:
        return now, None
    return await _wait_for_more(gathering, now)


def _step(now: Reading) -> float:
    """As far as leaves the last rows in view, so that they are seen again."""
    view = float(now.said["view"])
    if not now.rows:
        return STEP * view
    last = now.rows[-1]
    return max(STEP * view, last.at - KEPT_ROWS * last.high - float(now.said["top"]))


async def _wait_for_more(gathering: Gathering, now: Reading) -> tuple[Reading, Stop | None]:
    """At the end of what can be scrolled: rows may still be on their way, or wait to be asked for again."""
    for attempt in range(TRIES):
        if now.control("more") or now.control("retry") or now.said["end"]:
            break
        if not await _changed(gathering, ANSWER_MS if now.waiting else LATE_MS):
            if attempt + 1 == TRIES or gathering.late:
                break
            await _move(gathering, -now.said["view"] / 3)  # some pages ask again only when the end comes anew
            now, _ = await _move(gathering, None)
        else:
            now = await _settled(gathering, time.monotonic())
        if gathering.go_on(now):
            gathering.scrolling_helped = True
            return now, None
    gathering.scrolled_out = True
    return now, None


async def _press(gathering: Gathering, control: Mapping[str, Any]) -> Reading:
    since = time.monotonic()
    gathering.presses += 1
    gathering.labels.append(control["label"])
    unreported = replace(gathering.context, on_progress=unheard)  # what is told is how far the list is read
    await pointer.click(unreported, Click(f"f{gathering.world.number}e{control['n']}"))
    return await _settled(gathering, since)


async def _load(
    gathering: Gathering, before: Reading, control: Mapping[str, Any]
) -> tuple[Reading, Stop | None]:
    """Press what loads more below; what replaces the rows instead was the way to another page."""
    now = before
    for _ in range(TRIES):
        now = await _press(gathering, now.control("more") or now.control("retry") or control)
        if now.keys == before.keys and await _changed(gathering, ANSWER_MS if now.waiting else LATE_MS * 2):
            now = await _settled(gathering, time.monotonic())
        if now.world is not before.world:
            return now, _turned(gathering, before, now)
        if now.keys != before.keys:
            new = gathering.go_on(now)
            if new:
                gathering.pages += 1
                gathering.pressing_helped = True
                gathering.scrolled_out = False
                return now, None
            if new is None:
                return now, _turned(gathering, before, now)
        if not now.control("more") and not now.control("retry"):
            return now, None
        if gathering.late:
            return now, None
    return now, Stop("end", f"pressing {control['label']!r} brings nothing new")


async def _next_page(
    gathering: Gathering, before: Reading, control: Mapping[str, Any]
) -> tuple[Reading, Stop | None]:
    """Go to the next page. It is pressed once: pressed again, a late page would be passed over."""
    now = await _press(gathering, control)
    late_ms = ANSWER_MS if now.said["mark"] == before.said["mark"] else LATE_MS
    if now.world is before.world and now.keys == before.keys and await _changed(gathering, late_ms):
        now = await _settled(gathering, time.monotonic())
    while (now.waiting or not now.rows) and await _changed(gathering, ANSWER_MS):
        now = await _settled(gathering, time.monotonic())
    if now.world is before.world:
        if now.keys == before.keys and now.said["mark"] == before.said["mark"]:
            return now, Stop("stuck", f"pressing {control['label']!r} changed nothing")
        grown = len(now.rows) > len(before.rows) and now.keys[: len(before.rows)] == before.keys
        if grown and gathering.go_on(now):
            gathering.pages += 1
            return now, None
    return now, _turned(gathering, before, now)


def _turned(gathering: Gathering, before: Reading, now: Reading) -> Stop | None:
    """Take a page in; a page that was there before ends it."""
    mark = (now.said["mark"], now.keys)
    if mark in gathering.turns or not now.rows:
        return Stop("end", "the pages begin anew" if now.rows else "the next page is empty")
    gathering.turns.add(mark)
    gathering.turn(now)
    return None
