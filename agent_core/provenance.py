"""Where the values of an output stand on the pages that were seen.

A value that stands nowhere was made up, or put together (a sum, a count, a summary): either way the
caller should know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache

from agent_core.task import ValueSource
from browser.observation import Element, Observation
from engines.base import JSON

LONGEST_TEXT = 200
NUMBER = re.compile(r"[-−]?\d+(?:[.,'\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")


def sources_of(
    output: JSON, seen: Sequence[Observation], named: Mapping[str, str]
) -> dict[str, ValueSource | None]:
    """Where each value was read, by its JSON pointer; None: nowhere on the pages seen.

    Null, empty text and true or false are no values that stand on a page. `named` is what the engine
    itself says: pointer -> ref. It is believed only where that element is there.
    """
    pages = list(reversed(seen))
    sources: dict[str, ValueSource | None] = {}
    for pointer, value in _values(output, ""):
        ref = named.get(pointer, "")
        sources[pointer] = (_of_element(ref, value, pages) if ref else None) or _anywhere(value, pages)
    return sources


def _values(output: JSON, pointer: str) -> Iterator[tuple[str, str | int | float]]:
    match output:
        case dict():
            for key, value in output.items():
                part = key.replace("~", "~0").replace("/", "~1")
                yield from _values(value, f"{pointer}/{part}")
        case list():
            for index, value in enumerate(output):
                yield from _values(value, f"{pointer}/{index}")
        case None | bool() | "":
            return
        case _:
            yield pointer, output


def _of_element(ref: str, value: str | int | float, pages: list[Observation]) -> ValueSource | None:
    for page in pages:
        element = page.element(ref)
        if element is not None:
            text = next((text for text in _texts(element) if _states(text, value)), "")
            if text:
                return ValueSource(url=page.url, text=_cut(text, value), ref=ref)
    return None


def _anywhere(value: str | int | float, pages: list[Observation]) -> ValueSource | None:
    for page in pages:
        best = min(_elements_with(value, page), key=lambda found: len(found[1]), default=None)
        if best is not None:
            element, text = best
            return ValueSource(url=page.url, text=_cut(text, value), ref=element.ref)
        line = next((line for line in page.text.splitlines() if _states(line, value)), "")
        if not line and isinstance(value, str) and _states(page.text, value):
            line = value
        if line:
            return ValueSource(url=page.url, text=_cut(line, value))
        for text in (page.title, page.url):
            if _states(text, value):
                return ValueSource(url=page.url, text=text)
    return None


def _elements_with(value: str | int | float, page: Observation) -> Iterator[tuple[Element, str]]:
    for element in page.elements:
        for text in _texts(element):
            if _states(text, value):
                yield element, text
                break


def _texts(element: Element) -> tuple[str, ...]:
    texts = (element.name, element.text, element.value or "", element.href, element.description)
    return tuple(text for text in dict.fromkeys((*texts, *element.options)) if text)


def _states(text: str, value: str | int | float) -> bool:
    """Whether the text says this value, in any usual way of writing it."""
    if not text:
        return False
    if isinstance(value, str):
        folded = _folded(text)
        return any(_stands_in(form, folded) for form in _forms(value))
    return any(abs(number - value) < 1e-9 * max(1.0, abs(value)) for number in _numbers(text))


def _stands_in(form: str, folded: str) -> bool:
    at = folded.find(form)
    while at >= 0:
        before, after = folded[at - 1 : at], folded[at + len(form) : at + len(form) + 1]
        inside_word = (before.isalnum() and form[0].isalnum()) or (after.isalnum() and form[-1].isalnum())
        if not inside_word:
            return True
        at = folded.find(form, at + 1)
    return False


@cache
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _forms(value: str) -> tuple[str, ...]:
    """Ways of writing a text; for an ISO date, the usual ways of writing that day."""
    forms = [_folded(value)]
    iso = ISO_DATE.fullmatch(value.strip())
    if iso:
        forms.append(iso.group().casefold().partition("t")[0])
        with suppress(ValueError):  # what looks like a date need not be one
            forms += _ways_to_write(date(*(int(part) for part in iso.groups())))
    return tuple(form for form in dict.fromkeys(forms) if form)


def _ways_to_write(day: date) -> list[str]:
    year, month, number = day.year, day.month, day.day
    names = (day.strftime("%B").lower(), day.strftime("%b").lower())
    words = [
        form
        for name in names
        for form in (
            f"{name} {number}, {year}",
            f"{name} {number:02}, {year}",
            f"{name} {number} {year}",
            f"{number} {name} {year}",
            f"{number:02} {name} {year}",
            f"{number}. {name} {year}",
            f"{name}. {number}, {year}",
        )
    ]
    pairs = [(f"{month:02}", f"{number:02}"), (f"{month}", f"{number}")]
    figures = [
        form
        for m, d in pairs
        for form in (
            f"{year}-{m}-{d}",
            f"{m}/{d}/{year}",
            f"{d}/{m}/{year}",
            f"{d}.{m}.{year}",
            f"{year}/{m}/{d}",
        )
    ]
    return [*words, *figures]


@cache
def _numbers(text: str) -> frozenset[float]:
    """Every number that the text may mean: 1,234 is both 1234 and 1.234."""
    return frozenset(number for found in NUMBER.findall(text) for number in _readings(found))


def _readings(written: str) -> Iterator[float]:
    plain = re.sub(r"['\u00a0\u202f ]", "", written.replace("−", "-"))
    for grouping, point in ((",", "."), (".", ",")):
        candidate = plain.replace(grouping, "").replace(point, ".")
        try:
            yield float(candidate)
            if candidate.startswith("-"):
                yield float(candidate[1:])  # in "2019-2024" the dash is no sign
        except ValueError:
            continue


def _cut(text: str, value: str | int | float) -> str:
    """The text around the value, at most `LONGEST_TEXT` characters."""
    folded = " ".join(text.split())
    if len(folded) <= LONGEST_TEXT:
        return folded
    at = max(folded.casefold().find(str(value).casefold()), 0)
    begin = max(0, min(at - LONGEST_TEXT // 4, len(folded) - LONGEST_TEXT))
    return folded[begin : begin + LONGEST_TEXT]
