"""An element as it can be known again: its role and names, what is around and beside it, its place."""

from __future__ import annotations

from agent_core.replay.elements.surroundings import Surroundings, family
from agent_core.replay.format import Around, Described
from browser.model.actions import Point
from browser.model.addresses.origins import parse
from browser.model.element_match import called, fold
from browser.model.observation import Element
from browser.model.records import record_around
from browser.model.text import cut, squeeze

MOST_OTHERS = 40
MOST_OPTIONS = 12
MOST_AROUND = 4
MOST_COMPANY = 12
BESIDE = 3
LONGEST = 80
LONGEST_ROW = 160
_PASSING = frozenset(("focused", "invalid", "busy", "covered", "offscreen", "clipped", "inert"))
"""States that come of where a page is scrolled to, or of what was done last."""


def describe(element: Element, page: Surroundings, point: Point | None = None) -> Described:
    """What is known of an element now.

    Args:
        element: One of the page's.
        page: The look at the page that it is from.
        point: Where it was pointed at, in the viewport; None: nowhere in particular.
    """
    nth, of = place_among_alike(element, page)
    record = record_around(page.tree, element)
    name = called(element)
    return Described(
        role=element.role,
        tag=element.tag,
        name=_short(element.name),
        label=_short(element.label) if element.label != element.name else "",
        placeholder=_short(element.placeholder) if element.placeholder != element.name else "",
        text=_short(element.text) if fold(element.text) != fold(element.name) else "",
        kind=element.input_type,
        tip=_short(element.description)
        if element.description not in (element.name, element.placeholder)
        else "",
        link=path_of(element.href),
        options=tuple(option[:LONGEST] for option in element.options[:MOST_OPTIONS]),
        words=element.hints,
        usable=element.interactive,
        before=tuple(page.before(element, BESIDE)),
        after=tuple(page.after(element, BESIDE)),
        around=tuple(around(element, page)),
        row=_short(row_text(record, element), LONGEST_ROW) if record else "",
        company=tuple(page.company(element)[:MOST_COMPANY]) if element.interactive else (),
        peers=tuple(_peers(element, page)),
        states=lasting_states(element) if element.interactive else (),
        size=(round(element.box.width), round(element.box.height)) if element.box else (),
        nth=nth,
        of=of,
        others=tuple(_others(element, page, fold(name))),
        at=_share(element, point),
    )


def place_among_alike(element: Element, page: Surroundings) -> tuple[int, int]:
    """Which one it is of those with its role and name, and how many they are."""
    if element.interactive:
        alike = page.alike.get((element.role, fold(called(element))), [])
    else:
        alike = [
            one.ref
            for one in page.elements
            if one.role == element.role and fold(called(one)) == fold(called(element))
        ]
    return (alike.index(element.ref), len(alike)) if element.ref in alike else (0, 1)


def around(element: Element, page: Surroundings) -> list[Around]:
    """What encloses an element and tells something."""
    return [Around(role=one.role, name=_short(one.name)) for one in page.telling(element)[:MOST_AROUND]]


def row_text(record: Element, element: Element) -> str:
    """What a record says beside the element itself."""
    own = called(element)
    return squeeze(record.text.replace(own, " ", 1)) if own else record.text


def path_of(address: str) -> str:
    """Path, query and fragment of an address; "" where it has none."""
    if not address or address.startswith(("data:", "javascript:", "blob:")):
        return ""
    parsed = parse(address)
    return parsed.local if parsed else ""


def _others(element: Element, page: Surroundings, own: str) -> list[str]:
    names = (name for ref, name in page.named.get(family(element), ()) if ref != element.ref)
    return list(dict.fromkeys(name[:LONGEST] for name in names if fold(name) != own))[:MOST_OTHERS]


def lasting_states(element: Element) -> tuple[str, ...]:
    """The states that an element has wherever the page is scrolled to."""
    return tuple(sorted(state for state in element.states if state not in _PASSING))


def _peers(element: Element, page: Surroundings) -> list[str]:
    if not element.interactive:
        return []
    return [
        called(one)[:LONGEST]
        for one in page.usable
        if (one.role, one.input_type) == (element.role, element.input_type) and one is not element
    ][:MOST_OTHERS]


def _share(element: Element, point: Point | None) -> tuple[float, float] | None:
    if point is None or element.box is None or not element.box.width or not element.box.height:
        return None
    box = element.box
    return (round((point.x - box.x) / box.width, 3), round((point.y - box.y) / box.height, 3))


def _short(text: str, most: int = LONGEST) -> str:
    return cut(squeeze(text), most, "")
