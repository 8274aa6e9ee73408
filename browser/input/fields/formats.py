"""Dates, times and numbers as people write them, into the form that HTML's fields take."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from browser.values.dates import full_year, month_number, read_date, read_time
from browser.values.written_numbers import written_numbers

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
    if re.fullmatch(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?", text.strip(), re.IGNORECASE):
        return text.strip().lstrip("+")
    return next((plain for _, plain in written_numbers(text)), "")


def _date(text: str) -> date | None:
    """The day in a text, month first where the order is open: `31 Dec 25`, `Dec 31, 2025`, `12/31/25`."""
    return read_date(text, day_first=False) or read_date("-".join(text.split()), day_first=False)


def _time(text: str) -> time | None:
    found = read_time(re.sub(r"^(\d{1,2})h?$", r"\1:00", text))
    return found[0] if found else None


def _clock(clock: time) -> str:
    return clock.strftime("%H:%M:%S" if clock.second else "%H:%M")


def _month(text: str) -> str:
    numbers = re.findall(r"\d+", text)
    named = next(filter(None, map(month_number, re.findall(r"[^\W\d_]+", text))), None)
    if named and numbers:
        return f"{full_year(numbers[-1]):04}-{named:02}"
    if len(numbers) < 2:
        return ""
    year, month = (numbers[0], numbers[1]) if int(numbers[0]) > 12 else (numbers[-1], numbers[0])
    return f"{full_year(year):04}-{int(month):02}" if 1 <= int(month) <= 12 else ""


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
        day, clock = _date(text), _time(text)
        return f"{day.isoformat()}T{_clock(clock)}" if day and clock else ""
