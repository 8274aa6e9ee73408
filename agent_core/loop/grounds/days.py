"""How a day that stands on no page follows from what does: counted from another, or put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, time
from functools import cached_property
from itertools import chain

from browser.model.observation import Observation
from browser.model.text import fold
from browser.values.calendars import Day, Days, days_in
from browser.values.dates import (
    is_relative,
    month_number,
    possible_days,
    possible_times,
    relative_days,
    yearless_days,
)
from engines.output_spec import JSON, leaves

ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}).*)?")

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
"""Characters of a text that says what a day is about."""


class DerivedDays:
    """What days follow from the pages."""

    def __init__(
        self, output: JSON, pages: Sequence[Observation], said: Callable[[], Collection[float]]
    ) -> None:
        """Prepare to say how days follow.

        Args:
            pages: All that was seen.
            said: Gives the numbers that the pages and the task say, years among them.
        """
        self._output, self._pages, self._said = output, pages, said

    def of(self, at: str, iso: str, clock: str) -> str:
        """How a day at a JSON pointer follows; "" where it does not.

        Args:
            iso: The day, as ISO 8601.
            clock: Its time of day; "00:00" for none.
        """
        if any(earliest <= iso <= latest for earliest, latest in self._spans):
            return "counted from a day that the page names as past or to come"
        year, month, day = map(int, iso.split("-"))
        known_year = year in self._said() or abs(year - date.today().year) <= 1
        known_clock = clock == "00:00" or not possible_times(clock).isdisjoint(self._clocks)
        if known_year and known_clock and (month, day) in self._days:
            return "a day that stands there without its year"
        composed = self._composed(iso, known_year) if known_clock else []
        return str(composed[0]) if composed and self._is_beside(at, composed) else ""

    def part(self, at: str, value: str) -> str:
        """How the name of a weekday or a month at a JSON pointer follows; "" where it does not.

        It is that of a day which the output says beside it, or of the only day that the pages name.
        """
        word = value.strip(". ").casefold()
        weekday = next((nth for nth, name in enumerate(_WEEKDAYS) if word in (name, name[:3])), None)
        month = month_number(word)
        if weekday is None and month is None:
            return ""
        beside = {day for _, said in self._said_beside(at) for day in possible_days(said)}
        named = beside or {day for line in self._lines for day in possible_days(line)}
        meant = len(named) == 1 or bool(beside)
        if meant and any(day.weekday() == weekday or day.month == month for day in named):
            return "the weekday or the month of a day that stands there"
        return ""

    def _composed(self, iso: str, known_year: bool) -> list[Day]:
        """The days of calendars that this one may be."""
        year, month, day = map(int, iso.split("-"))
        keys = [(year, month, day), *([(None, month, day)] if known_year else [])]
        return [one for days in self._calendars for key in keys for one in days.get(key, ())]

    def _is_beside(self, at: str, days: Sequence[Day]) -> bool:
        """Whether what the output says beside a day stands there with it, or in none of the calendars.

        Of a stay that begins on one day and ends on another only one need stand beside its name.
        """
        beside = self._said_beside(at)
        said = {fold(value) for _, value in beside if not ISO_DAY.fullmatch(value)}
        said = {one for one in said if len(one) >= _SHORTEST}
        placed = {one for one in said if any(one in day.holds for day in self._all_days)}
        others = (self._composed(day[1], True) for _, value in beside if (day := ISO_DAY.fullmatch(value)))
        return not placed or any(one in day.holds for day in chain(days, *others) for one in placed)

    def _said_beside(self, at: str) -> list[tuple[str, str]]:
        """The other texts of the object that holds a value, with their JSON pointers."""
        holder = at.rpartition("/")[0]
        return [
            (other, value)
            for other, value in leaves(self._output)
            if isinstance(value, str) and value.strip() and other != at and other.rpartition("/")[0] == holder
        ]

    @cached_property
    def _calendars(self) -> list[Days]:
        return [days for page in self._pages if (days := days_in(page))]

    @cached_property
    def _all_days(self) -> list[Day]:
        return [day for days in self._calendars for there in days.values() for day in there]

    @cached_property
    def _days(self) -> frozenset[tuple[int, int]]:
        """Month and day of what the pages name without a year."""
        return frozenset(chain.from_iterable(map(yearless_days, self._lines)))

    @cached_property
    def _clocks(self) -> frozenset[time]:
        return frozenset(chain.from_iterable(map(possible_times, self._lines)))

    @cached_property
    def _lines(self) -> list[str]:
        """What the pages say, line by line."""
        return [*dict.fromkeys(chain.from_iterable(map(_lines_of, self._pages)))]

    @cached_property
    def _spans(self) -> frozenset[tuple[str, str]]:
        """The first and the last day, in ISO 8601, of each part of the pages that counts from now."""
        spans = [*chain.from_iterable(relative_days(line, date.today()) for line in self._lines)]
        for page in self._pages:
            spans += _counted_from_its_day(page)
        return frozenset((earliest.isoformat(), latest.isoformat()) for earliest, latest in spans)


def _lines_of(page: Observation) -> list[str]:
    """The text of a page line by line, and the texts of its elements; each once."""
    return [*dict.fromkeys((*page.text.splitlines(), *(one.name or one.text for one in page.elements)))]


def _counted_from_its_day(page: Observation) -> Iterator[tuple[date, date]]:
    """The days that a page counts from its own: of tomorrow, on a page that says which day it is of."""
    lines = _lines_of(page)
    counting = [line for line in lines if is_relative(line)]
    days = {day for line in lines for day in possible_days(line)} if counting else set()
    if len(days) != 1:
        return
    for line in counting:
        for earliest, latest in relative_days(line, *days):
            middle = earliest + (latest - earliest) / 2
            yield (middle, middle) if (latest - earliest).days == 2 else (earliest, latest)
