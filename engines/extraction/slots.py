"""The corresponding cells of all records of a group, and which of them names a record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from statistics import median

from browser.model.page_tree import Node
from browser.model.records import Record
from browser.values.dates import day_comes_first, looks_like_date
from browser.values.numbers import is_money, read_number, uses_decimal_comma
from engines.extraction.cells import Cell, Naming, cells_of, stable_hints
from engines.extraction.coerce import Custom
from engines.extraction.labels import EMAIL, WIDGET_ROLES, Kind, Label, hint_words, look_labels
from engines.extraction.records import Group, context_of, heading_before
from engines.extraction.tables import Headers, by_column, columns_of, read_rows, row_names

_UNKNOWN = Custom()
_SAMPLE = 32
_SHORTEST_DESCRIPTION = 30
_PLAIN_FORMS = frozenset(("money", "date", "email"))
_PLACE_NAME = re.compile(
    r"^(?:[Rr]emote\b.{0,20}|"
    r"[A-ZÀ-Þ][\w'’.-]+(?: [\w'’.-]+){0,2}(?:, [A-ZÀ-Þ][\w'’.-]*(?: [\w'’.-]+){0,2}){1,2})$"
)
_ONE_DECIMAL = re.compile(r"^(?:\d|10)[.,]\d$")
_WHOLE_NUMBER = re.compile(r"\d{1,3}(?:[,. ]\d{3})*|\d+")
_MERE_NUMBERS = re.compile(r"^[\W\d_]*$|^.$")


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

    odd: frozenset[int] = frozenset()
    """Places whose cell is of another form than most: what stands there belongs to another slot."""

    def is_odd(self, place: int) -> bool:
        """Whether this cell is not like the slot's others."""
        return place in self.odd


@dataclass(eq=False, slots=True)
class Sheet:
    """A group laid out as slots by records."""

    records: Sequence[Record]
    slots: list[Slot]
    lists: list[ListSlot] = field(default_factory=list)
    rest: Callable[[], Sheet] | None = None
    """Lays out all records, where this sheet holds a sample of them only."""

    def whole(self) -> Sheet:
        """The sheet of all records."""
        return self.rest() if self.rest else self


@dataclass(eq=False, slots=True)
class ListSlot:
    """Cells of which a record has any number: tags, links."""

    key: str
    cells: dict[int, list[Cell]]
    labels: list[Label]

    def best(self, words: tuple[str, ...]) -> float:
        """How well any of the labels names what is wanted."""
        return max((label.fits(words) for label in self.labels), default=0.0)


def sample_of(group: Group, headers: Headers) -> Sheet:
    """The sheet of a group; of a large one a sample, that tells what its records hold in less time."""
    step = len(group) // _SAMPLE
    if step < 2 or group.records[0][0].tag == "tr":
        return lay_out(group, headers)
    some = Group(group.records[::step], group.context, group.boilerplate)
    sheet = lay_out(some, headers)
    sheet.rest = cache(lambda: lay_out(group, headers))
    return sheet


def lay_out(group: Group, headers: Headers) -> Sheet:
    """Find the pieces of every record and bring corresponding ones together."""
    if len(group.records[0]) == 1 and group.records[0][0].tag != "tr":
        headers.add(read_rows(_grid(group)))
    group.records = [record for record in group.records if record[0].ref not in headers.rows]
    rows_only = [record[0] for record in group.records if len(record) == 1 and record[0].tag == "tr"]
    columns, reaching = columns_of(rows_only) if _spans_rows(rows_only) else ({}, {})
    naming = Naming(headers.names, stable_hints(group.records), columns, reaching)
    rows = [cells_of(record, naming) for record in group.records]
    inside = frozenset(one.ref for record in group.records for node in record for one in node.walk())
    for row, record in zip(rows, group.records, strict=True):
        row.extend(_over(record[0], inside))
    slots = _slots(rows)
    slots = [slot for slot in slots if not _constant_heading(slot, len(rows))]
    _name_headed(slots, len(rows))
    name_main_slots(slots, len(rows), hint_words(group.records[0][0]))
    _name_by_form(slots)
    _name_own_link(slots, len(rows))
    _name_count(slots, len(rows))
    return Sheet(group.records, slots, _list_slots(rows))


def _spans_rows(rows: Sequence[Node]) -> bool:
    return any(cell.element.limits.get("rowspan", "1") != "1" for row in rows for cell in row.children)


