"""Shrinking what was captured to what is worth saying, by small named rules.

Each rule takes elements in reading order and gives fewer of them. Parents may be missing after a
rule; `rejoin` hands children to the nearest ancestor that is left, once, at the end.

What is left out is never silently gone: a `note` stands where it was, says how much it is, and its ref
(that of the first thing left out, with a `+`) asks a `LookRequest` to read on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from browser.model.text import cut
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
    (
        "button",
        "link",
        "heading",
        "option",
        "tab",
        "menuitem",
        "cell",
        "columnheader",
        "rowheader",
        "caption",
        "img",
    )
)
ITEMS = frozenset(("row", "listitem", "article", "option", "treeitem"))
"""Roles of which a page has many of the same make, one below the other."""
OUTLINE = frozenset(
    ("heading", "document", "region", "dialog", "alertdialog", "form", "table", "grid", "search", "tabpanel")
)
"""What tells a reader which parts a page has, wherever on it they are."""
PUNCTUATION = frozenset(".,;:!?)]%")
MAX_TEXT = 300
"""Characters of one text that are said; more of it is to be had by a `Look`."""
CAPTURED_TEXT = 2000
"""Characters of one text that are captured at most; of such a one nobody knows how long it is."""
LONGEST_ADDRESS = 60
NOTHING_UNREAD: Mapping[str, int] = MappingProxyType({})
RUN = 12
"""So many things of the same make in a row are listed one by one; of longer runs only the first ones."""
SHOWN_OF_RUN = 3
SCREEN_PX = 720.0
"""What lies within one such step away from the viewport counts as equally far."""
SMALL_GAP = 4
MOST_NOTES = 12
ONWARD = "+"
"""Ends the ref of a note: look from there on."""

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
    }
)


def is_note(element: Element) -> bool:
    """Whether it stands for what is left out; pages have notes of their own."""
    return element.role == "note" and (element.ref.endswith(ONWARD) or not element.ref)


def plural(role: str) -> str:
    """What several things of a role are called."""
    return PLURALS.get(role, f"{role}s")


def worth_reading(budget_tokens: int | None) -> int | None:
    """How many tokens' worth of elements outside the viewport are worth a look each; None: all are.

    What shows in the viewport, and notes of what is left out, take a quarter of a budget at least.
    """
    return None if budget_tokens is None else max(1000, budget_tokens * 3 // 4)


def tokens_of(element: Element) -> int:
    """About how many tokens an element costs when it is written out, rather too many than too few.

    Three bytes a token, as whoever writes it out counts too: refs and addresses fall into short pieces.
    """
    words = (
        f"{element.name[:MAX_TEXT]}{(element.value or '')[:120]}{element.description}{element.placeholder}"
    )
    size = 24 + len(words.encode()) + min(len(element.href), LONGEST_ADDRESS) + 11 * len(element.states)
    return (size + sum(min(len(option), 60) + 3 for option in element.options[:25])) // 3


def tokens_of_all(elements: Iterable[Element]) -> int:
    """About how many tokens all of them cost."""
    return sum(map(tokens_of, elements))


def merge_text_runs(elements: Sequence[Element]) -> list[Element]:
    """Pieces of one sentence, apart only because some of it is bold, become one text."""
    by_ref = {element.ref: element for element in elements}
    merged: list[Element] = []
    pieces: dict[int, str] = {}
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
            at = len(merged) - 1
            space = "" if element.name[:1] in PUNCTUATION else " "
            pieces[at] = f"{pieces.get(at) or merged[at].name}{space}{element.name}"
        else:
            merged.append(element)
        home = block
    for at, name in pieces.items():
        merged[at] = replace(merged[at], name=name)
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
        if element.role == "text" and around and (element.name in around or _is_ornament(element.name)):
            continue
        kept.append(element)
    return kept


def _is_ornament(text: str) -> bool:
    """An arrow, a star, three dots: nothing that is read aloud."""
    return (len(text) == 1 and not text.isdigit()) or not any(letter.isalnum() for letter in text)


def drop_titles_of_named(elements: Sequence[Element]) -> list[Element]:
    """The caption of a table, the legend of a group and the like, where it is the name of what holds it."""
    names = {element.ref: element.name for element in elements if element.name}
    titles = {
        element.ref
        for element in elements
        if element.role in ("text", "caption", "legend") and element.name == names.get(element.parent)
    }
    return [element for element in elements if element.ref not in titles and element.parent not in titles]


def merge_linked_headings(elements: Sequence[Element]) -> list[Element]:
    """A heading that is all link becomes the link, with the heading's level."""
    inside: dict[str, list[Element]] = {}
    for element in elements:
        inside.setdefault(element.parent, []).append(element)
    levels: dict[str, int | None] = {}
    merged = []
    for element in elements:
        within = inside.get(element.ref, [])
        if element.role == "heading" and not element.interactive and len(within) == 1:
            [only] = within
            if only.role == "link" and only.interactive and only.name == element.name:
                levels[only.ref] = element.level
                continue
        merged.append(replace(element, level=levels[element.ref]) if element.ref in levels else element)
    return merged


