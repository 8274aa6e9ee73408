"""Scrolling a container or the page."""

from __future__ import annotations

from typing import Any

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer.modifiers import holding
from browser.model.actions import Point, Scroll
from browser.model.errors import StaleRef
from browser.model.text import plain_number


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
        f"{plain_number(round(abs(distance), 1))} px {after if distance > 0 else before}"
        for distance, before, after in ((dy, "up", "down"), (dx, "left", "right"))
        if distance
    ]
    return " and ".join(ways) or "by nothing"
