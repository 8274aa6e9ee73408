"""Dragging: an item of a list to another place, shapes into a box, a thing some way to one side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Drag, Point
from browser.observation import Box, Element
from browser.values.numbers import first_number
from browser.values.words import ordinal
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.grounding import looks
from engines.embedded.grounding.find import by_look, find, ranked, said
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read

_SIDES = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_WAY = 30.0
"""How far "drag it left" goes, CSS pixels: plain to see, and on most pages still on the page."""


@dataclass(frozen=True, slots=True)
class DragAside:
    """Drag a thing some way to one side."""

    what: Description
    side: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Drag it, and see that it moved that way."""
        element = _thing(self.what, scene)
        across, down = _SIDES[self.side]
        x, y = _middle(element)
        scene = yield from act(Drag(Point(x, y), Point(x + across * _WAY, y + down * _WAY)))
        now = scene.get(element.ref)
        if now is None or now.box is None:
            raise CannotDo(f"{said(element)} is gone after it was dragged")
        moved = (now.box.center[0] - x) * across + (now.box.center[1] - y) * down
        if moved <= 1:
            raise CannotDo(f"{said(element)} did not move {self.side}")
        return Evidence(f"{said(element)} moved {moved:.0f} px {self.side}", refs=(element.ref,))


@dataclass(frozen=True, slots=True)
class DragInto:
    """Drag things into containers: each group of things, and what it goes into."""

    moves: tuple[tuple[Description | None, Description], ...]
    """None: everything else."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Drag each to a free place inside, and see that it lies there."""
        placed: dict[str, Element] = {}
        notes.unsubmitted = True
        boxes = [self._container(into, scene) for _, into in self.moves]
        things = _movable(scene, boxes)
        for (what, _), box in zip(self.moves, boxes, strict=True):
            group = [e for e in things if e.ref not in placed]
            if what is not None:
                group = by_look(what, group, scene) if not what.name else [find(what, scene, group)]
                if not group and not what.every:
                    raise NotFound(f"found nothing that fits {what.text!r}")
            scene = yield from _gather(group, box, scene)
            placed |= {element.ref: box for element in group}
        for ref, box in placed.items():
            element = scene.get(ref)
            if element is None or not _inside(element, box):
                raise CannotDo(
                    f"{said(element) if element else ref} does not lie in {said(box)} after the drag"
                )
        return Evidence(f"{len(placed)} things lie where they were to go", refs=tuple(placed))

    def _container(self, into: Description, scene: Scene) -> Element:
        """The box that is meant: the drawn frames, the larger of two; left or right of several."""
        frames = [e for e in scene.elements if e.box and _is_frame(e)]
        frames = frames or [
            e for e in scene.elements if e.box and {"container", "drop", "droppable", "target"} & set(e.hints)
        ]
        side = next((word for word in ("left", "right", "top", "bottom") if word in into.text.lower()), "")
        if len(frames) > 1 and side:
            across = side in ("left", "right")
            frames.sort(key=lambda e: e.box.x if across and e.box else e.box.y if e.box else 0.0)
            return frames[0] if side in ("left", "top") else frames[-1]
        if len(frames) == 1:
            return frames[0]
        return find(into, scene)


@dataclass(frozen=True, slots=True)
class DragInside:
    """Drag one box wholly into another, told apart by size."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Put the smaller one into the middle of the larger one."""
        notes.unsubmitted = True
        boxes = [
            e for e in scene.elements if e.interactive and e.box and e.role in ("generic", "graphics-symbol")
        ]
        boxes = [e for e in boxes if e.box and min(e.box.width, e.box.height) > 6]
        if len(boxes) != 2:
            raise NotFound(f"found {len(boxes)} boxes that could be dragged, not 2")
        small, large = sorted(boxes, key=lambda e: e.box.width * e.box.height if e.box else 0.0)
        scene = yield from act(Drag(Point(*_middle(small)), Point(*_middle(large))))
        now = scene.get(small.ref)
        target = scene.get(large.ref)
        if now is None or target is None or not _inside(now, target):
            raise CannotDo("the smaller box does not lie inside the larger one after the drag")
        return Evidence("the smaller box lies inside the larger one", refs=(small.ref, large.ref))


