"""Getting to a part of an application: `go to Security & Access`, and looking for things where they may be.

Exploring presses only what leads somewhere (entries of navigation, tabs, settings), never what is called by
an act, each once, and those that share a word with what is looked for before the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from browser.model.actions import Action, Click
from browser.model.element_match import STRONG, fold, similarity, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import interchangeable, said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.things import place_in
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read, Step
from engines.rules.step_generator import (
    Ambiguous,
    Evidence,
    NotFound,
    StepGenerator,
    Turns,
    act,
    attempt,
    problem_of,
)

Found = TypeVar("Found")
_MOST_WAYS = 8
"""So many places are looked at for one thing."""
_NAVIGATION = frozenset(
    {"nav", "navigation", "sidebar", "sidenav", "tab", "tabs", "menu", "subnav", "navbar"}
)
_SETTINGS = frozenset({"settings", "preferences", "options", "account", "profile"})
ACTS = frozenset(
    "add new create compose delete remove log sign send pay buy upload download export import print "  # noqa: SIM905
    "share submit save cancel discard close archive invite leave clear reset revoke disconnect start "
    "stop publish subscribe unsubscribe approve deny duplicate copy refresh reload mark select help "
    "feedback upgrade".split()
)
"""What is called by one of these does something, and is no way to a place."""


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
    ways = [e for e in where(scene, _is_usable) if is_called(place, e, scene)]
    leading = [e for e in ways if leads(e, scene)] or ways
    others = [e for e in leading[1:] if not interchangeable(leading[0], e) and not scene.holds(leading[0], e)]
    if heading and not leading:
        return heading[0]
    if others and leading[0].role == others[0].role and not leads(leading[0], scene):
        raise Ambiguous(f"cannot tell which is meant by {place!r}: {said(leading[0])} or {said(others[0])}")
    if leading and heading and _is_current(leading[0]):
        return heading[0]
    return leading[0] if leading else None


def is_called(name: str, element: Element, scene: Scene) -> bool:
    """Whether an element is called so, but for a number of things that stands behind its name."""
    names = {element.name, element.text, element.description}
    bare = {without_count(one) for one in names if one}
    return any(similarity(name, one) >= STRONG for one in bare if len(one) <= 60)


def without_count(name: str) -> str:
    """A name without the number of things that stands behind it: `Orders` for `Orders (12)`."""
    return re.sub(r"[\s(]+\d+\+?\)?$", "", name)


def explore(
    scene: Scene, look: Callable[[Scene], Found | None], words: str
) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Found]]:
    """Look for something here and, where it is not, in the places that the application's navigation offers.

    Args:
        scene: The page as it is.
        look: What is looked for on a page; None: it is not there.
        words: Words for it; a place that shares one of them is looked at first.

    Raises:
        NotFound: It is in none of the places that were looked at.
    """
    tried: set[str] = set()
    while True:
        found = look(scene)
        if found is not None:
            return scene, found
        way = _next_way(scene, tried, words)
        if way is None or scene.steps_left <= 3 or len(tried) >= _MOST_WAYS:
            raise NotFound(_nowhere(words, scene, tried))
        tried.add(_key(way))
        scene = yield from attempt(Click(way.ref))
        if problem_of(scene) is not None and scene.steps_left <= 3:
            raise NotFound(_nowhere(words, scene, tried))


def _nowhere(words: str, scene: Scene, tried: set[str]) -> str:
    asked = set(words_of(words))
    near = [said(e) for e in where(scene, lambda e: e.interactive) if asked & set(words_of(e.name))]
    looked = f"; looked in {', '.join(sorted(tried))}" if tried else ""
    return f"found nothing that fits {words!r}{looked}" + (
        f"; the nearest are {', '.join(list(dict.fromkeys(near))[:3])}" if near else ""
    )


def _next_way(scene: Scene, tried: set[str], words: str) -> Element | None:
    ways = [e for e in where(scene, _is_usable) if is_way(e, scene) and _key(e) not in tried]
    ranked = sorted(ways, key=lambda e: (-_promise(e, words), scene.order[e.ref]))
    return ranked[0] if ranked and _promise(ranked[0], words) > 0 else None


def _promise(way: Element, words: str) -> int:
    """How likely something of these words is behind it; 0: it is not looked at."""
    shared = len(_stems(way.name or way.text or way.description) & _stems(words))
    names = set(words_of(way.name or way.description))
    return 4 * shared + 2 * bool(names & _SETTINGS) + (way.role == "tab" or "tab" in way.hints)


def _stems(words: str) -> set[str]:
    return {word[:5].rstrip("s") for word in words_of(words) if len(word) > 2}


def is_way(element: Element, scene: Scene) -> bool:
    """Whether it leads to another place of the application, and is called by no act."""
    name = words_of(element.name or element.text or element.description)
    if not name or len(name) > 5 or name[0] in ACTS or _is_current(element):
        return False
    return leads(element, scene) or bool(set(name) & _SETTINGS)


def leads(element: Element, scene: Scene) -> bool:
    """Whether it is an entry of the application's navigation."""
    if element.role in ("tab", "menuitem") or _NAVIGATION & set(element.hints):
        return True
    return any(above.role in ("navigation", "tablist", "menubar") for above in scene.ancestors(element))


def _is_current(element: Element) -> bool:
    return "selected" in element.states or bool({"active", "current", "selected"} & set(element.hints))


def _is_usable(element: Element) -> bool:
    return (
        element.interactive and element.enabled and "covered" not in element.states and element.tag != "input"
    )


def _key(element: Element) -> str:
    return fold(re.sub(r"\d+", "", element.name or element.text or element.description))


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
