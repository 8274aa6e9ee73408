"""Rules that say the same thing once: pieces of sentences, names, titles, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from browser.model.observation import Element
from browser.model.roles import CELL_ROLES

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
SOURCES = frozenset(
    (
        "button",
        "link",
        "heading",
        "option",
        "tab",
        "menuitem",
        "caption",
        "img",
        "graphics-symbol",
    )
)
PICTURES = frozenset(("img", "graphics-symbol"))
UNNAMED = CELL_ROLES | {"text", "generic", "row", "listitem", "article"}
"""Roles whose names are said where nothing in them says the same; the text in them stays."""
_GAP_PX = 3
"""Pixels between two texts that are drawn as two words."""
PUNCTUATION = frozenset(".,;:!?)]%")


INLINE_TAGS = frozenset(
    "span font small big u s bdi bdo abbr cite q b i em strong sub sup time label".split()  # noqa: SIM905
)
"""Tags of what stands within a line, whatever its role."""
_MOST_PIECES = 80
"""A text of more pieces is a menu."""
_INLINE_ROLES = INLINE - {"term"}
_HOLDS_SENTENCES = CELL_ROLES | {
    "paragraph",
    "generic",
    "listitem",
    "blockquote",
    "definition",
    "term",
    "caption",
    "group",
}


def merge_text_runs(elements: Sequence[Element]) -> list[Element]:
    """Pieces of one sentence, apart only because some of it is bold, become one text."""
    by_ref = {element.ref: element for element in elements}
    merged: list[Element] = []
    pieces: dict[int, list[str]] = {}
    home = ""
    last = Element(ref="", role="")
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
            is_joined = element.joined and not _stands_apart(last, element)
            space = "" if is_joined or element.name[:1] in PUNCTUATION else " "
            pieces.setdefault(at, [merged[at].name]).append(space + element.name)
        else:
            merged.append(element if element.parent == block else replace(element, parent=block))
        home, last = block, element
    for at, said in pieces.items():
        merged[at] = replace(merged[at], name="".join(said))
    return merged


def _stands_apart(one: Element, other: Element) -> bool:
    """Whether room is left between two texts of a line: they read as two. A large initial is no text."""
    if one.box is None or other.box is None:
        return False
    lower, higher = sorted((one.box.height, other.box.height))
    in_line = abs(one.box.center[1] - other.box.center[1]) <= lower / 2 and higher <= 1.5 * lower
    return in_line and other.box.x - (one.box.x + one.box.width) >= _GAP_PX


def running_texts(elements: Sequence[Element]) -> frozenset[str]:
    """Refs of what holds texts with links among them and nothing else: sentences, whatever their tags."""
    around: dict[str, str] = {}
    """Ref of what stands within a line -> what the line is in."""
    links: dict[str, str] = {}
    pieces: Counter[str] = Counter()
    texts: set[str] = set()
    other: set[str] = set()
    for element in elements:
        parent = element.parent
        holder = around.get(parent, parent)
        if element.role == "text":
            texts.add(holder)
        elif element.role == "link":
            links[element.ref] = holder
        elif _is_within_a_line(element):
            around[element.ref] = holder
            continue
        else:
            other.add(holder)
        if parent in links:
            other.add(links[parent])
        pieces[holder] += 1
    found = texts.intersection(links.values()) - other
    return frozenset(
        element.ref
        for element in elements
        if element.ref in found
        and element.role in _HOLDS_SENTENCES
        and not (element.interactive or element.states & {"scrollable", "modal"})
        and pieces[element.ref] <= _MOST_PIECES
    )


def _is_within_a_line(element: Element) -> bool:
    if not (element.role in _INLINE_ROLES or (element.role == "generic" and element.tag in INLINE_TAGS)):
        return False
    return not (element.interactive or element.name or element.states & {"scrollable", "modal"})


def _block_of(element: Element, by_ref: Mapping[str, Element]) -> str:
    parent = by_ref.get(element.parent)
    while parent and parent.role in INLINE and not parent.interactive:
        parent = by_ref.get(parent.parent)
    return parent.ref if parent else ""


def drop_text_of_named(elements: Sequence[Element]) -> list[Element]:
    """Texts and pictures that only repeat the name of what they stand in."""
    names: dict[str, str] = {}
    kept = []
    for element in elements:
        around = names.get(element.parent, "")
        if element.states & {"editable"} and element.value:
            names[element.ref] = element.value
            kept.append(element)
            continue
        own = element.name if element.role not in UNNAMED else ""
        names[element.ref] = own if own and (element.interactive or element.role in SOURCES) else around
        if element.role == "text" and around and (_says(around, element.name) or _is_ornament(element.name)):
            continue
        if element.role in PICTURES and not element.interactive and own and around and _says(around, own):
            continue
        kept.append(element)
    return kept


def _says(name: str, text: str) -> bool:
    """Whether a name has a text in it that does not begin or end within a word of the name."""
    at = name.find(text)
    while at >= 0:
        end = at + len(text)
        begins_within = name[max(0, at - 1) : at].isalnum() and text[:1].isalnum()
        ends_within = name[end : end + 1].isalnum() and text[-1:].isalnum()
        if not begins_within and not ends_within:
            return True
        at = name.find(text, at + 1)
    return False


def _is_ornament(text: str) -> bool:
    """An arrow, a star, three dots: nothing that is read aloud."""
    return not any(letter.isalnum() for letter in text)


def drop_captioned_pictures(elements: Sequence[Element]) -> list[Element]:
    """Pictures of which the text behind them, their caption mostly, says the same."""
    texts = [element for element in elements if element.role in PICTURES or element.role == "text"]
    told = {
        one.ref
        for one, other in pairwise(texts)
        if one.role in PICTURES and other.role == "text" and one.name == other.name and not one.interactive
    }
    holding = {element.parent for element in elements}
    return [element for element in elements if element.ref not in told or element.ref in holding]


def drop_titles_of_named(elements: Sequence[Element]) -> list[Element]:
    """The caption of a table, the legend of a group and the like, where it is the name of what holds it."""
    names = {element.ref: element.name for element in elements if element.name}
    titles = {
        element.ref
        for element in elements
        if element.role in ("text", "caption", "legend") and element.name == names.get(element.parent)
    }
    return [
        element
        for element in elements
        if element.ref not in titles
        and not (
            element.parent in titles and element.role == "text" and _says(names[element.parent], element.name)
        )
    ]


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


def drop_unnamed_pictures(elements: Sequence[Element]) -> list[Element]:
    """Pictures and shapes that say nothing and do nothing."""
    silent = ("img", "graphics-symbol", "separator")
    return [
        element for element in elements if element.role not in silent or element.interactive or element.name
    ]
