"""What columns are called where the page does not say: the name of a record, its link, its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from browser.values.dates import looks_like_date
from browser.values.numbers import is_money, read_number
from engines.extraction.columns.columns import Column
from engines.extraction.page.labels import EMAIL, MERE_NUMBERS, WIDGET_ROLES, Label

_SHORTEST_DESCRIPTION = 30
_PLACE_NAME = re.compile(
    r"^(?:[Rr]emote\b.{0,20}|"
    r"[A-ZÀ-Þ][\w'’.-]+(?: [\w'’.-]+){0,2}(?:, [A-ZÀ-Þ][\w'’.-]*(?: [\w'’.-]+){0,2}){1,2})$"
)
_ONE_DECIMAL = re.compile(r"^(?:\d|10)[.,]\d$")
_WHOLE_NUMBER = re.compile(r"\d{1,3}(?:[,. ]\d{3})*|\d+")


def name_columns(columns: Sequence[Column], count: int, kind: tuple[str, ...]) -> None:
    """Add the labels that follow from what the cells hold and how they look.

    Args:
        columns: Those of a group.
        count: How many records it has.
        kind: What the page calls such a record: a `quote` is the text of the quote.
    """
    # A heading of its own over each record is the record's name.
    for column in columns:
        if column.key == "^" and len({cell.text for cell in column.cells.values()}) == count:
            column.labels.append(Label(("title",), 0.8, "look"))
    _name_main(columns, count, kind)
    _name_by_form(columns)
    _name_own_link(columns, count)
    _name_count(columns, count)


def _name_main(columns: Sequence[Column], count: int, kind: tuple[str, ...]) -> None:
    """Mark the column that most likely names the record, and the one that describes it."""
    plain = [one for one in columns if one.key != "^" and _is_prose(one) and len(one.cells) >= count * 0.6]
    plain = [one for one in plain if _tells_apart(one)]
    plain = [column for column in plain if column.sample.node.element.role not in WIDGET_ROLES] or plain
    if not plain:
        return
    longest = max(plain, key=_length)
    if _length(longest) >= _SHORTEST_DESCRIPTION:
        longest.labels.append(Label(("description",), 0.65, "look"))
    main = max(plain, key=lambda column: column.best(("title",)))
    if main.best(("title",)) < 0.75:
        main = max(plain, key=_prominence)
        main.labels.append(Label(("title",), 0.7, "look"))
    if kind:
        main.labels.append(Label(kind, 0.7, "hint"))


def _name_by_form(columns: Sequence[Column]) -> None:
    """Numbers from 0.0 to 10.0 with one decimal are ratings most likely; `Lisbon, Portugal` is a place."""
    for column in columns:
        texts = [cell.text for cell in column.cells.values()]
        named = any(label.kind in ("column", "text") and label.weight >= 0.8 for label in column.labels)
        if column.sample.fragment or named or len(texts) < 2:
            continue
        if len(texts) >= 3 and all(map(_ONE_DECIMAL.match, texts)):
            column.labels.append(Label(("rating",), 0.65, "look"))
        if all(len(text) <= 45 and _PLACE_NAME.match(text) for text in texts):
            column.labels.append(Label(("location",), 0.62, "look"))


def _name_own_link(columns: Sequence[Column], count: int) -> None:
    """The first link that every record has, and each one another, leads to the record itself."""
    for column in columns:
        addresses = {cell.href for cell in column.cells.values() if cell.node.tag == "a" and cell.href}
        if len(addresses) == count:
            column.labels.append(Label(("url",), 0.6, "look"))
            return


def _name_count(columns: Sequence[Column], count: int) -> None:
    """Records of a name and a whole number count what is called so: `paid 389`."""
    parts = [
        column
        for column in columns
        if column.sample.node.is_text and not column.sample.fragment and len(column.cells) == count
    ]
    numbers = [
        column
        for column in parts
        if all(_WHOLE_NUMBER.fullmatch(cell.text.strip(" ()")) for cell in column.cells.values())
        and all(one.kind != "column" for one in column.labels)
    ]
    if count >= 2 and len(parts) == 2 and len(numbers) == 1:
        numbers[0].labels.append(Label(("count",), 0.8, "look"))


def _tells_apart(column: Column) -> bool:
    texts = [cell.text for cell in column.cells.values()]
    return len(set(texts)) * 2 > len(texts) or len(texts) == 1


def _prominence(column: Column) -> float:
    """Large, bold, linked and long texts catch the eye; of equal ones the first."""
    look = column.sample.node.element.appearance
    points = (look.font_px + 2 * look.bold) if look else 0.0
    linked = any(cell.href for cell in column.cells.values()) and column.sample.node.tag == "a"
    return points + 2 * linked + min(_length(column), 60) / 10 - column.sample.node.order / 100_000


def _is_prose(column: Column) -> bool:
    """Whether the cells hold words rather than numbers, money or dates, and are no mixture of parts."""
    texts = [cell.text for cell in column.cells.values()]
    odd = sum(
        1
        for text in texts
        if not text
        or is_money(text)
        or looks_like_date(text)
        or read_number(text) is not None
        or EMAIL.fullmatch(text)
        or MERE_NUMBERS.match(text)
    )
    return column.sample.whole and not column.sample.fragment and odd <= len(texts) / 2


def _length(column: Column) -> float:
    return float(median(len(cell.text) for cell in column.cells.values()))
