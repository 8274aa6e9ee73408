"""Doing the same to each of several things: mark each number as odd or even, fill in every label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.grounding.find import said
from engines.embedded.grounding.labels import label_of
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.facts import value_of_label
from engines.embedded.skills.fields import fill


@dataclass(frozen=True, slots=True)
class MarkParity:
    """Press, for each number, the one of two buttons that says whether it is odd or even."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Go over the rows that hold a number and both buttons."""
        pressed: list[Element] = []
        for text in scene.texts:
            if not re.fullmatch(r"-?\d+", text.name.strip()):
                continue
            word = "even" if int(text.name) % 2 == 0 else "odd"
            for record in scene.records_around(text):
                buttons = [
                    e for e in scene.inside(record) if e.interactive and fold(e.name or e.text) == word
                ]
                if len(buttons) == 1:
                    pressed.append(buttons[0])
                    break
            else:
                raise NotFound(f"found no {word!r} button for {text.name.strip()}")
        if not pressed:
            raise NotFound("found no numbers to mark")
        yield from act(*(Click(button.ref) for button in pressed))
        notes.unsubmitted = True
        return Evidence(
            f"marked {len(pressed)} numbers: " + ", ".join(fold(b.name or b.text) for b in pressed)
        )


@dataclass(frozen=True, slots=True)
class FillFromLabels:
    """Fill each empty field with the value that stands beside its label elsewhere on the page."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Look up every label, then type all values."""
        empty = [field for field in scene.fields if not field.value and field.enabled]
        if not empty:
            raise NotFound("found no empty fields")
        planned = []
        for field in empty:
            label = label_of(field, scene).rstrip(" :")
            if not label:
                raise CannotDo(f"{said(field)} has no label")
            planned.append((field, value_of_label(scene, label)))
        return (yield from fill(planned, scene, notes))


def read(clauses: Sequence[Clause]) -> Read | None:
    """`mark the numbers as odd or even`, `enter the value that matches each label`."""
    clause = clauses[0]
    words = clause.rest.lower()
    if clause.verb in ("check", "choose", "click") and re.search(r"\bodd or even\b", words):
        return Read(MarkParity())
    if clause.verb == "type" and re.search(
        r"\bvalues? that (?:corresponds?|match(?:es)?|belongs?)\b.*\blabels?\b", words
    ):
        return Read(FillFromLabels())
    return None