@dataclass(frozen=True, slots=True)
class DragToPlace:
    """Move an item of a list or grid to another place in it."""

    name: str
    place: str
    """`3rd`, `top`, `down 1`, `bottom right` ..."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find the item and its fellows, work out the place, drag, and see that it is there."""
        anchor = _bearing(self.name, scene)
        items = family(anchor, scene)
        at = next(place for place, item in enumerate(items) if scene.holds(item, anchor))
        to = _place(self.place, at, items)
        if to == at:
            return Evidence(f"{self.name!r} is in its place already")
        scene = yield from move_item(items, at, to)
        now = family(_bearing(self.name, scene), scene)
        reached = next((n for n, item in enumerate(now) if self.name in scene.words_of(item)), -1)
        if reached != to:
            raise CannotDo(f"{self.name!r} is at place {reached + 1} after the drag, not {to + 1}")
        return Evidence(f"{self.name!r} is at place {to + 1}")


@dataclass(frozen=True, slots=True)
class SortList:
    """Bring a list that can be rearranged into the order of its numbers or letters."""

    descending: bool = False

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Put the right item into each place from the top, one drag at a time."""
        notes.unsubmitted = True
        size = len(self._items(scene))
        for place in range(size - 1):
            items = self._items(scene)
            keys = [_key(scene.words_of(item)) for item in items]
            wanted = sorted(keys, reverse=self.descending)
            if keys == wanted:
                break
            if keys[place] != wanted[place]:
                scene = yield from move_item(items, keys.index(wanted[place], place), place)
        keys = [_key(scene.words_of(item)) for item in self._items(scene)]
        if keys != sorted(keys, reverse=self.descending):
            raise CannotDo("the list is not in order after all drags")
        return Evidence("the list reads " + ", ".join(str(words) for _, words in keys))

    def _items(self, scene: Scene) -> list[Element]:
        for element in scene.elements:
            if (
                element.role in ("button", "link", "text")
                or not element.box
                or not _movable_look(element, scene)
            ):
                continue
            items = scene.alike(element)
            if len(items) > 1 and all(scene.words_of(item).strip() for item in items):
                return [item for item in items if item.box]
        raise NotFound("found no list that can be rearranged")


def _movable_look(element: Element, scene: Scene) -> bool:
    """Whether an element looks as if it could be dragged."""
    above = scene.parent(element)
    hints = {*element.hints, *(above.hints if above else ())}
    cursor = element.appearance.cursor if element.appearance else ""
    return (
        "draggable" in element.states
        or cursor in ("move", "grab", "ns-resize")
        or bool({"sortable", "draggable", "handle", "reorder"} & hints)
    )


def _key(words: str) -> tuple[float, str]:
    value = first_number(words)
    return (value if value is not None else 0.0, words.strip().lower())


def _bearing(name: str, scene: Scene) -> Element:
    """The text that says the name."""
    wanted = Description(text=name, name=name, exact=True)
    return find(wanted, scene, scene.texts)


def family(anchor: Element, scene: Scene) -> list[Element]:
    """The items of the list that an element is in, in reading order.

    Raises:
        NotFound: It is in none.
    """
    for record in scene.records_around(anchor):
        return [item for item in scene.alike(record) if item.box]
    raise NotFound(f"{said(anchor)} is in no list")


def move_item(items: Sequence[Element], at: int, to: int) -> Turns:
    """Drag the item at one place to another, a little beyond its middle so that the others make room."""
    x, y = _middle(items[at])
    target = items[to].box
    if target is None:
        raise CannotDo("the place to drag to is not on the page")
    end_x, end_y = target.center
    beyond = 0.3
    if abs(end_y - y) > target.height / 2:
        end_y += target.height * beyond * (1 if end_y > y else -1)
    if abs(end_x - x) > target.width / 2:
        end_x += target.width * beyond * (1 if end_x > x else -1)
    # Down or up first, then across: fewer of the others are passed over.
    return (yield from act(Drag(Point(x, y), Point(end_x, end_y), path=(Point(x, end_y),))))


def _place(words: str, at: int, items: Sequence[Element]) -> int:
    columns = len({round(item.box.x) for item in items if item.box})
    rows = max(1, len(items) // columns)
    nth = next((ordinal(word) for word in re.findall(r"\w+", words) if ordinal(word)), None)
    step = re.match(r"(up|down|left|right) by\s*(\w+)?", words)
    if nth is not None and not step:
        to = nth - 1 if nth > 0 else len(items) + nth
    elif step:
        across, down = _SIDES[step[1]]
        by = {"one": 1, "two": 2, "three": 3}.get(step[2] or "one", 0) or int(step[2]) if step[2] else 1
        to = at + by * (across + down * (columns if columns > 1 else 1))
    else:
        row = 0 if "top" in words else rows - 1 if "bottom" in words else (rows - 1) // 2
        column = 0 if "left" in words else columns - 1 if "right" in words else (columns - 1) // 2
        to = row * columns + column
    if not 0 <= to < len(items):
        raise NotFound(f"there is no place {words!r} among {len(items)}")
    return to


def _thing(what: Description, scene: Scene) -> Element:
    matches = ranked(what, scene)
    drawn = [e for e in scene.elements if looks.shape_of(e) and e.box and e.role != "text"]
    if matches and what.name:
        return matches[0].element
    if what.shape or what.colour:
        return find(what, scene, drawn)
    if len(drawn) == 1:
        return drawn[0]
    if matches:
        return matches[0].element
    raise NotFound(f"found no {what.text!r} to drag")


def _movable(scene: Scene, boxes: Sequence[Element]) -> list[Element]:
    taken = {box.ref for box in boxes}
    return [
        e
        for e in scene.elements
        if e.box and looks.shape_of(e) and e.ref not in taken and not _is_frame(e) and e.role != "text"
    ]


def _is_frame(element: Element) -> bool:
    """A drawn rectangle with a border and nothing in it."""
    look = element.appearance
    return element.tag == "rect" and look is not None and not look.background and bool(look.color)


def _gather(things: Sequence[Element], box: Element, scene: Scene) -> Turns:
    """Drag things to places of a grid inside the box, one beside the other."""
    if box.box is None or not things:
        return scene
    size = max(max(e.box.width, e.box.height) for e in things if e.box) + 3
    columns = max(1, int((box.box.width - 4) // size))
    drags = []
    for number_, element in enumerate(things):
        x = box.box.x + 3 + size / 2 + (number_ % columns) * size
        y = box.box.y + 3 + size / 2 + (number_ // columns) * size
        drags.append(Drag(Point(*_middle(element)), Point(x, min(y, box.box.bottom - size / 2))))
    return (yield from act(*drags))


def _inside(inner: Element, outer: Element) -> bool:
    a, b = inner.box, outer.box
    return bool(
        a and b and a.x >= b.x - 1 and a.y >= b.y - 1 and a.right <= b.right + 1 and a.bottom <= b.bottom + 1
    )


def _middle(element: Element) -> tuple[float, float]:
    box: Box | None = element.box
    if box is None:
        raise CannotDo(f"{said(element)} takes no space on the page")
    corners = looks.corners_of(element)
    if len(corners) == 3:  # the middle of a triangle's box may lie at its very edge
        return (sum(x for x, _ in corners) / 3, sum(y for _, y in corners) / 3)
    return box.center


_ASIDE = re.compile(r"^(?P<what>.+?)\s+(?:to the )?(?P<side>left|right|up|down)(?:wards?)?$", re.IGNORECASE)
_INTO = re.compile(
    r"^(?P<what>.+?)\s+(?:in)?to\s+(?P<into>the\s.+?(?:box|container|area|square|frame|zone|bin))$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^(?P<name>.+?)\s+(?:to (?:the )?(?P<place>.+?)(?: position| place| corner| of the (?:list|grid))?|"
    r"(?P<step>(?:up|down|left|right) by .+?)(?: positions?| places?)?)$",
    re.IGNORECASE,
)
_SPOT = r"(?:top|bottom|center|middle|left|right)"
_PLACES = re.compile(
    rf"^(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|last|{_SPOT}(?: {_SPOT})?)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`drag X to the 3rd position`, `drag all circles into the box`, `drag it left`, `sort the numbers`."""
    clause = clauses[0]
    if clause.verb == "sort":
        used = 1
        return Read(
            SortList(
                bool(
                    re.search(r"\b(?:descending|decreasing|reverse|highest to lowest|z to a)\b", clause.text)
                )
            ),
            used,
        )
    if clause.verb != "drag":
        return None
    rest = clause.rest
    if re.search(r"smaller box.*inside.*larger box|small box.*(?:in|inside|into).*large box", rest):
        return Read(DragInside())
    parts = re.split(r",?\s+and\s+(?=everything else|the (?:rest|others)|all\b)", rest)
    into = [_INTO.match(part) for part in parts]
    if into and all(into):
        return Read(DragInto(tuple(_move(match, clause) for match in into if match)))
    place = _PLACE.match(rest)
    if place and (place["step"] or _PLACES.match(place["place"] or "")):
        return Read(DragToPlace(clause.spoken(place["name"]), (place["step"] or place["place"]).lower()))
    aside = _ASIDE.match(rest)
    if aside:
        return Read(DragAside(describe(aside["what"], clause), aside["side"].lower()))
    return None


def _move(match: re.Match[str], clause: Clause) -> tuple[Description | None, Description]:
    rest = re.match(r"everything else|the rest|the others", match["what"])
    return (None if rest else describe(match["what"], clause), describe(match["into"], clause))
