"""Shrinking what was captured to what is worth saying, by small named rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from browser.observation import Element

Rule = Callable[[Sequence[Element]], list[Element]]


def tokens_of(element: Element) -> int:
    """About how many tokens an element costs when it is written out."""
    return 6 + (len(element.name) + len(element.value or "") + len(element.description)) // 4


def drop_text_of_named_controls(elements: Sequence[Element]) -> list[Element]:
    """Text that only repeats the name of the control it stands in."""
    by_ref = {element.ref: element for element in elements}

    def repeats(element: Element) -> bool:
        parent = by_ref.get(element.parent)
        return element.role == "text" and parent is not None and parent.name == element.name

    return [element for element in elements if not repeats(element)]


def viewport_first(elements: Sequence[Element], budget_tokens: int) -> list[Element]:
    """As many as fit, what can be seen now before the rest, in reading order."""
    order = sorted(range(len(elements)), key=lambda at: (not elements[at].visible, at))
    kept: set[int] = set()
    left = budget_tokens
    for at in order:
        left -= tokens_of(elements[at])
        if left < 0:
            break
        kept.add(at)
    return [element for at, element in enumerate(elements) if at in kept]


def distill(elements: Sequence[Element], budget_tokens: int | None) -> tuple[Element, ...]:
    """The elements worth about `budget_tokens`; all of them where that is None."""
    if budget_tokens is None:
        return tuple(elements)
    return tuple(viewport_first(drop_text_of_named_controls(elements), budget_tokens))
