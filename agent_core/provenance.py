"""Where the values of an output stand on the pages that were seen.

A value that stands nowhere was made up, or put together (a sum, a count, a summary): either way the
caller should know.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby

from agent_core.task.run import ValueSource
from browser.actions import Collected
from browser.observation import Element, Observation
from engines.base import JSON

Scalar = str | int | float

LONGEST_TEXT = 200
NUMBER = re.compile(r"[-−]?\d+(?:[.,'\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")
WORD = re.compile(r"[^\W_]+")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")


def sources_of(
    output: JSON,
    seen: Sequence[Observation],
    named: Mapping[str, str],
    collected: Sequence[Collected] = (),
) -> dict[str, ValueSource | None]:
    """Where each value was read, by its JSON pointer; None: nowhere on the pages seen.

    Null, empty text, true and false are no values that stand on a page. `named` is what the engine
    itself says: pointer -> ref. It is believed only where that element is there and says the value.
    Rows of long lists that were `collected` count as seen on the pages they stood on.
    """
    values = dict(_values(output, ""))
    pages = [*seen, *(page for one in collected for page in _pages_of(one))]
    sources = _as_named(values, named, pages)
    for seen_page in reversed(pages):
        missing = [pointer for pointer in values if sources[pointer] is None]
        if not missing:
            break
        page = _Page(seen_page)
        for pointer in missing:
            sources[pointer] = page.anywhere(values[pointer])
    return sources


def _pages_of(collected: Collected) -> Iterator[Observation]:
    """The rows of a long list as the pages that they stood on."""
    for url, rows in groupby(collected.rows, key=lambda row: row.url):
        there = list(rows)
        elements = tuple(element for row in there for element in row.elements)
        yield Observation(url=url, elements=elements, text="\n".join(row.text for row in there))


def _as_named(
    values: Mapping[str, Scalar], named: Mapping[str, str], pages: Sequence[Observation]
) -> dict[str, ValueSource | None]:
    """The sources that the engine names, on the newest page where that element says the value."""
    wanted = {named[pointer] for pointer in values if named.get(pointer)}
    held: dict[str, list[tuple[str, Element]]] = {}
    for page in reversed(pages) if wanted else ():
        for element in page.elements:
            if element.ref in wanted:
                held.setdefault(element.ref, []).append((page.url, element))
    sources: dict[str, ValueSource | None] = dict.fromkeys(values)
    for pointer, value in values.items():
        for url, element in held.get(named.get(pointer, ""), ()):
            text = next((text for text in _texts(element) if _says(text, value)), None)
            if text is not None:
                sources[pointer] = ValueSource(url=url, text=_cut(text, value), ref=element.ref)
                break
    return sources


def _values(output: JSON, pointer: str) -> Iterator[tuple[str, Scalar]]:
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


class _Page:
    """A page seen, and an index of its texts: those of elements first, short ones before long ones."""

    def __init__(self, page: Observation) -> None:
        self._page = page
        texts = [(text, element.ref) for element in page.elements for text in _texts(element)]
        texts.sort(key=lambda entry: len(entry[0]))
        texts += [(text, "") for text in (*page.text.splitlines(), page.title, page.url) if text.strip()]
        self._texts = list(dict.fromkeys(texts))
        folded = [_folded(text) for text, _ in self._texts]
        self._all = "\0".join(folded)
        self._begins = list(accumulate((len(text) + 1 for text in folded), initial=0))
        self._whole: dict[str, int] = {}
        for place, text in enumerate(folded):
            self._whole.setdefault(text, place)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(WORD.findall(self._all))

    @cached_property
    def _numbers(self) -> dict[float, int]:
        """Every number that is said, and the place of the shortest text that says it."""
        numbers: dict[float, int] = {}
        for text, place in self._whole.items():
            for number in _numbers(text):
                numbers.setdefault(number, place)
        return numbers

    def anywhere(self, value: Scalar) -> ValueSource | None:
        """The value where it is said most briefly; None where it is not said."""
        place = self._place_of_text(value) if isinstance(value, str) else self._numbers.get(value)
        if place is None:
            return None
        text, ref = self._texts[place]
        return ValueSource(url=self._page.url, text=_cut(text, value), ref=ref)

    def _place_of_text(self, value: str) -> int | None:
        for form in _forms(value):
            if form in self._whole:
                return self._whole[form]
            if not self._words.issuperset(WORD.findall(form)):
                continue  # what has a word that is not there cannot be there
            at = _find(form, self._all)
            if at >= 0:
                return bisect_right(self._begins, at) - 1
        return None


def _texts(element: Element) -> tuple[str, ...]:
    texts = (element.name, element.text, element.value or "", element.href, element.description)
    return tuple(text for text in dict.fromkeys((*texts, *element.options)) if text.strip())


def _says(text: str, value: Scalar) -> bool:
    folded = _folded(text)
    if isinstance(value, str):
        return any(_find(form, folded) >= 0 for form in _forms(value))
    return value in _numbers(folded)


def _find(form: str, folded: str) -> int:
    """Where these words stand as words of their own; -1: nowhere."""
    at = folded.find(form)
    while at >= 0:
        before, after = folded[max(at - 1, 0) : at], folded[at + len(form) : at + len(form) + 1]
        inside_word = (before.isalnum() and form[0].isalnum()) or (after.isalnum() and form[-1].isalnum())
        if not inside_word:
            return at
        at = folded.find(form, at + 1)
    return -1


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _forms(value: str) -> list[str]:
    """Ways of writing a text; for an ISO date, the usual ways of writing that day."""
    forms = [_folded(value)]
    iso = ISO_DATE.fullmatch(value.strip())
    if iso:
        forms.append(iso.group()[:10])
        with suppress(ValueError):  # what looks like a date need not be one
            forms += _ways_to_write(date(*(int(part) for part in iso.groups())))
    return [form for form in dict.fromkeys(forms) if form]


MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def _ways_to_write(day: date) -> Iterator[str]:
    year, month, number = day.year, day.month, day.day
    for name in (MONTHS[month - 1], MONTHS[month - 1][:3], f"{MONTHS[month - 1][:3]}."):
        for figures in (f"{number}", f"{number:02}"):
            yield f"{name} {figures}, {year}"
            yield f"{name} {figures} {year}"
            yield f"{figures} {name} {year}"
            yield f"{figures}. {name} {year}"
    for m, d in ((f"{month:02}", f"{number:02}"), (f"{month}", f"{number}")):
        yield from (f"{m}/{d}/{year}", f"{d}/{m}/{year}", f"{d}.{m}.{year}", f"{year}/{m}/{d}")


def _numbers(text: str) -> set[float]:
    """Every number that the text may mean: 1,234 is both 1234 and 1.234."""
    return {number for found in NUMBER.findall(text) for number in _readings(found)}


def _readings(written: str) -> Iterator[float]:
    plain = re.sub(r"['\u00a0\u202f ]", "", written.replace("−", "-"))
    for grouping, point in ((",", "."), (".", ",")):
        with suppress(ValueError):
            number = float(plain.replace(grouping, "").replace(point, "."))
            yield number
            yield abs(number)  # in "2019-2024" the dash is no sign


def _cut(text: str, value: Scalar) -> str:
    """The text around the value, at most `LONGEST_TEXT` characters."""
    folded = " ".join(text.split())
    if len(folded) <= LONGEST_TEXT:
        return folded
    at = max(folded.casefold().find(str(value).casefold()), 0)
    begin = max(0, min(at - LONGEST_TEXT // 4, len(folded) - LONGEST_TEXT))
    return folded[begin : begin + LONGEST_TEXT]
