"""Values in a prompt: dates and lists."""

from __future__ import annotations

import datetime
import re

from browser.values.dates import read_date


def date(words: str) -> datetime.date | None:
    """The one day that the words name; None where there is none, or two may be meant, as by `3/4/2027`."""
    return read_date(words)


_UNITS = (
    frozenset({"ms", "millisecond", "milliseconds"}),
    frozenset({"s", "sec", "second", "seconds"}),
    frozenset({"min", "minute", "minutes"}),
    frozenset({"h", "hour", "hours"}),
    frozenset({"px", "pixel", "pixels"}),
    frozenset({"pt", "point", "points"}),
    frozenset({"%", "percent"}),
    frozenset({"°", "deg", "degree", "degrees"}),
)
_UNSAID = _UNITS[4:]
"""Units that a field need not say, since what it holds is counted in nothing else."""
_OTHER_UNIT = re.compile(r"[$€£¥]|\([^()]{1,8}\)")
"""A field that says another unit: `Price (kr)`."""
_WITH_UNIT = re.compile(r"(?P<number>[-+]?\d+(?:\.\d+)?) ?(?P<unit>[a-zA-Z]+|%|°)")


def in_unit(value: str, said: str) -> str:
    """The number of a value with a unit, as a field for numbers takes it: `800 milliseconds` as `800`.

    Args:
        value: The value; what is no number with a unit stays as it is.
        said: What the field says: it has to say the same unit, where it says any or may be in several.
    """
    match = _WITH_UNIT.fullmatch(value.strip())
    if match is None:
        return value
    units = next((one for one in _UNITS if match["unit"].lower() in one), frozenset())
    words = set(re.findall(r"[a-z]+|[%°]", said.lower()))
    stated = [one for one in _UNITS if one & words]
    fits = units in stated if stated else units in _UNSAID and not _OTHER_UNIT.search(said)
    return match["number"] if units and fits else value


def items(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B, C)."""
    *first, last = by_commas(words) or ("",)
    return (*first, *(part for part in re.split(r"\s+and\s+", last) if part))


def by_commas(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B and C), since a name may hold an "and" itself."""
    parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s*;\s*", words.strip(" .:,"))
    return tuple(part.strip() for part in parts if part.strip())
