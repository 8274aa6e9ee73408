"""The corresponding cells of all records of a group, and which of them names a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from engines.embedded.extract.cells import Cell, Naming, cells_of, stable_hints
from engines.embedded.extract.coerce import Custom
from engines.embedded.extract.dates import day_comes_first, looks_like_date
from engines.embedded.extract.labels import Kind, Label, hint_words
from engines.embedded.extract.numbers import is_money, read_number, uses_decimal_comma
from engines.embedded.extract.records import Group, Record, heading_before
from engines.embedded.extract.tree import Node

_UNKNOWN = Custom()


@dataclass(eq=False, slots=True)
class Slot:
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


@dataclass(eq=False, slots=True)
class Sheet:
    """A group laid out as slots by records."""

    records: Sequence[Record]
    slots: list[Slot]
    lists: list[ListSlot] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class ListSlot:
    """Cells of which a record has any number: tags, links."""

    key: str
    cells: dict[int, list[Cell]]
    labels: list[Label]

    def best(self, words: tuple[str, ...]) -> float:
        """How well any of the labels names what is wanted."""
        return max((label.fits(words) for label in self.labels), default=0.0)


def lay_out(group: Group, headers: Mapping[str, tuple[str, ...]]) -> Sheet:
    """Find the pieces of every record and bring corresponding ones together."""
    naming = Naming(headers, stable_hints(group.records))
    rows = [cells_of(record, naming) for record in group.records]
    for row, record in zip(rows, group.records, strict=True):
        row.extend(_over(record[0]))
    slots = _slots(rows)
    slots = [slot for slot in slots if not _constant_heading(slot, len(rows))]
    _name_main_slots(slots, len(rows))
    return Sheet(group.records, slots, _list_slots(rows))


def _slots(rows: Sequence[Sequence[Cell]]) -> list[Slot]:
    by_key: dict[str, dict[int, Cell]] = {}
    for place, row in enumerate(rows):
        for cell in row:
            by_key.setdefault(cell.key, {}).setdefault(place, cell)
    slots = []
    for key, cells in by_key.items():
        texts = [cell.text for cell in cells.values()]
        custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
        slots.append(Slot(key, cells, _shared_labels(list(cells.values())), custom))
    return slots


def _shared_labels(cells: Sequence[Cell]) -> list[Label]:
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


def _over(node: Node) -> list[Cell]:
    """The heading that a record stands under, as a cell of the record."""
    heading = heading_before(node)
    if heading is None:
        return []
    labels = [Label(("category",), 0.65, "look"), Label(("group",), 0.65, "look")]
    if looks_like_date(heading.text):
        labels.append(Label(("date",), 0.8, "look"))
    if hints := hint_words(heading):
        labels.append(Label(hints, 0.9, "hint"))
    return [Cell("^", heading, heading.text, tuple(labels))]


def _constant_heading(slot: Slot, count: int) -> bool:
    return slot.key == "^" and len({cell.text for cell in slot.cells.values()}) < 2


def _name_main_slots(slots: Sequence[Slot], count: int) -> None:
    """Mark the slot that most likely names the record, and the one that describes it."""
    plain = [slot for slot in slots if slot.key != "^" and _is_prose(slot) and len(slot.cells) >= count * 0.6]
    if not plain:
        return
    longest = max(plain, key=_length)
    if _length(longest) >= 40:
        longest.labels.append(Label(("description",), 0.65, "look"))
    linked = [slot for slot in plain if slot.sample.node.tag == "a" and _length(slot) >= 4]
    if any(slot.best(("title",)) >= 0.8 for slot in plain):
        return
    if linked:
        main = max(linked, key=lambda slot: (_font(slot), _length(slot)))
    else:
        main = max(plain, key=lambda slot: (_font(slot), -slot.sample.node.order))
    main.labels.append(Label(("title",), 0.7, "look"))


def _is_prose(slot: Slot) -> bool:
    """Whether the cells hold words rather than numbers, money or dates, and are no mixture of parts."""
    texts = [cell.text for cell in slot.cells.values()]
    odd = sum(
        1
        for text in texts
        if not text or is_money(text) or looks_like_date(text) or read_number(text) is not None
    )
    return slot.sample.whole and not slot.sample.fragment and odd <= len(texts) / 2


def _length(slot: Slot) -> float:
    return float(median(len(cell.text) for cell in slot.cells.values()))


def _font(slot: Slot) -> float:
    look = slot.sample.node.element.appearance
    return (look.font_px + (2 if look.bold else 0)) if look else 0.0


def _list_slots(rows: Sequence[Sequence[Cell]]) -> list[ListSlot]:
    by_key: dict[str, dict[int, list[Cell]]] = {}
    for place, row in enumerate(rows):
        for cell in row:
            if not cell.fragment and cell.key:
                general = cell.key.rpartition("~")[0] or cell.key
                by_key.setdefault(general, {}).setdefault(place, []).append(cell)
    slots = []
    for key, cells in by_key.items():
        every = [cell for some in cells.values() for cell in some]
        labels = _shared_labels(every)
        slots.append(ListSlot(key, cells, labels))
    return slots
