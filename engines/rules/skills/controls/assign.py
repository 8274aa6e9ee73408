"""Giving a control its value, whatever kind of control it is: `set "Day" to 2026-05-09`."""

from __future__ import annotations

import re
from collections.abc import Container, Generator, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action, Press, SetChecked
from browser.model.element_match import STRONG, fold, says_all, shows, similarity, unabbreviated
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from browser.values.dates import possible_days
from browser.values.numbers import read_number
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import heading_of, label_of, label_over_invitation
from engines.rules.grounding.sections import labels_in_sections
from engines.rules.grounding.setting_rows import SettingRow, stems_of, the_setting
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, name_in, names_in
from engines.rules.reading.phrases import Description
from engines.rules.reading.things import PLACE, label_in, place_in
from engines.rules.reading.values.days import date, in_unit
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.calendar import is_dated, set_date
from engines.rules.skills.controls.choice import Choose, choose_in
from engines.rules.skills.controls.drawn import (
    choose_drawn,
    controls_beside,
    drawn_list,
    reveal_editor,
    row_called,
    says,
)
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.labelled_rows import opens_editor
from engines.rules.skills.controls.saving import followed, is_kept_again, save_button, saved
from engines.rules.skills.controls.settings import SettingTo, kept, takes
from engines.rules.skills.controls.sources import value_in
from engines.rules.skills.exploring import explore
from engines.rules.skills.places import InPlace
from engines.rules.skills.press import press
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act, done


