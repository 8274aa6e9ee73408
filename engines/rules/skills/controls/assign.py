"""Giving a control its value, whatever kind of control it is: `set "Day" to 2026-05-09`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import SetChecked
from browser.model.element_match import STRONG, fold, says_all, similarity
from browser.model.observation import Element
from browser.model.roles import LIST_ROLES
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, name_in, names_in
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.values import date
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.controls.calendar import set_date
from engines.rules.skills.controls.choice import Choose, choose_in
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.controls.sources import value_in
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class Assign:
    """Bring the control of this label to this value."""

    label: str
    values: tuple[str, ...]
    """One value; several for a list that takes several choices."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find it by its label, and use it as its kind is used."""
        control = control_labelled(self.label, scene)
        if control.options:
            chosen = Choose(self.values, Description(text=self.label, name=self.label), only=control.ref)
            return (yield from chosen.carry_out(scene, notes))
        if control.role in LIST_ROLES:
            return (yield from choose_in(control, self.values))
        if len(self.values) > 1:
            raise CannotDo(f"{said(control)} takes one value, not {len(self.values)}")
        value = self.values[0]
        if control.role in ("checkbox", "switch"):
            wanted = fold(value) in ("yes", "on", "true", "checked", "ticked")
            yield from act(SetChecked(control.ref, wanted))
            return Evidence(f"{said(control)} is {'checked' if wanted else 'unchecked'}")
        day = date(value)
        if day is not None and (control.input_type == "date" or "readonly" in control.states):
            yield from set_date(control, day, scene)
            return Evidence(f"{said(control)} shows {day.isoformat()}")
        return (yield from fill([(control, value)], scene, notes))


def control_labelled(label: str, scene: Scene) -> Element:
    """The control whose label says all of these words; its own label counts before a text beside it.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    controls = where(
        scene,
        lambda e: (
            is_text_field(e)
            or bool(e.options)
            or e.role in ("checkbox", "switch", "combobox", "listbox", "slider")
        ),
    )
    for names in (_own_names, lambda e: (label_of(e, scene),)):
        scored = [(max(_fit(label, words) for words in names(e)), e) for e in controls]
        best = max((score for score, _ in scored), default=0.0)
        found = [element for score, element in scored if score >= best - 0.01]
        if best >= _LEAST and len(found) > 1:
            raise Ambiguous(f"two controls fit {label!r}: {said(found[0])} and {said(found[1])}")
        if best >= _LEAST:
            return found[0]
    here = ", ".join(dict.fromkeys(repr(name) for e in controls if (name := label_of(e, scene))))
    raise NotFound(f"there is no control {label!r}; controls here: {here or 'none'}")


def _own_names(element: Element) -> tuple[str, ...]:
    return (element.label, element.name, element.placeholder)


def _fit(label: str, words: str) -> float:
    """How well a control's words fit the label asked for; 0 where they lack one of its words."""
    words = words.rstrip(" :*")
    same = similarity(label, words)
    return same if same >= STRONG or says_all(label, words) else 0.0


_LEAST = 0.65
_LINE = re.compile(r"^(?P<label>[A-Z][\w' /()-]{0,40}?)\s*[:=]\s+(?P<value>\S.*)$")
_SET = re.compile(
    r"^(?:the )?(?P<label>‹\d+›|[\w' -]+?)(?: field| dropdown| list| date)? (?:to|=|with) (?P<value>.+)$",
    re.IGNORECASE,
)
_AS = re.compile(
    r"^(?P<value>‹\d+›(?:(?:,? and |, )‹\d+›)*|[\w' -]+?) (?:as|for|in|from|under) (?:the )?(?P<label>‹\d+›)"
    r"(?: field| dropdown| list)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`set X to Y`, `select Y as "X"`, a line `X: Y`."""
    clause = clauses[0]
    line = _LINE.match(clause.masked) if not clause.join else None
    if line:
        return Read(Assign(line["label"].strip(), (value_in(line["value"], clause),)))
    if clause.verb not in ("choose", "change"):
        return None
    setting = clause.word == "set" or clause.verb == "change"
    match = (_SET if setting else _AS).match(clause.rest)
    if match is None or describe(match["label"], clause).kind in ("slider", "spinner"):
        return None
    label, value = name_in(match["label"], clause), match["value"]
    several = len(MARK.findall(value)) > 1
    return Read(Assign(label, names_in(value, clause) if several else (value_in(value, clause),)))
