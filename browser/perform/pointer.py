"""Acts of the pointer: click, hover, drag, scroll, and the bare movements that pixel engines ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from browser.actions import Button, Click, Drag, Hover, MouseDown, MouseMove, MouseUp, Point, Scroll
from browser.errors import ActionFailed, StaleRef
from browser.model.keys import Modifier
from browser.perform import press as press_on
from browser.perform.hand import Hand
from browser.worlds import ScriptFailed

if TYPE_CHECKING:
    from typing import Literal

SIDE_BUTTONS = {"back": 8, "forward": 16}
"""Bits of `MouseEvent.buttons` for the buttons that Playwright's mouse does not have."""


@asynccontextmanager
async def holding(hand: Hand, modifiers: Sequence[Modifier]) -> AsyncIterator[None]:
    """Keep modifier keys pressed meanwhile."""
    for modifier in modifiers:
        await hand.keyboard.down(modifier)
    try:
        yield
    finally:
        for modifier in reversed(modifiers):
            await hand.keyboard.up(modifier)


async def click(hand: Hand, action: Click) -> None:
    """Press and release on the visible part of the target."""
    verb = {1: "clicked", 2: "double-clicked", 3: "triple-clicked"}.get(
        action.count, f"clicked {action.count} times"
    )
    async with holding(hand, action.modifiers):
        if action.button in SIDE_BUTTONS:
            aimed = await press_on.point_at(hand, action.target)
            hand.did = f"{verb} {aimed.what}"
            await _press_side_button(hand, action.button, aimed.x, aimed.y)
        else:
            button = _plain(action.button)
            await press_on.click(hand, action.target, button=button, count=action.count, verb=verb)
    if action.button != "left":
        hand.did += f" with the {action.button} button"


def _plain(button: Button) -> Literal["left", "middle", "right"]:
    return button if button == "middle" or button == "right" else "left"


async def _press_side_button(hand: Hand, button: str, x: float, y: float) -> None:
    session = (await hand.tab.worlds.main()).session
    for kind, buttons in (("mousePressed", SIDE_BUTTONS[button]), ("mouseReleased", 0)):
        event = {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1}
        await session.send("Input.dispatchMouseEvent", event)


async def hover(hand: Hand, action: Hover) -> None:
    """Move the pointer over the target and leave it there."""
    aimed = await press_on.point_at(hand, action.target)
    hand.did = f"moved the pointer over {aimed.what}"


async def drag(hand: Hand, action: Drag) -> None:
    """Press, move in steps as a hand does, release."""
    async with holding(hand, action.modifiers):
        begin = await press_on.point_at(hand, action.start, watched=True)
        hand.did = f"picked up {begin.what}"
        await hand.mouse.down()
        try:
            if stranger := (await press_on.taker(begin)).pressed:
                raise ActionFailed(f"{begin.what} moved away; {stranger} would have been dragged instead")
            for point in action.path:
                await hand.mouse.move(point.x, point.y, steps=4)
            end = await hand.aim(action.end)
            again = (
                await hand.aim(action.start) if isinstance(action.start, str) and not action.path else begin
            )
            if abs(again.x - begin.x) + abs(again.y - begin.y) > 1:  # finding the end scrolled the page
                await hand.mouse.move(again.x, again.y)
            await hand.mouse.move(end.x, end.y, steps=10)
            await hand.mouse.move(end.x, end.y)
        finally:
            await hand.mouse.up()
    hand.did = f"dragged {begin.what} to {end.what}"


async def scroll(hand: Hand, action: Scroll) -> None:
    """Scroll the container that holds the target, or the page."""
    where = f"to the {action.to}" if action.to in ("top", "bottom") else _way(action.dx, action.dy)
    if isinstance(action.target, Point):
        aimed = await hand.aim(action.target)
        far = {"top": -1e6, "bottom": 1e6}.get(action.to, 0.0)
        hand.did = f"turned the wheel {where} over {aimed.what}"
        async with holding(hand, action.modifiers):
            await hand.mouse.move(aimed.x, aimed.y)
            await hand.mouse.wheel(action.dx, action.dy or far)
        return
    answer = await _scroll_in_page(hand, action)
    if action.to == "target":
        hand.did = f"scrolled {answer['what']}"
    elif answer["moved"]:
        hand.did = f"scrolled {answer['what']} {where}" + (", which is its end" if answer["end"] else "")
    else:
        hand.did = f"tried to scroll {answer['what']} {where}; it is there already"


async def _scroll_in_page(hand: Hand, action: Scroll) -> dict[str, Any]:
    arguments = (action.dx, action.dy, action.to)
    if isinstance(action.target, str):
        return await hand.named(action.target).do("scroll", *arguments)
    try:
        answer: dict[str, Any] = await (await hand.tab.worlds.top()).call("ask", "scroll", *arguments)
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


async def move(hand: Hand, action: MouseMove) -> None:
    """Move the pointer to a point."""
    aimed = await hand.aim(action.point)
    hand.did = f"moved the pointer to {aimed.what.removeprefix('the point ')}"
    async with holding(hand, action.modifiers):
        await hand.mouse.move(aimed.x, aimed.y)


async def press(hand: Hand, action: MouseDown) -> None:
    """Press a button and keep it pressed."""
    hand.did = f"pressed the {action.button} mouse button"
    await hand.mouse.down(button=_plain(action.button))
    await asyncio.sleep(0)


async def release(hand: Hand, action: MouseUp) -> None:
    """Release a button."""
    hand.did = f"released the {action.button} mouse button"
    await hand.mouse.up(button=_plain(action.button))
