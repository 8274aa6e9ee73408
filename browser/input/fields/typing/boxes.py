"""Rows of boxes that take a sign each, as pages have them for codes."""

from __future__ import annotations

from browser.input.context import InputContext
from browser.input.fields.fields import focus, shown_by
from browser.input.targets import Named
from browser.model.errors import ActionFailed
from browser.values.held import differs, squeezed

LEAST_CODE = 2
"""Signs of a text that is spread over a row."""

Boxes = tuple[tuple[Named, str], ...]
"""The boxes of a row, each with the sign that goes into it."""


async def boxes_for(element: Named, text: str) -> Boxes:
    """The row that a field is a box of, where the text is a code of as many letters and digits; else ()."""
    if len(text) < LEAST_CODE or not text.isalnum():
        return ()
    numbers = (await element.do("boxesFor", len(text)))["boxes"]
    return tuple(zip(map(element.sibling, numbers), text, strict=False))  # none, or as many as signs


async def type_into_boxes(context: InputContext, boxes: Boxes, text: str, what: str) -> str:
    """Type each sign into its own box; gives what they hold together.

    Raises:
        ActionFailed: They do not hold the text.
    """
    held = ""
    for box, sign in boxes:
        await focus(context, box, all_selected=True)
        await context.keyboard.type(sign)
        shown = await shown_by(box)
        if shown is None:
            return text  # the page took the boxes away, having what it wanted
        held += shown
    if squeezed(held) != squeezed(text):
        raise ActionFailed(differs(what, text, held))
    return held
