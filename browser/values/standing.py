"""Whether a value stands on a page that was seen, and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cached_property
from itertools import accumulate, chain, groupby
from typing import TypeVar
from urllib.parse import unquote

from browser.model.observation import Element, Observation
from browser.model.results import Collected
from browser.model.text import fold
from browser.values.cents import prices_with_cents
from browser.values.dates import instant, month_number, possible_days, possible_times
from browser.values.durations import in_units, possible_durations
from browser.values.numbers import possible_numbers, signs_of

Scalar = str | int | float
Said = TypeVar("Said", bound=Hashable)

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Letters of scripts that put no space between words, or none before what belongs to a word."""
WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
"""A word, or a letter of a script without spaces."""
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](.+))?")
_ISO_TIME = re.compile(r"(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?")
_CLOCK = re.compile(r"(\d{1,2}(?::\d{2})?\s?[ap]\.?m\.?)", re.IGNORECASE)
_WEEKDAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
_ISO_DURATION = re.compile(r"P(?=.*\d)[\dWDTHMS]+")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
_SHORTEST_PART = 4
"""Characters of a part of an address; a shorter one may stand there by chance."""
_TELEPHONE = re.compile(r"\+?(?:\d[ ()/.-]{0,2}){7,}")


class Texts:
    """Texts that were seen, each with the ref of its element or "", indexed.

    They say a value in any case and spacing; a number, day, time of day, duration, currency or telephone
    number however it is written.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
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
        return self._said_by(possible_numbers)

    @cached_property
    def _days(self) -> dict[date, int]:
        return self._said_by(possible_days)

    @cached_property
    def _times(self) -> dict[time, int]:
        return self._said_by(possible_times)

    @cached_property
    def _moments(self) -> dict[datetime, int]:
        return self._said_by(lambda text: {moment} if (moment := instant(text)) else set())

    @cached_property
    def _durations(self) -> dict[float, int]:
        return self._said_by(possible_durations)

    @cached_property
    def _lengths(self) -> dict[float, int]:
        """Durations in any unit, as a number alone gives them."""
        return self._said_by(lambda text: set(chain.from_iterable(map(in_units, possible_durations(text)))))

    @cached_property
    def _digits(self) -> dict[str, int]:
        """The digits of each text that has some of them and no letters."""
        return self._said_by(lambda text: {_digits(match) for match in _TELEPHONE.findall(text)})

    def _said_by(self, reading: Callable[[str], set[Said]]) -> dict[Said, int]:
        """Everything that is said, and the place of the first text that says it."""
        return {
            said: place for place in reversed(self._whole.values()) for said in reading(self._texts[place][0])
        }

    def find(self, value: Scalar) -> tuple[str, str] | None:
        """The first text that says this value, and the ref of its element or ""; None: none does."""
        place = self._place_of_text(value) if isinstance(value, str) else self._place_of_number(value)
        return None if place is None else self._texts[place]

    def _place_of_number(self, value: float) -> int | None:
        place = self._numbers.get(value)
        return self._lengths.get(round(value, 9)) if place is None and value else place

    def _place_of_text(self, value: str) -> int | None:
        text = _folded(value)
        if text in self._whole:
            return self._whole[text]
        # A text with a word that is nowhere on the page cannot be there.
        if self._words.issuperset(WORD.findall(text)) and (at := _position(text, self._all)) >= 0:
            return bisect_right(self._begins, at) - 1
        for sign in signs_of(value.strip()):
            if (at := self._all.find(sign.casefold())) >= 0:
                return bisect_right(self._begins, at) - 1
        return self._place_of_form(value.strip())

    def _place_of_form(self, value: str) -> int | None:
        """Where a text stands that is written in a form of its own, as JSON Schemas ask for it."""
        if iso := _ISO_DATE.fullmatch(value):
            clock = _clock(iso[2] or "")
            if (moment := instant(value)) and moment in self._moments:
                return self._moments[moment]
            there = not iso[2] or clock == time(0) or clock in self._times
            return _first(possible_days(iso[1]), self._days) if there else None
        if match := _ISO_TIME.fullmatch(value) or _CLOCK.fullmatch(value):
            return _first(possible_times(match[1]), self._times)
        if _ISO_DURATION.fullmatch(value):
            return _first(possible_durations(value), self._durations)
        if _is_a_day(value) and (place := _first(possible_days(value), self._days)) is not None:
            return place
        if _PLAIN_NUMBER.fullmatch(value) and (place := self._numbers.get(float(value))) is not None:
            return place
        return self._digits.get(_digits(value)) if _TELEPHONE.fullmatch(value) else None


class PageTexts(Texts):
    """The texts of one page: those of elements first, short ones before long ones, and its addresses last.

    An address says itself and each of its parts, and nothing that is read into it.
    """

    def __init__(self, page: Observation) -> None:
        texts = [(text, element.ref) for element in page.elements for text in texts_of(element)]
        texts += prices_with_cents(page)
        texts.sort(key=lambda entry: len(entry[0]))
        super().__init__(texts + [(text, "") for text in beside_elements(page) if text.strip()])
        addresses = [(element.href, element.ref) for element in page.elements if element.href]
        self._addresses = [*addresses, *((url, "") for url in (page.url, *(tab.url for tab in page.tabs)))]

    @cached_property
    def _named(self) -> dict[str, tuple[str, str]]:
        """What addresses say, and the first that says it."""
        return {part: each for each in reversed(self._addresses) for part in _parts_of(each[0])}

    def find(self, value: Scalar) -> tuple[str, str] | None:
        """The first text that says this value, and the ref of its element or ""; None: none does."""
        return super().find(value) or self._named.get(_as_part(str(value)))


def texts_of(element: Element) -> tuple[str, ...]:
    """All texts of an element in which a value may stand; an address is none, nor what a note says."""
    if element.is_note:
        return ()
    texts = (
        element.name,
        element.text,
        element.value or "",
        element.description,
        *element.options,
    )
    more = (element.label, element.placeholder, element.limits.get("datetime", ""))
    return tuple(text for text in dict.fromkeys((*texts, *more)) if text.strip())


def beside_elements(page: Observation) -> Iterator[str]:
    """The texts of a page that belong to none of its elements."""
    yield from (*page.text.splitlines(), page.title, *(one.value for one in page.structured))
    if page.dialog is not None:
        yield from (page.dialog.message, page.dialog.default)
    yield from (tab.title for tab in page.tabs)


def text_saying(element: Element, value: Scalar) -> str | None:
    """The text of an element that says a value, or its address where that does; None: neither."""
    said = next((text for text in texts_of(element) if says(text, value)), None)
    return element.href if said is None and _as_part(str(value)) in _parts_of(element.href) else said


def says(text: str, value: Scalar) -> bool:
    """Whether a text says a value, see `Texts`."""
    return Texts([(text, "")]).find(value) is not None


def pages_of(collected: Collected) -> Iterator[Observation]:
    """The rows of a long list as the pages that they stood on."""
    for url, rows in groupby(collected.rows, key=lambda row: row.url):
        there = list(rows)
        elements = tuple(element for row in there for element in row.elements)
        yield Observation(url=url, elements=elements, text="\n".join(row.text for row in there))


def _parts_of(address: str) -> set[str]:
    """What an address says: all of it, the same without its origin, and each part that is long enough."""
    scheme, _, rest = address.partition(":")
    whole = {
        address,
        rest,
        rest.lstrip("/"),
        rest.lstrip("/").partition("/")[2],
        scheme and rest.partition("?")[0],
    }
    parts = {part for part in re.split(r"[/?&=#:]", rest) if len(part) >= _SHORTEST_PART}
    return {_as_part(each) for each in (*whole, *parts) if each}


def _as_part(words: str) -> str:
    return _folded(unquote(words)).strip("/")


def _position(words: str, folded: str) -> int:
    """Where these words stand as words of their own; -1: nowhere."""
    at = folded.find(words) if words else -1
    while at >= 0:
        before, after = folded[max(at - 1, 0) : at], folded[at + len(words) : at + len(words) + 1]
        if not (_one_word(before, words[0]) or _one_word(words[-1], after)):
            return at
        at = folded.find(words, at + 1)
    return -1


def _clock(iso: str) -> time | None:
    """The time of day of an ISO time, to the second, as it is written; None for any other text."""
    match = _ISO_TIME.fullmatch(iso)
    return next(iter(possible_times(match[1])), None) if match else None


def _one_word(letter: str, following: str) -> bool:
    return bool(letter and following) and WORD.fullmatch(letter + following) is not None


def _first(meant: set[Said], places: Mapping[Said, int]) -> int | None:
    return min((places[one] for one in meant if one in places), default=None)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_a_day(text: str) -> bool:
    """Whether a text is a day, in words or numbers, and nothing beside it."""
    words = WORD.findall(text.casefold())
    return 2 <= len(words) <= 5 and all(
        re.fullmatch(r"\d{1,4}(?:st|nd|rd|th)?", word) or month_number(word) or word[:3] in _WEEKDAYS
        for word in words
    )


def _folded(text: str) -> str:
    return fold(text.translate(_INVISIBLE))
