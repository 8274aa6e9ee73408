"""What lies behind something else, and so cannot be used now: said once, and not in every line of it.

What a dialog covers is as it was before the dialog opened. Its lines stay as they are, so that a reader who
knows them need not be told them anew, and the head of the page says which they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from browser.model.observation import Element
from browser.model.text import cut

_FEWEST = 4
"""So many things that lie behind something are told together."""
_MOST_RUNS = 6
_BEHIND = frozenset({"covered", "inert"})


def without_covers(elements: Sequence[Element]) -> tuple[Sequence[Element], str]:
    """The elements without the word that they are covered, and the line that says it of them.

    Where it is only a few of them, or they stand scattered, each says so itself, and the line is "".
    """
    behind = [element for element in elements if element.states & _BEHIND]
    runs = list(_runs(elements))
    if len(behind) < _FEWEST or len(runs) > _MOST_RUNS:
        return elements, ""
    covers = Counter(element.covered_by for element in behind if element.covered_by)
    by = f" {cut(covers.most_common(1)[0][0], 60)}" if covers else " what is open"
    told = ", ".join(first if first == last else f"{first} to {last}" for first, last in runs)
    plain = [replace(one, states=one.states - _BEHIND, covered_by="") for one in elements]
    return plain, f"behind{by}, and not to be used now: {told}"


def _runs(elements: Sequence[Element]) -> Iterator[tuple[str, str]]:
    """The first and the last ref of each run of things behind something that nothing usable interrupts."""
    usable = [one for one in elements if one.interactive and (one.visible or one.states & _BEHIND)]
    for is_behind, run in groupby(usable, key=lambda element: bool(element.states & _BEHIND)):
        if is_behind:
            refs = [element.ref for element in run]
            yield refs[0], refs[-1]


def covers_told_once(elements: Sequence[Element]) -> list[Element]:
    """What is covered says so, and the first one by what; what lies in such a one need not say it again."""
    told: list[Element] = []
    under: dict[str, str] = {}
    """Ref of what is covered -> by what."""
    said: set[str] = set()
    for element in elements:
        if "covered" not in element.states:
            told.append(element)
            continue
        cover = element.covered_by
        if under.get(element.parent) == cover:
            told.append(replace(element, states=element.states - {"covered"}))
        else:
            told.append(replace(element, covered_by="") if cover in said else element)
            said.add(cover)
        under[element.ref] = cover
    return told
