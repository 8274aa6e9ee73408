"""Elements as lines of text: one a line, its ref first; a row of a table with all that is in it.

A cell that is only text has no ref in the line of its row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from browser.model.addresses.origins import within_origin
from browser.model.observation import SILENT_STATES, Element
from browser.model.page_tree import PageTree, beside_main
from browser.model.roles import CELL_ROLES
from browser.model.text import cut, quoted, squeeze
from engines.prompts.covers import covers_told_once
from engines.prompts.unnamed import called

LONGEST = 2100
"""Characters of one text in a line; what has no room for so many was cut before, and can be looked at."""
_LONGEST_VALUE = 500
"""Characters of what a field holds; more is there to be looked at."""
_LONGEST_LABEL = 340
_LONGEST_ADDRESS = 60
_BEGUN_ADDRESS = 36
"""Characters of an address that has no room: it tells the site, and cannot be used anyway."""
_MOST_OPTIONS = 25
_CAPTURED_OPTIONS = 200
"""Options of one list that are captured at most; of such a list nobody knows how long it is."""
_MOST_IN_ROW = 40
"""Elements of a row; one that holds more is written as a tree."""
_TITLES = frozenset(("heading", "dialog", "alertdialog", "alert", "status", "note"))
_HOLDS_SENTENCES = CELL_ROLES | {"paragraph", "listitem", "blockquote"}
_DEEPEST = 60
"""Levels that are shown by indentation; of what lies deeper the level is said."""


Part = Literal["use", "link", "title", "main", "beside"]
"""What a line is: something to use, a link alone, a heading, other content, or of a menu or a margin."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: an element, or a row with all that is in it."""

    ref: str
    text: str
    """Without its indentation."""
    refs: frozenset[str]
    """The refs that can be read in it."""
    depth: int
    in_view: bool
    """Whether any of it shows, or it stands for what is left out."""
    part: Part
    parent: str = ""
    """Ref of the nearest line that holds it; "" at the top."""

    @property
    def indented(self) -> str:
        """The line, indented by its depth."""
        deeper = f" (depth {self.depth})" if self.depth > _DEEPEST else ""
        return f"{' ' * min(self.depth, _DEEPEST)}{self.text}{deeper}"


def _in_view(element: Element) -> bool:
    return element.visible or element.is_note


def _part(element: Element, inside: Sequence[Element], beside: Set[str]) -> Part:
    if element.role in _TITLES:
        return "title"
    if element.ref in beside:
        return "beside"
    if element.role == "link":
        return "link"
    return "use" if any(one.interactive for one in (element, *inside)) else "main"


def lines_of(elements: Sequence[Element], here: str, longest: int = LONGEST) -> list[Line]:
    """The elements as lines, each row with its cells as one."""
    least = min((element.depth for element in elements), default=0)
    lines = []
    ends = PageTree(elements).ends
    unnamed = called(elements)
    beside = beside_main(elements)
    elements = covers_told_once(elements)
    at = 0
    while at < len(elements):
        element = elements[at]
        inside = elements[at + 1 : ends[at]]
        told: Sequence[Element] = inside
        if element.role == "row" and _is_plain_row(element, inside):
            text, refs = _row(element, inside, here, longest, unnamed)
        elif _is_sentence(element, inside):
            text, refs = _sentence(element, inside, here, longest, unnamed)
        else:
            told = ()
            # What is in it has lines of its own.
            text = _line(replace(element, text="") if inside else element, here, longest, unnamed)
            refs = frozenset((element.ref,)) if element.ref else frozenset[str]()
        shows = any(map(_in_view, (element, *told)))
        part = _part(element, told, beside)
        lines.append(Line(element.ref, text, refs, element.depth - least, shows, part, element.parent))
        at += 1 + len(told)
    return lines


def _is_plain_row(row: Element, inside: Sequence[Element]) -> bool:
    """Whether nothing in it needs lines of its own: cells, and a few things in each."""
    own = [element for element in inside if element.depth == row.depth + 1]
    return (
        0 < len(inside) <= _MOST_IN_ROW
        and all(element.role in CELL_ROLES for element in own)
        and all(element.depth <= row.depth + 3 for element in inside)
        and not any(element.role in ("row", "list", "note", "table") or element.options for element in inside)
    )


