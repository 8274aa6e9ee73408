"""The cheapest, the longest, the most expensive of several offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.observation import Element
from browser.values.numbers import find_numbers, first_number
from engines.embedded.course import Ambiguous, Course, Evidence, NotFound
from engines.embedded.grounding.find import where
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.values import plain
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.press import press

Measure = Callable[[str], float | None]


def price(words: str) -> float | None:
    """The amount of money named in some words; None where there is none."""
    return next((found.value for found in find_numbers(words) if found.priced), None)


def duration(words: str) -> float | None:
    """A duration in minutes; None where there is none."""
    for match in re.finditer(
        r"(\d+)\s?h(?:ours?|rs?)?\b\s*(?:(\d+)\s?m(?:in(?:ute)?s?)?\b)?|(\d+)\s?m(?:in(?:ute)?s?)\b", words
    ):
        return int(match[1] or 0) * 60 + int(match[2] or match[3] or 0)
    return None


_EXTREMES: tuple[tuple[str, Measure, bool], ...] = (
    (r"most expensive|highest (?:price|cost|fare)|priciest|dearest", price, True),
    (r"cheapest|least expensive|lowest (?:price|cost|fare)|most affordable", price, False),
    (r"longest|slowest|most time", duration, True),
    (r"shortest|fastest|quickest|least time", duration, False),
)
"""Words, what is measured, and whether the most of it is wanted."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """Which of several: the one with the most or the least of something."""

    words: str
    measure: Measure
    most: bool

    def best(self, records: Sequence[Element]) -> Element:
        """The one; raises `Ambiguous` where two share it."""
        ranked = sorted(
            ((self._value(record), record) for record in records), key=lambda pair: pair[0], reverse=self.most
        )
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            raise Ambiguous(f"two offers are the {self.words}: both {plain(ranked[0][0])}")
        return ranked[0][1]

    def _value(self, record: Element) -> float:
        value = self.measure(record.text)
        if value is None:
            raise NotFound(f"an offer does not show what makes it the {self.words}: {record.text[:60]!r}")
        return value

    def offers(self, scene: Scene) -> list[Element]:
        """The repeated things that show the measure and can be taken."""
        best: list[Element] = []
        for element in where(scene, lambda e: e.role != "text" and self.measure(e.text) is not None):
            family = [
                e for e in scene.alike(element) if self.measure(e.text) is not None and _button(e, scene)
            ]
            if len(family) > len(best):
                best = family
        return best


def extreme_of(words: str) -> Extreme | None:
    """The superlative in some words; None where there is none that can be measured."""
    for pattern, measure, most in _EXTREMES:
        match = re.search(pattern, words, re.IGNORECASE)
        if match:
            return Extreme(match[0], measure, most)
    return None


@dataclass(frozen=True, slots=True)
class TakeExtreme:
    """Press the button of the offer that is the cheapest, longest ..."""

    extreme: Extreme

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Compare all offers on the page, and take the one."""
        return (yield from take(self.extreme, scene, notes))


def take(extreme: Extreme, scene: Scene, notes: Notes) -> Course:
    """Take the extreme one of the offers that the page shows."""
    offers = extreme.offers(scene)
    if not offers:
        raise NotFound(f"found no offers of which one could be the {extreme.words}")
    chosen = extreme.best(offers) if len(offers) > 1 else offers[0]
    button = _button(chosen, scene)
    if button is None:
        raise NotFound("the offer has no button")
    notes.unsubmitted = False
    evidence = yield from press(button)
    return Evidence(f"of {len(offers)} offers took the {extreme.words}: {evidence.said}", refs=evidence.refs)


@dataclass(frozen=True, slots=True)
class TakeNumbered:
    """Click, of things alike that bear a number each, the one with the greatest or smallest."""

    kind: str
    most: bool

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Compare the numbers they are known by, and click the one."""
        best: list[Element] = []
        for element in where(scene, lambda e: e.interactive and _numbered(e) is not None):
            family = [e for e in scene.alike(element) if e.interactive and _numbered(e) is not None]
            if len(family) > len(best):
                best = family
        if len(best) < 2:
            raise NotFound(f"found no {self.kind}s that bear numbers")
        values = sorted((_numbered(e) or 0.0 for e in best), reverse=self.most)
        if values[0] == values[1]:
            raise Ambiguous(f"two {self.kind}s bear {plain(values[0])}")
        notes.unsubmitted = True
        return (yield from press(next(e for e in best if _numbered(e) == values[0])))


def _numbered(element: Element) -> float | None:
    words = (element.name or element.text).strip()
    return first_number(words) if re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", words) else None


def _button(record: Element, scene: Scene) -> Element | None:
    inside = [e for e in scene.inside(record) if e.interactive and e.enabled]
    buttons = [e for e in inside if e.role == "button"] or [e for e in inside if e.role == "link"]
    named = [e for e in buttons if re.search(r"\b(?:buy|book|order|select|choose|add)\b", fold(e.name))]
    if len(named) == 1:
        return named[0]
    return buttons[0] if len(buttons) == 1 else None


_NUMBERED = re.compile(
    r"^(?:on )?the (?P<kind>\w+) (?:with|that has|showing|bearing) the "
    r"(?P<which>greatest|largest|highest|biggest|smallest|lowest|least) (?:number|value|score)$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`buy the ticket with the cheapest cost`, `choose the shortest flight`."""
    clause = clauses[0]
    if clause.verb not in ("buy", "book", "choose", "click", "order"):
        return None
    if re.search(r"\bfrom\b|\bto:?\s", clause.rest):
        return None
    numbered = _NUMBERED.search(clause.rest)
    if numbered:
        most = numbered["which"].lower() in ("greatest", "largest", "highest", "biggest")
        return Read(TakeNumbered(numbered["kind"], most))
    extreme = extreme_of(clause.rest)
    return Read(TakeExtreme(extreme)) if extreme else None