def drop_labels_of_fields(elements: Sequence[Element]) -> list[Element]:
    """Labels whose field says the same."""
    labels = {element.label for element in elements if element.label}
    dropped: set[str] = set()
    kept = []
    for at, element in enumerate(elements):
        if element.tag == "label" and element.name in labels:
            dropped.add(element.ref)
            continue
        beside = (*elements[max(0, at - 1) : at], *elements[at + 1 : at + 2])
        is_label = element.role == "text" and element.name in labels
        if is_label and (element.parent in dropped or any(one.label == element.name for one in beside)):
            continue
        kept.append(element)
    return kept


def drop_repeated(elements: Sequence[Element]) -> list[Element]:
    """The same element a second time: a control that stands in its label too."""
    first: dict[str, Element] = {}
    for element in elements:
        first.setdefault(element.ref, element)
    return list(first.values())


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
    """Names that what is inside says again: of rows, cells and list items, and of containers of much text."""
    parents = {element.parent for element in elements}
    again = _named_by_what_is_inside(elements)
    bulk = ("row", "cell", "gridcell", "listitem", "article", "rowheader", "columnheader")
    return [
        replace(element, name="")
        if element.name and element.ref in parents and (element.role in bulk or element.ref in again)
        else element
        for element in elements
    ]


def _named_by_what_is_inside(elements: Sequence[Element]) -> set[str]:
    """Refs of containers without a role of which every word is said by something in them."""
    missing: dict[str, set[str]] = {}
    above: dict[str, str] = {}
    for element in elements:
        holder = element.parent if element.parent in missing else above.get(element.parent, "")
        above[element.ref] = holder
        while holder:
            missing[holder] -= set(element.name.split())
            holder = above[holder]
        if element.role in ("generic", "rowgroup") and element.name:
            missing[element.ref] = set(element.name.split())
    return {ref for ref, words in missing.items() if not words}


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


def cut_long_texts(elements: Sequence[Element]) -> list[Element]:
    """Very long texts, down to their beginning and how long they are."""
    return [
        replace(element, name=_beginning(element.name)) if len(element.name) > MAX_TEXT + 40 else element
        for element in elements
    ]


def _beginning(text: str) -> str:
    rest = f"{len(text) - MAX_TEXT:,}" if len(text) < CAPTURED_TEXT else "many"
    return f"{cut(text, MAX_TEXT, '')}\u2026 ({rest} more characters)"


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


def note_unread(elements: Sequence[Element], unread: Mapping[str, int]) -> list[Element]:
    """What stands for siblings that were not looked at one by one says so."""
    return [
        _note(element, Counter({element.role: unread[element.ref]})) if element.ref in unread else element
        for element in elements
    ]


def _note(first: Element, counts: Mapping[str, int], said: str = "") -> Element:
    """What stands for `first` and others that are left out; its limits are how many of each role."""
    return Element(
        ref=first.ref.removesuffix(ONWARD) + ONWARD,
        role="note",
        name=said or f"{_counted(counts)} not listed",
        limits={role: str(count) for role, count in counts.items()},
        states=first.states & {"offscreen", "clipped"},
        box=first.box,
        parent=first.parent,
        depth=first.depth,
    )


