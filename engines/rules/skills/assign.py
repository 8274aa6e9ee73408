"""Giving a control its value, whatever kind of control it is: `set "Day" to 2026-05-09`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import SetChecked
from browser.model.element_match import similarity
from browser.model.observation import Element
from engines.rules.course import Ambiguous, Course, Evidence, NotFound, act
from engines.rules.grounding.find import said, where
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import name_in
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.values import date
from engines.rules.scene import Scene, fold, is_text_field
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.calendar import set_date
from engines.rules.skills.choice import Choose
from engines.rules.skills.fields import fill
from engines.rules.skills.sources import value_in


@dataclass(frozen=True, slots=True)
class Assign:
    """Bring the control of this label to this value."""

    label: str
    value: str

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Find it by its label, and use it as its kind is used."""
        control = control_labelled(self.label, scene)
        if control.options:
            return (
                yield from Choose(
                    (self.value,), Description(text=self.label, name=self.label), only=control.ref
                ).carry_out(scene, notes)
            )
        if control.role in ("checkbox", "switch"):
            wanted = fold(self.value) in ("yes", "on", "true", "checked", "ticked")
            yield from act(SetChecked(control.ref, wanted))
            return Evidence(f"{said(control)} is {'checked' if wanted else 'unchecked'}")
        day = date(self.value)
        if day is not None and (control.input_type == "date" or "readonly" in control.states):
            yield from set_date(control, day, scene)
            return Evidence(f"{said(control)} shows {day.isoformat()}")
        return (yield from fill([(control, self.value)], scene, notes))


def control_labelled(label: str, scene: Scene) -> Element:
    """The control with this label.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    controls = where(
        scene,
        lambda e: (
            is_text_field(e) or bool(e.options) or e.role in ("checkbox", "switch", "combobox", "slider")
        ),
    )
    scored = [
        (
            max(
                similarity(label, words.rstrip(" :*"))
                for words in (e.label, e.name, e.placeholder, label_of(e, scene))
            ),
            e,
        )
        for e in controls
    ]
    best = max((score for score, _ in scored), default=0.0)
    found = [element for score, element in scored if score >= best - 0.01]
    if best < 0.75:
        raise NotFound(f"found no control labelled {label!r}")
    if len(found) > 1:
        raise Ambiguous(f"two controls fit {label!r}: {said(found[0])} and {said(found[1])}")
    return found[0]


_LINE = re.compile(r"^(?P<label>[A-Z][\w' /()-]{0,40}?)\s*[:=]\s+(?P<value>\S.*)$")
_SET = re.compile(
    r"^(?:the )?(?P<label>‹\d+›|[\w' -]+?)(?: field| dropdown| list| date)? (?:to|=|with) (?P<value>.+)$",
    re.IGNORECASE,
)
_AS = re.compile(
    r"^(?P<value>‹\d+›|[\w' -]+?) (?:as|for|in|from|under) (?:the )?(?P<label>‹\d+›)"
    r"(?: field| dropdown| list)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`set X to Y`, `select Y as "X"`, a line `X: Y`."""
    clause = clauses[0]
    line = _LINE.match(clause.masked) if not clause.join else None
    if line:
        return Read(Assign(line["label"].strip(), value_in(line["value"], clause)))
    if clause.verb not in ("choose", "change"):
        return None
    setting = clause.word == "set" or clause.verb == "change"
    match = (_SET if setting else _AS).match(clause.rest)
    if match is None or describe(match["label"], clause).kind in ("slider", "spinner"):
        return None
    return Read(Assign(name_in(match["label"], clause), value_in(match["value"], clause)))
