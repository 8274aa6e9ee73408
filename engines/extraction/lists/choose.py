"""Which of a group's records are meant: conditions, order, number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.values.dates import read_date
from engines.extraction.columns.columns import Column, Table
from engines.extraction.columns.match import ENOUGH, Leaf, Match, match
from engines.extraction.page.words import affinity
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked, Comparison, Condition
from engines.output_spec import JSON

_NUMERIC: frozenset[Comparison] = frozenset({"<", "<=", ">", ">=", "=="})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places of the records that are meant, in the order they are meant, and what was not understood."""

    places: list[int]
    doubts: tuple[str, ...] = ()


def choose(table: Table, places: Sequence[int], leaves: Sequence[Leaf], found: Match, asked: Asked) -> Chosen:
    """Keep the records that meet the wish. What cannot be checked on the page is a doubt, not a filter."""
    doubts = list(asked.doubts)
    kept = list(places)
    for condition in asked.conditions:
        passing = _passing(table, kept, leaves, found, condition)
        if passing is None:
            doubts.append(f"nothing on the page tells which records meet {str(condition)!r}")
        else:
            kept = passing
    if asked.order is not None:
        values = _column(table, leaves, found, asked.order.words)
        if not any(place in values for place in kept):
            doubts.append(f"nothing on the page to sort by {' '.join(asked.order.words)!r}")
        else:
            kept = _sorted(kept, values, asked.order.descending)
    return Chosen(_counted(kept, asked), tuple(doubts))


def _counted(places: list[int], asked: Asked) -> list[int]:
    if asked.first is not None:
        return places[: asked.first]
    if asked.last is not None:
        return places[-asked.last :]
    if asked.nth is not None:
        at = asked.nth - 1 if asked.nth > 0 else len(places) + asked.nth
        return places[at : at + 1]
    return places


def _sorted(places: list[int], values: dict[int, float | str], descending: bool) -> list[int]:
    """Records without the value come last, whichever the order."""
    known = [place for place in places if place in values]
    unknown = [place for place in places if place not in values]
    numbers = all(isinstance(values[place], float) for place in known)

    def key(place: int) -> tuple[float, str]:
        value = values[place]
        return (value, "") if numbers and isinstance(value, float) else (0.0, str(value))

    return sorted(known, key=key, reverse=descending) + unknown


def _column(
    table: Table, leaves: Sequence[Leaf], found: Match, words: tuple[str, ...], dates: bool = False
) -> dict[int, float | str]:
    """For every record the number, ISO date or text of what the words name; with `dates` only a date."""
    forms = (("string", "date"),) if dates else (("number", ""), ("string", "date"), ("string", ""))
    for kind, form in forms:
        wanted = Wanted(name="", kinds=(kind,), words=words, format=form)
        leaf = Leaf(("?",), wanted, (words,))
        fit = match(table, [leaf])
        if fit.scores.get(("?",), 0.0) < ENOUGH:
            fit = _same_as_known(leaf, leaves, found)
        if form == "date":
            fit = _dated(table, leaf, fit)
        values: dict[int, float | str] = {}
        for place in range(len(table.records)):
            reading = fit.read(leaf, place)
            if reading is not None and (value := _comparable(reading.value, form)) is not None:
                values[place] = value
        if len(values) * 2 >= len(table.records):
            return values
    return {}


def _dated(table: Table, leaf: Leaf, fit: Match) -> Match:
    """The columns that name days, those that are called dates first."""
    known = fit.columns.get(leaf.path, [])
    named = leaf.wanted.words == ("date",)
    others = [one for one in table.columns if named and one not in known and one.best(("date",)) >= ENOUGH]
    every = [column for column in (*known, *others) if _mostly_days(column)]
    return Match({leaf.path: every[:1]}, {})


def _mostly_days(column: Column) -> bool:
    days = sum(1 for cell in column.cells.values() if read_date(cell.text, column.custom.day_first))
    return days * 2 > len(column.cells)


def _same_as_known(leaf: Leaf, leaves: Sequence[Leaf], found: Match) -> Match:
    """The columns of the wanted property that the words name best."""

    best = max(leaves, key=lambda one: affinity(leaf.wanted.words, one.wanted.words), default=None)
    if best is None or affinity(leaf.wanted.words, best.wanted.words) < ENOUGH:
        return Match({}, {})
    return Match({leaf.path: found.columns.get(best.path, [])}, {})


def _comparable(value: JSON, form: str) -> float | str | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value)
    return text if form != "date" or text[:4].isdigit() else None


def _passing(
    table: Table, places: Sequence[int], leaves: Sequence[Leaf], found: Match, condition: Condition
) -> list[int] | None:
    """The records that meet the condition; None where the page does not tell."""
    if not condition.words:
        return [place for place in places if _text_meets(_all_text(table, place), condition)]
    if condition.words == ("available",):
        return _by_any_text(table, places, condition)
    values = _column(table, leaves, found, condition.words, dates=condition.words == ("date",))
    if not any(place in values for place in places):
        return None
    return [place for place in places if place in values and _meets(values[place], condition)]


def _by_any_text(table: Table, places: Sequence[int], condition: Condition) -> list[int] | None:
    passing = [place for place in places if _text_meets(_all_text(table, place), condition)]
    return passing or None


def _all_text(table: Table, place: int) -> str:
    return " ".join(node.text for node in table.records[place])


def _text_meets(text: str, condition: Condition) -> bool:
    holds = str(condition.value).casefold() in text.casefold()
    return not holds if condition.comparison == "not" else holds


def _meets(value: float | str, condition: Condition) -> bool:
    wanted = condition.value
    if condition.comparison not in _NUMERIC:
        same = str(value).casefold() == str(wanted).casefold()
        return same if condition.comparison == "is" else _text_meets(str(value), condition)
    if isinstance(value, str) != isinstance(wanted, str):
        return False
    one, other = (str(value), str(wanted)) if isinstance(value, str) else (value, wanted)
    match condition.comparison:
        case "<":
            return one < other  # type: ignore[operator]
        case "<=":
            return one <= other  # type: ignore[operator]
        case ">":
            return one > other  # type: ignore[operator]
        case ">=":
            return one >= other  # type: ignore[operator]
    return one == other
