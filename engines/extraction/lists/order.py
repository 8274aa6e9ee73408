"""In which order the records of a page stand, by what a name says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from browser.model.observation import Observation
from engines.extraction.columns.coerce import Nothing, coerce
from engines.extraction.columns.columns import Column, Table
from engines.extraction.columns.match import ENOUGH
from engines.extraction.page.words import telling_words
from engines.extraction.reader import prepare
from engines.extraction.schema.wanted import Wanted

_FEWEST = 2
_BARE = re.compile(r"[^\w\s]?\s?\d[\d.,' ]*\s?(?:[^\w\s]|[A-Z]{3})?")


def stands_in_order(observation: Observation, name: str) -> frozenset[str]:
    """Whether the records stand in rising order (`ascending`) or falling (`descending`) by a column.

    Both where all values are equal; neither where they are mixed, or no records show such a value.

    Args:
        observation: Taken with `View(budget_tokens=None, appearance=True)`.
        name: What the page calls the column or the value.
    """
    words = telling_words(name)
    columns = [
        column for _, table in prepare(observation).groups if (column := _column(table.whole(), words))
    ]
    if not columns:
        return frozenset()
    longest = max(columns, key=lambda column: len(column.cells))
    found: set[str] = set()
    for kind, form in (("number", ""), ("string", "date"), ("string", "")):
        values = _values(longest, Wanted(kinds=(kind,), words=words, format=form))
        if len(values) == len(longest.cells):
            found |= {"ascending"} if _rises(values) else set()
            found |= {"descending"} if _rises(values[::-1]) else set()
        if found or (len(values) == len(longest.cells) and (form or _are_bare(longest))):
            break  # as texts they may stand in an order that is not that of what they say
    return frozenset(found)


def _are_bare(column: Column) -> bool:
    """Whether the values are amounts with nothing but a sign or a unit: not `Room 9`."""
    return all(_BARE.fullmatch(column.cells[place].text.strip()) for place in column.cells)


def _column(table: Table, words: tuple[str, ...]) -> Column | None:
    named = [
        column for column in table.columns if column.best(words) >= ENOUGH and len(column.cells) >= _FEWEST
    ]
    return max(named, key=lambda column: column.best(words), default=None)


def _values(column: Column, wanted: Wanted) -> list[float | str]:
    """The values that can be read; texts without capitals."""
    values: list[float | str] = []
    for place in sorted(column.cells):
        value = coerce(wanted, column.cells[place], column.custom)
        if isinstance(value, int | float):
            values.append(float(value))
        elif isinstance(value, str) and not isinstance(value, Nothing):
            values.append(value.casefold())
    return values


def _rises(values: Sequence[float | str]) -> bool:
    return all(one <= other for one, other in pairwise(values))  # type: ignore[operator]
