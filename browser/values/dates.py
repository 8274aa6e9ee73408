"""Dates as pages write them, to ISO 8601; what could mean two days is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from browser.model.text import squeeze

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen januari janeiro",
    "february feb februar fevrier fevr febrero febbraio februari fevereiro fev",
    "march mar marz maerz mars marzo maart mrt marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dicembre dezembro",
)
_MONTH_NUMBER = {name: number for number, line in enumerate(_MONTHS, 1) for name in line.split()}
_ACCENTS = str.maketrans("àáâäãåçèéêëìíîïñòóôöõùúûüý", "aaaaaaceeeeiiiinooooouuuuy")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:of\s|de\s|-)?\s*([a-z]{3,})\.?,?\s*(?:de\s|-)?\s*(\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(r"\b([a-z]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})-([a-z]{3,})-(\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-\s/]([a-z]{3,})\.?[-\s/](\d{1,2})(?!\d)")
_YEARLESS = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?\s+([a-z]{3,})\b|\b([a-z]{3,})\.?\s+(\d{1,2})(?!\d)"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_JOINTS = frozenset(("de", "of", "del", "to", "bis", "au", "al", "st", "nd", "rd", "th"))
"""What joins the parts of a date, or of a span of days."""
_NUMBERED_MONTH = re.compile(
    r"(?<![\d/.-])(?:(?P<year>(?:19|20)\d{2})(?:[-/.]|年\s?)(?P<month>\d{1,2})月?"
    r"|(?P<month_first>\d{1,2})[-/.](?P<last>(?:19|20)\d{2}))(?![\d/.-])"
)
_LONGEST_HEADING = 60
"""Characters of a text that names a month for what stands below it."""
_WEEKDAYS = frozenset((
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "die", "mit", "don", "fre", "sam", "son",
    "lun", "mar", "mer", "jeu", "ven", "dim", "mie", "jue", "vie", "sab", "dom", "gio", "maa", "din",
    "woe", "vri", "zat", "zon", "seg", "ter", "qua", "qui", "sex", "mo", "tu", "we", "th", "fr", "sa",
    "su", "di", "mi", "do", "so", "ma", "wo", "vr", "za", "zo",
))  # fmt: skip
"""How weekdays begin in the seven languages, and their abbreviations of two letters."""
_DAY_OF_MONTH = re.compile(
    r"(?:([a-z]{2,})[.,]*\s+)?(\d{1,2})(?:st|nd|rd|th|er|º|\.)?(?![\w:/.-]\w?)(.*)", re.DOTALL
)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2})(?:[:h.](\d{2}))(?::(\d{2})(?:\.\d+)?)?\s*([ap](?:\.?m\.?)?(?![a-z]))?\s*"
    r"(z\b|(?:utc|gmt)?[+-]\d{2}:?\d{2}\b|(?:utc|gmt)[+-]\d{1,2}\b|utc|gmt)?"
    r"|(?<![\d:])(\d{1,2})\s*([ap]\.?m\b)"
)
_OTHER_WORDS = frozenset(("out", "set"))
"""Short names of months that are words of their own: `4.5 out of 5`."""
_NO_DAY = re.compile(r"(?:#\d+|\bon|:|\bposted|\bpublished|\bupdated|[·|•])$", re.IGNORECASE)
_COUNTED = re.compile(r"(\d{1,4}|an?|one|two|few|several)\s?(mo|[smhdwy])")
_DAYS = {"s": 0, "m": 0, "h": 0, "d": 1, "w": 7, "mo": 31, "y": 366}
_RELATIVE = re.compile(
    r"\b(?:\d+|an?|one|two|few|several)\s+(?:second|sec|minute|min|hour|hr|day|week|month|year)s?\s+ago\b"
    r"|^(?:yesterday|today|tomorrow|just now)\b|^\d+\s?(?:s|m|h|d|w|mo|y)(?:\s+ago)?$"
    r"|\bin \d+ (?:minute|hour|day|week|month)s?$|^vor \d+ \w+$|^il y a \d+ \w+$|^hace \d+ \w+$"
)


def _plain(text: str) -> str:
    return squeeze(text.lower().translate(_ACCENTS))


def read_date(text: str, day_first: bool | None = None) -> date | None:
    """The one day a text names, or None.

    `03/04/2024` is read only where `day_first` says how; `12.03.2024` is day first by custom. Months may
    have their English, German, French, Spanish, Italian, Dutch or Portuguese names.
    """
    days = _days(_plain(text), day_first)
    return days.pop() if len(days) == 1 else None


def _days(plain: str, day_first: bool | None) -> set[date]:
    days: set[date | None] = set()
    for year, month, day in _ISO.findall(plain) + _COMPACT.findall(plain):
        days.add(_day(int(year), int(month), int(day)))
    for first, mark, second, year in _NUMERIC.findall(_ISO.sub(" ", plain)):
        days.add(_numeric(int(first), int(second), full_year(year), True if mark == "." else day_first))
    for day, month, year in _DAY_MONTH.findall(plain) + _SHORT_YEAR.findall(plain):
        days.add(_day(full_year(year), _MONTH_NUMBER.get(month, 0), int(day)))
    for month, day, year in _MONTH_DAY.findall(plain):
        days.add(_day(int(year), _MONTH_NUMBER.get(month, 0), int(day)))
    for year, month, day in _YEAR_FIRST.findall(plain):
        days.add(_day(int(year), _MONTH_NUMBER.get(month, 0), int(day)))
    return {day for day in days if day}


def possible_days(text: str) -> set[date]:
    """Every day that a text may name: `03/04/2024` is one in March and one in April."""
    plain = _plain(text)
    return _days(plain, True) | _days(plain, False)


def month_number(name: str) -> int | None:
    """1 to 12 for the name of a month in one of seven languages, full or short; None for other words."""
    return _MONTH_NUMBER.get(_plain(name).strip(". "))


def full_year(digits: str) -> int:
    """The year of its two or four digits: 69 is 2069, 70 is 1970."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(first: int, second: int, year: int, day_first: bool | None) -> date | None:
    if first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        return None
    return _day(year, second, first) if day_first else _day(year, first, second)


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether `a/b/year` in these texts is day first, by those that can only be one; None: unknown."""
    votes = set()
    for text in texts:
        for first, _mark, second, _ in _NUMERIC.findall(text):
            if int(first) > 12 >= int(second):
                votes.add(True)
            elif int(second) > 12 >= int(first):
                votes.add(False)
    return votes.pop() if len(votes) == 1 else None


def read_time(text: str) -> tuple[time, str] | None:
    """The one time of day in a text and its offset as written (`Z`, `+02:00`, or "")."""
    found = _times(text)
    if len(found) != 1:
        return None
    clock = _clock(found[0])
    return (clock, _offset(found[0][5] or "")) if clock else None


def _offset(zone: str) -> str:
    """`+02:00` for `+0200`, `UTC+2` and the like; `Z` for that of Greenwich; "" for none."""
    digits = re.sub(r"[^\d+-]", "", zone)
    if not digits:
        return "Z" if zone else ""
    return f"{digits[0]}{digits[1:-2] or digits[1:]:>02}:{digits[-2:] if len(digits) > 3 else '00'}"


def instant(text: str) -> datetime | None:
    """The moment (UTC, to the second) of the one day and time of day in a text; None without its offset."""
    said = iso_datetime(text)
    try:
        moment = datetime.fromisoformat(said) if said else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):  # an offset of more than a day, or the first day of the first year
        return None


def possible_times(text: str) -> set[time]:
    """Every time of day that a text may name: in `2:30 - 4:00 pm`, `2:30` is one at night and one by day."""
    found = _times(text)
    clocks = {clock: bool(match[4] or match[7]) for match in found if (clock := _clock(match))}
    if not any(clocks.values()):
        return set(clocks)
    by_day = {one.replace(hour=one.hour + 12) for one, half in clocks.items() if not half and one.hour < 12}
    return clocks.keys() | by_day


def _times(text: str) -> list[re.Match[str]]:
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", _NUMERIC.sub(" ", _plain(text)))
    return [match for match in _TIME.finditer(plain) if _clock(match)]


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match[1] or match[6]), int(match[2] or 0), int(match[3] or 0)
    half = (match[4] or match[7] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def iso_date(text: str, day_first: bool | None = None) -> str | None:
    """`2024-03-12` for a text that names one day."""
    day = read_date(text, day_first)
    return day.isoformat() if day else None


def iso_datetime(text: str, day_first: bool | None = None) -> str | None:
    """`2024-03-12T17:30:00` with the offset where the text has one; None without a time of day."""
    day, clock = read_date(text, day_first), read_time(text)
    if not day or not clock:
        return None
    return f"{day.isoformat()}T{clock[0].isoformat()}{clock[1]}"


def iso_time(text: str) -> str | None:
    """`17:30:00` for a text with one time of day."""
    clock = read_time(text)
    return clock[0].isoformat() + clock[1] if clock else None


@lru_cache(maxsize=20_000)
def looks_like_date(text: str) -> bool:
    """Whether a short text is a date or a time span such as `3 hours ago`, whatever its form."""
    plain = _plain(text)
    if len(plain) > 45:
        return False
    if _RELATIVE.search(plain) or _days(plain, True):
        return True
    return any(
        (match[2] or match[3]) in _MONTH_NUMBER.keys() - _OTHER_WORDS and 1 <= int(match[1] or match[4]) <= 31
        for match in _YEARLESS.finditer(plain)
    )


def yearless_days(text: str) -> set[tuple[int, int]]:
    """Month and day of every date in a text that has no year: `Sat, 12 March`."""
    found = ((match[2] or match[3], match[1] or match[4]) for match in _YEARLESS.finditer(_plain(text)))
    return {(_MONTH_NUMBER[month], int(day)) for month, day in found if month in _MONTH_NUMBER}


def months_named(text: str) -> set[tuple[int | None, int]]:
    """Year and month that a short text names for what stands below it; the year is None where none is said.

    `8 - 14 June 2026` names a month, too, and `29 Jun - 5 Jul` names two.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST_HEADING:
        return set()
    words = re.findall(r"[^\W\d_]+|\d+", plain)
    found: set[tuple[int | None, int]] = set()
    for dated, group in groupby(words, key=_is_of_a_date):
        said = list(group)
        months = {_MONTH_NUMBER[word] for word in said if word in _MONTH_NUMBER}
        years = {int(word) for word in said if _YEAR.fullmatch(word)}
        if dated and years:
            found |= {(year, month) for month in months for year in years}
        elif len(words) == 1:
            found |= {(None, month) for month in months}
    for match in _NUMBERED_MONTH.finditer(plain):
        month = int(match["month"] or match["month_first"])
        found |= {(int(match["year"] or match["last"]), month)} if 1 <= month <= 12 else set()
    return found


