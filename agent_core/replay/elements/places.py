"""Where texts stand that were read off a page, as a script remembers it."""

from __future__ import annotations

from agent_core.replay.elements.fingerprint import describe
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Described, Place
from browser.model.observation import Element
from browser.model.text import squeeze

LONGEST_AROUND = 40
"""Characters before and after a value that are remembered."""
LONGEST_HOLDER = 200
"""Characters of a paragraph or the like that a value is told to stand in."""


def where_it_stands(text: str, page: Surroundings, not_in: str = "") -> Place | None:
    """The element that says a text, or has it as its first or last word; None where none does.

    Args:
        text: What is looked for.
        page: Where.
        not_in: Ref of an element that does not count: the field that the text goes into.
    """
    words = squeeze(text)
    if not words:
        return None
    speakers = [one for one in page.elements if one.ref != not_in and one.role != "text" and one.box]
    whole = [one for one in speakers if words in (says(one), squeeze(one.value or ""))]
    if whole:
        return Place(element=describe(min(whole, key=lambda one: len(list(page.tree.inside(one)))), page))
    if " " in words:
        return None
    for one in speakers:
        first, *_, last = (squeeze(one.value or "").split() or [""] * 2) * 2
        if words in (first, last) and one.value:
            return Place(element=describe(one, page), part="last word" if words == last else "first word")
    return None


def place_in(element: Element, text: str, page: Surroundings) -> Place | None:
    """Where in an element a value stands; None where it does not stand in it as it is.

    The element is described without the value, which is another the next time.
    """
    if element.role == "text":
        holder = next(page.tree.ancestors(element), element)
        element = holder if len(says(holder)) <= LONGEST_HOLDER else element
    said = next(
        (one for one in (says(element), squeeze(element.value or ""), element.href) if text in one), ""
    )
    if not text or not said:
        return None
    if said == text:
        return Place(element=_without(text, describe(element, page)))
    before, _, after = said.partition(text)
    return Place(
        element=_without(text, describe(element, page)),
        part="between",
        before=before[-LONGEST_AROUND:],
        after=after[:LONGEST_AROUND],
    )


def _without(value: str, element: Described) -> Described:
    """An element without what it says, where that is the value."""
    blank = {
        name: ""
        for name in ("name", "label", "text", "tip")
        if value in squeeze(getattr(element, name)) or squeeze(getattr(element, name)) in value
    }
    return element.model_copy(update={**blank, "nth": 0, "of": 1})


def says(element: Element) -> str:
    """What an element says: its text, else its name."""
    return squeeze(element.text or element.name)
