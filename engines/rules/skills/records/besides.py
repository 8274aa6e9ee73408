"""What a form offers to be done besides, by a box: `void it with reason "Late" and send a copy to Ann`."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from browser.model.actions import SetChecked
from browser.model.element_match import words_of
from browser.model.observation import Element
from engines.rules.grounding.find import said
from engines.rules.grounding.labels import label_of
from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes
from engines.rules.skills.records.locate import one_root
from engines.rules.step_generator import Ambiguous, CannotDo, Evidence, NotFound, StepGenerator, act

_BOXES = ("checkbox", "switch")
_BESIDES = "send|email|attach|post|share"
"""Verbs for what is done besides an act; what else stands behind one is an instruction of its own."""
_WORDS = re.compile(
    rf"(?P<what>(?:{_BESIDES}) (?:an? |the )?[a-z]+(?: [a-z]+)?)"
    r"(?: to (?:an? |the )?(?P<whom>[a-z]+(?: [a-z]+)?))?"
)


@dataclass(frozen=True, slots=True)
class TickedBesides:
    """Tick the one box of a form whose label says this, or leave it without a tick."""

    what: str
    whom: str = ""
    """To whom it is sent; a label may say the name instead: `to the baker`, `to Mill Lane Bakery`."""
    on: bool = True

    def in_form(self, came: Container[str], scene: Scene, notes: Notes) -> StepGenerator:
        """Bring it to that, and see that it is so.

        Raises:
            NotFound, Ambiguous: No box of the form says this, or several do.
        """
        boxes = [e for e in scene.elements if e.ref in came and e.role in _BOXES]
        found = [e for e in boxes if self._is_said(e, scene)]
        if not found:
            raise NotFound(f"the form has no box that says {f'{self.what} {self.whom}'.strip()!r}")
        if len(found) > 1:
            raise Ambiguous(f"two boxes say {self.what!r}: {said(found[0])} and {said(found[1])}")
        scene = yield from act(SetChecked(found[0].ref, self.on))
        now = scene.get(found[0].ref)
        how = "ticked" if self.on else "not ticked"
        if now is None or ("checked" in now.states) != self.on:
            raise CannotDo(f"{said(found[0])} does not show that it is {how}")
        return Evidence(f"{said(now)} is {how}", refs=(now.ref,))

    def _is_said(self, box: Element, scene: Scene) -> bool:
        label = box.label or label_of(box, scene) or box.name
        if not _all_in(self.what, label):
            return False
        return (
            not self.whom or _all_in(self.whom, label) or re.search(r" to (?:[A-Z]|the )", label) is not None
        )


def _all_in(words: str, label: str) -> bool:
    there = words_of(label)
    asked = [word for word in words_of(words) if not is_closed(word)]
    return all(any(one_root(word, other) for other in there) for word in asked)


def read_besides(clauses: Sequence[Clause]) -> tuple[TickedBesides, ...]:
    """What the clauses behind an act say that its form is to do besides: they name nothing and nobody."""
    found: list[TickedBesides] = []
    for clause in clauses:
        match = _WORDS.fullmatch(clause.masked.strip(" ,.")) if clause.join == "and" else None
        if match is None or any(word.endswith(("ly", "ing")) for word in match[0].split()):
            break
        found.append(TickedBesides(match["what"], match["whom"] or ""))
    return tuple(found)
