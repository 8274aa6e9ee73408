"""Acts of the bare pointer: hover, move, press and release a button."""

from __future__ import annotations

import asyncio

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer import press as press_on
from browser.input.pointer.modifiers import holding
from browser.input.pointer.mouse import PlainButton
from browser.model.actions import Button, Hover, MouseDown, MouseMove, MouseUp


def plain_button(button: Button) -> PlainButton:
    """The button that Playwright's mouse presses for one of ours."""
    return button if button == "middle" or button == "right" else "left"


async def hover(context: InputContext, action: Hover) -> Outcome:
    """Move the pointer over the target and leave it there."""
    aimed = await press_on.point_at(context, action.target)
    return Outcome(f"moved the pointer over {aimed.what}")


async def move(context: InputContext, action: MouseMove) -> Outcome:
    """Move the pointer to a point."""
    aimed = await context.aim(action.point)
    outcome = context.report(f"moved the pointer to {aimed.what.removeprefix('the point ')}")
    async with holding(context, action.modifiers):
        await context.mouse.move(aimed.x, aimed.y)
    return outcome


async def press(context: InputContext, action: MouseDown) -> Outcome:
    """Press a button and keep it pressed."""
    outcome = context.report(f"pressed the {action.button} mouse button")
    await context.mouse.down(button=plain_button(action.button))
    await asyncio.sleep(0)
    return outcome


async def release(context: InputContext, action: MouseUp) -> Outcome:
    """Release a button, in the tab in which it was pressed."""
    outcome = context.report(f"released the {action.button} mouse button")
    button = plain_button(action.button)
    if not await context.pointer.release(button):
        await context.mouse.up(button=button)
    return outcome
