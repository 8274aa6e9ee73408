"""Getting to a part of an application: `go to Security & Access`, `in Settings`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click
from browser.model.element_match import STRONG, similarity
from browser.model.observation import Element
from engines.rules.grounding.find import interchangeable, said, where
from engines.rules.grounding.titles import is_chosen
from engines.rules.reading.clauses import Clause
from engines.rules.reading.things import place_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read, Step
from engines.rules.skills.exploring import explore, is_usable, leads, without_count
from engines.rules.step_generator import Ambiguous, Evidence, StepGenerator, Turns, act


@dataclass(frozen=True, slots=True)
class GoTo:
    """Bring a page, section or tab of the application to the front."""

    place: str

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Press what leads there, be it behind a menu or in the settings."""
        yield from go_to(self.place, scene)
        return Evidence(f"{self.place!r} is in front")


@dataclass(frozen=True, slots=True)
class InPlace:
    """A step, in a page, section or tab that is to be brought to the front for it."""

    place: str
    step: Step

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Go there, then carry out the step."""
        scene = yield from go_to(self.place, scene)
        return (yield from self.step.carry_out(scene, notes))


def go_to(place: str, scene: Scene) -> Turns:
    """Bring a place to the front, unless it is there.

    Raises:
        NotFound, Ambiguous: Nothing leads there, or several things do.
    """
    bare = re.sub(r"\s+(?:settings|preferences|options)$", "", place, flags=re.IGNORECASE)
    names = dict.fromkeys((place, bare))

    def look(now: Scene) -> Element | None:
        return next((way for name in names if (way := _way_or_here(name, now)) is not None), None)

    scene, way = yield from explore(scene, look, place)
    if way.role == "heading":
        return scene
    return (yield from act(Click(way.ref)))


def _way_or_here(place: str, scene: Scene) -> Element | None:
    heading = where(scene, lambda e: e.role == "heading" and similarity(place, e.name or e.text) >= STRONG)
    ways = [e for e in where(scene, is_usable) if is_called(place, e, scene)]
    leading = [e for e in ways if leads(e, scene)] or ways
    others = [e for e in leading[1:] if not interchangeable(leading[0], e) and not scene.holds(leading[0], e)]
    if heading and not leading:
        return heading[0]
    if others and leading[0].role == others[0].role and not leads(leading[0], scene):
        raise Ambiguous(f"cannot tell which is meant by {place!r}: {said(leading[0])} or {said(others[0])}")
    if leading and heading and is_chosen(leading[0]):
        return heading[0]
    return leading[0] if leading else None


def is_called(name: str, element: Element, scene: Scene) -> bool:
    """Whether an element is called so, but for a number of things that stands behind its name."""
    names = {element.name, element.text, element.description}
    bare = {without_count(one) for one in names if one}
    return any(similarity(name, one) >= STRONG for one in bare if len(one) <= 60)


_GO = re.compile(r"^(?:to )?(?P<place>.+)$", re.IGNORECASE)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`navigate to Preferences`, `go to the Trash folder`, `in Settings`."""
    clause = clauses[0]
    if clause.verb == "navigate" and clause.rest:
        match = _GO.match(clause.rest)
        return Read(GoTo(place_in(match["place"], clause))) if match else None
    if clause.verb == "" and len(clauses) > 1:
        inside = re.fullmatch(r"(?:in|on|under) (?P<place>.+)", clause.rest, re.IGNORECASE)
        place = place_in(inside["place"], clause) if inside else ""
        return Read(GoTo(place)) if place[:1].isupper() else None
    return None