def note_of(elements: Sequence[Element]) -> Element:
    """A note in the place of the first of some elements, saying how many they are."""
    return _note(elements[0], _counts(elements))


def _counts(elements: Iterable[Element]) -> Counter[str]:
    """How many of each role, with what the notes among them stand for."""
    counts: Counter[str] = Counter()
    for element in elements:
        if is_note(element):
            counts.update({role: int(count) for role, count in element.limits.items()})
        else:
            counts[element.role] += 1
    return counts


def _counted(counts: Mapping[str, int]) -> str:
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
    """Notes that follow each other say together what they stand for."""
    joined: list[Element] = []
    for element in elements:
        last = joined[-1] if joined else None
        if last and is_note(last) and is_note(element) and last.parent == element.parent:
            joined[-1] = _note(last, _counts((last, element)))
        else:
            joined.append(element)
    return joined


def fold_repeated(elements: Sequence[Element], unread: Mapping[str, int] = NOTHING_UNREAD) -> list[Element]:
    """Of a long run of siblings of the same make, those in view and the first ones; the rest is counted.

    Args:
        elements: In reading order.
        unread: Ref of one among them -> how many siblings it stands for.
    """
    folded: dict[str, Element | None] = {}
    for run in _runs(elements, unread):
        total = sum(unread.get(element.ref, 1) for element in run.members)
        if total <= RUN:
            continue
        gaps = list(_gaps(run, unread))
        if sum(map(len, gaps)) + total - len(run.members) < RUN - SHOWN_OF_RUN:
            continue
        for gap in gaps:
            count = sum(unread.get(element.ref, 1) for element in gap)
            folded |= {element.ref: None for element in gap}
            role = run.members[0].role
            said = f"{count:,} more of {total:,} {plural(role)} like these"
            folded[gap[0].ref] = _note(gap[0], {role: count}, said)
    return _without(elements, folded) if folded else list(elements)


@dataclass(frozen=True, slots=True)
class Run:
    """Siblings of the same make, in reading order."""

    members: list[Element]
    headers: frozenset[str]
    """Refs of those that say what the others mean."""


def _runs(elements: Sequence[Element], unread: Mapping[str, int]) -> Iterator[Run]:
    """Rows, items and the like; and containers without a role that hold the same kinds of things.

    Of containers that are unread nobody knows what they hold: they are taken for more of those before them.
    """
    roles: dict[str, set[str]] = {}
    usable: set[str] = set()
    for element in elements:
        roles.setdefault(element.parent, set()).add(element.role)
        if element.interactive:
            usable.add(element.parent)
    siblings: dict[tuple[str, str, str, frozenset[str]], list[Element]] = {}
    latest: dict[tuple[str, str], frozenset[str]] = {}
    for element in elements:
        if element.role in ITEMS:
            made: frozenset[str] = frozenset()
        elif element.role == "generic" and element.ref in usable and len(roles[element.ref]) > 1:
            made = latest[element.parent, element.tag] = frozenset(roles[element.ref])
        elif element.ref in unread and (element.parent, element.tag) in latest:
            made = latest[element.parent, element.tag]
        else:
            continue
        siblings.setdefault((element.parent, element.role, element.tag, made), []).append(element)
    for members in siblings.values():
        headers = (one.ref for one in members if roles.get(one.ref) == {"columnheader"})
        yield Run(members, frozenset(headers))


def _gaps(run: Run, unread: Mapping[str, int]) -> Iterator[list[Element]]:
    """What of a run is not said, in pieces that stand together."""
    gap: list[Element] = []
    said = 0
    for element in run.members:
        first = said < SHOWN_OF_RUN and element.ref not in run.headers
        if element.ref not in unread and (element.visible or first or element.ref in run.headers):
            said += first
            if gap:
                yield gap
            gap = []
        else:
            gap.append(element)
    if gap:
        yield gap


