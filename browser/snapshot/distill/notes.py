"""Notes that stand for what is left out: how much it is, and the ref to read on from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from browser.model.observation import ONWARD, Element

SMALL_GAP = 4
MOST_NOTES = 12
SCATTERED = "here and there not listed"
LIKE_THESE = "like these"
"""How a note ends that stands for more items of one list or table."""

PLURALS: Mapping[str, str] = MappingProxyType(
    {
        "listitem": "items",
        "treeitem": "items",
        "generic": "parts",
        "textbox": "fields",
        "searchbox": "fields",
        "combobox": "fields",
        "spinbutton": "fields",
        "checkbox": "checkboxes",
        "switch": "switches",
        "img": "pictures",
        "document": "frames",
        "complementary": "asides",
        "navigation": "menus",
        "contentinfo": "footers",
        "listbox": "lists",
    }
)


def plural(role: str) -> str:
    """What several things of a role are called."""
    return PLURALS.get(role, f"{role}s")


def note_unread(elements: Sequence[Element], unread: Mapping[str, int]) -> list[Element]:
    """What stands for siblings that were not looked at one by one says so."""
    return [
        note_for(element, Counter({element.role: unread[element.ref]})) if element.ref in unread else element
        for element in elements
    ]


def note_for(first: Element, counts: Mapping[str, int], said: str = "") -> Element:
    """The note that stands for `first` and others that are left out; its limits are how many of each role."""
    return Element(
        ref=first.ref.removesuffix(ONWARD) + ONWARD,
        role="note",
        name=said or f"{counted(counts)} not listed",
        limits={role: str(count) for role, count in counts.items()},
        states=first.states & {"offscreen", "clipped"},
        box=first.box,
        parent=first.parent,
        depth=first.depth,
    )


def note_of(elements: Sequence[Element]) -> Element:
    """A note in the place of the first of some elements, saying how many they are."""
    return note_for(elements[0], counts_of(elements))


def counts_of(elements: Iterable[Element]) -> Counter[str]:
    """How many of each role, with what the notes among them stand for."""
    counts: Counter[str] = Counter()
    for element in elements:
        if element.is_note:
            counts.update({role: int(count) for role, count in element.limits.items()})
        else:
            counts[element.role] += 1
    return counts


def counted(counts: Mapping[str, int]) -> str:
    """`412 more (300 links, 40 buttons, 72 others)`."""
    total = sum(counts.values())
    kinds: Counter[str] = Counter()
    for role, count in counts.items():
        kinds[plural(role)] += count
    if len(kinds) == 1:
        [role, *_] = counts
        return f"{total:,} more {plural(role) if total > 1 else role}"
    named = kinds.most_common(3)
    others = total - sum(count for _, count in named)
    parts = [f"{count:,} {kind}" for kind, count in named] + ([f"{others:,} others"] if others else [])
    return f"{total:,} more ({', '.join(parts)})"


def join_notes(elements: Sequence[Element]) -> list[Element]:
    """Merge consecutive notes into one; that of what is scattered begins before the others."""
    joined: list[Element] = []
    for element in elements:
        last = joined[-1] if joined else None
        scattered = element.name.endswith(SCATTERED)
        if last and last.is_note and element.is_note and last.parent == element.parent and not scattered:
            joined[-1] = note_for(last, counts_of((last, element)))
        else:
            joined.append(element)
    return joined


def note_left_out(kept: Sequence[Element], elements: Sequence[Element]) -> list[Element]:
    """What the budget left out is noted where it was; gaps of a few things are summed up at the end."""
    refs = {element.ref for element in kept}
    parents = {element.ref: element.parent for element in elements}
    inside: dict[str, Element] = {}
    instead: dict[str, Element] = {}
    rest: list[Element] = []
    for before, gap in _left_out(refs, elements):
        if before and all(_is_in(element, before.ref, parents) for element in gap):
            more = f"{counted(counts_of(gap))} inside, not listed"
            said = "; ".join(filter(None, (before.description, more)))
            inside[before.ref] = replace(before, description=said)
        elif len(gap) > SMALL_GAP and len(instead) < MOST_NOTES:
            instead[gap[0].ref] = note_of(gap)
        else:
            rest += gap
    noted = [
        instead.get(element.ref) or inside.get(element.ref, element)
        for element in elements
        if element.ref in refs or element.ref in instead
    ]
    if not rest:
        return noted
    counts = counts_of(rest)
    last = note_for(replace(rest[0], parent=""), counts, f"{counted(counts)} {SCATTERED}")
    return [*noted, last]


def _left_out(refs: set[str], elements: Sequence[Element]) -> list[tuple[Element | None, list[Element]]]:
    """What was left out in pieces that stand together, each with what is said before it."""
    gaps: list[tuple[Element | None, list[Element]]] = []
    before: Element | None = None
    open_gap = False
    for element in elements:
        if element.ref in refs:
            before, open_gap = element, False
        elif open_gap:
            gaps[-1][1].append(element)
        else:
            gaps.append((before, [element]))
            open_gap = True
    return gaps


def _is_in(element: Element, ref: str, parents: Mapping[str, str]) -> bool:
    parent = element.parent
    while parent and parent != ref:
        parent = parents.get(parent, "")
    return bool(parent)
