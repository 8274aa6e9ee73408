"""The cheapest, the longest, the most expensive of several offers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from browser.model.element_match import fold
from browser.model.observation import Element
from browser.model.text import plain_number
from browser.values.numbers import find_numbers
from engines.rules.grounding.find import where
from engines.rules.reading.clauses import Clause
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.skills.press import press
from engines.rules.step_generator import Ambiguous, Evidence, NotFound, StepGenerator

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
            raise Ambiguous(f"two offers are the {self.words}: both {plain_number(ranked[0][0])}")
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


@dataclass(frozen=True, slots=True)
class TakeExtreme:
    """Press the button of the offer that is the cheapest, longest ..."""

    extreme: Extreme

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Compare all offers on the page, and take the one."""
        return (yield from take(self.extreme, scene, notes))


def take(extreme: Extreme, scene: Scene, notes: Notes) -> StepGenerator:
    """Take the extreme one of the offers that the page shows."""
    offers = extreme.offers(scene)
    if not offers:
        raise NotFound(f"found no offers of which one could be the {extreme.words}")
    chosen = extreme.best(offers) if len(offers) > 1 else offers[0]
    button = _button(chosen, scene)
    if button is None:
        raise NotFound("the offer has no button")
    evidence = yield from press(button)
    return Evidence(f"of {len(offers)} offers took the {extreme.words}: {evidence.said}", refs=evidence.refs)


def _button(record: Element, scene: Scene) -> Element | None:
    inside = [e for e in scene.inside(record) if e.interactive and e.enabled]
    buttons = [e for e in inside if e.role == "button"] or [e for e in inside if e.role == "link"]
    named = [e for e in buttons if re.search(r"\b(?:buy|book|order|select|choose|add)\b", fold(e.name))]
    if len(named) == 1:
        return named[0]
    return buttons[0] if len(buttons) == 1 else None


_OFFER = r"(?:flight|ticket|offer|product|item|room|hotel|plan|train|one|option|car|trip)"


def read(clauses: Sequence[Clause]) -> Read | None:
    """`buy the ticket with the lowest price`, `choose the shortest flight`."""
    clause = clauses[0]
    if clause.verb not in ("buy", "book", "choose"):
        return None
    for pattern, measure, most in _EXTREMES:
        match = re.fullmatch(
            rf"the (?:(?P<which>{pattern})(?: {_OFFER})?|{_OFFER} with the "
            rf"(?P<by>{pattern})(?: (?:price|cost|fare|duration))?)",
            clause.rest,
            re.IGNORECASE,
        )
        if match:
            return Read(TakeExtreme(Extreme(match["which"] or match["by"], measure, most)))
    return None
