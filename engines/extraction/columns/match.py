"""Which column of a group holds which property of the schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.values.dates import looks_like_date
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import NOTHING, Custom, Nothing, coerce
from engines.extraction.columns.columns import Column, ListColumn, Table
from engines.extraction.page.labels import is_struck
from engines.extraction.page.words import affinity, concepts, telling_words, word_match, word_set
from engines.extraction.schema.wanted import Wanted
from engines.output_spec import JSON

ENOUGH = 0.5
"""The score from which a column is taken to hold a property."""
_SURE = 0.75
_LONGEST_NAME = 60
_LINK_WORDS = word_set("url uri link href permalink website homepage address")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar that a record is to have, at its place in the record."""

    path: tuple[str, ...]
    wanted: Wanted
    names: tuple[tuple[str, ...], ...]
    """What it may be called; none where it is the record's own link."""


def leaves_of(wanted: Wanted, path: tuple[str, ...] = (), outer: tuple[str, ...] = ()) -> list[Leaf]:
    """The scalars of an object and of the objects in it; lists are left to others."""
    leaves = []
    for child in wanted.properties:
        at = (*path, child.name)
        if child.is_object:
            leaves.extend(leaves_of(child, at, child.words))
        elif not child.is_list:
            leaves.append(Leaf(at, child, _names(child, outer)))
    return leaves