@dataclass(frozen=True, slots=True)
class Assign:
    """Bring the control of this label to this value."""

    label: str
    values: tuple[str, ...]
    """One value; several for a list that takes several choices."""
    was: str = ""
    """The value that the prompt says it has before; "" where it says none."""
    saves: bool = False
    """Whether the form is saved then, where it has one button that does."""
    ends: bool = False
    """Whether nothing is asked for after it: what had to be looked for is saved then, too."""
    prose: bool = False
    """Whether the value is a text of several words that is no name; only an editor of many lines takes it."""
    code: str = ""
    """The value to the letter, as an editor for code takes it; "" where it is the same."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it by its label, here or where the navigation leads, and bring it to its value."""
        before = scene
        scene, control, label = yield from self._control(scene)
        if isinstance(control, SettingRow):
            return (yield from self._bring(control, scene, notes))
        if label != self.label:
            return (yield from replace(self, label=label).carry_out(scene, notes))
        opened = is_text_field(control) and before.get(control.ref) is None
        shown = control.value or control.text
        if self.was and not shows(shown, self.was):
            raise CannotDo(f"{self.label!r} shows {shown!r}, not {self.was!r}")
        if self.code and _is_for_code(control, scene):
            exact = replace(self, values=(self.code,), code="", prose=False)
            return (yield from exact.carry_out(scene, notes))
        if self.prose and (self.code or "multiline" not in control.states):
            raise CannotDo(f"{self.values[0]!r} may say more than the value of {said(control)}")
        setting = self._set(control, scene, notes)
        if before.get(control.ref) is None:
            notes.looked_for.append(control.ref)
        evidence, after = yield from followed(setting, scene)
        looked_for = self.ends and any(scene.get(ref) is not None for ref in notes.looked_for)
        wanted = (self.saves or looked_for) and save_button(control, after) is not None
        needed = opened and self.saves
        if needed or wanted or is_kept_again(control, after, notes.kept_by):
            return (yield from saved(done(evidence), control, after, needed=needed))
        return (yield from _left(done(evidence), control, self.values[0], after))

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Bring it to its value in a form, and nowhere else on the page.

        Args:
            came: Refs of what came up with the form.
            scene: The page.
            notes: What the steps before it left.

        Raises:
            CannotDo: The form has no such control, or it does not take the value.
        """
        try:
            control = control_labelled(self.label, scene, came)
        except NotFound:
            drawn = self._drawn(scene) or row_called(self.label, scene)
            if drawn is None or drawn.ref not in came:
                raise
            control = drawn
            if not (control.interactive or is_text_field(control)):
                scene, control = yield from reveal_editor(self.label, scene)
        shown = control.value or control.text
        if self.was and not shows(shown, self.was):
            raise CannotDo(f"{self.label!r} shows {shown!r}, not {self.was!r}")
        return (yield from self._set(control, scene, notes))

    def is_offered(self, scene: Scene) -> bool:
        """Whether a page has such a control, or several."""
        try:
            return self._here(scene) is not None
        except Ambiguous:
            return True

    def _bring(self, row: SettingRow, scene: Scene, notes: Notes) -> StepGenerator:
        """Choose or switch what a setting offers, and keep it."""
        shown = row.control.value or row.control.text
        if self.was and len(row.controls) == 1 and not shows(shown, self.was):
            raise CannotDo(f"{row.title!r} shows {shown!r}, not {self.was!r}")
        setting = SettingTo(row, self.values[0]).carry_out(scene, notes)
        evidence, scene = yield from followed(setting, scene)
        return (yield from kept(evidence, row.control, scene))

    def _here(self, scene: Scene) -> tuple[Element | SettingRow, str] | None:
        labels = (self.label, *labels_in_sections(self.label, scene))
        for label in labels:
            try:
                return control_labelled(label, scene), label
            except NotFound:
                if (control := replace(self, label=label)._drawn(scene)) is not None:
                    return control, label
        row = the_setting(stems_of(self.label), scene, lambda row: takes(row, self.values))
        if row is not None:
            return row, self.label
        editable = the_setting(stems_of(self.label), scene, lambda row: any(map(opens_editor, row.controls)))
        labels = (*labels, editable.title) if editable is not None else labels
        return next(((group, one) for one in labels if (group := row_called(one, scene)) is not None), None)

    def _control(
        self, scene: Scene
    ) -> Generator[tuple[Action, ...], Scene, tuple[Scene, Element | SettingRow, str]]:
        """The control, the page that has it, and what it is called there."""
        try:
            scene, (control, label) = yield from explore(scene, self._here, self.label)
        except NotFound:
            # raises with the controls that are here
            return scene, control_labelled(self.label, scene), self.label
        if isinstance(control, Element) and not (control.interactive or is_text_field(control)):
            scene, control = yield from reveal_editor(label, scene)
        return scene, control, label

    def _drawn(self, scene: Scene) -> Element | None:
        """What stands beside the label: a list that opens, or of several buttons the one of the value."""
        if len(self.values) != 1:
            return None
        beside = controls_beside(self.label, scene)
        named = [one for one in beside if says(self.values[0], one, scene)]
        return named[0] if len(beside) > 1 and len(named) == 1 else drawn_list(self.label, scene)

    def _set(self, control: Element, scene: Scene, notes: Notes) -> StepGenerator:
        """Use the control as its kind is used."""
        if not (
            is_text_field(control) or control.options or control.role in _OWN_WAYS or _opens_list(control)
        ):
            if len(controls_beside(self.label, scene)) > 1 and says(self.values[0], control, scene):
                return (yield from press(control))
            return (yield from choose_drawn(control, self.label, self.values[0], scene))
        return (yield from set_control(control, self.label, self.values, scene, notes))


def _left(setting: StepGenerator, control: Element, value: str, scene: Scene) -> StepGenerator:
    """Set a control, and leave a field of one line with the keyboard: many pages take its value only then.

    Raises:
        CannotDo: The field shows what it showed before, nothing, or another number then.
    """
    evidence, scene = yield from followed(setting, scene)
    if control.role not in ("textbox", "spinbutton") or control.states & {"multiline", "readonly"}:
        return evidence
    scene = yield from act(Press("Tab"))
    now = scene.get(control.ref)
    shown = value if now is None or now.value is None else now.value
    is_other = control.input_type == "number" and read_number(shown) != read_number(value)
    if shown != value and (not shown or shown == control.value or is_other):
        raise CannotDo(f"{said(control)} shows {shown!r} once it is left, not {value!r}")
    return evidence


def set_control(
    control: Element, label: str, values: tuple[str, ...], scene: Scene, notes: Notes
) -> StepGenerator:
    """Bring a control that has a value of its own to one, or a list of several choices to these.

    Raises:
        CannotDo: It does not take them, or shows something else then.
    """
    if control.options:
        chosen = Choose(values, Description(text=label, name=label), only=control.ref)
        return (yield from chosen.carry_out(scene, notes))
    if control.role in LIST_ROLES or control.role == "button":
        return (yield from choose_in(control, values, scene))
    if len(values) > 1:
        raise CannotDo(f"{said(control)} takes one value, not {len(values)}")
    value = values[0]
    if control.input_type == "number" or control.role in ("spinbutton", "slider"):
        value = in_unit(value, label_of(control, scene))
    if control.role in ("checkbox", "switch"):
        if fold(value) not in _STATES:
            raise CannotDo(f"{said(control)} is on or off, and not {value!r}")
        wanted = _STATES[fold(value)]
        yield from act(SetChecked(control.ref, wanted))
        return Evidence(f"{said(control)} is {'checked' if wanted else 'unchecked'}")
    if other := _called(value, control, scene):
        raise CannotDo(f"{value!r} may mean what {said(other)} shows, and not be the value itself")
    if possible_days(value) and (control.input_type == "date" or "readonly" in control.states):
        return (yield from set_date(control, value, scene))
    day = date(value)
    if day is not None and is_dated(control, scene):
        value = day.isoformat()
    return (yield from fill([(control, value)], scene, notes))


def _called(value: str, control: Element, scene: Scene) -> Element | None:
    """Another field that is called as a value is, in several words: `set the name to the display name`."""
    others = [e for e in scene.fields if e.ref != control.ref and len(value.split()) > 1]
    return next((e for e in others if fold(label_of(e, scene)) == fold(value)), None)


def control_labelled(label: str, scene: Scene, among: Container[str] | None = None) -> Element:
    """The control whose label says all of these words; its own label counts before a text beside it.

    Args:
        label: The words.
        scene: The page.
        among: Refs of the controls that may be meant; None: any.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    fields = {field.ref for field in scene.fields if not {"readonly", "multiline"} <= field.states}
    controls = [
        e
        for e in scene.elements
        if (e.ref in fields or (e.box and (e.options or e.role in _OWN_WAYS or _opens_list(e))))
        and (among is None or e.ref in among)
    ]
    for names in (
        _own_names,
        lambda e: (label_of(e, scene),),
        lambda e: (heading_of(e, scene),),
        lambda e: (label_over_invitation(e, scene),),
    ):
        scored = [(max(_fit(label, words) for words in names(e)), e) for e in controls]
        best = max((score for score, _ in scored), default=0.0)
        sure = best >= STRONG
        least = best - 0.01 if sure else 0.01  # of two longer names the shorter is no better
        found = [element for score, element in scored if score >= least]
        found = [e for e in found if e.options or (not sure and e.role in LIST_ROLES)] or found
        if best >= _LEAST and len(found) > 1:
            raise Ambiguous(f"two controls fit {label!r}: {said(found[0])} and {said(found[1])}")
        if best >= _LEAST:
            return found[0]
    here = ", ".join(dict.fromkeys(repr(name) for e in controls if (name := label_of(e, scene))))
    raise NotFound(f"there is no control {label!r}; controls here: {here or 'none'}")