def _row(
    row: Element, inside: Sequence[Element], here: str, longest: int, unnamed: Mapping[str, str]
) -> tuple[str, frozenset[str]]:
    """A row on one line, its cells parted by bars, and the refs that stand in it."""
    cells: list[list[str]] = []
    refs = {row.ref}
    for element in inside:
        plain = element.role in CELL_ROLES | {"text"} and not element.interactive and not element.href
        if element.role == "paragraph" and not element.interactive:
            continue
        if element.depth == row.depth + 1:
            cells.append([])
            if plain and not element.name and not element.states - SILENT_STATES:
                continue
        if plain and not element.states - SILENT_STATES:
            cells[-1].append(quoted(element.name, longest))
        else:
            cells[-1].append(_line(element, here, longest, unnamed))
            refs.add(element.ref)
    own = _line(replace(row, name="", text=""), here, longest, unnamed)
    return f"{own}: {' | '.join(' '.join(cell) for cell in cells)}", frozenset(refs)


def _is_sentence(holder: Element, inside: Sequence[Element]) -> bool:
    """Whether it holds texts with links among them and nothing else: then it reads as one line."""
    return (
        holder.role in _HOLDS_SENTENCES
        and {element.role for element in inside} == {"text", "link"}
        and all(element.parent == holder.ref and not element.options for element in inside)
    )


def _sentence(
    holder: Element, inside: Sequence[Element], here: str, longest: int, unnamed: Mapping[str, str]
) -> tuple[str, frozenset[str]]:
    """A sentence on one line, each link in its place, and the refs that stand in it."""
    refs = {holder.ref}
    pieces = []
    for element in inside:
        if element.role == "text" and not (element.interactive or element.states - SILENT_STATES):
            pieces.append(quoted(element.name, longest))
        else:
            pieces.append(_line(element, here, longest, unnamed))
            refs.add(element.ref)
    role = "text" if holder.role == "paragraph" else holder.role
    own = _line(replace(holder, role=role, name="", text=""), here, longest, unnamed)
    return f"{own}: {' '.join(pieces)}", frozenset(refs)


def _line(element: Element, here: str, longest: int, unnamed: Mapping[str, str]) -> str:
    if element.is_note:
        return f"{element.ref} note: {element.name}".strip()
    parts = [element.ref, element.role]
    name = element.name or (element.text if element.interactive or element.role == "text" else "")
    if name:
        parts.append(quoted(name, longest))
    elif element.ref in unnamed:
        parts.append(unnamed[element.ref])
    if element.level is not None:
        parts.append(f"level {element.level}")
    if element.value is not None:
        room = _LONGEST_VALUE if longest == LONGEST else longest
        hidden = element.input_type == "password" and element.value
        parts.append(f"value {'hidden' if hidden else quoted(element.value, room)}")
    parts += _details(element, here)
    return " ".join(parts)


def _details(element: Element, here: str) -> list[str]:
    parts = []
    if element.input_type and element.input_type not in ("text", "submit", "button", "checkbox", "radio"):
        parts.append(f"type {element.input_type}")
    extras = dict.fromkeys((element.placeholder, element.description, element.label))
    parts += [
        f"({cut(squeeze(extra), _LONGEST_LABEL)})"
        for extra in extras
        if extra and extra not in (element.name, element.value)
    ]
    if element.options:
        parts.append(f"options: {_options(element.options)}")
    if "unreadable" in element.states and element.box:
        # It can only be pointed at.
        box = element.box
        parts.append(f"{box.width:.0f}x{box.height:.0f} at ({box.x:.0f}, {box.y:.0f})")
    if element.limits:
        parts.append(" ".join(f"{name}={cut(value, 40)}" for name, value in sorted(element.limits.items())))
    if element.href and element.role != "img":
        parts.append(f"-> {_address(element.href, here)}")
    states = sorted(element.states - SILENT_STATES)
    if states:
        covered = f" by {cut(element.covered_by, 60)}" if element.covered_by else ""
        parts.append(
            f"[{', '.join(f'covered{covered}' if state == 'covered' else state for state in states)}]"
        )
    return parts


def _address(href: str, here: str) -> str:
    """An address as short as it says where a link leads: in the site its path, in the page its mark."""
    page, mark, place = href.partition("#")
    if mark and page == here.partition("#")[0]:
        return cut(f"#{place}", _LONGEST_ADDRESS)
    short = within_origin(href, here)
    if len(short) > _LONGEST_ADDRESS and "?" in short[:_LONGEST_ADDRESS]:
        return f"{short.partition('?')[0]}?\u2026"
    return short if len(short) <= _LONGEST_ADDRESS else cut(short, _BEGUN_ADDRESS)


def _options(options: Sequence[str]) -> str:
    listed = " | ".join(cut(option, 60) for option in options[:_MOST_OPTIONS])
    if len(options) >= _CAPTURED_OPTIONS:
        return f"{listed} | and many more; any can be selected by its text"
    more = len(options) - _MOST_OPTIONS
    return f"{listed} | and {more} more" if more > 0 else listed
