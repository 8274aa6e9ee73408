"""Dragging one element or point to another."""

from __future__ import annotations

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer import press as press_on
from browser.input.pointer.modifiers import holding
from browser.model.actions import Drag
from browser.model.errors import ActionFailed


async def drag(context: InputContext, action: Drag) -> Outcome:
    """Press, move in steps as a hand does, release."""
    async with holding(context, action.modifiers):
        begin = await press_on.point_at(context, action.start, watched=True)
        context.report(f"picked up {begin.what}")
        mouse = context.mouse
        async with mouse.pressing():
            if stranger := (await press_on.taker(begin)).pressed:
                raise ActionFailed(f"{begin.what} moved away; {stranger} would have been dragged instead")
            for point in action.path:
                await mouse.move(point.x, point.y, steps=4)
            end = await context.aim(action.end)
            again = (
                await context.aim(action.start)
                if isinstance(action.start, str) and not action.path
                else begin
            )
            if abs(again.x - begin.x) + abs(again.y - begin.y) > 1:  # finding the end scrolled the page
                await mouse.move(again.x, again.y)
            await mouse.move(end.x, end.y, steps=10)
            await mouse.move(end.x, end.y)
    return Outcome(f"dragged {begin.what} to {end.what}")
