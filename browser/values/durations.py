"""Lengths of time as pages write them: `1h 30m`, `90 min`, `1:30:00`, `PT1H30M`."""

from __future__ import annotations

import re

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = (
    r"(\d+(?:[.,]\d+)?)\s?(weeks?|wks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![^\W_])"
)
_IN_WORDS = re.compile(rf"(?<![\w.,]){_PART}\.?(?:(?:,|\s|and)*{_PART}\.?)*", re.IGNORECASE)
_RUN_ON = re.compile(r"(?<![\w.,])(\d+)(h)\s?(\d+)(m?)(?![^\W_])", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:])(?:(\d+):)?(\d{1,2}):(\d{2})(?![\d:])")
_ISO = re.compile(r"\bP(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\b")


def possible_durations(text: str) -> set[float]:
    """Every length of time that a text may name, seconds: `1:30` is 90 s and 90 min."""
    found: set[float] = set()
    for match in _IN_WORDS.finditer(text):
        parts = re.findall(_PART, match.group(), re.IGNORECASE)
        found.add(sum(float(number.replace(",", ".")) * _SECONDS[unit[0].lower()] for number, unit in parts))
    for hours, _, minutes, _ in _RUN_ON.findall(text):
        found.add(int(hours) * 3_600 + int(minutes) * 60)
    for hours, minutes, seconds in _CLOCK.findall(text):
        found.add(int(hours or 0) * 3_600 + int(minutes) * 60 + int(seconds))
        if not hours:
            found.add(int(minutes) * 3_600 + int(seconds) * 60)
    for match in _ISO.finditer(text):
        if any(match.groups()):
            found.add(sum(int(n or 0) * s for n, s in zip(match.groups(), _SECONDS.values(), strict=True)))
    return found


def in_units(seconds: float) -> tuple[float, ...]:
    """A length of time in seconds, minutes, hours and days, as a number alone may give it."""
    return tuple(round(seconds / unit, 9) for unit in (1, 60, 3_600, 86_400))
