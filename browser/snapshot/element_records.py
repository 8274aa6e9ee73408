"""Elements from the rows that our script gives of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from browser.model.observation import Appearance, Element, State
from browser.snapshot.placement import NO_STATES, Placement
from browser.snapshot.wire import (
    ABOVE,
    BOX,
    INTERACTIVE,
    LOOK,
    NAME,
    NUMBER,
    ROLE,
    SELDOM,
    STATES,
    TAG,
    Row,
    seldom_of,
)


def element_of(
    row: Row, seldom: Mapping[str, Any], ref: str, parent: str, depth: int, placement: Placement
) -> Element:
    """The element of a row, placed in the tab; `seldom` is what `seldom_of` gives of the row."""
    box = placement.box(row[BOX]) if row[BOX] else None
    states = _states(*row[STATES]) if row[STATES] else NO_STATES
    role, name = row[ROLE], row[NAME] or ""
    more = {field: value for field, value in seldom.items() if field in _AS_THEY_ARE}
    if role == "text" and "text" not in more:
        more["text"] = name
    if placement.covered_by and not more.get("covered_by"):
        more["covered_by"] = placement.covered_by
    if "hints" in seldom:
        more["hints"] = tuple(seldom["hints"])
    if "options" in seldom:
        more["options"] = tuple(seldom["options"])
    if "appearance" in seldom:
        more["appearance"] = _appearance(*seldom["appearance"])
    return Element(
        ref=ref,
        role=role,
        tag=row[TAG],
        name=name,
        states=placement.states_of(states, box),
        interactive=bool(row[INTERACTIVE]),
        box=box,
        parent=parent,
        depth=depth,
        **more,
    )


_AS_THEY_ARE = frozenset(SELDOM) - {
    "hints",
    "options",
    "appearance",
    "content_box",
    "unread",
    "unread_inside",
}
"""What an element takes from its row unchanged, of what is seldom said."""


@lru_cache(maxsize=1000)
def _states(*states: State) -> frozenset[State]:
    """The states as one set for all elements that have the same."""
    return frozenset(states)


@lru_cache(maxsize=1000)
def _appearance(*look: Any) -> Appearance:
    """How an element looks; most of a page look alike."""
    return Appearance(**dict(zip(LOOK, look, strict=True)))


def elements_of(rows: Sequence[Row], number: int, placement: Placement) -> tuple[Element, ...]:
    """Elements from what the script of world `number` said of a part of its document.

    Args:
        rows: As the script gives them; those at the top have no parent.
        number: Of the world.
        placement: Where its frame lies in the tab.
    """
    found: list[Element] = []
    for row in rows:
        up = row[ABOVE]
        ref = f"f{number}e{row[NUMBER]}"
        depth = 0 if up < 0 else found[up].depth + 1
        parent = "" if up < 0 else found[up].ref
        found.append(element_of(row, seldom_of(row), ref, parent, depth, placement))
    return tuple(found)
