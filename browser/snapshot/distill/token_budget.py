"""How many tokens an element costs, and which elements a budget has room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from browser.model.observation import SILENT_STATES, Element
from browser.model.page_tree import beside_main
from browser.model.roles import CELL_ROLES
from browser.model.text import cut

OUTLINE = frozenset(
    ("heading", "document", "region", "dialog", "alertdialog", "form", "table", "grid", "search", "tabpanel")
)
"""What tells a reader which parts a page has, wherever on it they are."""
MAX_TEXT = 300
"""Characters of one text that are said where there is not room for all; a `Look` has more of it."""
CAPTURED_TEXT = 2000
"""Characters of one text that are captured at most; of such a one nobody knows how long it is."""
MAX_VALUE = 500
"""Characters of what a field holds that are said."""
LONGEST_ADDRESS = 60
BEGUN_ADDRESS = 36
SCREEN_PX = 720.0
"""What lies within one such step away from the viewport counts as equally far."""
_AFTER_ALL_SCREENS = 1_000_000
_REF_TOKENS = 6


def worth_reading(budget_tokens: int | None) -> int | None:
    """How many tokens to spend on elements outside the viewport; None: no limit.

    What shows in the viewport, and notes of what is left out, take a quarter of a budget at least.
    """
    return None if budget_tokens is None else max(1000, budget_tokens * 3 // 4)


def tokens_of(element: Element) -> int:
    """About how many tokens an element costs when it is written out, rather too many than too few.

    Three bytes a token, as whoever writes it out counts too: refs and addresses fall into short pieces. A
    cell that is only text stands in the line of its row, between two bars and without a ref.
    """
    states = element.states - SILENT_STATES
    plain_cell = element.role in CELL_ROLES and not (element.interactive or element.href or states)
    mark_up = 5 if plain_cell else 24
    label = element.label if element.label != element.name else ""
    value = (element.value or "")[:MAX_VALUE]
    words = f"{element.name}{value}{element.description}{element.placeholder}{label}"
    address = len(element.href) if len(element.href) <= LONGEST_ADDRESS else BEGUN_ADDRESS
    size = mark_up + len(words.encode()) + address + 11 * len(states)
    return (size + sum(min(len(option), 60) + 3 for option in element.options[:25])) // 3


def tokens_of_all(elements: Iterable[Element]) -> int:
    """About how many tokens all of them cost."""
    return sum(map(tokens_of, elements))


def cut_to_fit(elements: Sequence[Element], budget_tokens: int) -> list[Element]:
    """Texts as long as there is room for; where there is not, very long ones down to their beginning."""
    for longest in (CAPTURED_TEXT, CAPTURED_TEXT // 2, 2 * MAX_TEXT, MAX_TEXT):
        shortened = cut_long_texts(elements, longest)
        if tokens_of_all(shortened) <= budget_tokens:
            break
    return shortened


def cut_long_texts(elements: Sequence[Element], longest: int = MAX_TEXT) -> list[Element]:
    """Texts of more than `longest` characters, down to their beginning and how long they are."""
    return [
        replace(element, name=_beginning(element.name, longest))
        if _is_long(element.name, longest)
        else element
        for element in elements
    ]


def _is_long(text: str, longest: int) -> bool:
    return len(text) > longest + 40 or len(text) >= CAPTURED_TEXT


def _beginning(text: str, longest: int) -> str:
    rest = f"{len(text) - longest:,}" if len(text) < CAPTURED_TEXT else "many"
    return f"{cut(text, longest, '')}\u2026 ({rest} more characters)"


def viewport_first(elements: Sequence[Element], budget_tokens: int) -> list[Element]:
    """Keep what fits the budget: the viewport, then an outline, then one screen after the other.

    A sentence with links in it is kept whole, or not at all.
    """
    units = _units(elements)
    if sum(unit.tokens for unit in units) <= budget_tokens:
        return list(elements)
    turns = _turns(units, beside_main(elements), budget_tokens // 6)
    kept: set[str] = set()
    left = budget_tokens
    last_screen = 0
    for unit, (screen, _) in sorted(zip(units, turns, strict=True), key=lambda pair: pair[1]):
        if last_screen and (screen > last_screen or not unit.is_control):
            continue
        if unit.tokens > left:
            # What is half said should end cleanly; there is still room for something to use.
            last_screen = screen if screen > 1 else 0
            continue
        kept.update(element.ref for element in unit.elements)
        left -= unit.tokens
        if left < 8:
            break
    return [element for element in elements if element.ref in kept]


@dataclass(slots=True)
class _Unit:
    """What is said together: an element, or a sentence with the links in it."""

    elements: list[Element]
    tokens: int

    @property
    def is_control(self) -> bool:
        """Whether it is something to use, and nothing to read."""
        return len(self.elements) == 1 and self.elements[0].interactive


def _units(elements: Sequence[Element]) -> list[_Unit]:
    units: list[_Unit] = []
    sentence = ""
    for element in elements:
        cost = tokens_of(element)
        if sentence and element.parent == sentence:
            units[-1].elements.append(element)
            # A piece of a sentence that is only text has no ref of its own.
            units[-1].tokens += cost - _REF_TOKENS if element.role == "text" else cost
        else:
            units.append(_Unit([element], cost))
            sentence = element.ref if element.role == "paragraph" else ""
    return units


def _turns(units: Sequence[_Unit], beside: Set[str], for_outline: int) -> list[tuple[int, float]]:
    """When each unit is said: what shows, the outline, then what is near; menus and the like come last.

    What the outline has no room for is said in its place.
    """
    turns: list[tuple[int, float]] = []
    heads: list[tuple[float, int]] = []
    for at, (unit, y) in enumerate(zip(units, _places(units), strict=True)):
        if any(element.visible for element in unit.elements):
            used = any(element.interactive or element.is_note for element in unit.elements)
            turns.append((0, not used))
            continue
        if _heads(unit.elements[0]):
            heads.append((abs(y), at))
        turns.append(
            (2 + int(abs(y) // SCREEN_PX) + (unit.elements[0].ref in beside) * _AFTER_ALL_SCREENS, 0)
        )
    for away, at in sorted(heads):
        if units[at].tokens <= for_outline:
            turns[at] = (1, away)
            for_outline -= units[at].tokens
    return turns


def _places(units: Sequence[_Unit]) -> Iterator[float]:
    """How far down each is, CSS pixels; what has no place is where the one before it is."""
    y = 0.0
    for unit in units:
        box = unit.elements[0].box
        y = box.y if box else y
        yield y


def _heads(element: Element) -> bool:
    """Whether it tells what a part of the page is, or that there is more."""
    is_title = element.role in OUTLINE or (element.role == "link" and element.level is not None)
    return is_title or element.is_note or "scrollable" in element.states
