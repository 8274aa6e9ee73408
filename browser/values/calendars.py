"""Days that no text says whole: a month stands over a calendar or a list, and a day in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from browser.model.observation import Element, Observation
from browser.model.page_tree import PageTree
from browser.model.roles import CELL_ROLES
from browser.model.text import cut, fold, squeeze
from browser.values.dates import day_of_month, months_named

_HOLDERS = CELL_ROLES | {"listitem", "button", "link", "article"}
"""What may begin with its day and say more after it: `14 Party`."""
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar."""

    month: str
    """The text over the calendar."""
    holds: str
    """All that stands in the day's own place, folded."""
    cell: str
    """The text with the number of the day."""

    def __str__(self) -> str:
        return f"put together from {cut(self.month, _LONGEST)!r} and {cut(self.cell, _LONGEST)!r} below it"


Days = Mapping[tuple[int | None, int, int], Sequence[Day]]
"""Year (None where the page says none), month and day of the month -> where that stands."""


def days_in(page: Observation) -> Days:
    """The days of the calendars on a page, each under the last month that is named before it."""
    cells = list(_cells(page))
    if not cells:
        return {}
    places = _Places(page.elements, [(element, number, heading) for element, number, _, heading in cells])
    found: dict[tuple[int | None, int, int], list[Day]] = defaultdict(list)
    for element, number, months, heading in cells:
        day = Day(heading, places.text_around(element), squeeze(_said(element)))
        for year, month in months:
            found[year, month, number].append(day)
    return found


def _cells(page: Observation) -> Iterator[tuple[Element, int, set[tuple[int | None, int]], str]]:
    """What stands for a day: the element, the day of the month, the months and the text that names them."""
    months: set[tuple[int | None, int]] = set()
    heading = ""
    for element in page.elements:
        said = element.value if element.role == "combobox" and element.value else _said(element)
        if named := months_named(said):
            months, heading = named, squeeze(said)
        elif months and (day := day_of_month(said)) and (day[1] or element.role in _HOLDERS):
            yield element, day[0], months, heading


def _said(element: Element) -> str:
    return element.name or element.text


class _Places:
    """What belongs to which day: all around its number that holds the number of no other day."""

    def __init__(self, elements: Sequence[Element], days: Sequence[tuple[Element, int, str]]) -> None:
        self._elements, self._ends = elements, PageTree(elements).ends
        self._at = {element.ref: at for at, element in enumerate(elements)}
        self._days: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for element, number, heading in days:
            for holder in (element, *self._above(element)):
                self._days[holder.ref].add((heading, number))
        self._texts: dict[str, str] = {}

    def text_around(self, day: Element) -> str:
        """All that stands in the largest part around a day that is its own, folded."""
        own = day
        for holder in self._above(day):
            if len(self._days[holder.ref]) > 1:
                break
            own = holder
        if own.ref not in self._texts:
            at = self._at[own.ref]
            inside = self._elements[at : self._ends[at]]
            self._texts[own.ref] = fold(" ".join(f"{each.name} {each.text}" for each in inside))
        return self._texts[own.ref]

    def _above(self, element: Element) -> Iterator[Element]:
        while element.parent in self._at:
            element = self._elements[self._at[element.parent]]
            yield element
