"""Acts of the bare pointer: hover, move, press and release a button."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer import press as press_on
from browser.model.actions import Button, Hover, MouseDown, MouseMove, MouseUp

if TYPE_CHECKING:
    from typing import Literal
from browser.input.pointer.modifiers import holding


def plain_button(button: Button) -> Literal["left", "middle", "right"]:
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
    """Release a button."""
    outcome = context.report(f"released the {action.button} mouse button")
    await context.mouse.up(button=plain_button(action.button))
    return outcome
