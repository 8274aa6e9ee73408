"""More of one part of a page: everything inside an element, or what fits some words best."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from browser.observation import Element

MAX_FOUND = 40
ENOUGH = 60.0
"""Of 100: less alike than this is not worth showing."""


def inside(elements: Sequence[Element], ref: str) -> tuple[Element, ...]:
    """An element and everything in it, in reading order."""
    kept: set[str] = set()
    found = []
    for element in elements:
        if element.ref == ref or element.parent in kept:
            kept.add(element.ref)
            found.append(element)
    return tuple(found)


def matching(elements: Sequence[Element], query: str) -> tuple[Element, ...]:
    """The elements whose words fit best, in reading order, at most 40."""
    wanted = query.lower().strip()
    scored = [
        (score, at) for at, element in enumerate(elements) if (score := _score(element, wanted)) >= ENOUGH
    ]
    best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:MAX_FOUND]
    return tuple(elements[at] for at in sorted(at for _, at in best))


def _score(element: Element, wanted: str) -> float:
    words = " ".join(
        (element.name, element.label, element.placeholder, element.value or "", element.description)
    )
    said = words.lower()[:400]
    if not said.strip():
        return 0.0
    if wanted in said:
        return 100.0 + (5.0 if element.interactive else 0.0)
    if len(said) < len(wanted) / 2:
        return 0.0
    return (
        fuzz.token_set_ratio(wanted, said) * 0.9
        if len(wanted.split()) > 1
        else fuzz.partial_ratio(wanted, said) * 0.8
    )
