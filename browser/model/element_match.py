"""Scoring elements against a description: evidence by name, weights by name, and when the best one is taken.

Who looks for an element says what it asks (the evidence), what each piece is worth (the weights), and how
sure it has to be (the least score, and the margin to the next best).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from browser.model.observation import Element

_SHORTEST_MISSPELT = 4
"""Letters of a word that may be misspelt; a shorter one that differs is another word."""


@dataclass(frozen=True, slots=True)
class Match:
    """An element and how well it fits; the scale is that of the weights it was scored by."""

    element: Element
    score: float


def weighted(evidence: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The sum of what each piece of evidence (0 to 1) is worth; a negative weight counts against."""
    return sum(weights[name] * worth for name, worth in evidence.items())


def ranked(elements: Iterable[Element], score: Callable[[Element], float]) -> list[Match]:
    """All elements with their scores, the best first; equal ones stay in the order given."""
    return sorted((Match(element, score(element)) for element in elements), key=lambda match: -match.score)


def clearly_best(matches: Sequence[Match], margin: float, least: float = float("-inf")) -> Match | None:
    """The first of ranked matches, if its score is at least `least` and `margin` above the second.

    None where it is not, and where there is no second one to compare it with.
    """
    if len(matches) < 2 or matches[0].score - matches[1].score < margin:
        return None
    return matches[0] if matches[0].score >= least else None


def may_be_misspelt(one: str, other: str) -> bool:
    """Whether two texts may differ by spelling alone: never in numbers, nor in words of a few letters."""
    differing = set(one.split()) ^ set(other.split())
    return all(
        len(word) >= _SHORTEST_MISSPELT and not any(sign.isdigit() for sign in word) for word in differing
    )
