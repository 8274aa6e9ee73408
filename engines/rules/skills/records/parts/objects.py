"""Objects on a canvas: shapes and texts that do not show their name, which a panel says of the chosen one.

Each is chosen in turn until the panel shows the name that is asked for. A canvas is what its author calls so.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from browser.model.actions import Action, Click
from browser.model.element_match import STRONG, says_all, similarity
from browser.model.observation import Element
from engines.rules.grounding.find import said, where
from engines.rules.grounding.titles import is_chosen
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.records.locate import Deed, deeds_in, stems
from engines.rules.step_generator import (
    Ambiguous,
    CannotDo,
    Evidence,
    NotFound,
    StepGenerator,
    Turns,
    act,
    attempt,
)

_CANVAS = frozenset({"canvas", "stage", "artboard", "whiteboard", "drawing"})
_NAMES = frozenset({"name", "layer", "title", "label"})
_CONTROLS = ("button", "link", "checkbox", "radio", "combobox", "option", "tab", "menuitem", "slider")
_MOST = 12
"""So many objects are chosen to learn what they are called."""
_TURNS_KEPT = 6
"""Turns that are left for what is to be done to the object."""
_NO_NAME = frozenset({"text", "object", "shape", "element", "layer", "item", "box", "block"})
"""Nouns behind a name, or in place of one, that say what kind of thing an object is."""


@dataclass(frozen=True, slots=True)
class OnCanvas:
    """An object of a canvas, by its place among them, that a panel names."""

    thing: Thing
    at: int
    called: str
    """What the panel says it is called."""

    def around(self, scene: Scene) -> Element | None:
        """What holds the objects."""
        return scene.parent(objects(scene)[self.at]) if self._is_chosen(scene) else None

    def _is_chosen(self, scene: Scene) -> bool:
        """Whether the panel names it; a panel of other parts that names nothing leaves it to its mark."""
        found = objects(scene)
        name = name_shown(scene)
        if self.at >= len(found) or (name and name != self.called):
            return False
        marked = [at for at, one in enumerate(found) if is_chosen(one)]
        return name == self.called or marked == [self.at]

    def again(self, scene: Scene) -> Turns:
        """Choose another object, then this one."""
        found = objects(scene)
        others = [one for at, one in enumerate(found) if at != self.at]
        if not others or self.at >= len(found):
            raise CannotDo(f"cannot choose {self.called!r} again")
        scene = yield from act(Click(others[0].ref))
        if self._is_chosen(scene) or self.at >= len(objects(scene)):
            raise CannotDo(f"cannot tell {self.called!r} from what was chosen in between")
        scene = yield from act(Click(objects(scene)[self.at].ref))
        if not self._is_chosen(scene):
            raise CannotDo(f"{self.called!r} is no longer the chosen one")
        return scene


_Found = Generator[tuple[Action, ...], Scene, tuple[Scene, OnCanvas]]


def objects(scene: Scene) -> list[Element]:
    """What can be pressed on the innermost canvas of a page: no control, and nothing that has one in it."""
    usable = where(scene, lambda e: e.interactive and e.role not in _CONTROLS and not is_text_field(e))
    canvases = {e.ref: next((up for up in scene.ancestors(e) if _CANVAS & {*up.hints}), None) for e in usable}
    innermost = max((canvas.depth for canvas in canvases.values() if canvas is not None), default=0)
    found = [e for e in usable if (up := canvases[e.ref]) is not None and up.depth == innermost]
    found = scene.outermost(found)
    return [
        e
        for e in found
        if not any(one.interactive and one.text for one in scene.inside(e) if one.ref != e.ref)
    ]


def name_shown(scene: Scene) -> str:
    """What the one field for a name beside the canvas holds; "" where there is none."""
    fields = [
        f
        for f in scene.fields
        if f.value and _NAMES & {*f.hints} and {"object", "layer", "shape", "element", "node"} & {*f.hints}
    ]
    return (fields[0].value or "") if len(fields) == 1 else ""


def choose_object(thing: Thing, scene: Scene) -> _Found:
    """Choose the one object of a canvas that a panel calls so.

    Raises:
        NotFound, Ambiguous: None of the objects is called so, or several are.
    """
    called: list[str] = []
    for at in range(min(len(objects(scene)), _MOST)):
        if scene.steps_left <= _TURNS_KEPT:
            break
        found = objects(scene)
        if at >= len(found):
            break
        scene = yield from attempt(Click(found[at].ref))
        called.append(name_shown(scene))
    for fits in (_is_called, _ends_so):
        places = [at for at, name in enumerate(called) if name and fits(thing, name)]
        if len(places) > 1:
            raise Ambiguous(f"{len(places)} objects are called {called[places[0]]!r}")
        if places:
            scene = yield from act(Click(objects(scene)[places[0]].ref))
            if name_shown(scene) != called[places[0]]:
                raise CannotDo(f"{called[places[0]]!r} cannot be chosen again")
            words = objects(scene)[places[0]].text
            if missing := [one for one in thing.also if not says_all(one, words)]:
                raise NotFound(f"the object {called[places[0]]!r} does not say {missing[0]!r}")
            return scene, OnCanvas(thing, places[0], called[places[0]])
    told = ", ".join(repr(name) for name in called if name)
    raise NotFound(
        f"no object is called {thing.name or thing.kind!r}; there are {told or 'none that a panel names'}"
    )


def _is_called(thing: Thing, name: str) -> bool:
    bare = " ".join(word for word in thing.kind.split() if word not in _NO_NAME)
    return any(
        one and similarity(one, name) >= STRONG for one in (thing.name or bare, *thing.names, thing.kind)
    )


def _ends_so(thing: Thing, name: str) -> bool:
    """Whether the last noun for an object without a name is what it is called: `the main title`, `Title`."""
    words = [word for word in thing.kind.split() if word not in _NO_NAME]
    return not thing.name and bool(words) and stems(words[-1]) == stems(name)


def act_on_object(deed: Deed, thing: Thing, scene: Scene) -> StepGenerator:
    """Press what does this to the chosen object, and see that the object is gone, or the control another."""
    scene, chosen = yield from choose_object(thing, scene)
    around = chosen.around(scene)
    deed = replace(deed, objects=deed.objects | _NO_NAME)
    pool = [e for e in scene.elements if around is None or not scene.holds(around, e)]
    found = [e for e in deeds_in(pool, deed) if e.enabled]
    if len(found) != 1:
        raise NotFound(f"found {len(found)} controls called {deed.said!r} for the object {chosen.called!r}")
    before = len(objects(scene))
    control = found[0]
    scene = yield from act(Click(control.ref))
    now = scene.get(control.ref)
    if deed.removes:
        if len(objects(scene)) != before - 1:
            raise CannotDo(f"the object {chosen.called!r} still stands on the page")
        return Evidence(f"clicked {said(control)}; the object {chosen.called!r} is gone", refs=(control.ref,))
    again = [e for e in deeds_in(scene.elements, deed) if e.box == control.box]
    if again and (now is None or now.states == control.states) and name_shown(scene) == chosen.called:
        raise CannotDo(f"{said(control)} does not show that it did anything to {chosen.called!r}")
    return Evidence(f"clicked {said(control)} for the object {chosen.called!r}", refs=(control.ref,))
