"""Whether a value stands on a page that was seen, and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby

from browser.model.actions import Collected
from browser.model.observation import Element, Observation
from browser.values.dates import possible_days
from browser.values.numbers import possible_numbers, signs_of

Scalar = str | int | float

_WORD = re.compile(r"[^\W_]+")
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")


class PageTexts:
    """The texts of one page, indexed: those of elements first, short ones before long ones."""

    def __init__(self, page: Observation) -> None:
        texts = [(text, element.ref) for element in page.elements for text in texts_of(element)]
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
        return frozenset(_WORD.findall(self._all))

    @cached_property
    def _numbers(self) -> dict[float, int]:
        """Every number that is said, and the place of the shortest text that says it."""
        return {
            number: place
            for text, place in reversed(self._whole.items())
            for number in possible_numbers(self._texts[place][0])
        }

    @cached_property
    def _days(self) -> dict[date, int]:
        """Every day that is said, and the place of the shortest text that says it."""
        return {day: place for text, place in reversed(self._whole.items()) for day in possible_days(text)}

    def find(self, value: Scalar) -> tuple[str, str] | None:
        """The shortest text that says this value, and the ref of its element or ""; None: none does."""
        place = self._place_of_text(value) if isinstance(value, str) else self._numbers.get(value)
        return None if place is None else self._texts[place]

    def _place_of_text(self, value: str) -> int | None:
        text = _folded(value)
        if text in self._whole:
            return self._whole[text]
        # A text with a word that is nowhere on the page cannot be there.
        if self._words.issuperset(_WORD.findall(text)) and (at := _position(text, self._all)) >= 0:
            return bisect_right(self._begins, at) - 1
        for sign in signs_of(value.strip()):
            if (at := self._all.find(sign.casefold())) >= 0:
                return bisect_right(self._begins, at) - 1
        day = _day(value)
        return None if day is None else self._days.get(day)


def texts_of(element: Element) -> tuple[str, ...]:
    """All texts of an element in which a value may stand."""
    texts = (element.name, element.text, element.value or "", element.href, element.description)
    return tuple(text for text in dict.fromkeys((*texts, *element.options)) if text.strip())


def says(text: str, value: Scalar) -> bool:
    """Whether a text says a value, in any case and spacing; numbers, days and currencies however written."""
    if not isinstance(value, str):
        return value in possible_numbers(text)
    day = _day(value)
    return (
        _position(_folded(value), _folded(text)) >= 0
        or (day is not None and day in possible_days(text))
        or any(sign in text for sign in signs_of(value.strip()))
    )


def pages_of(collected: Collected) -> Iterator[Observation]:
    """The rows of a long list as the pages that they stood on."""
    for url, rows in groupby(collected.rows, key=lambda row: row.url):
        there = list(rows)
        elements = tuple(element for row in there for element in row.elements)
        yield Observation(url=url, elements=elements, text="\n".join(row.text for row in there))


def _position(words: str, folded: str) -> int:
    """Where these words stand as words of their own; -1: nowhere."""
    at = folded.find(words) if words else -1
    while at >= 0:
        before, after = folded[max(at - 1, 0) : at], folded[at + len(words) : at + len(words) + 1]
        inside_word = (before.isalnum() and words[0].isalnum()) or (after.isalnum() and words[-1].isalnum())
        if not inside_word:
            return at
        at = folded.find(words, at + 1)
    return -1


def _day(value: str) -> date | None:
    """The day of an ISO date or timestamp; None for any other text."""
    iso = _ISO_DATE.fullmatch(value.strip())
    try:
        return date.fromisoformat(iso[1]) if iso else None
    except ValueError:  # 2024-13-40 looks like a date and is none
        return None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
