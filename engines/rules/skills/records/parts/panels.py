"""A record that is chosen in its list while a panel beside it shows its parts: slides, layers, rows.

No view with a heading comes up then. That the list marks the one record as chosen says whose parts the panel
shows, and the change counts once the panel shows it again after another record was chosen in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from browser.model.actions import Click, Press
from browser.model.element_match import shows, words_of
from browser.model.observation import Element
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.things import Thing
from engines.rules.reading.values.days import in_unit
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import set_control
from engines.rules.skills.controls.drawn import choose_drawn
from engines.rules.skills.controls.editors import Change
from engines.rules.skills.controls.saving import followed, save_button
from engines.rules.skills.exploring import explore, leads
from engines.rules.skills.records.locate import anchors, one_root, stems
from engines.rules.skills.records.reach import chosen
from engines.rules.step_generator import CannotDo, Evidence, StepGenerator, Turns, act

_INVITES = stems("add enter type write your choose select")
"""Words of a placeholder that are no part of what its field is called."""
_ASIDE = re.compile(r"\([^()]*\)")
_CHOSEN = frozenset({"selected", "active", "current", "pressed", "on"})
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}")
_SECTIONS = 4
"""So many groups around a control are looked at for the title of its section."""


class WhichIsChosen(Protocol):
    """What is chosen, so that a panel shows its parts."""

    def around(self, scene: Scene) -> Element | None:
        """What holds it and its like, and not the panel; None where it is no longer the chosen one."""
        ...

    def again(self, scene: Scene) -> Turns:
        """Choose another, then this one; raises `CannotDo` where that cannot be seen."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A record that its list marks as the chosen one."""

    thing: Thing

    def around(self, scene: Scene) -> Element | None:
        """What holds the list's records."""
        record = chosen(self.thing, scene)
        return None if record is None else scene.parent(record) or record

    def again(self, scene: Scene) -> Turns:
        """Choose another record of the list, then this one."""
        record = chosen(self.thing, scene)
        if record is None:
            raise CannotDo(f"{self.thing.name!r} is no longer the chosen one")
        others = [one for one in scene.alike(record) if one.ref != record.ref and one.box is not None]
        scene = yield from act(Click(others[0].ref))
        groups = [group for anchor in anchors(self.thing, scene) for group in scene.records_around(anchor)]
        back = [one for one in groups if one.text == record.text and one.role == record.role]
        if not back or chosen(self.thing, scene) is not None:
            raise CannotDo(f"cannot choose {self.thing.name!r} again")
        scene = yield from act(Click(back[0].ref))
        if chosen(self.thing, scene) is None:
            raise CannotDo(f"{self.thing.name!r} is no longer the chosen one")
        return scene


def change_in_panel(
    change: Change, thing: Thing, scene: Scene, notes: Notes, which: WhichIsChosen | None = None
) -> StepGenerator:
    """Bring a part of what is chosen to its value in the panel, and see that it has kept it.

    Args:
        change: What is to be changed.
        thing: What is chosen.
        scene: The page.
        notes: What the steps before it left.
        which: How it is chosen; None: in its list.

    Raises:
        CannotDo: No panel has such a part, or it does not show the value once the thing is chosen again.
    """
    which = which or Listed(thing)
    called = thing.name or thing.kind

    def look(page: Scene) -> Element | None:
        around = which.around(page)
        return _part(change.label, around, page) or _choice(change, around, page)

    scene, control = yield from explore(scene, look, change.label)
    if not _takes_value(control):
        return (yield from _press_choice(change, called, which, look, scene))
    if change.was and not shows(_shown(control), change.was):
        raise CannotDo(f"{change.label!r} shows {_shown(control)!r}, not {change.was!r}")
    if save_button(control, scene) is not None:
        raise CannotDo(f"what saves {change.label!r} of {called!r} may save more than that")
    values = tuple(in_unit(value, label_of(control, scene)) for value in change.values)
    if control.role in ("spinbutton", "slider") or control.input_type == "number":
        change = replace(change, values=values)
    if is_text_field(control) or control.options or control.role == "slider":
        setting = set_control(control, change.label, change.values, scene, notes)
    else:
        setting = choose_drawn(control, change.label, change.values[0], scene, look)
    evidence, scene = yield from followed(setting, scene)
    if is_text_field(control):
        scene = yield from act(Press("Tab"))
    scene = yield from which.again(scene)
    scene, now = yield from explore(scene, look, change.label)
    if not all(shows(_shown(now), value) for value in change.values):
        raise CannotDo(f"{called!r} shows {_shown(now)!r} for {change.label!r} once it is chosen again")
    return Evidence(f"{evidence.said}; so it does once {called!r} is chosen again", refs=(now.ref,))


