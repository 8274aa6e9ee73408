"""How many tokens an element costs, and which elements a budget has room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from browser.model.observation import SILENT_STATES, Element
from browser.model.roles import CELL_ROLES
from browser.model.text import cut
from browser.snapshot.distill.tree import beside_main

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
SCREEN_PX = 720.0
"""What lies within one such step away from the viewport counts as equally far."""
_AFTER_ALL_SCREENS = 1_000_000


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
    size = mark_up + len(words.encode()) + min(len(element.href), LONGEST_ADDRESS) + 11 * len(states)
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
    """Keep what fits the budget: the viewport, then an outline, then one screen after the other."""
    costs = [tokens_of(element) for element in elements]
    if sum(costs) <= budget_tokens:
        return list(elements)
    turns = _turns(elements, costs, budget_tokens // 6)
    kept: set[int] = set()
    left = budget_tokens
    last_screen = 0
    for at in sorted(range(len(elements)), key=lambda at: (turns[at], at)):
        screen, _ = turns[at]
        if last_screen and (screen > last_screen or not elements[at].interactive):
            continue
        if costs[at] > left:
            # What is half said should end cleanly; there is still room for something to use.
            last_screen = screen if screen > 1 else 0
            continue
        kept.add(at)
        left -= costs[at]
        if left < 8:
            break
    return [element for at, element in enumerate(elements) if at in kept]


def _turns(elements: Sequence[Element], costs: Sequence[int], for_outline: int) -> list[tuple[int, float]]:
    """When each element is said: what shows, the outline, then what is near; menus and the like come last.

    What the outline has no room for is said in its place.
    """
    beside = beside_main(elements)
    turns: list[tuple[int, float]] = []
    heads: list[tuple[float, int]] = []
    for at, (element, y) in enumerate(zip(elements, _places(elements), strict=True)):
        if element.visible:
            turns.append((0, not (element.interactive or element.is_note)))
            continue
        if _heads(element):
            heads.append((abs(y), at))
        turns.append((2 + int(abs(y) // SCREEN_PX) + (element.ref in beside) * _AFTER_ALL_SCREENS, 0))
    for away, at in sorted(heads):
        if costs[at] <= for_outline:
            turns[at] = (1, away)
            for_outline -= costs[at]
    return turns


def _places(elements: Sequence[Element]) -> Iterator[float]:
    """How far down each is, CSS pixels; what has no place is where the one before it is."""
    y = 0.0
    for element in elements:
        y = element.box.y if element.box else y
        yield y


def _heads(element: Element) -> bool:
    """Whether it tells what a part of the page is, or that there is more."""
    is_title = element.role in OUTLINE or (element.role == "link" and element.level is not None)
    return is_title or element.is_note or "scrollable" in element.states
