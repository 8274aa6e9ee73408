"""Values in a prompt: dates and lists."""

from __future__ import annotations

import datetime
import re

from browser.values.dates import read_date


def date(words: str) -> datetime.date | None:
    """The one day that the words name; None where there is none, or two may be meant, as by `3/4/2027`."""
    return read_date(words)


def items(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B, C)."""
    *first, last = by_commas(words) or ("",)
    return (*first, *(part for part in re.split(r"\s+and\s+", last) if part))


def by_commas(words: str) -> tuple[str, ...]:
    """`A, B and C` as (A, B and C), since a name may hold an "and" itself."""
    parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s*;\s*", words.strip(" .:,"))
    return tuple(part.strip() for part in parts if part.strip())