def _names(wanted: Wanted, outer: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    words = wanted.words
    if wanted.aspect == "link":
        words = tuple(word for word in words if word not in _LINK_WORDS)
    if not outer:
        dated = wanted.format in ("date", "date-time") and concepts(words) != {"date"}
        return ((words, ("date",)) if dated else (words,)) if words else ()
    if not words or concepts(words) == {"title"} or words in (("value",), ("text",), ("id",)):
        return (outer,)
    return ((*outer, *words), words)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and where it was read."""

    value: JSON
    cell: Cell


@dataclass(frozen=True, slots=True)
class Match:
    """For every leaf its columns, the best first; [] where none holds it."""

    columns: dict[tuple[str, ...], list[Column]]
    scores: dict[tuple[str, ...], float]

    def read(self, leaf: Leaf, place: int) -> Reading | None:
        """The leaf's value in one record."""
        for column in self.columns.get(leaf.path, ()):
            cell = column.cells.get(place)
            if cell is None:
                continue
            if leaf.wanted.aspect == "text" and column.is_odd(place):
                continue
            value = coerce(leaf.wanted, cell, column.custom)
            if not isinstance(value, Nothing):
                return Reading(value, cell)
        return None


def match(table: Table, leaves: Sequence[Leaf]) -> Match:
    """Give every leaf the column that fits it best, no column twice where one of the two is a guess."""
    scored = [
        (points, -number, leaf, column)
        for leaf in leaves
        for number, column in enumerate(table.columns)
        if (points := score(leaf, column, len(table.records))) >= ENOUGH
    ]
    scored.sort(key=lambda one: (-one[0], -one[1]))
    columns: dict[tuple[str, ...], list[Column]] = {}
    scores: dict[tuple[str, ...], float] = {}
    taken: list[tuple[Leaf, Column, float]] = []
    for points, _number, leaf, column in scored:
        if leaf.path in columns or any(_clash(leaf, column, points, *other) for other in taken):
            continue
        columns[leaf.path] = [column]
        scores[leaf.path] = points
        taken.append((leaf, column, points))
    for points, _number, leaf, column in scored:
        home = columns.get(leaf.path, [])
        spare = points >= max(_SURE, scores.get(leaf.path, 1.0) - 0.25) or (
            points >= scores.get(leaf.path, 1.0) - 0.25
            and all(column.cells.keys().isdisjoint(one.cells) for one in home)
        )
        if home and column not in home and spare and not any(column is other for _leaf, other, _p in taken):
            home.append(column)
    return Match(columns, scores)


def score(leaf: Leaf, column: Column, count: int) -> float:
    """How likely the column holds the leaf, 0 to 1: its names, times how many cells have a fitting value."""
    named = _named(leaf, column)
    if named < ENOUGH:
        return 0.0
    values = [coerce(leaf.wanted, cell, column.custom) for cell in column.cells.values()]
    fitting = sum(1 for value in values if value is not NOTHING) / len(values)
    if fitting < 0.5 and not (leaf.wanted.enum or leaf.wanted.kinds[0] == "boolean"):
        return 0.0
    if fitting == 0:
        return 0.0
    if leaf.wanted.kinds[0] == "string" and column.sample.fragment and column.sample.text.isdigit():
        named *= 0.85
    present = 0.8 + 0.2 * len(column.cells) / count
    return named * present * (0.6 + 0.4 * fitting) * _form(leaf, column)


def _named(leaf: Leaf, column: Column) -> float:
    if not leaf.names:
        named = 0.95 * column.best(("title",)) if column.sample.href else 0.0
        return max(named, column.best(("url",)))
    named = max(
        column.best(names) * (1.0 if number == 0 else 0.85)
        for number, names in enumerate(leaf.names)
        if number == 0 or names != ("date",) or not _is_called_otherwise(column)
    )
    if leaf.wanted.aspect == "link" and column.sample.href and len(column.sample.text) <= _LONGEST_NAME:
        named = max(named, 0.85 * affinity(leaf.names[0], telling_words(column.sample.text)))
    return max(named, 0.8 * column.best(leaf.wanted.told), 0.95 * _together(leaf.names[0], column))


def _is_called_otherwise(column: Column) -> bool:
    """Whether the page itself names a date that stands there, and by no word for dates at large."""
    firm = [label for label in column.labels if label.kind in ("column", "text") and label.weight >= 0.8]
    return bool(firm) and not any("date" in concepts(label.words) for label in firm)


def _together(words: tuple[str, ...], column: Column) -> float:
    """How well several labels name it between them: `last` is the part of the page, `by` the author."""
    if len(words) < 2:
        return 0.0
    return sum(column.best((word,)) for word in words) / len(words)


def _form(leaf: Leaf, column: Column) -> float:
    """Less for a mixture of parts where one plain value is wanted."""
    sample = column.sample
    if leaf.wanted.aspect != "text":
        return 1.0
    if concepts(leaf.wanted.words) == {"date"} and not looks_like_date(sample.text):
        return 0.7
    if concepts(leaf.wanted.words) == {"author"} and len(sample.text) > _LONGEST_NAME:
        return 0.7
    if is_struck(sample.node) and not any(word_match(word, "original") for word in leaf.wanted.words):
        return 0.7
    return 1.0 if sample.whole else 0.82


def _clash(
    leaf: Leaf, column: Column, points: float, other: Leaf, theirs: Column, their_points: float
) -> bool:
    """Whether two leaves would say the same thing twice."""
    if leaf.wanted.aspect != other.wanted.aspect:
        return False
    if column is not theirs and not _same_texts(column, theirs):
        return False
    if "currency" in (*leaf.wanted.words, *other.wanted.words):
        return False
    return min(points, their_points) < _SURE or leaf.wanted.kinds[0] == other.wanted.kinds[0]


def _same_texts(one: Column, other: Column) -> bool:
    return one.cells.keys() == other.cells.keys() and all(
        cell.text == other.cells[place].text for place, cell in one.cells.items()
    )


def fit(found: Match, leaves: Sequence[Leaf]) -> float:
    """How much of what is wanted was found, 0 to 1; what is required counts more."""
    weights = {leaf.path: 1.0 if leaf.wanted.required else 0.7 for leaf in leaves}
    return sum(weights[path] * points for path, points in found.scores.items()) / (
        sum(weights.values()) or 1.0
    )


def list_column(table: Table, wanted: Wanted, alone: bool) -> ListColumn | None:
    """The column that holds this list in every record; `alone`: no other list is wanted of the records."""
    item = wanted.item or Wanted()
    best = max(table.lists, key=lambda column: _list_points(column, wanted, item), default=None)
    if best is not None and _list_points(best, wanted, item) < ENOUGH:
        best = _only_list(table) if alone and item.kinds[0] == "string" else None
    return best


def _only_list(table: Table) -> ListColumn | None:
    """The one list that the records have in them, where they have one only."""
    several = [
        column
        for column in table.lists
        if all(cell.node.tag == "li" for some in column.cells.values() for cell in some)
        and _is_shared(column, len(table.records))
    ]
    return several[0] if len(several) == 1 else None


def _is_shared(column: ListColumn, records: int) -> bool:
    """Whether half of the records have several entries there, or all have some and one has several."""
    several = sum(1 for some in column.cells.values() if len(some) > 1)
    return several * 2 >= records or (several > 0 and len(column.cells) == records)


def _list_points(column: ListColumn, wanted: Wanted, item: Wanted) -> float:
    named = max(column.best(wanted.words), 0.8 * column.best(wanted.told))
    cells = [cell for some in column.cells.values() for cell in some]
    fitting = sum(1 for cell in cells if coerce(item, cell, Custom()) is not NOTHING) / len(cells)
    several = sum(1 for some in column.cells.values() if len(some) > 1) / len(column.cells)
    split = sum(1 for some in column.cells.values() if "," in some[0].text) / len(column.cells)
    return named * fitting * (0.75 + 0.25 * max(several, 0.8 * split))
