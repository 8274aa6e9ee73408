"""Bringing ARIA sliders and spin buttons to a value: by their keys, else by dragging the handle."""

from __future__ import annotations

from typing import Any

from browser.input.context import InputContext
from browser.input.fields.fields import number_for
from browser.input.targets import Named, carried
from browser.model.errors import ActionFailed
from browser.model.text import plain_number
from browser.values.numbers import number_readings

MOST_KEYS = 400
CORRECTIONS = 6
SIDEWAYS = ("ArrowRight", "ArrowLeft")
UPRIGHT = ("ArrowUp", "ArrowDown")


async def slide(context: InputContext, element: Named, field: dict[str, Any], text: str) -> str:
    """Bring it to the number in the text; gives what it shows then.

    Raises:
        BadTarget: The text has no number, or may mean several.
        ActionFailed: It does not move, or stops at another number.
    """
    what, goal = field["what"], float(number_for(field, text))
    await element.do("focusOn", False)
    before = await _shown(element)
    for keys in (UPRIGHT, SIDEWAYS) if field["upright"] else (SIDEWAYS, UPRIGHT):
        if await _by_keys(context, element, goal, keys) != before or before == goal:
            break
    else:
        if field["role"] == "slider":
            await _by_handle(context, element, goal, what)
    shown = await _shown(element)
    if shown == before and shown != goal:
        raise ActionFailed(
            f"{what} moves neither by its arrow keys nor by its handle: it shows {plain_number(shown)}"
        )
    if abs(shown - goal) > 1e-9:
        raise ActionFailed(f"{what} does not come to {plain_number(goal)}: it shows {plain_number(shown)}")
    return plain_number(shown)


async def _by_keys(context: InputContext, element: Named, goal: float, keys: tuple[str, str]) -> float:
    """Press arrow keys until the value is there, or goes no further; gives the value."""
    now = await _shown(element)
    for _ in range(MOST_KEYS):
        if now == goal:
            break
        await context.keyboard.press(keys[0] if goal > now else keys[1])
        before, now = now, await _shown(element)
        if now == before or (goal - now) * (goal - before) < 0:
            break
    return now


async def _by_handle(context: InputContext, element: Named, goal: float, what: str) -> None:
    """Take the handle along its track, and correct for how far it has come."""
    at = await element.do("handleFor", goal)
    x, y, _ = await carried(element, at["from"]["x"], at["from"]["y"], what)
    mouse = context.mouse
    await mouse.move(x, y)
    async with mouse.pressing():
        x, y, _ = await carried(element, at["to"]["x"], at["to"]["y"], what)
        await mouse.move(x, y, steps=6)
        for _ in range(CORRECTIONS):
            missing = (goal - await _shown(element)) * at["step"]
            if not missing:
                break
            x, y = (x, y - missing) if at["upright"] else (x + missing, y)
            await mouse.move(x, y)


async def _shown(element: Named) -> float:
    now = number_readings((await element.do("fieldOf"))["shown"] or "")
    return float(now[0]) if now else 0.0
