"""Checkboxes, radio buttons and switches."""

from __future__ import annotations

import asyncio
import time

from browser.input.context import InputContext
from browser.input.fields.fields import field_now
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import element_at
from browser.input.targets import Covered, Named
from browser.model.actions import SetChecked
from browser.model.errors import ActionFailed, BadTarget

THINKING_S = 1.0
"""How long a page may take to show a box checked that was clicked."""


async def set_checked(context: InputContext, action: SetChecked) -> Outcome:
    """Bring a checkbox, radio button or switch into a state; the outcome shows the state it is in then."""
    wanted = "checked" if action.checked else "unchecked"
    element = await element_at(context, action.target)
    field = await element.do("fieldOf")
    what, state = field["what"], field["checked"]
    if field["kind"] != "check" or not state:
        raise BadTarget(f"{what} is not a checkbox, radio button or switch; click it instead")
    if state == wanted:
        return Outcome(f"left {what} {wanted}, as it was", wanted)
    if field["role"] in ("radio", "menuitemradio") and not action.checked:
        raise BadTarget(f"{what} is a radio button: it goes off when another of its group is chosen")
    box = element.sibling(field["number"])
    outcome = context.report(f"{wanted} {what}")
    try:
        aimed = await context.aim(box.ref)
    except Covered:
        await box.do("focusOn", False)
        await context.keyboard.press("Space")
    else:
        await context.mouse.click(aimed.x, aimed.y)
    return outcome.showing(await _state_after(context, box, wanted, what)).rested()


async def _state_after(context: InputContext, box: Named, wanted: str, what: str) -> str | None:
    """Check the state after the click; if it has not changed, try the keyboard."""
    state = await _state_soon(context, box, wanted)
    if state not in (wanted, None):
        await box.do("focusOn", False)
        await context.keyboard.press("Space")
        state = await _state_soon(context, box, wanted)
    if state not in (wanted, None):
        raise ActionFailed(f"{what} was clicked and is still {state}")
    return state


async def _state_soon(context: InputContext, box: Named, wanted: str) -> str | None:
    """The state of a box, after waiting for it, since some pages change it late; None: the box is gone."""
    await context.rest(time.monotonic())
    deadline = time.monotonic() + THINKING_S
    while field := await field_now(box):
        state = str(field["checked"])
        if state == wanted or time.monotonic() > deadline:
            return state
        await asyncio.sleep(0.05)
    return None