def _without(elements: Sequence[Element], folded: dict[str, Element | None]) -> list[Element]:
    """Without what is folded and all inside it, but with what stands in its place."""
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
    """As many as fit: what can be seen now, then an outline, then screen by screen away from it."""
    order = sorted(enumerate(map(_turn, elements, _places(elements))), key=lambda pair: (pair[1], pair[0]))
    kept: set[int] = set()
    left = budget_tokens
    for_outline = budget_tokens // 6
    last_screen = 0
    for at, (screen, _) in order:
        element = elements[at]
        cost = tokens_of(element)
        if last_screen and (screen > last_screen or not element.interactive):
            continue
        if cost > left or (screen == 1 and cost > for_outline):
            # What is half said should end cleanly; there is still room for something to use.
            last_screen = screen if screen > 1 else 0
            continue
        kept.add(at)
        left -= cost
        if screen == 1:
            for_outline -= cost
        if left < 8:
            break
    return [element for at, element in enumerate(elements) if at in kept]


def _places(elements: Sequence[Element]) -> Iterator[float]:
    """How far down each is, CSS pixels; what has no place is where the one before it is."""
    y = 0.0
    for element in elements:
        y = element.box.y if element.box else y
        yield y


def _turn(element: Element, y: float) -> tuple[int, float]:
    """When an element is said: what shows first, then the outline, then what is near."""
    if element.visible:
        return (0, not (element.interactive or is_note(element)))
    heads = element.role in OUTLINE or (element.role == "link" and element.level is not None)
    if heads or is_note(element) or "scrollable" in element.states:
        return (1, abs(y))
    return (2 + int(abs(y) // SCREEN_PX), 0)


def note_left_out(kept: Sequence[Element], elements: Sequence[Element]) -> list[Element]:
    """What the budget left out is noted where it was; gaps of a few things are summed up at the end."""
    refs = {element.ref for element in kept}
    parents = {element.ref: element.parent for element in elements}
    inside: dict[str, Element] = {}
    instead: dict[str, Element] = {}
    rest: list[Element] = []
    for before, gap in _left_out(refs, elements):
        if before and all(_is_in(element, before.ref, parents) for element in gap):
            more = f"{_counted(_counts(gap))} inside, not listed"
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
    counts = _counts(rest)
    last = _note(replace(rest[0], parent=""), counts, f"{_counted(counts)} here and there not listed")
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


TEXT_RULES: tuple[Rule, ...] = (
    drop_repeated,
    merge_text_runs,
    drop_text_of_named,
    drop_titles_of_named,
    drop_labels_of_fields,
    drop_unnamed_pictures,
    merge_linked_headings,
)
"""What is applied to everything first, in this order: the same is said once."""


def tidied(elements: Sequence[Element], unread: Mapping[str, int] = NOTHING_UNREAD) -> list[Element]:
    """All that is worth saying, without a budget: nothing twice, no empty containers."""
    left = say_what_scrolls(elements, unread)
    for rule in TEXT_RULES:
        left = rule(left)
    return rejoin(left, elements)


def flattened(elements: Sequence[Element]) -> list[Element]:
    """Without containers that say nothing."""
    left = rejoin(unwrap_containers(name_cells_once(elements)), elements)
    return rejoin(unwrap_single_items(left), left)


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
    left = tidied(elements, unread)
    # Repetition is worth reading as long as it leaves room: names to choose from save a look each.
    if unread or tokens_of_all(left) > budget_tokens // 2:
        left = note_unread(fold_repeated(left, unread), unread)
    left = join_notes(cut_long_texts(flattened(left)))
    return fitted(left, budget_tokens)


def fitted(elements: Sequence[Element], budget_tokens: int) -> tuple[Element, ...]:
    """As many as the budget has room for, and notes of what it has no room for."""
    kept = viewport_first(elements, budget_tokens)
    if len(kept) == len(elements):
        return tuple(elements)
    kept = viewport_first(elements, budget_tokens - min(budget_tokens // 4, 30 * (MOST_NOTES + 1)))
    return tuple(join_notes(rejoin(note_left_out(kept, elements), elements)))
