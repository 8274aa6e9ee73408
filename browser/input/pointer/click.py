"""Clicking an element or a point, with any button and any number of times."""

from __future__ import annotations

import asyncio

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer import press as press_on
from browser.input.pointer.modifiers import holding
from browser.input.pointer.pointer import plain_button
from browser.model.actions import Click

SIDE_BUTTONS = {"back": 8, "forward": 16}
"""Bits of `MouseEvent.buttons` for the buttons that Playwright's mouse does not have."""


async def click(context: InputContext, action: Click) -> Outcome:
    """Press and release on the visible part of the target."""
    verb = {1: "clicked", 2: "double-clicked", 3: "triple-clicked"}.get(
        action.count, f"clicked {action.count} times"
    )
    async with holding(context, action.modifiers):
        if action.button in SIDE_BUTTONS:
            aimed = await press_on.point_at(context, action.target)
            outcome = context.report(f"{verb} {aimed.what}")
            await _press_side_button(context, action.button, aimed.x, aimed.y)
        else:
            button = plain_button(action.button)
            outcome = await press_on.click(
                context, action.target, button=button, count=action.count, verb=verb
            )
    return outcome if action.button == "left" else outcome.and_then(f" with the {action.button} button")


async def _press_side_button(context: InputContext, button: str, x: float, y: float) -> None:
    session = (await context.tab.worlds.main()).session
    event = {"x": x, "y": y, "button": button, "clickCount": 1}
    pressed, released = {"type": "mousePressed", "buttons": SIDE_BUTTONS[button]}, {"type": "mouseReleased"}
    try:
        await session.send("Input.dispatchMouseEvent", event | pressed)
    finally:
        await asyncio.shield(session.send("Input.dispatchMouseEvent", event | released | {"buttons": 0}))