def _is_of_a_date(word: str) -> bool:
    return word.isdigit() or word in _MONTH_NUMBER or word in _JOINTS or _is_weekday(word)


def day_of_month(text: str) -> tuple[int, bool] | None:
    """The day of a month that a text begins with, and whether it says nothing else: `Mon 14`, `14 Party`.

    None for a text that begins otherwise, also for a price, a time and a full date.
    """
    match = _DAY_OF_MONTH.match(_plain(text))
    if match is None or not 1 <= int(match[2]) <= 31:
        return None
    before, after = match[1] or "", match[3].strip()
    if before and not _is_weekday(before):
        return None
    return int(match[2]), not after or _is_weekday(after)


def _is_weekday(word: str) -> bool:
    word = word.strip(".,")
    return word.isalpha() and word[: 3 if len(word) > 2 else 2] in _WEEKDAYS


def date_part(text: str) -> str:
    """The date in a text that begins with other words, with what follows it; "" where it stands first."""
    plain = text.lower().translate(_ACCENTS)
    starts = [
        match.start()
        for pattern in (_ISO, _NUMERIC, _DAY_MONTH, _MONTH_DAY)
        for match in pattern.finditer(plain)
        if match.start() and _days(match.group(), True)
    ]
    if not starts or len(plain) != len(text):
        return ""
    before = text[: min(starts)].rstrip(" ,")
    return text[min(starts) :].strip() if _NO_DAY.search(before) else ""


def is_relative(text: str) -> bool:
    """Whether the text counts from now: `3 hours ago`, `yesterday`."""
    return bool(_RELATIVE.search(_plain(text)))


def relative_days(text: str, today: date) -> Iterator[tuple[date, date]]:
    """The first and the last day that each part of a text may mean that counts from now."""
    for match in _RELATIVE.finditer(_plain(text)):
        said = match.group()
        counted = _COUNTED.search(said)
        unit = _DAYS[counted[2]] if counted else 1
        number = counted[1] if counted else {"today": "0", "just now": "0"}.get(said, "1")
        count = int(number) if number.isdecimal() else 1 if number in ("a", "an", "one") else 2
        away = timedelta(days=count * unit)
        at = today + away if said.startswith(("in ", "tomorrow")) else today - away
        around = timedelta(days=max(1, unit))
        yield at - around, at + around


def find_relative(text: str) -> str:
    """The part of a text that counts from now, as written; "" where there is none."""
    match = _RELATIVE.search(text.lower())
    return text[match.start() : match.end()] if match else ""
