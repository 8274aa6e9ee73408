"""Dates, times and numbers as people write them, into the form that HTML's fields take."""

from __future__ import annotations

import re
from datetime import date, datetime, time

PICKED = {
    "date": "2025-12-31",
    "time": "14:30",
    "month": "2025-12",
    "week": "2025-W52",
    "datetime-local": "2025-12-31 14:30",
    "color": "#ff8800",
    "range": "a number",
}
"""Types of fields that are set by value -> how a value may be written."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def squeezed(text: str) -> str:
    """A text without white space and case, to see whether a field shows what was typed."""
    return re.sub(r"\s+", "", text).lower()


def as_value(kind: str, text: str) -> str:
    """A value for an `<input>` of this type, "" where the text is none."""
    text = text.strip()
    match kind:
        case "date":
            day = _date(text)
            return day.isoformat() if day else ""
        case "time":
            clock = _time(text)
            return _clock(clock) if clock else ""
        case "month":
            return _month(text)
        case "week":
            return _week(text)
        case "datetime-local":
            return _moment(text)
        case _:
            return number(text)


def number(text: str) -> str:
    """The number in a text, as HTML writes it: `$1,234.50` is `1234.50`; "" where there is none."""
    found = re.search(
        r"[-+]?\d[\d,' \u00a0]*(?:\.\d+)?(?:e[-+]?\d+)?|[-+]?\.\d+", text.strip(), re.IGNORECASE
    )
    if not found:
        return ""
    plain = re.sub(r"[ '\u00a0]", "", found.group(0)).rstrip(",")
    if re.fullmatch(r"[-+]?\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    return plain.replace(",", "").lstrip("+")


def _date(text: str) -> date | None:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    named = _named_month(text)
    try:
        if named and len(numbers) >= 2:
            year = max(numbers[:2]) if numbers[0] > 31 else numbers[1]
            day = numbers[1] if numbers[0] > 31 else numbers[0]
            return date(_full(year), named, day)
        if len(numbers) < 3 or named:
            return None
        first, second, third = numbers[:3]
        if first > 31:
            return date(first, second, third)
        day_first = first > 12 or "." in text
        month, day = (second, first) if day_first else (first, second)
        return date(_full(third), month, day)
    except ValueError:
        return None


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def _named_month(text: str) -> int:
    for word in re.findall(r"[a-z]{3,}", text.lower()):
        if word[:3] in MONTHS:
            return MONTHS.index(word[:3]) + 1
    return 0


def _time(text: str) -> time | None:
    found = re.search(r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?", text.lower())
    if not found:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    half = found.group(4)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _clock(clock: time) -> str:
    return clock.strftime("%H:%M:%S" if clock.second else "%H:%M")


def _month(text: str) -> str:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    named = _named_month(text)
    if named and numbers:
        return f"{_full(numbers[-1]):04}-{named:02}"
    if len(numbers) < 2:
        return ""
    year, month = (numbers[0], numbers[1]) if numbers[0] > 12 else (numbers[-1], numbers[0])
    return f"{_full(year):04}-{month:02}" if 1 <= month <= 12 else ""


def _week(text: str) -> str:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) != 2:
        return ""
    year, week = sorted(numbers, reverse=True)
    return f"{year:04}-W{week:02}" if 1 <= week <= 53 else ""


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).strftime("%Y-%m-%dT%H:%M")
    except ValueError:
        pass
    clock = re.search(
        r"\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\b", text, re.IGNORECASE
    )
    day = _date(text.replace(clock.group(0), " ")) if clock else None
    at = _time(clock.group(0)) if clock else None
    return f"{day.isoformat()}T{_clock(at)}" if day and at else ""
