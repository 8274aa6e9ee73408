"""Shrinking what was captured to what is worth saying, by small named rules.

Each rule takes elements in reading order and gives fewer of them. Parents may be missing after a
rule; `rejoin` hands children to the nearest ancestor that is left, once, at the end.

What is left out is never silently gone: a `note` stands where it was, says how much it is, and its ref
(that of the first thing left out, with a `+`) asks a `LookRequest` to read on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from browser.model.observation import Element
from browser.snapshot.distill.container_rules import (
    name_once,
    say_what_scrolls,
    unwrap_containers,
    unwrap_single_items,
)
from browser.snapshot.distill.notes import MOST_NOTES, join_notes, note_left_out, note_unread
from browser.snapshot.distill.repetition import fold_repeated
from browser.snapshot.distill.text_rules import (
    drop_captioned_pictures,
    drop_labels_of_fields,
    drop_repeated,
    drop_text_of_named,
    drop_titles_of_named,
    drop_unnamed_pictures,
    merge_linked_headings,
    merge_text_runs,
)
from browser.snapshot.distill.token_budget import cut_to_fit, tokens_of, viewport_first
from browser.snapshot.distill.tree import NOTHING_UNREAD, rejoin

Rule = Callable[[Sequence[Element]], list[Element]]


TEXT_RULES: tuple[Rule, ...] = (
    drop_repeated,
    merge_text_runs,
    drop_text_of_named,
    drop_titles_of_named,
    drop_labels_of_fields,
    drop_unnamed_pictures,
    drop_captioned_pictures,
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
    """Remove containers that add no information."""
    left = rejoin(unwrap_containers(name_once(elements)), elements)
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
    flat = flattened(left)
    costs = {element.ref: tokens_of(element) for element in flat}
    if unread or sum(costs.values()) > budget_tokens:
        flat = flattened(note_unread(fold_repeated(left, unread, costs, budget_tokens), unread))
    return fitted(join_notes(cut_to_fit(flat, budget_tokens)), budget_tokens)


def fitted(elements: Sequence[Element], budget_tokens: int) -> tuple[Element, ...]:
    """Keep what fits the budget, with notes of what was left out."""
    kept = viewport_first(elements, budget_tokens)
    if len(kept) == len(elements):
        return tuple(elements)
    kept = viewport_first(elements, budget_tokens - min(budget_tokens // 4, 30 * (MOST_NOTES + 1)))
    return tuple(join_notes(rejoin(note_left_out(kept, elements), elements)))
