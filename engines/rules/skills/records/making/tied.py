"""Values that a sentence ties to what is made with a preposition alone: `by Clara Duarte`, `from Sweden`."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from browser.model.element_match import STRONG, fold, says_all, similarity
from browser.model.observation import Element
from browser.values.dates import possible_days
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.reading.values.days import date
from engines.rules.reading.values.fillings import Filling
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.base import Notes
from engines.rules.skills.controls.assign import Assign, set_control
from engines.rules.skills.controls.fields import fill
from engines.rules.skills.records.locate import stems
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator

_MEANS = {
    "by": "by author writer artist creator owner",
    "from": "from country origin city sender source nationality departure",
    "to": "to recipient destination borrower receiver customer addressee assignee",
    "for": "for customer client company patient guest passenger recipient",
    "in": "in location city country place category folder",
    "at": "at place location company",
    "on": "on date day",
    "with": "with participant attendee partner contact",
}
"""What a field may be called whose value a preposition ties to what is made."""
_QUALIFIES = frozenset({"on", "at", "from", "in", "about", "of", "by", "for"})
"""Prepositions that may tie a quality to a thing as well as a value to an act."""
_NO_MORE = stems("name full of the")
"""Words of a field's name that say no more of what its value is."""


_TEXT = stems("text message comment note body content reply description")
"""What a field is called that takes what something says."""


def _for_text(words: str, fields: Sequence[Element], scene: Scene) -> Element:
    """The one field that takes a text: by its name, by its several lines, or for it is the only one."""
    several = [e for e in fields if e.states & {"multiline", "editable"}]
    called = [e for e in fields if stems(label_of(e, scene)) & _TEXT]
    for found in (called, several, fields):
        if len(found) == 1:
            return found[0]
    raise NotFound(f"no one field says that {words!r} belongs there{_fields(fields, scene)}")


@dataclass(frozen=True, slots=True)
class Tied:
    """Put one part of what something is made with into the field of the form that it can only mean."""

    part: Filling

    @property
    def said(self) -> str:
        """As the prompt says it, about."""
        return f"{self.part.tie} {', '.join(self.part.values)}".strip()

    def tells_of(self, words: str) -> bool:
        """Whether a record with these words has this about it, and it is not what an act gives it."""
        return self.part.tie in _QUALIFIES and all(says_all(one, words) for one in self.part.values)

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Use the list that offers the value, else the field that is called as the preposition means.

        Raises:
            NotFound, Ambiguous: No field of the form is meant, or several may be.
        """
        if self.part.time:
            return (yield from self._moment(came, scene, notes))
        if self.part.label:
            assign = Assign(self.part.label, self.part.values)
            return (yield from assign.in_form(came, scene, notes))
        control = self._meant(came, scene)
        return (yield from set_control(control, label_of(control, scene), self.part.values, scene, notes))

    def _meant(self, came: Container[str], scene: Scene) -> Element:
        words = f"{self.part.tie} {self.part.values[0]}"
        controls = [e for e in scene.elements if e.ref in came and e.box and (is_text_field(e) or e.options)]
        if self.part.tie == "saying":
            return _for_text(words, [e for e in controls if not e.options], scene)
        offering = [
            e for e in controls if any(similarity(self.part.values[0], o) >= STRONG for o in e.options)
        ]
        means = stems(_MEANS.get(self.part.tie, ""))
        rivals = stems(*_MEANS.values()) - means if means else frozenset()
        offering = [e for e in offering if not stems(label_of(e, scene)) & rivals]
        called = [
            e for e in controls if self._suits(stems(label_of(e, scene)) - _NO_MORE, means) and not e.value
        ]
        for found in (offering, called):
            if len(found) > 1:
                raise Ambiguous(f"cannot tell where {words!r} belongs: {said(found[0])} or {said(found[1])}")
            if found:
                return found[0]
        if len(controls) == 1 and not controls[0].value and not controls[0].options:
            return controls[0]
        raise NotFound(f"no field says that {words!r} belongs there{_fields(controls, scene)}")

    def _suits(self, called: frozenset[str], means: frozenset[str]) -> bool:
        """Whether a field is called as the preposition means, and nothing else; days belong to "on" alone."""
        value = self.part.values[0]
        is_day = bool(possible_days(value))
        names = re.match(r"\W*\d", value) is None
        return bool(called & means) and (
            is_day if self.part.tie == "on" else called <= means and names and not is_day
        )

    def _moment(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """A day and a time of day, in two fields beside one label."""
        day = date(self.part.values[0])
        if day is None:
            raise CannotDo(f"{self.part.values[0]!r} is no day")
        for label in scene.texts:
            if stems(label.name) != stems(self.part.label):
                continue
            for group in list(scene.ancestors(label))[:3]:
                fields = [e for e in scene.inside(group) if is_text_field(e) and e.box and e.ref in came]
                if len(fields) == 2 and [fold(label_of(e, scene)) for e in fields] == ["date", "time"]:
                    planned = [(fields[0], day.isoformat()), (fields[1], self.part.time)]
                    return (yield from fill(planned, scene, notes))
        raise NotFound(f"found no fields for the day and the time of {self.part.label!r}")


def _fields(controls: Sequence[Element], scene: Scene) -> str:
    names = list(dict.fromkeys(label_of(e, scene) for e in controls))
    return f"; fields here: {', '.join(map(repr, names[:8]))}" if names else ""


def repeated(evidence: Evidence, value: str, scene: Scene, notes: Notes) -> StepGenerator | None:
    """What types a password once more, into the one empty field that asks for that; None: there is none."""
    fields = [e for e in scene.fields if e.input_type == "password"]
    own = [e for e in fields if e.ref in evidence.refs]
    others = [e for e in fields if e.ref not in evidence.refs and not e.value and e.enabled]
    return fill([(others[0], value)], scene, notes) if own and len(others) == 1 else None
