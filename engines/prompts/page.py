"""An observation as lines of text: one element a line, its ref first, indented by what holds it.

Rows of a table take one line each, with what can be used in them; a cell that is only text has no ref there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.observation import Element, Observation, Tab
from browser.model.origins import within_origin
from browser.model.page_tree import PageTree
from browser.model.roles import CELL_ROLES
from browser.model.text import cut, quoted, squeeze
from engines.models.chat import estimated_tokens

_LONGEST = 2100
"""Characters of one text in a line; what has no room for so many was cut before, and can be looked at."""
_LONGEST_LOOKED_AT = 8000
_LONGEST_VALUE = 500
"""Characters of what a field holds; more is there to be looked at."""
_LONGEST_LABEL = 340
_LONGEST_ADDRESS = 60
_MOST_OPTIONS = 25
_CAPTURED_OPTIONS = 200
"""Options of one list that are captured at most; of such a list nobody knows how long it is."""
_DEEPEST = 10
_MOST_TABS = 12
_MOST_NOTES = 8
_SILENT = frozenset({"focused", "multiline", "editable", "clipped", "offscreen"})
"""States that say nothing to a model that the line does not say already. What is off screen is scrolled to by
whatever is done to it, and said on every second line it would hide what matters."""
_MOST_IN_ROW = 40
"""Elements of a row; one that holds more is written as a tree."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: an element, or a row with all that is in it."""

    ref: str
    text: str
    """Without its indentation."""
    refs: frozenset[str]
    """The refs that can be read in it."""
    depth: int
    rank: int
    """What is left out first: the highest."""
    parent: str = ""
    """Ref of the nearest line that holds it; "" at the top."""

    @property
    def indented(self) -> str:
        """The line, indented by its depth."""
        return " " * min(self.depth, _DEEPEST) + self.text


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as a model is shown it."""

    text: str
    refs: frozenset[str]
    """The refs that stand in the text, which are all that an answer may use."""
    head: str = ""
    """What is said of the tab itself: address, tabs, scroll position, dialog."""
    lines: tuple[Line, ...] = ()


def page_text(observation: Observation, budget_tokens: int) -> PageText:
    """The page within so many tokens; what matters least is left out first, and said so."""
    head = _shortened("\n".join(_head(observation)), budget_tokens // 2)
    telling = [element for element in observation.elements if not _says_nothing(element)]
    lines = _lines(telling, observation.url, _LONGEST)
    shown = _within(lines, budget_tokens - estimated_tokens(head) - 40)
    body = "\n".join(line.indented for line in shown)
    left_out = len(lines) - len(shown)
    tail = (
        [f"({left_out} more lines are not listed; look for what you need by its words)"] if left_out else []
    )
    parts = [head, body or "(no elements)", *tail]
    return PageText("\n".join(parts), _refs(shown), head, tuple(shown))


def elements_text(elements: Sequence[Element], here: str, budget_tokens: int) -> PageText:
    """A few elements alone, for the answer to a look; the first ones, where there is not room for all."""
    lines = _lines(elements, here, _LONGEST_LOOKED_AT)
    shown = []
    left = budget_tokens - 30
    for line in lines:
        left -= estimated_tokens(line.indented)
        if left < 0:
            break
        shown.append(line)
    text = "\n".join(line.indented for line in shown)
    if len(shown) < len(lines):
        text += f"\n({len(lines) - len(shown)} more lines are not listed; look at a smaller part)"
    return PageText(text, _refs(shown), "", tuple(shown))


def digest(observation: Observation) -> str:
    """What stays of a page in the conversation once a newer one is shown."""
    return f"(the page was {cut(observation.url, 120)} {quoted(observation.title, 80)})"


def _head(observation: Observation) -> list[str]:
    lines = [f"{cut(observation.url, 500)} {quoted(observation.title, 120)}"]
    if len(observation.tabs) > 1:
        lines += [
            f"tab {tab.id}{' (active)' if tab.active else ''}: {cut(tab.url, 100)} {quoted(tab.title, 60)}"
            for tab in _tabs(observation)
        ]
        if len(observation.tabs) > _MOST_TABS:
            lines.append(f"and {len(observation.tabs) - _MOST_TABS} more tabs")
    lines.append(_where(observation))
    if observation.dialog is not None:
        dialog = observation.dialog
        said = quoted(dialog.message, _LONGEST_LOOKED_AT)
        lines.append(f"OPEN DIALOG ({dialog.kind}) {said}: the page waits for its answer")
    if observation.focused:
        lines.append(f"keyboard focus: {observation.focused}")
    lines += [f"note: {cut(note, 200)}" for note in observation.notes[:_MOST_NOTES]]
    if len(observation.notes) > _MOST_NOTES:
        lines.append(f"and {len(observation.notes) - _MOST_NOTES} more notes")
    return lines


def _tabs(observation: Observation) -> Sequence[Tab]:
    """The first tabs and the active one."""
    return [tab for at, tab in enumerate(observation.tabs) if at < _MOST_TABS or tab.active]


def _shortened(text: str, budget_tokens: int) -> str:
    return text if estimated_tokens(text) <= budget_tokens else cut(text, budget_tokens)


def _refs(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset[str]().union(*(line.refs for line in lines))


def _where(observation: Observation) -> str:
    width, height = observation.viewport
    above = observation.scroll[1]
    below = max(0.0, observation.page_size[1] - above - height)
    return f"viewport {width}x{height}, {above:.0f} px above it, {below:.0f} px below"


def _says_nothing(element: Element) -> bool:
    """A container that is there for layout alone."""
    return (
        element.role in ("generic", "none", "presentation")
        and not element.name
        and not element.interactive
        and element.value is None
        and not element.states - {"offscreen", "clipped"}
    )


def _within(lines: Sequence[Line], budget_tokens: int) -> list[Line]:
    """Keep the lines that fit; lines in view and usable elements are dropped last."""
    costs = [estimated_tokens(line.indented) for line in lines]
    if sum(costs) <= budget_tokens:
        return list(lines)
    kept: set[int] = set()
    left = budget_tokens
    for at in sorted(range(len(lines)), key=lambda at: (lines[at].rank, at)):
        left -= costs[at]
        if left < 0:
            break
        kept.add(at)
    return [lines[at] for at in sorted(kept)]


def _rank(element: Element) -> int:
    if element.visible or _stands_for_more(element):
        return 0 if element.interactive else 1
    return 2 if element.interactive else 3


def _stands_for_more(element: Element) -> bool:
    """Whether it is a note of what was left out; pages have notes of their own."""
    return element.role == "note" and (element.ref.endswith("+") or not element.ref)


def _lines(elements: Sequence[Element], here: str, longest: int) -> list[Line]:
    """The elements as lines, each row with its cells as one."""
    least = min((element.depth for element in elements), default=0)
    lines = []
    ends = PageTree(elements).ends
    at = 0
    under: dict[str, str] = {}
    """Ref of what is covered -> by what; so is what is in it."""
    while at < len(elements):
        element = elements[at]
        inside = elements[at + 1 : ends[at]]
        parent = element.parent
        depth = element.depth - least
        if "covered" in element.states:
            under[element.ref] = element.covered_by
            if under.get(parent) == element.covered_by:
                element = replace(element, states=element.states - {"covered"})
        if element.role == "row" and _is_plain_row(element, inside):
            lines.append(_row(element, inside, here, depth, parent))
            at = ends[at]
            continue
        if inside:
            # What is in it has lines of its own.
            element = replace(element, text="")
        text = _line(element, here, longest)
        refs = frozenset((element.ref,)) if element.ref else frozenset[str]()
        lines.append(Line(element.ref, text, refs, depth, _rank(element), parent))
        at += 1
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


def _row(row: Element, inside: Sequence[Element], here: str, depth: int, parent: str) -> Line:
    """A row on one line, its cells parted by bars."""
    cells: list[list[str]] = []
    refs = {row.ref}
    for element in inside:
        plain = element.role in CELL_ROLES | {"text"} and not element.interactive and not element.href
        if element.depth == row.depth + 1:
            cells.append([])
            if plain and not element.name:
                continue
        if plain and not element.states - _SILENT:
            cells[-1].append(quoted(element.name, _LONGEST))
        else:
            cells[-1].append(_line(element, here, _LONGEST))
            refs.add(element.ref)
    own = _line(replace(row, name="", text=""), here, _LONGEST)
    text = f"{own}: {' | '.join(' '.join(cell) for cell in cells)}"
    rank = min((_rank(element) for element in inside if element.interactive), default=_rank(row))
    return Line(row.ref, text, frozenset(refs), depth, rank, parent)


def _line(element: Element, here: str, longest: int) -> str:
    if _stands_for_more(element):
        return f"{element.ref} note: {element.name}".strip()
    parts = [element.ref, element.role]
    name = element.name or (element.text if element.interactive or element.role == "text" else "")
    if name:
        parts.append(quoted(name, longest))
    elif element.interactive and element.hints:
        # An icon without a name: what its author calls it is all there is.
        parts.append(f"(called {' '.join(element.hints[:4])})")
    if element.level is not None:
        parts.append(f"level {element.level}")
    if element.value is not None:
        room = _LONGEST_VALUE if longest == _LONGEST else longest
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
        parts.append(f"-> {cut(within_origin(element.href, here), _LONGEST_ADDRESS)}")
    states = sorted(element.states - _SILENT)
    if states:
        covered = f" by {cut(element.covered_by, 60)}" if element.covered_by else ""
        parts.append(
            f"[{', '.join(f'covered{covered}' if state == 'covered' else state for state in states)}]"
        )
    return parts


def _options(options: Sequence[str]) -> str:
    listed = " | ".join(cut(option, 60) for option in options[:_MOST_OPTIONS])
    if len(options) >= _CAPTURED_OPTIONS:
        return f"{listed} | and many more; any can be selected by its text"
    more = len(options) - _MOST_OPTIONS
    return f"{listed} | and {more} more" if more > 0 else listed
