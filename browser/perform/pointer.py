"""Acts of the pointer: click, hover, drag, scroll, and the bare movements that pixel engines ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from browser.actions import Button, Click, Drag, Hover, Modifier, MouseDown, MouseMove, MouseUp, Point, Scroll
from browser.cdp.scripts import ScriptFailed
from browser.errors import ActionFailed, StaleRef
from browser.perform import press as press_on
from browser.perform.hand import InputContext
from browser.perform.outcome import Outcome

if TYPE_CHECKING:
    from typing import Literal

SIDE_BUTTONS = {"back": 8, "forward": 16}
"""Bits of `MouseEvent.buttons` for the buttons that Playwright's mouse does not have."""


@asynccontextmanager
async def holding(context: InputContext, modifiers: Sequence[Modifier]) -> AsyncIterator[None]:
    """Keep modifier keys pressed meanwhile."""
    for modifier in modifiers:
        await context.keyboard.down(modifier)
    try:
        yield
    finally:
        for modifier in reversed(modifiers):
            await context.keyboard.up(modifier)


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
            button = _plain(action.button)
            outcome = await press_on.click(
                context, action.target, button=button, count=action.count, verb=verb
            )
    return outcome if action.button == "left" else outcome.and_then(f" with the {action.button} button")


def _plain(button: Button) -> Literal["left", "middle", "right"]:
    return button if button == "middle" or button == "right" else "left"


async def _press_side_button(context: InputContext, button: str, x: float, y: float) -> None:
    session = (await context.tab.worlds.main()).session
    for kind, buttons in (("mousePressed", SIDE_BUTTONS[button]), ("mouseReleased", 0)):
        event = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}
        await session.send("Input.dispatchMouseEvent", event)


async def hover(context: InputContext, action: Hover) -> Outcome:
    """Move the pointer over the target and leave it there."""
    aimed = await press_on.point_at(context, action.target)
    return Outcome(f"moved the pointer over {aimed.what}")


async def drag(context: InputContext, action: Drag) -> Outcome:
    """Press, move in steps as a hand does, release."""
    async with holding(context, action.modifiers):
        begin = await press_on.point_at(context, action.start, watched=True)
        context.report(f"picked up {begin.what}")
        await context.mouse.down()
        try:
            if stranger := (await press_on.taker(begin)).pressed:
                raise ActionFailed(f"{begin.what} moved away; {stranger} would have been dragged instead")
            for point in action.path:
                await context.mouse.move(point.x, point.y, steps=4)
            end = await context.aim(action.end)
            again = (
                await context.aim(action.start)
                if isinstance(action.start, str) and not action.path
                else begin
            )
            if abs(again.x - begin.x) + abs(again.y - begin.y) > 1:  # finding the end scrolled the page
                await context.mouse.move(again.x, again.y)
            await context.mouse.move(end.x, end.y, steps=10)
            await context.mouse.move(end.x, end.y)
        finally:
            await context.mouse.up()
    return Outcome(f"dragged {begin.what} to {end.what}")


async def scroll(context: InputContext, action: Scroll) -> Outcome:
    """Scroll the container that holds the target, or the page."""
    where = f"to the {action.to}" if action.to in ("top", "bottom") else _way(action.dx, action.dy)
    if isinstance(action.target, Point):
        aimed = await context.aim(action.target)
        far = {"top": -1e6, "bottom": 1e6}.get(action.to, 0.0)
        outcome = context.report(f"turned the wheel {where} over {aimed.what}")
        async with holding(context, action.modifiers):
            await context.mouse.move(aimed.x, aimed.y)
            await context.mouse.wheel(action.dx, action.dy or far)
        return outcome
    answer = await _scroll_in_page(context, action)
    if action.to == "target":
        return Outcome(f"scrolled {answer['what']}")
    if answer["moved"]:
        return Outcome(f"scrolled {answer['what']} {where}" + (", which is its end" if answer["end"] else ""))
    return Outcome(f"tried to scroll {answer['what']} {where}; it is there already")


async def _scroll_in_page(context: InputContext, action: Scroll) -> dict[str, Any]:
    arguments = (action.dx, action.dy, action.to)
    if isinstance(action.target, str):
        return await context.named(action.target).do("scroll", *arguments)
    try:
        answer: dict[str, Any] = await (await context.tab.worlds.top()).call("ask", "scroll", *arguments)
    except ScriptFailed as error:
        raise StaleRef("page") from error
    return answer


def _way(dx: float, dy: float) -> str:
    ways = [
        f"{abs(distance):g} px {after if distance > 0 else before}"
        for distance, before, after in ((dy, "up", "down"), (dx, "left", "right"))
        if distance
    ]
    return " and ".join(ways) or "by nothing"


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
    await context.mouse.down(button=_plain(action.button))
    await asyncio.sleep(0)
    return outcome


async def release(context: InputContext, action: MouseUp) -> Outcome:
    """Release a button."""
    outcome = context.report(f"released the {action.button} mouse button")
    await context.mouse.up(button=_plain(action.button))
    return outcome
