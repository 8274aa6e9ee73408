"""Dragging a thing onto another, and moving an item of a list to another place in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Drag, Point
from browser.model.observation import Element
from browser.values.words import ORDINAL, ordinal
from engines.rules.grounding.find import find, said
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import NotRead, name_in
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.things import HOLDERS
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class DragOnto:
    """Drag one named thing onto another: a card into a column, a file into a folder."""

    what: Description
    onto: Description

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Drag it to the middle of the other, and see that the page changed."""
        thing, target = find(self.what, scene), find(self.onto, scene)
        if thing.box is None or target.box is None:
            raise CannotDo(f"{said(thing)} or {said(target)} takes no space on the page")
        before = _shown(thing, scene)
        scene = yield from act(Drag(Point(*thing.box.center), Point(*target.box.center)))
        if _shown(thing, scene) == before:
            raise CannotDo(f"nothing changed after {said(thing)} was dragged onto {said(target)}")
        return Evidence(f"dragged {said(thing)} onto {said(target)}", refs=(thing.ref, target.ref))


def _shown(thing: Element, scene: Scene) -> list[object]:
    """What a page says and where the thing stands on it; what is marked or has the focus does not count."""
    shown: list[object] = [e.name for e in scene.texts]
    shown += [(e.role, e.value) for e in scene.fields]
    return shown + [e.box for e in scene.elements if e.role == thing.role and e.name == thing.name]


@dataclass(frozen=True, slots=True)
class DragToPlace:
    """Move an item of a list to another place in it."""

    name: str
    place: int
    """1 for the first place, -1 for the last."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the item and its siblings, drag it, and see that it is at the place."""
        items = self._items(scene)
        at = self._place_of(items, scene)
        to = self.place - 1 if self.place > 0 else len(items) + self.place
        if not 0 <= to < len(items):
            raise NotFound(f"there are only {len(items)} places in the list")
        if at == to:
            return Evidence(f"{self.name!r} is at its place already")
        scene = yield from act(_drag(items[at], items[to]))
        reached = self._place_of(self._items(scene), scene)
        if reached != to:
            raise CannotDo(f"{self.name!r} is at place {reached + 1} after the drag, not {to + 1}")
        return Evidence(f"{self.name!r} is at place {to + 1}")

    def _items(self, scene: Scene) -> list[Element]:
        anchor = find(Description(text=self.name, name=self.name, exact=True), scene, scene.texts)
        for record in scene.records_around(anchor):
            return [item for item in scene.alike(record) if item.box]
        raise NotFound(f"{said(anchor)} is in no list")

    def _place_of(self, items: Sequence[Element], scene: Scene) -> int:
        return next((at for at, item in enumerate(items) if self.name in scene.words_of(item)), -1)


def _drag(item: Element, target: Element) -> Drag:
    """Drag an item a little beyond the middle of another one, so that the others make room."""
    if item.box is None or target.box is None:
        raise CannotDo("the place to drag to is not on the page")
    x, y = item.box.center
    end_x, end_y = target.box.center
    if abs(end_y - y) > target.box.height / 2:
        end_y += target.box.height * 0.3 * (1 if end_y > y else -1)
    if abs(end_x - x) > target.box.width / 2:
        end_x += target.box.width * 0.3 * (1 if end_x > x else -1)
    return Drag(Point(x, y), Point(end_x, end_y), path=(Point(x, end_y),))


_TO_PLACE = re.compile(
    rf"^(?P<name>.+?) to the (?:(?P<nth>{ORDINAL}) (?:position|place)|(?P<end>top|bottom)(?: of the list)?)$",
    re.IGNORECASE,
)
_ONTO = re.compile(r"^(?P<what>.+?) (?:onto|into|to) (?P<onto>.+)$", re.IGNORECASE)
_INTO_HOLDER = re.compile(rf" (?:{HOLDERS})$")


def read(clauses: Sequence[Clause]) -> Read | None:
    """`drag "Write report" to the 3rd position`, `drag the card "A" into "Done"`."""
    clause = clauses[0]
    if clause.verb != "drag":
        return None
    place = _TO_PLACE.match(clause.rest)
    if place:
        nth = ordinal(place["nth"]) if place["nth"] else 1 if place["end"].lower() == "top" else -1
        return Read(DragToPlace(name_in(place["name"], clause), nth or 1))
    onto = _ONTO.match(clause.rest)
    if onto is None or (clause.word == "move" and _INTO_HOLDER.search(onto["onto"])):
        return None
    what = describe(onto["what"], clause)
    if what.every or what.count:
        raise NotRead(onto["what"], clause)
    return Read(DragOnto(what, describe(onto["onto"], clause)))
