"""Rows of boxes that take a sign each, as pages have them for codes."""

from __future__ import annotations

from collections.abc import Sequence

from browser.input.context import InputContext
from browser.input.fields.fields import focus, shown_by
from browser.input.targets import Named
from browser.model.errors import ActionFailed
from browser.values.held import differs, squeezed


async def type_into_boxes(
    context: InputContext, first: Named, boxes: Sequence[int], text: str, what: str
) -> str:
    """Type each sign into its own box; gives what they hold together.

    Raises:
        ActionFailed: They do not hold the text.
    """
    held = ""
    for number, sign in zip(boxes, text, strict=True):
        box = first.sibling(number)
        await focus(context, box, all_selected=True)
        await context.keyboard.type(sign)
        shown = await shown_by(box)
        if shown is None:
            return text  # the page took the boxes away, having what it wanted
        held += shown
    if squeezed(held) != squeezed(text):
        raise ActionFailed(differs(what, text, held))
    return held
