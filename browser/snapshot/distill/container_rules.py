"""Rules for what holds other things: containers that say nothing, lists, scroll containers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from browser.model.observation import Element
from browser.model.roles import CELL_ROLES
from browser.snapshot.distill.text_rules import INLINE, running_texts
from browser.snapshot.distill.tree import NOTHING_UNREAD

CONTAINERS = INLINE | {
    "generic",
    "none",
    "presentation",
    "rowgroup",
    "paragraph",
    "definition",
    "group",
    "caption",
}
"""Roles that say nothing where they have no name."""
NAMED_BY_INSIDE = CELL_ROLES | {"row", "listitem", "article", "generic", "rowgroup"}
"""Roles of what need not be called by a name that the things in it say."""


def unwrap_containers(elements: Sequence[Element]) -> list[Element]:
    """Containers that have no name, cannot be used and do not scroll; what holds sentences is a paragraph."""
    sentences = running_texts(elements)
    return [
        replace(element, role="paragraph")
        if element.ref in sentences and element.role in CONTAINERS
        else element
        for element in elements
        if element.role not in CONTAINERS
        or element.ref in sentences
        or element.interactive
        or element.name
        or element.states & {"scrollable", "modal", "unreadable"}
    ]


def name_once(elements: Sequence[Element]) -> list[Element]:
    """Names that what is inside says again, word for word: of rows, cells, items, and of containers."""
    again = _named_by_what_is_inside(elements)
    return [replace(element, name="") if element.ref in again else element for element in elements]


def _named_by_what_is_inside(elements: Sequence[Element]) -> set[str]:
    """Refs of those whose names need not be said of which every word is said by something in them."""
    missing: dict[str, set[str]] = {}
    inside: dict[str, list[str]] = {}
    above: dict[str, str] = {}
    for element in elements:
        holder = element.parent if element.parent in missing else above.get(element.parent, "")
        above[element.ref] = holder
        said = f"{element.name} {element.value}" if element.value else element.name
        words = said.split() if holder else ()
        while holder:
            missing[holder].difference_update(words)
            inside[holder].append(said)
            holder = above[holder]
        if element.name and element.role in NAMED_BY_INSIDE:
            missing[element.ref] = set(element.name.split())
            inside[element.ref] = []
    return {ref for ref, words in missing.items() if inside[ref] and _are_in(words, inside[ref])}


def _are_in(words: set[str], said: Sequence[str]) -> bool:
    """Whether some texts have the words, perhaps in pieces; a name that was cut ends within a word."""
    if not words:
        return True
    letters = "".join("".join(said).split())
    return all(word in letters for word in words)


def unwrap_single_items(elements: Sequence[Element]) -> list[Element]:
    """List items that hold one thing alone; the list around them says what they are."""
    inside = Counter(element.parent for element in elements)
    return [
        element
        for element in elements
        if not (
            element.role == "listitem"
            and inside[element.ref] == 1
            and not (element.name or element.interactive or element.states & {"scrollable", "selected"})
        )
    ]


def say_what_scrolls(
    elements: Sequence[Element], unread: Mapping[str, int] = NOTHING_UNREAD
) -> list[Element]:
    """Scroll containers say how much of them is out of sight, in CSS pixels, above and below."""
    holders: dict[str, str] = {}
    by_ref = {element.ref: element for element in elements}
    reach: dict[str, tuple[float, float]] = {}
    partly: set[str] = set()
    for element in elements:
        parent = by_ref.get(element.parent)
        holder = (
            element.parent if parent and "scrollable" in parent.states else holders.get(element.parent, "")
        )
        holders[element.ref] = holder
        if holder and element.box:
            top, bottom = reach.get(holder, (element.box.y, element.box.bottom))
            reach[holder] = (min(top, element.box.y), max(bottom, element.box.bottom))
        if element.ref in unread:
            partly.add(holder)
    return [
        replace(element, description=_extent(element, *reach[element.ref], element.ref in partly))
        if element.ref in reach
        else element
        for element in elements
    ]


def _extent(scroller: Element, top: float, bottom: float, partly: bool) -> str:
    if scroller.box is None:
        return scroller.description
    above, below = max(0.0, scroller.box.y - top), max(0.0, bottom - scroller.box.bottom)
    said = f"{above:.0f} px above, {'more' if partly else f'{below:.0f} px'} below"
    return "; ".join(filter(None, (scroller.description, said)))
