"""Where values stand on the pages that were seen, with the words around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from browser.model.observation import Observation
from browser.model.text import squeeze
from browser.values.standing import PageTexts, Scalar

_LONGEST_LINE = 240


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

    Args:
        values: The values, each under a key of its own.
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
    return found


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
