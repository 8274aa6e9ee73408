"""Shrinking what was captured to what is worth saying, by small named rules.

Each rule takes elements in reading order and gives fewer of them. Parents may be missing after a
rule; `rejoin` hands children to the nearest ancestor that is left, once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from browser.observation import Element

Rule = Callable[[Sequence[Element]], list[Element]]

INLINE = frozenset(
    (
        "strong",
        "emphasis",
        "code",
        "mark",
        "subscript",
        "superscript",
        "deletion",
        "insertion",
        "time",
        "term",
    )
)
"""Roles that only say how a piece of a sentence is meant."""
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
SOURCES = frozenset(
    ("button", "link", "heading", "option", "tab", "menuitem", "cell", "columnheader", "rowheader", "caption")
)
PUNCTUATION = frozenset(".,;:!?)]%")
MAX_TEXT = 400
"""Characters of one text that are said; more of it is to be had by a `Look`."""
NOTHING_UNREAD: Mapping[str, int] = MappingProxyType({})
RUN = 12
"""So many things of the same make in a row are listed one by one; of longer runs only the first ones."""
SHOWN_OF_RUN = 5


def worth_reading(budget_tokens: int | None) -> int | None:
    """How many elements outside the viewport are worth a look each, for a budget; None: all.

    An element costs 8 tokens at least, and rules leave about a third of what is captured.
    """
    return None if budget_tokens is None else max(300, budget_tokens // 3)


def tokens_of(element: Element) -> int:
    """About how many tokens an element costs when it is written out: 4 characters each, and its frame."""
    words = len(element.name) + len(element.value or "") + len(element.description) + len(element.placeholder)
    return 8 + words // 4 + sum(len(option) + 2 for option in element.options[:20]) // 4


def merge_text_runs(elements: Sequence[Element]) -> list[Element]:
    """Pieces of one sentence, apart only because some of it is bold, become one text."""
    by_ref = {element.ref: element for element in elements}
    merged: list[Element] = []
    home = ""
    for element in elements:
        if element.role in INLINE and not element.interactive:
            continue
        if element.role != "text":
            merged.append(element)
            home = ""
            continue
        block = _block_of(element, by_ref)
        if home and block == home:
            last = merged[-1]
            space = "" if element.name[:1] in PUNCTUATION else " "
            merged[-1] = replace(last, name=f"{last.name}{space}{element.name}")
        else:
            merged.append(element)
        home = block
    return merged


def _block_of(element: Element, by_ref: Mapping[str, Element]) -> str:
    parent = by_ref.get(element.parent)
    while parent and parent.role in INLINE and not parent.interactive:
        parent = by_ref.get(parent.parent)
    return parent.ref if parent else ""


def drop_text_of_named(elements: Sequence[Element]) -> list[Element]:
    """Text that only repeats the name of what it stands in."""
    names: dict[str, str] = {}
    kept = []
    for element in elements:
        around = names.get(element.parent, "")
        if element.states & {"editable"} and element.value:
            names[element.ref] = element.value
            kept.append(element)
            continue
        own = (
            element.name
            if element.role != "text" and element.role not in ("generic", "row", "listitem")
            else ""
        )
        names[element.ref] = own if own and (element.interactive or element.role in SOURCES) else around
        if element.role == "text" and around and element.name in around:
            continue
        kept.append(element)
    return kept


def drop_labels_of_fields(elements: Sequence[Element]) -> list[Element]:
    """Labels whose field says the same."""
    labels = {element.label for element in elements if element.label}
    dropped: set[str] = set()
    kept = []
    for element in elements:
        if element.tag == "label" and element.name in labels:
            dropped.add(element.ref)
        elif not (element.role == "text" and element.parent in dropped and element.name in labels):
            kept.append(element)
    return kept


def unwrap_containers(elements: Sequence[Element]) -> list[Element]:
    """Containers that have no name, cannot be used and do not scroll."""
    return [
        element
        for element in elements
        if element.role not in CONTAINERS
        or element.interactive
        or element.name
        or element.states & {"scrollable", "modal", "unreadable"}
    ]


def drop_unnamed_pictures(elements: Sequence[Element]) -> list[Element]:
    """Pictures and shapes that say nothing and do nothing."""
    silent = ("img", "graphics-symbol", "separator")
    return [
        element for element in elements if element.role not in silent or element.interactive or element.name
    ]


def name_cells_once(elements: Sequence[Element]) -> list[Element]:
    """Names of rows, cells and list items that what is in them says again."""
    parents = {element.parent for element in elements}
    bulk = ("row", "cell", "gridcell", "listitem", "article", "rowheader", "columnheader")
    return [
        replace(element, name="")
        if element.role in bulk and element.name and element.ref in parents
        else element
        for element in elements
    ]


def cut_long_texts(elements: Sequence[Element]) -> list[Element]:
    """Very long texts, down to their beginning."""
    return [
        replace(element, name=element.name[:MAX_TEXT] + "\u2026") if len(element.name) > MAX_TEXT else element
        for element in elements
    ]


def note_unread(elements: Sequence[Element], unread: Mapping[str, int]) -> list[Element]:
    """What stands for siblings that were not looked at one by one says so."""
    return [
        replace(
            element,
            role="note",
            name=f"{unread[element.ref]:,} more {element.role if element.role != 'generic' else element.tag} "
            f"not listed; look into {element.parent or 'the page'} for them",
        )
        if element.ref in unread
        else element
        for element in elements
    ]


def fold_repeated(elements: Sequence[Element], unread: Mapping[str, int] = NOTHING_UNREAD) -> list[Element]:
    """Of a long run of siblings of the same make, those in view and the first ones; the rest is counted.

    Args:
        elements: In reading order.
        unread: Ref of a note among them -> how many siblings it stands for; they are counted in.
    """
    notes = {(element.parent, element.tag): element.ref for element in elements if element.ref in unread}
    siblings: dict[tuple[str, str, str], list[Element]] = {}
    for element in elements:
        if element.role in ("row", "listitem", "article", "option", "treeitem"):
            siblings.setdefault((element.parent, element.role, element.tag), []).append(element)
    folded: dict[str, Element | None] = {}
    for run in siblings.values():
        note = notes.get((run[0].parent, run[0].tag), "")
        further = unread.get(note, 0)
        if len(run) + further <= RUN:
            continue
        hidden = [e for at, e in enumerate(run) if at >= SHOWN_OF_RUN and not e.visible]
        if not hidden or len(hidden) + further < RUN - SHOWN_OF_RUN:
            continue
        where = run[0].parent or "the page"
        said = (
            f"{len(hidden) + further:,} more of {len(run) + further:,} like these; look into {where} for them"
        )
        if note:
            folded[note] = None
        folded |= {e.ref: None for e in hidden}
        folded[hidden[0].ref] = replace(
            hidden[0], role="note", name=said, text="", description="", interactive=False
        )
    if not folded:
        return list(elements)
    kept: list[Element] = []
    for element in elements:
        if element.parent in folded and element.ref not in folded:
            folded[element.ref] = None
        if element.ref not in folded:
            kept.append(element)
        elif (instead := folded[element.ref]) is not None:
            kept.append(instead)
    return kept


def viewport_first(elements: Sequence[Element], budget_tokens: int) -> list[Element]:
    """As many as fit: what can be seen now and notes, then what can be used, then the rest."""

    def rank(at: int) -> tuple[bool, bool, int]:
        element = elements[at]
        return (not element.visible and element.role != "note", not element.interactive, at)

    order = sorted(range(len(elements)), key=rank)
    kept: set[int] = set()
    left = budget_tokens
    for at in order:
        cost = tokens_of(elements[at])
        if cost <= left:
            kept.add(at)
            left -= cost
        if left < 8:
            break
    return [element for at, element in enumerate(elements) if at in kept]


def rejoin(kept: Sequence[Element], all_elements: Sequence[Element]) -> list[Element]:
    """Children of what was left out go to the nearest ancestor that was kept."""
    parents = {element.ref: element.parent for element in all_elements}
    depths: dict[str, int] = {}
    joined = []
    for element in kept:
        parent = element.parent
        while parent and parent not in depths:
            parent = parents.get(parent, "")
        depth = depths[parent] + 1 if parent else 0
        depths[element.ref] = depth
        same = parent == element.parent and depth == element.depth
        joined.append(element if same else replace(element, parent=parent, depth=depth))
    return joined


RULES: tuple[Rule, ...] = (
    merge_text_runs,
    drop_text_of_named,
    drop_labels_of_fields,
    drop_unnamed_pictures,
    unwrap_containers,
)
"""What is applied to everything, in this order, before runs are folded and the budget is kept."""


def distill(
    elements: Sequence[Element], budget_tokens: int | None, unread: Mapping[str, int] = NOTHING_UNREAD
) -> tuple[Element, ...]:
    """The elements worth about `budget_tokens`; all of them where that is None.

    Args:
        elements: What was captured.
        budget_tokens: How many tokens they may cost.
        unread: Ref of what stands for siblings that were not captured one by one -> how many they are.
    """
    if budget_tokens is None:
        return tuple(elements)
    left = note_unread(elements, unread) if unread else list(elements)
    for rule in RULES:
        left = rule(left)
    left = rejoin(left, elements)
    left = cut_long_texts(name_cells_once(fold_repeated(left, unread)))
    return tuple(rejoin(viewport_first(left, budget_tokens), left))
