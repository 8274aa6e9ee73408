"""Changing a part of one record: its due date, its tags, the star on it.

The part is looked for on the record where it stands in its list, then in the record's own view: a control of
that label, a row that shows its value and opens an editor, a button that is called so, the record's form.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, replace

from browser.model.actions import Click
from browser.model.element_match import STRONG, shows, similarity
from browser.model.observation import Element
from engines.rules.grounding.find import new_in, said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.things import Thing
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign, control_labelled, set_control
from engines.rules.skills.controls.editors import Change, change_by_editor, changed_count
from engines.rules.skills.controls.labelled_rows import buttons_called, opener_of, the_row
from engines.rules.skills.controls.saving import followed, kept_beside, saved, the_save_button
from engines.rules.skills.exploring import leads
from engines.rules.skills.records.locate import (
    Deed,
    control_below,
    deed_on,
    deeds_in,
    is_done,
    is_of_another,
    stems,
)
from engines.rules.skills.records.parts.chips import crosses_of, take_away
from engines.rules.skills.records.parts.objects import choose_object, objects
from engines.rules.skills.records.parts.panels import change_in_panel
from engines.rules.skills.records.reach import chosen, offered, opened_view, press_record, reach, the_record
from engines.rules.step_generator import CannotDo, Evidence, NotFound, StepGenerator, act

_ASIDE = re.compile(r"\s*\([^()]*\)")
_MARKS = frozenset({"mark", "marker", "icon", "sign"})
"""Nouns that a person adds to what a mark is called."""


@dataclass(frozen=True, slots=True)
class ChangePart:
    """Bring a part of a record to a value, or take a value from it."""

    change: Change
    thing: Thing
    setting: Assign | None = None
    """The same words read as the label of a control; that is meant where the page has it."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the record, then the part on it or in its own view."""
        if self.setting is not None and _has(self.setting.label, scene):
            return (yield from self.setting.carry_out(scene, notes))
        scene = yield from reach(self.thing, scene)
        if self.thing.within is not None and self.change.way == "to" and objects(scene):
            scene, one = yield from choose_object(self.thing, scene)
            return (yield from change_in_panel(self.change, self.thing, scene, notes, one))
        if self.thing.within is not None and not self.thing.name:
            change = replace(self.change, label=f"{self.change.label} of the {self.thing.kind}")
            return (yield from replace(self, change=change, thing=self.thing.within).carry_out(scene, notes))
        known: frozenset[str] = frozenset()
        if self._is_mark and (mark := self._mark(scene)) is not None:
            return (yield from self._turn(mark, scene))
        if not self._is_open(scene):
            on_it = self._on_record(scene)
            if on_it is not None:
                return (yield from self._use(on_it, scene, notes))
            if (edit := self._edit_beside(scene)) is not None:
                return (yield from self._in_form(edit, scene, notes))
            before = scene
            missing = f"no {self.change.label!r}"
            scene = yield from press_record(self.thing, scene, missing)
            if opened_view(self.thing, before, scene) is None:
                if self.change.way == "to" and chosen(self.thing, scene) is not None:
                    return (yield from change_in_panel(self.change, self.thing, scene, notes))
                raise NotFound(f"found {missing} for {self.thing.name!r}, and no view headed so")
            known = _known(before, scene)
        return (yield from self.in_view(known, scene, notes))

    @property
    def _is_mark(self) -> bool:
        """Whether it may be something that the record has or has not, without a value: a star."""
        return not self.change.values

    def _mark(self, scene: Scene) -> Element | None:
        """The control of the mark, on the record in its list or around the heading of its own view."""
        record = the_record(self.thing, scene)
        groups = [record[0]] if record else []
        if self._is_open(scene):
            groups = [up for head in self._heads(scene) for up in list(scene.ancestors(head))[:2]]
        return next((mark for up in groups if (mark := _mark(self.change.label, up, scene))), None)

    def _heads(self, scene: Scene) -> list[Element]:
        """The headings that say the name of the record."""
        heads = where(scene, lambda e: e.role == "heading")
        return [e for e in heads if any(similarity(n, e.name or e.text) >= STRONG for n in self.thing.names)]

    def _is_open(self, scene: Scene) -> bool:
        """Whether the record's own view is in front: its heading is none of a list of records."""
        return any(not list(scene.records_around(head)) for head in self._heads(scene))

    def _on_record(self, scene: Scene) -> Element | None:
        """The control of the part where the record stands in its list: by its label, or by its column's."""
        record = the_record(self.thing, scene) if self.change.way == "to" else None
        if record is None:
            return None
        inside = {one.ref for one in scene.inside(record[0])}
        return self._labelled(inside, scene) or control_below(self.change.label, record[0], scene)

    def _use(self, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
        self._check_old_value(control)
        setting = set_control(control, self.change.label, self.change.values, scene, notes)
        return (yield from saved(setting, control, scene, needed=is_text_field(control)))

    def _check_old_value(self, control: Element) -> None:
        value = control.value or control.text
        if self.change.was and not shows(value, self.change.was):
            raise CannotDo(f"{self.change.label!r} shows {value!r}, not {self.change.was!r}")

    def _turn(self, mark: Element, scene: Scene) -> StepGenerator:
        """Set a mark on the record, or take it away, and see that it shows the other state."""
        wanted = self.change.way == "add"
        label = self.change.label
        if is_done(mark) == wanted:
            raise CannotDo(
                f"{said(mark)} shows that {self.thing.name!r} {'has' if wanted else 'has no'} {label}"
            )
        scene = yield from act(Click(mark.ref))
        now = self._mark(scene)
        if now is None or is_done(now) != wanted:
            raise CannotDo(
                f"the page does not show that {self.thing.name!r} {'has' if wanted else 'has no'} {label}"
            )
        return Evidence(f"{self.thing.name!r} {'has' if wanted else 'has no'} {label}", refs=(now.ref,))

    def in_view(self, known: frozenset[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Change the part in the record's own view; `known`: refs of what was there before it."""
        label = self.change.label
        if self.change.way == "add" and self._is_mark:
            raise NotFound(f"found no mark {label!r} on {self.thing.name!r}")
        if self.change.way == "to" and (control := self._control(known, scene)) is not None:
            return (yield from self._use(control, scene, notes))
        if crosses_of(self.change, known, scene):
            return (yield from take_away(self.change, known, scene))
        row = the_row(label, scene, known)
        if row is not None:
            scene, opener = yield from opener_of(row, scene)
            if opener is not None:
                editing = change_by_editor(self.change, opener, scene, row)
                return (yield from kept_beside(editing, opener, scene))
        buttons = [e for e in buttons_called(label, scene, known) if not leads(e, scene)]
        if len(buttons) == 1:
            return (yield from change_by_editor(self.change, buttons[0], scene))
        if self.change.way == "to":
            edit = self._edit(scene)
            if edit is None:
                raise NotFound(f"found no {self.change.label!r} of {self.thing.name!r}{offered(scene)}")
            return (yield from self._in_form(edit, scene, notes))
        raise NotFound(f"found no one {label!r} of {self.thing.name!r} that can be changed{offered(scene)}")

    def _control(self, known: frozenset[str], scene: Scene) -> Element | None:
        among = {e.ref for e in scene.elements if e.ref not in known and not _is_in_navigation(e, scene)}
        return self._labelled(among, scene)

    def _labelled(self, among: Container[str], scene: Scene) -> Element | None:
        """The control that is called by the label, and by nothing else but a unit or the record's name."""
        try:
            control = control_labelled(self.change.label, scene, among)
        except NotFound:
            return None
        names = (control.label, control.name, control.placeholder, label_of(control, scene))
        called = [stems(_ASIDE.sub("", name)) - {"for", "of"} for name in names]
        own = stems(*self.thing.names)
        asked = stems(self.change.label)
        return control if any(words in (asked, asked | own) for words in called) else None

    def _in_form(self, edit: Element, scene: Scene, notes: Notes) -> StepGenerator:
        """Open the record's form, set the field of this label, save, and see the value on the page."""
        before = scene
        scene = yield from act(Click(edit.ref))
        control = self._control(_known(before, scene), scene)
        if control is None:
            raise NotFound(f"the form of {self.thing.name!r} has no {self.change.label!r}")
        self._check_old_value(control)
        setting = set_control(control, self.change.label, self.change.values, scene, notes)
        evidence, scene = yield from followed(setting, scene)
        save = the_save_button(new_in(scene, before))
        if save is None or not save.enabled:
            raise NotFound(f"found no one button that saves {self.thing.name!r}{offered(scene)}")
        scene = yield from act(Click(save.ref))
        if (left := scene.get(control.ref)) is not None and left.box is not None:
            raise CannotDo(f"the form of {self.thing.name!r} did not close after {said(save)} was clicked")
        return Evidence(f"{evidence.said}; clicked {said(save)}; {changed_count(self.change, before, scene)}")

    def _edit_beside(self, scene: Scene) -> Element | None:
        """What edits the record as a whole in its list, where its name leads to no view of its own."""
        record = the_record(self.thing, scene) if self.change.way == "to" else None
        if record is None or any(e.interactive for e in (record[1], *list(scene.ancestors(record[1]))[:2])):
            return None
        return deed_on(record[1], Deed(("edit",), stems(self.thing.kind, *self.thing.names)), scene)

    def _edit(self, scene: Scene) -> Element | None:
        """What edits the record as a whole: the one such control in the smallest group around its heading."""
        deed = Deed(("edit",), stems(self.thing.kind, self.thing.tail, *self.thing.names))
        for head in self._heads(scene):
            for group in scene.ancestors(head):
                found = [e for e in deeds_in(scene.inside(group), deed) if not leads(e, scene)]
                found = [e for e in found if not is_of_another(e, head, scene)]
                if found:
                    return found[0] if len(found) == 1 else None
        return None


def _known(before: Scene, scene: Scene) -> frozenset[str]:
    """Refs of what the page showed before, also where it was drawn anew in its place."""
    refs = {e.ref for e in before.elements}
    places = {(e.role, e.name, e.box) for e in before.elements if e.box}
    return frozenset(e.ref for e in scene.elements if e.ref in refs or (e.role, e.name, e.box) in places)


def _is_in_navigation(element: Element, scene: Scene) -> bool:
    return any(above.role == "navigation" for above in scene.ancestors(element))


def _has(label: str, scene: Scene) -> bool:
    try:
        control_labelled(label, scene)
    except CannotDo:
        return False
    return True


def _mark(label: str, record: Element, scene: Scene) -> Element | None:
    """The control of a record that shows a mark of this name and has no other words on it."""
    asked = stems(label) - _MARKS
    found = []
    for element in scene.inside(record):
        said_words = stems(element.name, element.description) | {*element.hints}
        plain = element.interactive and element.box and not is_text_field(element) and not element.options
        if plain and len(element.text) <= 2 and asked and asked <= said_words:
            found.append(element)
    outer = scene.outermost(found)
    return outer[0] if len(outer) == 1 else None
