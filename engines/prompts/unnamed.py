"""What has no name, told by what its author calls it and by its place and colour among its like.

An icon has only its author's word. Of the fields of a board or the days of a calendar all are called the
same, and what tells one from the other is its place, and its colour where no picture shows that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from browser.model.observation import Element
from browser.model.text import quoted

_FEWEST = 4
"""So many things that are called the same are told by their places."""
_MOST_HINTS = 4
_LONGEST_WORDS = 40


def called(elements: Sequence[Element]) -> dict[str, str]:
    """Ref of what can be used and has no name -> what it is told by, where there is anything."""
    nameless = [each for each in elements if each.interactive and not (each.name or each.text)]
    found = {each.ref: f"(called {' '.join(each.hints[:_MOST_HINTS])})" for each in nameless if each.hints}
    partly = {each.parent for each in elements if each.is_note}
    beside = _beside(elements)
    for alike in _alike(nameless):
        # Where some are not listed, nobody knows which row the next one is in.
        boxed = [] if alike[0].parent in partly else [each for each in alike if each.box]
        places, colours = _places(boxed, beside), _colours(alike)
        usual = _usual(alike)
        for each in alike:
            place, colour = places.get(each.ref), colours.get(each.ref)
            own = "" if place and each.hints == usual else found.get(each.ref)
            if told := " ".join(filter(None, (own, ", ".join(filter(None, (place, colour)))))):
                found[each.ref] = told
    times = Counter(found.get(each.ref, "") for each in nameless)
    apart = Counter((found.get(each.ref, ""), beside.get(each.ref)) for each in nameless)
    for each in nameless:
        told = found.get(each.ref, "")
        if apart[told, beside.get(each.ref)] > 1:
            continue  # the words beside them are the same, too
        news = beside.get(each.ref, "") != each.description
        if each.ref in beside and news and (not told or times[told] > 1):
            found[each.ref] = f"{told} beside {quoted(beside[each.ref], _LONGEST_WORDS)}".strip()
    return found


def _beside(elements: Sequence[Element]) -> dict[str, str]:
    """Ref -> the words that stand before it on the same line, else those behind it there."""
    found: dict[str, str] = {}
    for one, other in pairwise(elements):
        if one.name and _is_in_line(one, other):
            found[other.ref] = one.name
        elif other.name and _is_in_line(one, other):
            found.setdefault(one.ref, other.name)
    return found


def _is_in_line(one: Element, other: Element) -> bool:
    """Whether two elements stand side by side, and neither holds the other."""
    if one.box is None or other.box is None or other.parent == one.ref:
        return False
    apart = abs(one.box.center[1] - other.box.center[1])
    return apart <= min(one.box.height, other.box.height) / 2


def _alike(nameless: Sequence[Element]) -> Iterator[list[Element]]:
    """Those of one role in one place of which several are called the same."""

    def kin(element: Element) -> tuple[str, str]:
        return (element.parent, element.role)

    for _, group in groupby(sorted(nameless, key=kin), key=kin):
        alike = list(group)
        usual = _usual(alike)
        if sum(each.hints == usual for each in alike) >= _FEWEST:
            yield alike


def _usual(alike: Sequence[Element]) -> tuple[str, ...]:
    """What most of them are called."""
    return Counter(each.hints for each in alike).most_common(1)[0][0]


def _places(boxed: Sequence[Element], beside: Mapping[str, str]) -> dict[str, str]:
    """Ref -> its place; nothing where two would have the same.

    Of some in one line it is the number; what has words beside it is told by these.
    """
    if not boxed:
        return {}
    boxes = {each.ref: each.box for each in boxed if each.box}
    sides = sorted(min(box.width, box.height) for box in boxes.values())
    half = sides[len(sides) // 2] / 2
    rows = _lanes({ref: box.center[1] for ref, box in boxes.items()}, half)
    columns = _lanes({ref: box.center[0] for ref, box in boxes.items()}, half)
    if len({(rows[ref], columns[ref]) for ref in boxes}) < len(boxes):
        return {}
    if min(max(rows.values()), max(columns.values())) > 1:
        return {ref: f"row {rows[ref]}, column {columns[ref]}" for ref in boxes}
    numbers = {ref: max(rows[ref], columns[ref]) for ref in boxes}
    return (
        {} if beside.keys() & boxes.keys() else {ref: f"{at} of {len(boxes)}" for ref, at in numbers.items()}
    )


def _colours(alike: Sequence[Element]) -> dict[str, str]:
    """Ref -> its colour, for engines that see no picture; nothing where all have the same."""
    colours = {each.ref: each.appearance.background for each in alike if each.appearance}
    return colours if len(set(colours.values())) > 1 else {}


def _lanes(centres: dict[str, float], half: float) -> dict[str, int]:
    """Ref -> the number of its row or column, from 1: centres that are less than `half` apart share one."""
    lanes: dict[str, int] = {}
    number, last = 0, 0.0
    for ref, centre in sorted(centres.items(), key=lambda pair: pair[1]):
        if not number or centre - last > half:
            number += 1
        lanes[ref], last = number, centre
    return lanes
