"""From the text of a cell to a value of the wanted type, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from browser.values.dates import (
    date_part,
    is_relative,
    iso_date,
    iso_datetime,
    iso_time,
    looks_like_date,
)
from browser.values.numbers import currency_code, find_numbers, is_money, iso_currency, read_number
from engines.extraction.columns.cells import Cell
from engines.extraction.page.labels import EMAIL, PHONE
from engines.extraction.page.words import affinity, concepts, singular, split_words, telling_words, word_set
from engines.extraction.schema.wanted import Wanted
from engines.output_spec import JSON


class Nothing:
    """The type of `NOTHING`: a cell does not hold what is wanted. Not None, which is JSON's null."""


NOTHING: Final = Nothing()

_YES = word_set("yes true on checked ✓ ✔ ☑ ✅ y enabled")
_NO = word_set("no false off unchecked ✗ ✘ ☐ ❌ n disabled")
_IN_STOCK = re.compile(
    r"\bin stock\b|^available\b|\bavailable now\b|\bauf lager\b|\ben stock\b", re.IGNORECASE
)
_NO_STOCK = re.compile(
    r"\bout of stock\b|\bsold out\b|\bunavailable\b|\bnot available\b|\bausverkauft\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_BY = re.compile(
    r"^\s*(?:(?:posted|written|submitted|published|created|reviewed)\s+)?(?:by|von|par|por|author)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_NEW_WINDOW = re.compile(r"[\s,(]*\bopens? in (?:a )?new (?:window|tab)\b[)]?\.?", re.IGNORECASE)
_CURRENCY_NAME = re.compile(r"[A-Z]{3}|[^\W\d_]+(?: [^\W\d_]+)? ?\([A-Z]{2,4}\)|[A-Z][a-z]+(?: [A-Za-z]+)?")
_DASHES = re.compile(r"[-–—−]+")
"""What tables show where there is no value."""
_HIGHEST_RATING = 10
_LONGEST_BESIDE_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Custom:
    """How the page writes numbers and dates, told by all cells of a kind together."""

    decimal_comma: bool = False
    day_first: bool | None = None


def coerce(wanted: Wanted, cell: Cell, custom: Custom) -> JSON | Nothing:
    """The cell's value as the schema wants it; `NOTHING` where it holds no such value."""
    if wanted.aspect == "link":
        return _fitting(wanted, _link(cell))
    if wanted.aspect == "image":
        return _fitting(wanted, cell.src or NOTHING)
    if wanted.enum is not None:
        return _enum(wanted.enum, cell, custom)
    for kind in wanted.kinds:
        value = _of_kind(kind, wanted, cell, custom)
        if not isinstance(value, Nothing):
            return value
    return NOTHING


def _of_kind(kind: str, wanted: Wanted, cell: Cell, custom: Custom) -> JSON | Nothing:
    if kind == "boolean":
        return _boolean(wanted, cell)
    if kind in ("number", "integer"):
        number = _number(kind, cell.text, custom)
        return NOTHING if _no_rating(wanted, number) else number
    return _fitting(wanted, _string(wanted, cell, custom)) if kind == "string" else NOTHING


def _link(cell: Cell) -> JSON | Nothing:
    if cell.href and not cell.href.lower().startswith(("mailto:", "tel:", "javascript:")):
        return cell.href
    return cell.text if _ADDRESS.match(cell.text) else NOTHING


def _number(kind: str, text: str, custom: Custom) -> JSON | Nothing:
    number = read_number(text, custom.decimal_comma)
    if number is None:
        return NOTHING
    found = find_numbers(text, custom.decimal_comma)
    if found and len(text.strip()) - (found[0].end - found[0].start) > _LONGEST_BESIDE_NUMBER:
        return NOTHING
    if kind == "integer":
        return int(number) if number.is_integer() else NOTHING
    return int(number) if number.is_integer() and "." not in text else number


def _no_rating(wanted: Wanted, number: JSON | Nothing) -> bool:
    """Whether a rating is wanted and this is the number of those who rated."""
    if not isinstance(number, int | float) or wanted.words != ("rating",):
        return False
    counts = split_words(wanted.name)[-1:] == ("count",) or "number" in split_words(wanted.name)
    return number > _HIGHEST_RATING and not counts


def _boolean(wanted: Wanted, cell: Cell) -> JSON | Nothing:
    states = cell.node.element.states
    if states & {"checked", "pressed"} or states & {"unchecked"}:
        return "unchecked" not in states
    text = cell.text.strip().lower().rstrip(".!")
    if text in _YES or text in _NO:
        return text in _YES
    if affinity(wanted.words, ("available",)) > 0 or "stock" in wanted.words:
        if _NO_STOCK.search(text):
            return False
        if _IN_STOCK.search(text):
            return True
    if text and telling_words(text) == wanted.words:
        return True
    return NOTHING


def _string(wanted: Wanted, cell: Cell, custom: Custom) -> str | Nothing:
    text = _NEW_WINDOW.sub("", cell.text).strip()
    if not text or _DASHES.fullmatch(text):
        return NOTHING
    match wanted.format:
        case "date":
            return iso_date(_stamp(cell) or text, custom.day_first) or _as_written(text)
        case "date-time":
            return _stamp(cell) or iso_datetime(text, custom.day_first) or _as_written(text)
        case "time":
            return iso_time(text) or NOTHING
        case "email":
            return _contact(EMAIL, text, cell.href, "mailto:")
    if wanted.words == ("currency",):
        return _currency(wanted, text)
    if affinity(wanted.words, ("email",)) == 1.0:
        return _contact(EMAIL, text, cell.href, "mailto:")
    if affinity(wanted.words, ("phone",)) >= 0.8 and len(wanted.words) == 1:
        return _contact(PHONE, text, cell.href, "tel:")
    meant = concepts(wanted.words)
    if "author" in meant and (is_relative(text) or looks_like_date(text) or is_money(text)):
        return NOTHING
    if meant == {"date"} and len(text) <= 80 and (part := date_part(text)):
        return part
    if len(text) <= 80:
        text = _BY.sub("", text) or text
    if re.fullmatch(r"#\w+", text) and wanted.words[-1:] in (("number",), ("id",), ("no",)):
        text = text[1:]
    return _without_label(wanted, text)


def _as_written(text: str) -> str | Nothing:
    """A date that can be read in two ways or counts from now stays as it is; anything else is no date."""
    return text if looks_like_date(text) else NOTHING


def _stamp(cell: Cell) -> str:
    """The machine-readable date of a `time` element, also of the one the text is in."""
    node = cell.node
    inner = node.parent if node.is_text and node.parent is not None and node.parent.tag == "time" else node
    return inner.element.limits.get("datetime", "")


def _contact(pattern: re.Pattern[str], text: str, href: str, scheme: str) -> str | Nothing:
    """The e-mail address or phone number in a text, or behind its link."""
    if match := pattern.search(text):
        return match.group().strip()
    address = href[len(scheme) :].partition("?")[0] if href.lower().startswith(scheme) else ""
    return address or NOTHING


def _currency(wanted: Wanted, text: str) -> str | Nothing:
    """The ISO code of the currency that a text names by its sign or code; a name of one as it is written."""
    sign = currency_code(text)
    if sign is not None:
        return sign if wanted.pattern and re.search(wanted.pattern, sign) else iso_currency(sign)
    named = _CURRENCY_NAME.fullmatch(text)
    return text if named else NOTHING


def _without_label(wanted: Wanted, text: str) -> str:
    """`Author: Ann` is Ann where the author is wanted."""
    head, colon, rest = text.partition(":")
    if colon and rest.strip() and len(head) <= 40 and not rest.startswith("//"):
        words = telling_words(head)
        if max(affinity(wanted.words, words), affinity(wanted.told, words)) >= 0.8:
            return rest.strip()
    return text


def _fitting(wanted: Wanted, value: JSON | Nothing) -> JSON | Nothing:
    """The value, or the one part of it that the schema's pattern asks for."""
    if not wanted.pattern or not isinstance(value, str):
        return value
    try:
        if re.search(wanted.pattern, value):
            return value
        inner = re.compile(wanted.pattern.removeprefix("^").removesuffix("$"))
    except re.error:
        return value
    parts = {match.group() for match in inner.finditer(value)}
    return parts.pop() if len(parts) == 1 else NOTHING


def _enum(choices: tuple[JSON, ...], cell: Cell, custom: Custom) -> JSON | Nothing:
    """The one choice that the text names: as a whole, else as a word in it."""
    text = cell.text.strip()
    plain = "".join(split_words(text))
    for choice in choices:
        if isinstance(choice, str) and (choice.casefold() == text.casefold() or _joined(choice) == plain):
            return choice
    numbers = [
        choice for choice in choices if isinstance(choice, int | float) and not isinstance(choice, bool)
    ]
    if numbers and (number := read_number(text, custom.decimal_comma)) is not None:
        return next((choice for choice in numbers if choice == number), NOTHING)
    if len(text) > 60:
        return NOTHING
    words = {singular(word) for word in split_words(text)}
    named = [choice for choice in choices if isinstance(choice, str) and set(split_words(choice)) <= words]
    return named[0] if len(named) == 1 and split_words(str(named[0])) else NOTHING


def _joined(choice: str) -> str:
    return "".join(split_words(choice))