def _is_for_code(control: Element, scene: Scene) -> bool:
    around = (control, *list(scene.ancestors(control))[:4])
    return any(one.role == "code" or "code" in one.hints for one in around)


def _opens_list(element: Element) -> bool:
    """Whether it is a button with a label of its own, as fields have: it shows what is chosen in its list."""
    return element.role == "button" and bool(element.label) and element.label != element.text


def _own_names(element: Element) -> tuple[str, ...]:
    return (element.label, element.name, element.placeholder)


def _fit(label: str, words: str) -> float:
    """How well a control's words fit the label asked for; 0 where they lack one of its words."""
    words = words.rstrip(" :*")
    if (written_out := unabbreviated(words)) != words:
        return max(_fit(label, written_out), similarity(label, words))
    same = similarity(label, words)
    if same < STRONG and fold(label).removesuffix("s") == fold(words).removesuffix("s"):
        return STRONG  # `Notes` for a note
    if same < STRONG and fold(label) in _OF_EVERYTHING and _BIRTH.search(words):
        return 0.0
    return same if same >= STRONG or says_all(label, words) else 0.0


_LEAST = 0.65
_OF_EVERYTHING = frozenset({"date", "day", "year", "place"})
_BIRTH = re.compile(r"\b(?:birth|born)", re.IGNORECASE)
"""What the date of something else than a person is never meant by: a plain date is none of birth."""
_STATES = {
    **dict.fromkeys(("yes", "on", "true", "checked", "ticked", "enabled"), True),
    **dict.fromkeys(("no", "off", "false", "unchecked", "unticked", "disabled"), False),
}
"""What a box or a switch may be set to."""
_OWN_WAYS = ("checkbox", "switch", "combobox", "listbox", "slider")
_LINE = re.compile(r"^(?P<label>[A-Z][\w' /()-]{0,40}?)\s*[:=]\s+(?P<value>\S.*)$")
_SET = re.compile(
    r"^(?:(?:the|your|my|its) )?(?P<label>‹\d+›|[\w' /&-]+?)"
    r"(?: field| dropdown| list| date| address| setting| option)?"
    rf"(?: (?:in|on|under) (?P<place>{PLACE}))?(?: from (?P<was>‹\d+›|[^\W\d][^\W\d ]*(?: [^\W\d]+)*?))?"
    rf" (?:to|=|with) (?P<value>.+?)(?: (?:in|on|under) (?P<place_after>{PLACE}))?$",
    re.IGNORECASE,
)
_AS = re.compile(
    r"^(?P<value>‹\d+›(?:(?:,? and |, )‹\d+›)*|[\w' -]+?) (?:as|for|in|from|under) (?:the )?(?P<label>‹\d+›)"
    r"(?: field| dropdown| list)?$",
    re.IGNORECASE,
)
_GAUGE = re.compile(r"\b(?:sliders?|range|spinner|spin box|stepper)$", re.IGNORECASE)
_SAVING = ("change", "update", "adjust", "edit")
"""Words that ask for a lasting change, where no press of a button is asked for after them."""


