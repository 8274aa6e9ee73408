"""The corresponding cells of all records of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from browser.model.records import Record
from browser.values.dates import day_comes_first, looks_like_date
from browser.values.numbers import is_money, uses_decimal_comma
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import Custom
from engines.extraction.page.labels import EMAIL, MERE_NUMBERS, Kind, Label

_UNKNOWN = Custom()
_PLAIN_FORMS = frozenset(("money", "date", "email"))


@dataclass(eq=False, slots=True)
class Column:
    """One kind of cell: at most one for every record."""

    key: str
    cells: dict[int, Cell]
    """Place of the record -> its cell."""
    labels: list[Label]
    custom: Custom = _UNKNOWN

    def best(self, words: tuple[str, ...]) -> float:
        """How well any of the labels names what is wanted."""
        return max((label.fits(words) for label in self.labels), default=0.0)

    @property
    def sample(self) -> Cell:
        """The first of the cells."""
        return next(iter(self.cells.values()))

    odd: frozenset[int] = frozenset()
    """Places whose cell is of another form than most: what stands there belongs to another column."""

    def is_odd(self, place: int) -> bool:
        """Whether this cell is not like the column's others."""
        return place in self.odd


@dataclass(eq=False, slots=True)
class Table:
    """A group laid out as columns by records."""

    records: Sequence[Record]
    columns: list[Column]
    lists: list[ListColumn] = field(default_factory=list)
    rest: Callable[[], Table] | None = None
    """Lays out all records, where this table holds a sample of them only."""

    def whole(self) -> Table:
        """The table of all records."""
        return self.rest() if self.rest else self


@dataclass(eq=False, slots=True)
class ListColumn:
    """Cells of which a record has any number: tags, links."""

    key: str
    cells: dict[int, list[Cell]]
    labels: list[Label]

    def best(self, words: tuple[str, ...]) -> float:
        """How well any of the labels names what is wanted."""
        return max((label.fits(words) for label in self.labels), default=0.0)


def columns_in(rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """The columns of records, each given as its cells."""
    by_key: dict[str, dict[int, Cell]] = {}
    for place, row in enumerate(rows):
        for cell in row:
            by_key.setdefault(cell.key, {}).setdefault(place, cell)
    columns = []
    for key, cells in by_key.items():
        texts = [cell.text for cell in cells.values()]
        custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
        columns.append(Column(key, cells, shared_labels(list(cells.values())), custom))
    columns = _joined(columns)
    _mark_odd(columns, len(rows))
    return columns


def list_columns_in(rows: Sequence[Sequence[Cell]]) -> list[ListColumn]:
    """The columns of which a record may have several cells."""
    by_key: dict[str, dict[int, list[Cell]]] = {}
    for place, row in enumerate(rows):
        for cell in row:
            if not cell.fragment and cell.key:
                general = cell.key.rpartition("~")[0] or cell.key
                by_key.setdefault(general, {}).setdefault(place, []).append(cell)
    columns = []
    for key, cells in by_key.items():
        every = [cell for some in cells.values() for cell in some]
        labels = shared_labels(every)
        columns.append(ListColumn(key, cells, labels))
    return columns


def _joined(columns: Sequence[Column]) -> list[Column]:
    """Columns that are one: never in the same record, and alike but for a wrapper that some records lack.

    A wrapper around a single part is not in the observation; its classes are on the part then.
    """
    return _joined_by(_joined_by(columns, _ends), _tail)


def _joined_by(columns: Sequence[Column], alike: Callable[[str], object]) -> list[Column]:
    homes: dict[tuple[object, ...], list[Column]] = {}
    for column in sorted(columns, key=lambda one: -len(one.cells)):
        if column.key in ("", "^") or column.sample.fragment:
            homes.setdefault((id(column),), []).append(column)
            continue
        family = homes.setdefault((alike(column.key), _form(column.sample.text)), [])
        home = next((one for one in family if one.cells.keys().isdisjoint(column.cells)), None)
        if home is None:
            family.append(column)
            continue
        home.cells = dict(sorted({**home.cells, **column.cells}.items()))
        home.labels = shared_labels(list(home.cells.values()))
    order = {id(column): number for number, column in enumerate(columns)}
    return sorted((column for family in homes.values() for column in family), key=lambda one: order[id(one)])


def _ends(key: str) -> tuple[str, frozenset[str]]:
    """The last tag of a key, and all classes on the way."""
    steps = [step.partition("~")[0] for step in key.split("/") if step]
    hints = frozenset(hint for step in steps for hint in step.split(".")[1:])
    return (steps[-1].partition(".")[0] if steps else "", hints)


def _tail(key: str) -> str:
    """The key from its last step that has classes on; the whole key where none has."""
    steps = key.split("/")
    hinted = [number for number, step in enumerate(steps) if "." in step]
    return "/".join(steps[hinted[-1] :]) if hinted else key


def _form(text: str) -> str:
    """The kind of thing a text is: two cells of different forms do not mean the same."""
    if is_money(text):
        return "money"
    if looks_like_date(text):
        return "date"
    if EMAIL.fullmatch(text):
        return "email"
    if MERE_NUMBERS.match(text) and any(map(str.isdigit, text)):
        return "number"
    return "words"


def _mark_odd(columns: Sequence[Column], count: int) -> None:
    """Find cells that slipped into another column where a record lacks a part."""
    constant: set[str] = set()
    for column in columns:
        texts = Counter(cell.text for cell in column.cells.values())
        text, times = texts.most_common(1)[0]
        if times >= max(2, 0.6 * count) and len(text) <= 40:
            constant.add(text)
    for column in columns:
        if len(column.cells) < 3 or column.sample.fragment or column.key in ("", "^"):
            continue
        forms = {place: _form(cell.text) for place, cell in column.cells.items()}
        usual, times = Counter(forms.values()).most_common(1)[0]
        own = Counter(cell.text for cell in column.cells.values())
        column.odd = frozenset(
            place
            for place, cell in column.cells.items()
            if (
                times * 3 >= 2 * len(forms) and forms[place] != usual and {usual, forms[place]} & _PLAIN_FORMS
            )
            or (cell.text in constant and own[cell.text] * 2 < len(column.cells))
        )


def shared_labels(cells: Sequence[Cell]) -> list[Label]:
    """The labels that at least half of the cells carry, at their mean weight."""
    weights: dict[tuple[tuple[str, ...], Kind], list[float]] = {}
    for cell in cells:
        best: dict[tuple[tuple[str, ...], Kind], float] = {}
        for label in cell.labels:
            name = (label.words, label.kind)
            best[name] = max(best.get(name, 0.0), label.weight)
        for name, weight in best.items():
            weights.setdefault(name, []).append(weight)
    return [
        Label(words, sum(found) / len(found), kind)
        for (words, kind), found in weights.items()
        if len(found) >= len(cells) / 2
    ]
