"""Fields that offer completions while one types: type the beginning, take the offer that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, TypeText, Wait
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.grounding.find import said
from engines.embedded.grounding.match import similarity
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold, is_text_field
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fields_for

_OFFER_ROLES = ("option", "menuitem", "listitem", "generic")


@dataclass(frozen=True, slots=True)
class EnterCompletion:
    """Enter a completion that begins, and perhaps ends, with given letters."""

    start: str
    end: str = ""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Type the beginning, and take the first offer that fits."""
        field = fields_for(notes.tool, scene)[0]
        scene, offers = yield from _type_and_wait(field, self.start, scene)
        fitting = [e for e in offers if self._fits(scene.words_of(e))]
        if not fitting:
            raise NotFound(
                f"no completion begins with {self.start!r}"
                + (f" and ends with {self.end!r}" if self.end else "")
            )
        scene = yield from act(Click(fitting[0].ref))
        now = scene.get(field.ref)
        if now is None or not self._fits(now.value or ""):
            raise CannotDo(f"{said(field)} shows {now.value if now else None!r} after a completion was taken")
        notes.unsubmitted = True
        notes.entered.append(field.ref)
        return Evidence(f"{said(field)} shows {now.value!r}", refs=(field.ref,))

    def _fits(self, words: str) -> bool:
        folded = words.strip().lower()
        return folded.startswith(self.start.lower()) and folded.endswith(self.end.lower())


def complete(field: Element, words: str, scene: Scene) -> Turns:
    """Type words and take the completion that says them; where none is offered, the words stay as typed."""
    scene, offers = yield from _type_and_wait(field, words, scene)
    scored = sorted(offers, key=lambda e: -similarity(words, scene.words_of(e)))
    if scored and similarity(words, scene.words_of(scored[0])) >= 0.6:
        scene = yield from act(Click(scored[0].ref))
    return scene


def _type_and_wait(field: Element, words: str, scene: Scene):  # type: ignore[no-untyped-def]
    before = {element.ref for element in scene.elements}
    scene = yield from act(TypeText(words, field.ref), Wait(0.4))
    for _ in range(2):
        offers = _offers(scene, before, words)
        if offers or scene.steps_left < 4:
            break
        scene = yield from act(Wait(0.8))
    return scene, _offers(scene, before, words)


def _offers(scene: Scene, before: set[str], words: str) -> list[Element]:
    """What came up and holds the words typed."""
    new = [
        e
        for e in scene.elements
        if e.ref not in before and e.box and e.interactive and e.role in _OFFER_ROLES
    ]
    new = [e for e in new if fold(words) in fold(scene.words_of(e)) and not is_text_field(e)]
    refs = {element.ref for element in new}
    return [e for e in new if not any(inner.ref in refs for inner in scene.inside(e))]


_STARTS = re.compile(
    r"\bthat (?:starts?|begins?) with (?P<start>‹\d+›)"
    r"(?:,? and (?:that )?(?:ends?|finish(?:es)?) (?:with|in) (?P<end>‹\d+›))?",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`enter an item that starts with "Ce" and ends with "lic"`."""
    clause = clauses[0]
    match = _STARTS.search(clause.rest) if clause.verb in ("type", "choose") else None
    if match is None:
        return None
    return Read(EnterCompletion(clause.spoken(match["start"]), clause.spoken(match["end"] or "")))
