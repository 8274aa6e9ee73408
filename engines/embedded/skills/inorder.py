"""Clicking many things one after the other, in the order of their numbers or letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Click, Point
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read


@dataclass(frozen=True, slots=True)
class ClickInOrder:
    """Click all numbers (or letters) that can be clicked, smallest or largest first."""

    letters: bool = False
    descending: bool = False

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Remember where each stands, since they may hide once the first is clicked; then click them all."""
        things = self._things(scene)
        keys = [self._key(thing, scene) for thing in things]
        if len(things) < 2 or len(set(keys)) != len(keys):
            raise NotFound(f"found {len(set(keys))} different {'letters' if self.letters else 'numbers'}")
        ordered = [thing for _, thing in sorted(zip(keys, things, strict=True), key=lambda pair: pair[0])]
        if self.descending:
            ordered.reverse()
        if any(not thing.visible for thing in ordered):
            raise CannotDo("not all of them are in view at once")
        spots = [Point(*thing.box.center) for thing in ordered if thing.box]
        yield from act(*(Click(spot) for spot in spots))
        said = ", ".join(scene.words_of(thing) for thing in ordered)
        return Evidence(f"clicked {said} in this order", refs=tuple(thing.ref for thing in ordered))

    def _things(self, scene: Scene) -> list[Element]:
        pattern = r"[a-z]" if self.letters else r"[-−]?\d+(?:\.\d+)?"
        fits = [
            e
            for e in scene.elements
            if e.interactive and e.box and re.fullmatch(pattern, fold(scene.words_of(e)))
        ]
        return [e for e in fits if not any(other is not e and scene.holds(e, other) for other in fits)]

    def _key(self, thing: Element, scene: Scene) -> tuple[float, str]:
        words = fold(scene.words_of(thing)).replace("−", "-")
        return (0.0, words) if self.letters else (float(words), "")


_UP = r"ascending|increasing|alphabetical|rising"
_DOWN = r"descending|decreasing|falling"
_ORDER = re.compile(
    rf"^(?:on |all )*(?:of )?(?:the )?(?P<what>numbers|digits|letters|tiles|buttons) in "
    rf"(?:(?:the |an? )?(?:(?P<up>{_UP})|(?P<down>{_DOWN})) order|order from (?P<span>.+))$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`click the numbers in ascending order`."""
    clause = clauses[0]
    if clause.verb != "click":
        return None
    match = _ORDER.match(clause.rest)
    if match is None:
        return None
    span = (match["span"] or "").lower()
    down = bool(match["down"]) or bool(re.match(r"(?:the )?(?:highest|largest|biggest|greatest|z) to", span))
    if span and not down and not re.match(r"(?:the )?(?:lowest|smallest|least|a) to", span):
        return None
    letters = match["what"].lower() == "letters" or (match["up"] or "").lower() == "alphabetical"
    return Read(ClickInOrder(letters, down))
