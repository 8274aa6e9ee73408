"""Elements from the rows that our script gives of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from browser.model.observation import Appearance, Element
from browser.snapshot.placement import NO_STATES, Placement
from browser.snapshot.wire import LOOK, Row, fields_of


def element_of(fields: Mapping[str, Any], ref: str, parent: str, depth: int, placement: Placement) -> Element:
    """The element of the fields of a row, placed in the tab."""
    box = placement.box(fields["box"]) if fields["box"] else None
    states = frozenset(fields["states"]) if fields["states"] else NO_STATES
    role, name, get = fields["role"], fields["name"] or "", fields.get
    look = get("appearance")
    return Element(
        ref=ref,
        role=role,
        tag=fields["tag"],
        name=name,
        text=get("text", name if role == "text" else ""),
        value=get("value"),
        description=get("description", ""),
        placeholder=get("placeholder", ""),
        label=get("label", ""),
        href=get("href", ""),
        input_type=get("input_type", ""),
        options=tuple(get("options", ())),
        level=get("level"),
        states=placement.states_of(states, box),
        interactive=bool(fields["interactive"]),
        box=box,
        parent=parent,
        depth=depth,
        covered_by=get("covered_by", "") or placement.covered_by,
        hints=tuple(get("hints", ())),
        limits=get("limits") or {},
        appearance=_appearance(*look) if look else None,
    )


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
        fields = fields_of(row)
        up = fields["above"]
        ref = f"f{number}e{fields['number']}"
        depth = 0 if up < 0 else found[up].depth + 1
        found.append(element_of(fields, ref, "" if up < 0 else found[up].ref, depth, placement))
    return tuple(found)
