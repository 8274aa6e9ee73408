"""Where values stand on the pages that were seen, with the words around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from browser.model.observation import Observation
from browser.model.text import fold, squeeze
from browser.values.standing import WORD, PageTexts, Scalar, text_saying

_LONGEST_LINE = 240
_SHORT = 3
"""Digits of a number that may stand somewhere by chance, and letters of a word that says something."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    page: Observation
    text: str
    """The text that says it, as it is."""
    ref: str
    """The element that holds the text; "" where it is only known to be on the page."""


def places_of(values: Mapping[str, Scalar], pages: Sequence[Observation]) -> dict[str, Place]:
    """The place of each value on the newest page that says it; a value that no page says has none.

    A short value stands in many places: of these it is one where a word of its key stands beside it, if
    there is any.

    Args:
        values: The values, each under a key of its own, such as its JSON pointer.
        pages: Oldest first.
    """
    found: dict[str, Place] = {}
    for page in reversed(pages):
        missing = [key for key in values if key not in found]
        if not missing:
            break
        texts = PageTexts(page)
        for key in missing:
            if place := texts.find(values[key]):
                found[key] = Place(page, *place)
    for key in found:
        if is_short(values[key]) and not _fits(found[key], key):
            found[key] = next(_fitting(key, values[key], pages), found[key])
    return found


def is_short(value: Scalar) -> bool:
    """Whether a value may stand on a page by chance: a number of few digits, or a letter or two."""
    said = str(value).removesuffix(".0")
    return len(said) <= (_SHORT if said.isdigit() else _SHORT - 1)


def tells_of(line: str, key: str) -> bool:
    """Whether a line has a word of what a value is called, be it singular or plural."""
    named = {_stem(word) for word in WORD.findall(fold(key.replace("_", " "))) if len(word) >= _SHORT}
    return any(_stem(word) in named for word in WORD.findall(fold(line)) if not word.isdigit())


def _stem(word: str) -> str:
    return word.removesuffix("s")


def _fits(place: Place, key: str) -> bool:
    return tells_of(line_around(place.page, place.ref, place.text), key)


def _fitting(key: str, value: Scalar, pages: Sequence[Observation]) -> Iterator[Place]:
    """The places of a value that have a word of its key beside it, on the newest page first."""
    for page in reversed(pages):
        for element in page.elements:
            text = text_saying(element, value)
            if text is not None and _fits(place := Place(page, text, element.ref), key):
                yield place


def line_around(page: Observation, ref: str, text: str) -> str:
    """A text of an element with what stands around it: its row, its item, its sentence.

    A cell that says 12.50 says little without its row.
    """
    line = squeeze(text)
    element = page.element(ref) if ref else None
    while element is not None:
        around = squeeze(element.text)
        if len(around) > len(line) and line in around:
            return excerpt(around, line, _LONGEST_LINE)
        element = page.element(element.parent) if element.parent else None
    return excerpt(line, line, _LONGEST_LINE)


def excerpt(text: str, part: str, longest: int) -> str:
    """So many characters of a text, around a part of it, in whatever case that is written."""
    if len(text) <= longest:
        return text
    at = max(text.casefold().find(part.casefold()), 0)
    begin = max(0, min(at - longest // 4, len(text) - longest))
    return text[begin : begin + longest]
