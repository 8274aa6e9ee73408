"""Fields with a list to choose from while text is typed: what is typed is not yet chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from browser.input.targets import Named
from browser.model.actions import TypeText
from browser.model.errors import ActionFailed

MOST_TOLD = 10
"""How many options are named in a sentence."""


async def choice_told(element: Named, field: dict[str, Any], action: TypeText) -> str:
    """Whether an option is chosen after something was typed, as the end of a sentence ("": no list)."""
    if not field["list"] or not action.text or action.submit:
        return ""
    try:
        said = await element.do("offered")
    except ActionFailed:
        return ""
    if said["chosen"]:
        return f", which is the option {said['chosen']!r}"
    if said["options"]:
        return f"; no option is chosen yet: there are {named(said['options'])}"
    return "; no option is chosen, and none is offered" if said["open"] else ""


def named(options: Sequence[str]) -> str:
    """Options as a part of a sentence."""
    more = f" and {len(options) - MOST_TOLD} more" if len(options) > MOST_TOLD else ""
    return ", ".join(repr(one) for one in options[:MOST_TOLD]) + more
