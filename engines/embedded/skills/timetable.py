"""Entering an event into a day's timetable by dragging over free slots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Drag, Point, Scroll
from browser.observation import Box, Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import where
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fill

_DAY = 24 * 60
_CREATING = ("create", "save", "add", "ok", "done")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the timetable and when it begins, in minutes of the day."""

    cell: Element
    begins: int
    lasts: int


@dataclass(frozen=True, slots=True)
class CreateEvent:
    """An event of so many minutes, somewhere between two times where nothing else is."""

    name: str
    lasts: int
    earliest: int
    latest: int

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find free slots, drag over them, name the event, save it."""
        run = self._free_run(scene)
        scene = yield from act(Scroll(target=run[0].cell.ref, to="target"))
        first, last = (scene.get(slot.cell.ref) for slot in (run[0], run[-1]))
        if first is None or last is None or first.box is None or last.box is None:
            raise CannotDo("the slots are gone after scrolling")
        scene = yield from act(_over(first.box, last.box))
        fields = [field for field in scene.fields if field.enabled and not field.value]
        if len(fields) != 1:
            raise NotFound("no field for the event's name came up")
        yield from fill([(fields[0], self.name)], scene, notes)
        buttons = where(scene, lambda e: e.role == "button" and e.enabled and fold(e.name) in _CREATING)
        if len(buttons) != 1:
            raise NotFound("found no button that creates the event")
        yield from act(Click(buttons[0].ref))
        notes.unsubmitted = False
        return Evidence(f"created {self.name!r} at {_clock(run[0].begins)} for {self.lasts} minutes")

    def _free_run(self, scene: Scene) -> list[Slot]:
        slots = timetable(scene)
        taken = _events(scene, slots)
        run: list[Slot] = []
        for slot in slots:
            fits = self.earliest <= slot.begins and slot.begins + slot.lasts <= self.latest
            if not fits or any(_overlap(slot.cell.box, event) for event in taken):
                run = []
                continue
            run.append(slot)
            if sum(one.lasts for one in run) == self.lasts:
                return run
        raise NotFound(f"found no {self.lasts} free minutes between the two times")


def timetable(scene: Scene) -> list[Slot]:
    """The slots of the day, in order, with their times worked out from the labels beside them.

    Raises:
        NotFound: The page shows no timetable.
    """
    labels = [
        (minutes, text.box) for text in scene.texts if (minutes := clock(text.name)) is not None and text.box
    ]
    cells = where(scene, lambda e: e.interactive and not e.text and e.role == "generic" and bool(e.box))
    slots: list[Slot] = []
    for at, (minutes, box) in enumerate(labels):
        below = labels[at + 1][1].y if at + 1 < len(labels) else box.y + 1e6
        row = [e for e in cells if e.box and box.y - 4 <= e.box.y < below - 4 and e.box.x > box.x]
        if row and len(row) <= 12:
            lasts = 60 // len(row)
            slots += [Slot(cell, minutes + lasts * n, lasts) for n, cell in enumerate(row)]
    if len(slots) < 4:
        raise NotFound("found no timetable on the page")
    return slots


def _events(scene: Scene, slots: Sequence[Slot]) -> list[Box]:
    """Where something is entered already: what has words and lies over the column of the slots."""
    column = slots[0].cell.box
    if column is None:
        return []
    found = where(scene, lambda e: e.role != "text" and bool(e.text) and clock(e.text) is None)
    boxes = [e.box for e in found if e.box and e.box.x >= column.x - 2 and e.box.right <= column.right + 30]
    return [box for box in boxes if box.height < 12 * column.height]


def _overlap(cell: Box | None, event: Box) -> bool:
    return cell is not None and min(cell.bottom, event.bottom) - max(cell.y, event.y) > 3


def _over(first: Box, last: Box) -> Drag:
    """Along the middle, from the top of the first slot to well inside the last."""
    x = first.x + first.width / 2
    start, end = first.y + first.height * 0.3, last.y + last.height * 0.6
    path = tuple(Point(x, start + (end - start) * part / 4) for part in (1, 2, 3))
    return Drag(Point(x, start), Point(x, end), path=path)


def clock(words: str) -> int | None:
    """`8AM` or `16:30` in minutes of the day; None where it is no time of day."""
    match = re.fullmatch(r"\s*(\d{1,2})(?::(\d\d))?\s*([ap]\.?m\.?)?\s*", words, re.IGNORECASE)
    if match is None or not (match[2] or match[3]):
        return None
    hours, minutes = int(match[1]), int(match[2] or 0)
    if match[3]:
        hours = hours % 12 + (12 if match[3].lower().startswith("p") else 0)
    return (hours * 60 + minutes) % _DAY if minutes < 60 and hours < 25 else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


_EVENT = re.compile(
    r"^an? (?P<n>\d+(?:\.\d+)?)[ -](?P<unit>hours?|hrs?|minutes?|mins?) (?:long )?"
    r"(?:event|meeting|appointment) (?:named|called|titled) (?P<name>‹\d+›),? "
    r"between (?P<from>[\d:]+ ?[ap]?m?) and (?P<to>[\d:]+ ?[ap]?m?)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`create a 90 mins event named "Food", between 8AM and 12PM`."""
    clause = clauses[0]
    match = _EVENT.match(clause.rest) if clause.verb in ("create", "order") else None
    earliest, latest = (clock(match["from"]), clock(match["to"])) if match else (None, None)
    if match is None or earliest is None or latest is None:
        return None
    lasts = float(match["n"]) * (60 if match["unit"].lower().startswith("h") else 1)
    return Read(CreateEvent(clause.spoken(match["name"]), round(lasts), earliest, latest or _DAY))