def _grid(group: Group) -> list[Node]:
    """The records, and what stands before the first: it may hold the names of the columns."""
    rows = [record[0] for record in group.records]
    parent = rows[0].parent
    before = parent.children[: rows[0].place] if parent else []
    return [*before[-1:], *rows] if before and len(before[-1].children) == len(rows[0].children) else rows


def side_by_side(table: Node) -> tuple[Group, Sheet] | None:
    """The records of a table that compares them column by column; None where it is no such table."""
    columns = by_column(table)
    if len(columns) < 2:
        return None
    names = row_names(table)
    slots = []
    for row, words in enumerate(names):
        cells = {}
        for place, column in enumerate(columns):
            labels = [Label(words, 1.0)] if words else []
            labels += [Label(("title",), 0.85, "look")] if row == 0 else look_labels(column[row].text)
            cells[place] = Cell(f"{row}", column[row], column[row].text, tuple(labels))
        texts = [cell.text for cell in cells.values()]
        custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
        slots.append(Slot(f"{row}", cells, _shared_labels(list(cells.values())), custom))
    records: list[Record] = [tuple(column) for column in columns]
    group = Group(records, context_of([(table,)]), table.boilerplate)
    return group, Sheet(records, slots)


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
    slots = _joined(slots)
    _mark_odd(slots, len(rows))
    return slots


def _joined(slots: Sequence[Slot]) -> list[Slot]:
    """Slots that are one: never in the same record, and alike but for a wrapper that some records lack.

    A wrapper around a single part is not in the observation; its classes are on the part then.
    """
    return _joined_by(_joined_by(slots, _ends), _tail)


def _joined_by(slots: Sequence[Slot], alike: Callable[[str], object]) -> list[Slot]:
    homes: dict[tuple[object, ...], list[Slot]] = {}
    for slot in sorted(slots, key=lambda one: -len(one.cells)):
        if slot.key in ("", "^") or slot.sample.fragment:
            homes.setdefault((id(slot),), []).append(slot)
            continue
        family = homes.setdefault((alike(slot.key), _form(slot.sample.text)), [])
        home = next((one for one in family if one.cells.keys().isdisjoint(slot.cells)), None)
        if home is None:
            family.append(slot)
            continue
        home.cells = dict(sorted({**home.cells, **slot.cells}.items()))
        home.labels = _shared_labels(list(home.cells.values()))
    order = {id(slot): number for number, slot in enumerate(slots)}
    return sorted((slot for family in homes.values() for slot in family), key=lambda one: order[id(one)])


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
    if _MERE_NUMBERS.match(text) and any(map(str.isdigit, text)):
        return "number"
    return "words"


def _mark_odd(slots: Sequence[Slot], count: int) -> None:
    """Find cells that slipped into another slot where a record lacks a part."""
    constant: set[str] = set()
    for slot in slots:
        texts = Counter(cell.text for cell in slot.cells.values())
        text, times = texts.most_common(1)[0]
        if times >= max(2, 0.6 * count) and len(text) <= 40:
            constant.add(text)
    for slot in slots:
        if len(slot.cells) < 3 or slot.sample.fragment or slot.key in ("", "^"):
            continue
        forms = {place: _form(cell.text) for place, cell in slot.cells.items()}
        usual, times = Counter(forms.values()).most_common(1)[0]
        own = Counter(cell.text for cell in slot.cells.values())
        slot.odd = frozenset(
            place
            for place, cell in slot.cells.items()
            if (
                times * 3 >= 2 * len(forms) and forms[place] != usual and {usual, forms[place]} & _PLAIN_FORMS
            )
            or (cell.text in constant and own[cell.text] * 2 < len(slot.cells))
        )


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


def _over(node: Node, inside: frozenset[str]) -> list[Cell]:
    """The heading that a record stands under, as a cell of the record.

    Args:
        inside: Refs of all that is in the records: the heading in one of them says nothing of the next.
    """
    heading = heading_before(node)
    if heading is None or heading.ref in inside:
        return []
    labels = [Label(("category",), 0.65, "look"), Label(("group",), 0.65, "look")]
    if looks_like_date(heading.text):
        labels.append(Label(("date",), 0.8, "look"))
    if hints := hint_words(heading):
        labels.append(Label(hints, 0.9, "hint"))
    return [Cell("^", heading, heading.text, tuple(labels))]


def _constant_heading(slot: Slot, count: int) -> bool:
    return slot.key == "^" and len({cell.text for cell in slot.cells.values()}) < 2


