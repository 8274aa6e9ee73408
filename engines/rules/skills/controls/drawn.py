"""Controls that stand in a row with their label and are tied to it by nothing but their place.

Such a control may be drawn from plain containers: a switch that says by a class alone whether it is on, a
list that shows what is chosen and opens when pressed. Each is used as a person would, and looked at then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator

from browser.model.actions import Action, Click, Hover, Press, TypeText
from browser.model.element_match import STRONG, fold, shows, similarity
from browser.model.observation import Element
from engines.rules.grounding.find import interchangeable, new_in, said, where
from engines.rules.grounding.marks import is_drawn_toggle, sign_in
from engines.rules.grounding.sections import under_heading
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.controls.saving import the_save_button
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_ON = frozenset({"on", "active", "checked", "enabled", "selected"})
_INVITES = re.compile(r"^(?:select|choose|pick)\b|\.\.\.|…", re.IGNORECASE)
"""What a list says that has no choice yet; some go on to say so, and mark the choice in the list alone."""
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_MARKED = frozenset({"selected", "checked", "chosen"})
_TICKS = ("checkbox", "switch", "radio", "menuitemcheckbox")
_EDITS = frozenset({"edit", "pencil", "change", "rename"})
_MOST_IN_ROW = 6
"""A part of the page with more controls is no row of one label."""
_MOST_TEXTS = 3
"""Nor is one that says more beside its controls: its label, what it explains, and a value."""


def controls_beside(label: str, scene: Scene) -> list[Element]:
    """The controls in the smallest group around each text that says this label."""
    found: dict[str, Element] = {}
    for text in labels_called(label, scene):
        for control in _in_row(text, scene) or _alone_under(text, scene):
            found[control.ref] = control
    return list(found.values())


def _alone_under(heading: Element, scene: Scene) -> list[Element]:
    """The one control of the section that has this heading, what saves it left out."""
    inside = [e for e in under_heading(heading, scene) if e.interactive and e.box]
    keeps = the_save_button(inside)
    outer = scene.outermost(inside)
    outer = [e for e in outer if keeps is None or e.ref != keeps.ref]
    return outer if len(outer) == 1 else []


def labels_called(label: str, scene: Scene) -> list[Element]:
    """The texts that say this label."""
    return [text for text in scene.texts if similarity(label, text.name.rstrip(" :*")) >= STRONG]


def _in_row(text: Element, scene: Scene) -> list[Element]:
    """The controls nearest to a text: those in the innermost group around it that holds any but itself."""
    for above in scene.ancestors(text):
        if above.interactive and not is_drawn_toggle(above):
            return []
        inside = [e for e in scene.inside(above) if e.interactive and e.box and not scene.holds(e, text)]
        outer = scene.outermost(inside)
        texts = [e for e in scene.inside(above) if e.role == "text" and e.box]
        beside = [e for e in texts if not any(scene.holds(one, e) for one in outer)]
        if len(outer) > _MOST_IN_ROW or len(beside) > _MOST_TEXTS:
            return []
        if outer:
            return outer
    return []


def row_called(label: str, scene: Scene) -> Element | None:
    """The group of one label in which no control is to be seen; one may come up once it is pointed at."""
    groups = [above for text in labels_called(label, scene) for above in list(scene.ancestors(text))[:1]]
    return groups[0] if len(groups) == 1 else None


def drawn_toggle(name: str, scene: Scene) -> Element | None:
    """The drawn switch of this label; None where there is none."""
    toggles = [e for e in controls_beside(name, scene) if is_drawn_toggle(e) or e.role in _TICKS]
    if len(toggles) > 1:
        raise Ambiguous(f"there are {len(toggles)} switches called {name!r}")
    return toggles[0] if toggles else None


def turn(
    toggle: Element,
    name: str,
    scene: Scene,
    on: bool,
    again: Callable[[Scene], Element | None] | None = None,
) -> StepGenerator:
    """Bring a switch into a state, and see that it is in it.

    `again` finds a switch that was drawn anew; without it that is the one of the name.

    One that does not say that it is on may be off, or say nothing of it. It is taken for off where another
    one says that it is on, or where it says so itself once it was pressed.
    """
    way = "on" if on else "off"
    seen = [toggle, *where(scene, _seen)]
    if not on and not any((is_drawn_toggle(e) or sign_in(e, scene)) and _is_on(e, scene) for e in seen):
        raise CannotDo(f"the switch {name!r} does not show whether it is on")
    if _is_on(toggle, scene) != on:
        scene = yield from act(Click(toggle.ref))
        now = scene.get(toggle.ref) or (again(scene) if again else drawn_toggle(name, scene))
        if now is None or _is_on(now, scene) != on:
            if now is not None:
                yield from act(Click(now.ref))
            raise CannotDo(f"the switch {name!r} does not show that it is {way}")
    return Evidence(f"the switch {name!r} is {way}", refs=(toggle.ref,))


def _seen(element: Element) -> bool:
    return "covered" not in element.states


def _is_on(toggle: Element, scene: Scene) -> bool:
    """Whether it says that it is on: by a box in it, drawn or not, else by the author's words."""
    held = next((one for one in (toggle, *scene.inside(toggle)) if one.role in _TICKS), None)
    if held is not None:
        return "checked" in held.states
    sign = sign_in(toggle, scene)
    words = {*toggle.hints, fold(toggle.text), *(sign.hints if sign is not None else ())}
    return "pressed" in toggle.states or bool(_ON & words)