def read(clauses: Sequence[Clause]) -> Read | None:
    """`set X to Y`, `change X from Z to Y in Settings`, `select Y as "X"`, a line `X: Y`."""
    clause = clauses[0]
    line = _LINE.match(clause.masked) if not clause.join else None
    if line:
        return Read(Assign(line["label"].strip(), (value_in(line["value"], clause),)))
    if clause.word == "switch" and not clause.rest.startswith(("to ", "from ")):
        clause = replace(clause, verb="change")
    if clause.verb not in ("choose", "change"):
        return None
    if clause.word != "set" and clause.verb != "change":
        return _read_choice(clause)
    match = _SET.match(clause.rest)
    if match is None or _GAUGE.search(match["label"]):
        return None
    value = match["value"]
    values = names_in(value, clause) if len(MARK.findall(value)) > 1 else (value_in(value, clause),)
    was = value_in(match["was"], clause) if match["was"] else ""
    place = match["place"] or match["place_after"]
    ends = len(clauses) == 1
    saves = (clause.word in _SAVING or bool(place)) and ends
    step = Assign(label_in(match["label"], clause), values, was, saves, ends)
    return Read(InPlace(place_in(place, clause), step) if place else step)


def _read_choice(clause: Clause) -> Read | None:
    match = _AS.match(clause.rest)
    if match is None:
        return None
    value = match["value"]
    several = len(MARK.findall(value)) > 1
    values = names_in(value, clause) if several else (value_in(value, clause),)
    return Read(Assign(name_in(match["label"], clause), values))
