"""Values in a prompt: numbers, ordinals, dates, colours, lists."""

from __future__ import annotations

import datetime
import re

_ORDINAL_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "last": -1, "final": -1, "bottommost": -1, "topmost": 1,
}  # fmt: skip
_COUNT_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
ORDINAL = r"(?:\d+(?:st|nd|rd|th)|" + "|".join(_ORDINAL_WORDS) + r")"
"""A regular expression for an ordinal, case folded."""

_MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
]  # fmt: skip


def ordinal(word: str) -> int | None:
    """`3rd` or `third` as 3, `last` as -1; None where it is no ordinal."""
    word = word.lower()
    if word in _ORDINAL_WORDS:
        return _ORDINAL_WORDS[word]
    match = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    return int(match[1]) if match else None


def count(word: str) -> int | None:
    """`3` or `three` as 3; None where it is no count."""
    word = word.lower()
    return int(word) if word.isdigit() else _COUNT_WORDS.get(word)


def number(words: str) -> float | None:
    """The first number in the words, thousands separators and currency signs aside."""
    match = re.search(r"[-−]?\d[\d,]*(?:\.\d+)?|[-−]?\.\d+", words)
    return float(match[0].replace(",", "").replace("−", "-")) if match else None


def plain(value: float) -> str:
    """A number as a person writes it: no needless decimals."""
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"


def date(words: str) -> datetime.date | None:
    """A date in any usual form; month first where the order is open. None where there is none."""
    for pattern, order in (
        (r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", "ymd"),
        (r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", "mdy"),
        (r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", "dmy"),
    ):
        match = re.search(pattern, words)
        if match:
            parts = dict(zip(order, (int(part) for part in match.groups()), strict=True))
            if order == "mdy" and parts["m"] > 12:
                parts["m"], parts["d"] = parts["d"], parts["m"]
            return _date(parts["y"], parts["m"], parts["d"])
    return _written_date(words)


def _written_date(words: str) -> datetime.date | None:
    names = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
    for pattern in (
        rf"\b(?P<m>{names})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})\b",
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{names})\.?,? (?P<y>\d{{4}})\b",
    ):
        match = re.search(pattern, words, re.IGNORECASE)
        if match:
            return _date(int(match["y"]), month(match["m"]) or 0, int(match["d"]))
    return None


def month(name: str) -> int | None:
    """1 to 12 for a month's name, in full or its first three letters; None for anything else."""
    folded = name.lower().strip(". ")
    if len(folded) < 3:
        return None
    found = [at for at, full in enumerate(_MONTHS, 1) if full == folded or full[:3] == folded]
    return found[0] if found else None


def _date(year: int, month_number: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month_number, day)
    except ValueError:
        return None


def items(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B, C)."""
    *first, last = by_commas(words) or ("",)
    return (*first, *(part for part in re.split(r"\s+and\s+", last) if part))


def by_commas(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B and C), since a name may hold an "and" itself."""
    parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s*;\s*", words.strip(" .:,"))
    return tuple(part.strip() for part in parts if part.strip())
