"""Elements from the records that our script gives of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from browser.model.observation import Appearance, Element
from browser.snapshot.placement import NO_STATES, Placement

Record = Sequence[Any]
"""What the script says of an element: its number, place of its parent among the records or -1, role, tag,
whether it is interactive, box, states, name; then what few elements have, by short keys (most have none)."""


def element_of(record: Record, ref: str, parent: str, depth: int, placement: Placement) -> Element:
    """The element of one record, placed in the tab."""
    _, _, role, tag, interactive, numbers, states, name, more = record
    box = placement.box(numbers) if numbers else None
    placed = placement.states_of(frozenset(states) if states else NO_STATES, box)
    if not more:
        return Element(
            ref=ref,
            role=role,
            tag=tag,
            name=name,
            text=name if role == "text" else "",
            states=placed,
            interactive=bool(interactive),
            box=box,
            parent=parent,
            depth=depth,
            covered_by=placement.covered_by,
        )
    get = more.get
    look = get("a")
    return Element(
        ref=ref,
        role=role,
        tag=tag,
        name=name,
        text=get("x", name if role == "text" else ""),
        value=get("v"),
        description=get("d", ""),
        placeholder=get("ph", ""),
        label=get("l", ""),
        href=get("u", ""),
        input_type=get("it", ""),
        options=tuple(get("o", ())),
        level=get("lv"),
        states=placed,
        interactive=bool(interactive),
        box=box,
        parent=parent,
        depth=depth,
        covered_by=get("cb", "") or placement.covered_by,
        hints=tuple(get("h", ())),
        limits=get("li") or {},
        appearance=_appearance(look) if look else None,
    )


def _appearance(look: Mapping[str, Any]) -> Appearance:
    return Appearance(
        color=look["c"],
        background=look["b"],
        font_px=look["f"],
        bold=bool(look["w"]),
        italic=bool(look["i"]),
        underlined=bool(look["l"]),
        cursor=look["u"],
    )


def elements_of(
    records: Sequence[Record], number: int, placement: Placement, mark: str = ""
) -> tuple[Element, ...]:
    """Elements from what the script of world `number` said of a part of its document.

    Args:
        records: As the script gives them; those at the top have no parent.
        number: Of the world.
        placement: Where its frame lies in the tab.
        mark: Put before every ref, for parts that will not stay on the page.
    """
    found: list[Element] = []
    for record in records:
        node, up = record[0], record[1]
        ref = f"{mark}f{number}e{node}"
        depth = 0 if up < 0 else found[up].depth + 1
        found.append(element_of(record, ref, "" if up < 0 else found[up].ref, depth, placement))
    return tuple(found)