def _name_headed(slots: Sequence[Slot], count: int) -> None:
    """A heading of its own over each record is the record's name."""
    for slot in slots:
        if slot.key == "^" and len({cell.text for cell in slot.cells.values()}) == count:
            slot.labels.append(Label(("title",), 0.8, "look"))


def name_main_slots(slots: Sequence[Slot], count: int, kind: tuple[str, ...] = ()) -> None:
    """Mark the slot that most likely names the record, and the one that describes it.

    Args:
        kind: What the page calls such a record: a `quote` is the text of the quote.
    """
    plain = [slot for slot in slots if slot.key != "^" and _is_prose(slot) and len(slot.cells) >= count * 0.6]
    plain = [slot for slot in plain if _tells_apart(slot)]
    plain = [slot for slot in plain if slot.sample.node.element.role not in WIDGET_ROLES] or plain
    if not plain:
        return
    longest = max(plain, key=_length)
    if _length(longest) >= _SHORTEST_DESCRIPTION:
        longest.labels.append(Label(("description",), 0.65, "look"))
    main = max(plain, key=lambda slot: slot.best(("title",)))
    if main.best(("title",)) < 0.75:
        main = max(plain, key=_prominence)
        main.labels.append(Label(("title",), 0.7, "look"))
    if kind:
        main.labels.append(Label(kind, 0.7, "hint"))


def _name_by_form(slots: Sequence[Slot]) -> None:
    """Numbers from 0.0 to 10.0 with one decimal are ratings most likely; `Lisbon, Portugal` is a place."""
    for slot in slots:
        texts = [cell.text for cell in slot.cells.values()]
        named = any(label.kind in ("column", "text") and label.weight >= 0.8 for label in slot.labels)
        if slot.sample.fragment or named or len(texts) < 2:
            continue
        if len(texts) >= 3 and all(map(_ONE_DECIMAL.match, texts)):
            slot.labels.append(Label(("rating",), 0.65, "look"))
        if all(len(text) <= 45 and _PLACE_NAME.match(text) for text in texts):
            slot.labels.append(Label(("location",), 0.62, "look"))


def _name_own_link(slots: Sequence[Slot], count: int) -> None:
    """The first link that every record has, and each one another, leads to the record itself."""
    for slot in slots:
        addresses = {cell.href for cell in slot.cells.values() if cell.node.tag == "a" and cell.href}
        if len(addresses) == count:
            slot.labels.append(Label(("url",), 0.6, "look"))
            return


def _name_count(slots: Sequence[Slot], count: int) -> None:
    """Records of a name and a whole number count what is called so: `paid 389`."""
    parts = [
        slot
        for slot in slots
        if slot.sample.node.is_text and not slot.sample.fragment and len(slot.cells) == count
    ]
    numbers = [
        slot
        for slot in parts
        if all(map(_WHOLE_NUMBER.fullmatch, _texts(slot)))
        and all(one.kind != "column" for one in slot.labels)
    ]
    if count >= 2 and len(parts) == 2 and len(numbers) == 1:
        numbers[0].labels.append(Label(("count",), 0.8, "look"))


def _texts(slot: Slot) -> list[str]:
    return [cell.text.strip(" ()") for cell in slot.cells.values()]


def _tells_apart(slot: Slot) -> bool:
    texts = [cell.text for cell in slot.cells.values()]
    return len(set(texts)) * 2 > len(texts) or len(texts) == 1


def _prominence(slot: Slot) -> float:
    """Large, bold, linked and long texts catch the eye; of equal ones the first."""
    look = slot.sample.node.element.appearance
    points = (look.font_px + 2 * look.bold) if look else 0.0
    linked = any(cell.href for cell in slot.cells.values()) and slot.sample.node.tag == "a"
    return points + 2 * linked + min(_length(slot), 60) / 10 - slot.sample.node.order / 100_000


def _is_prose(slot: Slot) -> bool:
    """Whether the cells hold words rather than numbers, money or dates, and are no mixture of parts."""
    texts = [cell.text for cell in slot.cells.values()]
    odd = sum(
        1
        for text in texts
        if not text
        or is_money(text)
        or looks_like_date(text)
        or read_number(text) is not None
        or EMAIL.fullmatch(text)
        or _MERE_NUMBERS.match(text)
    )
    return slot.sample.whole and not slot.sample.fragment and odd <= len(texts) / 2


def _length(slot: Slot) -> float:
    return float(median(len(cell.text) for cell in slot.cells.values()))


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