def _part(label: str, around: Element | None, scene: Scene) -> Element | None:
    """The one control beside what is chosen that is called by this label, or by its section's title too."""
    if around is None:
        return None
    pool = [e for e in where(scene, _takes_value) if not scene.holds(around, e)]
    for called in (_is_called, _is_called_in_section):
        found = [e for e in pool if called(label, e, scene)]
        outer = scene.outermost(found)
        if outer:
            return outer[0] if len({e.ref for e in outer}) == 1 else None
    return None


def _choice(change: Change, around: Element | None, scene: Scene) -> Element | None:
    """The one button of a row of choices that is called as the value, in a row or section of this label."""
    if around is None or len(change.values) != 1:
        return None
    buttons = where(scene, lambda e: e.role in ("button", "radio", "generic") and e.interactive and e.enabled)
    buttons = [e for e in buttons if not _takes_value(e) and not e.href and not scene.holds(around, e)]
    found = [e for e in buttons if not leads(e, scene) and _chooses(change, e, scene)]
    outer = scene.outermost(found)
    return outer[0] if len(outer) == 1 else None


def _chooses(change: Change, button: Element, scene: Scene) -> bool:
    """Whether a button says the value and no more than the label, which it or its section says too."""
    label, value = words_of(change.label), words_of(change.values[0])
    own = words_of(button.name or button.text or button.description)
    asked = [word for word in value if not any(one_root(word, other) for other in label)]
    if not asked or not _row(button, scene) or not set(asked) <= set(own):
        return False
    if any(word not in asked and not any(one_root(word, other) for other in label) for word in own):
        return False
    said_words = [
        word for up in list(scene.ancestors(button))[:_SECTIONS] for word in _first_words(up, scene)
    ]
    return all(any(one_root(word, other) for other in (*own, *said_words)) for word in label)


def _row(button: Element, scene: Scene) -> list[Element]:
    """The other choices beside a button."""
    above = scene.parent(button)
    beside = scene.children(above) if above is not None else ()
    return [e for e in beside if e.interactive and e.role == button.role and e.ref != button.ref]


def _first_words(group: Element, scene: Scene) -> list[str]:
    """The words of the text that a group begins with."""
    return words_of(next((e.name for e in scene.inside(group) if e.role == "text"), ""))


def _press_choice(
    change: Change, called: str, which: WhichIsChosen, look: Callable[[Scene], Element | None], scene: Scene
) -> StepGenerator:
    """Press a choice, and see that it alone of its row is marked once the thing is chosen again."""
    button = look(scene)
    if button is not None and not _is_marked(button):
        scene = yield from act(Click(button.ref))
    scene = yield from which.again(scene)
    scene, now = yield from explore(scene, look, change.label)
    if not _is_marked(now) or any(map(_is_marked, _row(now, scene))):
        raise CannotDo(f"{said(now)} is not marked as the one choice for {change.label!r} of {called!r}")
    return Evidence(
        f"{said(now)} is marked for {called!r}; so it is once that is chosen again", refs=(now.ref,)
    )


def _is_marked(element: Element) -> bool:
    return bool(element.states & {"pressed", "checked", "selected"}) or bool(_CHOSEN & {*element.hints})


def _takes_value(element: Element) -> bool:
    if not (element.interactive and element.enabled) or element.states & {"covered", "readonly"}:
        return False
    drawn = bool(element.text) and not element.href and {"dropdown", "select", "picker"} & {*element.hints}
    return is_text_field(element) or bool(element.options) or element.role == "slider" or bool(drawn)


def _own_words(control: Element, scene: Scene) -> frozenset[str]:
    if is_text_field(control) or control.options or control.role == "slider":
        words = label_of(control, scene)
    else:
        above = scene.parent(control)
        texts = [e for e in scene.inside(above) if e.role == "text"] if above is not None else []
        words = texts[0].name if texts and not scene.holds(control, texts[0]) else ""
    return stems(_ASIDE.sub("", words)) - _INVITES


def _is_called(label: str, control: Element, scene: Scene) -> bool:
    own, asked = _own_words(control, scene), stems(label)
    return bool(own) and _all_in(own, asked) and _all_in(asked, own)


def _is_called_in_section(label: str, control: Element, scene: Scene) -> bool:
    own, asked = _own_words(control, scene), stems(label)
    authors = stems(*control.hints)
    if not own or not _all_in(own, asked):
        return False
    for above in list(scene.ancestors(control))[:_SECTIONS]:
        title = next((e for e in scene.inside(above) if e.role == "text"), None)
        if title is not None and _all_in(asked, own | stems(title.name, *_kind_words(control)) | authors):
            return True
    return False


def _all_in(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each of some words has one of its root among others."""
    return all(any(one_root(one, other) for other in others) for one in some)


def _kind_words(control: Element) -> tuple[str, ...]:
    """What a field may be called for what it holds: a colour in figures is a color."""
    return ("color", "colour") if _COLOUR.fullmatch(control.value or "") else ()


def _shown(control: Element) -> str:
    return control.value or control.text or control.name
