"""Dates, times and numbers as people write them, into the form that HTML's fields take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from browser.values.dates import full_year, month_number, possible_days, read_date, read_time
from browser.values.numbers import number_readings

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


def readings(kind: str, text: str, day_first: bool | None = None) -> tuple[str, ...]:
    """The values of an `<input>` of this type that a text may mean: () where it means none.

    Args:
        kind: The input's type.
        text: What was asked for. Only what the field can hold is read: a day with a time of day is no value
            of a date field, and a time with an offset is no local time.
        day_first: How `03/04/2025` is to be read; None: it may be two days.
    """
    text = text.strip()
    match kind:
        case "date":
            return _unique(day.isoformat() for day in _days(text, day_first) if _time(text) in (None, time()))
        case "time":
            clock = _time(text)
            return (clock.strftime("%H:%M:%S" if clock.second else "%H:%M"),) if clock else ()
        case "month":
            return _unique([_month(text)])
        case "week":
            return _unique([_week(text)])
        case "datetime-local":
            return _unique(moment.isoformat() for moment in _moments(text, day_first))
        case _:
            return number_readings(text)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            value.removesuffix(":00") if value.count(":") == 2 else value for value in values if value
        )
    )


def day_in(pattern: str, text: str) -> str:
    """The one day that a text names as a pattern such as `DD/MM/YYYY` or `TT.MM.JJJJ` writes it, else ""."""
    days = possible_days(text)
    parts = re.fullmatch(r"\W*(\w+)(\W+)(\w+)(\W+)(\w+)\W*", pattern)
    if len(days) != 1 or parts is None:
        return ""
    day, letters = days.pop(), parts.groups()[::2]
    if sorted(map(len, letters)) != [2, 2, 4] or [one.upper() for one in letters].count("MM") != 1:
        return ""
    written = [
        f"{day:%Y}" if len(one) == 4 else f"{day:%m}" if one.upper() == "MM" else f"{day:%d}"
        for one in letters
    ]
    return f"{written[0]}{parts[2]}{written[1]}{parts[4]}{written[2]}"


def same_number(one: str, other: str) -> bool:
    """Whether two texts are the same number, as HTML writes numbers."""
    try:
        return abs(float(one) - float(other)) < 1e-9
    except ValueError:
        return False


def fits(value: str, limits: Mapping[str, str]) -> bool:
    """Whether a number is one that a number field with these attributes (`min`, `max`, `step`) takes."""
    if not lies_within(value, limits):
        return False
    step = limit(limits, "step") if "step" in limits else 1.0
    if not step or step < 0:
        return True  # `any`
    steps = (float(value) - (limit(limits, "min") or 0.0)) / step
    return abs(steps - round(steps)) < 1e-6


def lies_within(value: str, limits: Mapping[str, str]) -> bool:
    """Whether a number is between the ends that a field tells of, by HTML's attributes or by ARIA's."""
    least = [limit(limits, name) for name in ("min", "aria-valuemin")]
    most = [limit(limits, name) for name in ("max", "aria-valuemax")]
    return all(end is None or float(value) >= end for end in least) and all(
        end is None or float(value) <= end for end in most
    )


def limit(limits: Mapping[str, str], name: str) -> float | None:
    """The number that an attribute states; None: it is not there, or is no number."""
    try:
        return float(limits[name])
    except (KeyError, ValueError):
        return None


def _days(text: str, day_first: bool | None) -> list[date]:
    """The days that a text may name: `31 Dec 25`, `Dec 31, 2025`, `12/31/25`."""
    for form in (text, "-".join(text.split())):
        if day_first is not None and (day := read_date(form, day_first)):
            return [day]
        if days := possible_days(form):
            return sorted(days)
    return []


def _time(text: str) -> time | None:
    """The one time of day in a text, without an offset: `14:30`, `2:30 pm`, `14h`, `1430`."""
    text = re.sub(r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b", " ", text)
    text = re.sub(r"^(\d{1,2})h?$", r"\1:00", text)
    found = read_time(re.sub(r"^(\d{1,2})(\d{2})(?:\s?h)?$", r"\1:\2", text))
    return found[0] if found and not found[1] else None


def _month(text: str) -> str:
    """A month and its year in four digits, and no day."""
    numbers = re.findall(r"\d+", text)
    named = next(filter(None, map(month_number, re.findall(r"[^\W\d_]+", text))), None)
    years = [number for number in numbers if len(number) == 4]
    if len(years) != 1 or len(numbers) != (1 if named else 2):
        return ""
    month = named or int(next(number for number in numbers if number != years[0]))
    return f"{full_year(years[0]):04}-{month:02}" if 1 <= month <= 12 else ""


def _week(text: str) -> str:
    """A week and its year in four digits."""
    numbers = re.findall(r"\d+", text)
    years = [int(number) for number in numbers if len(number) == 4]
    weeks = [int(number) for number in numbers if len(number) <= 2]
    if len(numbers) != 2 or len(years) != 1 or len(weeks) != 1:
        return ""
    return f"{years[0]:04}-W{weeks[0]:02}" if 1 <= weeks[0] <= 53 else ""


def _moments(text: str, day_first: bool | None) -> list[datetime]:
    """Days with a time of day, without an offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        clock = _time(text)
        return [datetime.combine(day, clock) for day in _days(text, day_first)] if clock else []
    whole = not re.search(r"\d[T ]\d", text, re.IGNORECASE)  # a day alone
    return [] if moment.tzinfo or whole else [moment]