def drawn_list(label: str, scene: Scene) -> Element | None:
    """What shows the choice of this label and opens a list of others; None where nothing plainly does."""
    lists = [e for e in controls_beside(label, scene) if _shows_choice(e)]
    return lists[0] if len(lists) == 1 else None


def _shows_choice(element: Element) -> bool:
    return (
        bool(element.text or element.name)
        and not element.href
        and not is_text_field(element)
        and element.role not in _TICKS
    )


def choose_drawn(
    control: Element,
    label: str,
    value: str,
    scene: Scene,
    again: Callable[[Scene], Element | None] | None = None,
) -> StepGenerator:
    """Open a drawn list, press the entry of this name, and see that it is what is shown then.

    `again` finds a list that was drawn anew; without it that is the one of the label.
    """
    if similarity(value, control.text or control.name) >= STRONG:
        return Evidence(f"{label!r} shows {value!r}", refs=(control.ref,))
    before = scene
    scene = yield from act(Click(control.ref))
    new = new_in(scene, before)
    entries = [e for e in new if says(value, e, scene)]
    fields = [e for e in new if is_text_field(e)]
    if not entries and len(fields) == 1:
        scene = yield from act(TypeText(value, fields[0].ref))
        new = new_in(scene, before)
        entries = [e for e in new if says(value, e, scene)]
    # What holds all entries has a line of that name too, and is not what is meant.
    named = [e for e in entries if any(_is_line(value, words) for words in (e.name, e.text) if words)]
    entries = named or entries
    entries = scene.outermost(entries)
    if not entries:
        offered = ", ".join(repr(e.text or e.name) for e in new[:8] if e.text or e.name)
        yield from act(Press("Escape"))
        raise NotFound(f"{label!r} does not offer {value!r}; it offers {offered or 'nothing'}")
    if any(not interchangeable(entries[0], other) for other in entries[1:]):
        raise Ambiguous(f"{label!r} offers {value!r} {len(entries)} times")
    scene = yield from act(Click(entries[0].ref))
    shown = scene.get(control.ref) or (again(scene) if again else drawn_list(label, scene))
    words = (shown.text or shown.name) if shown else ""
    if not shows(words, value):
        if not (shown and _INVITES.search(words) and (yield from _marked_in_list(shown, value))):
            raise CannotDo(f"{label!r} shows {words!r} after {value!r} was chosen")
        return Evidence(f"{value!r} is marked in the list of {label!r}", refs=(shown.ref,))
    return Evidence(f"{label!r} shows {words!r}", refs=(control.ref,))


def _marked_in_list(shown: Element, value: str) -> Generator[tuple[Action, ...], Scene, bool]:
    """Whether a list marks this entry as chosen, seen where it is opened once more."""
    scene = yield from act(Click(shown.ref))
    marked = [e for e in where(scene, lambda e: e.interactive) if _MARKED & {*e.hints, *e.states}]
    entries = [e for e in marked if e.ref != shown.ref and says(value, e, scene)]
    yield from act(Click(shown.ref))
    return len(entries) == 1


def says(value: str, element: Element, scene: Scene) -> bool:
    """Whether an entry is called so, or one line of it is."""
    lines = [element.name, element.text, *(one.name for one in scene.inside(element) if one.role == "text")]
    return any(_is_line(value, line) for line in lines if line)


def _is_line(value: str, line: str) -> bool:
    """Whether a line says a value; an example or a remark in brackets behind it does not count."""
    return max(similarity(value, line), similarity(value, _ASIDE.sub("", line))) >= STRONG


def reveal_editor(label: str, scene: Scene) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Element]]:
    """Open the field of a label that only shows its value: point at its row, and press what edits it."""
    row = row_called(label, scene)
    if row is None:
        raise NotFound(f"there is no control {label!r}")
    scene = yield from act(Hover(row.ref))
    fresh = scene.get(row.ref) or row
    inside = [e for e in scene.inside(fresh) if e.interactive and e.box]
    edits = [e for e in inside if _EDITS & {*fold(e.name).split(), *fold(e.description).split(), *e.hints}]
    if len(edits) != 1:
        raise NotFound(f"there is no control {label!r}")
    before = {field.ref for field in scene.fields}
    scene = yield from act(Click(edits[0].ref))
    fields = [field for field in scene.fields if field.ref not in before and field.enabled]
    if len(fields) != 1:
        raise NotFound(f"{said(edits[0])} opened {len(fields)} fields")
    return scene, fields[0]
