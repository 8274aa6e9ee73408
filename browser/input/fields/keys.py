"""Pressing and holding keys and chords."""

from __future__ import annotations

import asyncio

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.input.pointer.modifiers import holding
from browser.model.actions import HoldKey, Press, Target
from browser.model.errors import ActionFailed
from browser.model.keys import UnknownKey, chord

MOST_REPEATS = 200
MOST_HOLD_S = 60.0


async def press(context: InputContext, action: Press) -> Outcome:
    """Press a key or chord."""
    *held, last = _known(action.keys)
    where = await _keyboard_to(context, action.target)
    times = f" {action.repeat} times" if action.repeat > 1 else ""
    outcome = context.report(f"pressed {action.keys}{times}{where}")
    for _ in range(max(1, min(action.repeat, MOST_REPEATS))):
        async with holding(context, held):
            await context.keyboard.press(last)
    return outcome


async def hold(context: InputContext, action: HoldKey) -> Outcome:
    """Hold a key or chord for a time."""
    keys = _known(action.keys)
    outcome = context.report(f"held {action.keys} for {action.seconds:g} s")
    async with holding(context, keys):
        await asyncio.sleep(max(0.0, min(action.seconds, MOST_HOLD_S)))
    return outcome


def _known(keys: str) -> tuple[str, ...]:
    """The keys of a chord, all of which can be pressed."""
    try:
        return chord(keys)
    except UnknownKey as error:
        raise ActionFailed(str(error)) from error


async def _keyboard_to(context: InputContext, target: Target | None) -> str:
    """Focus the target; returns a phrase that says where."""
    if target is None:
        return ""
    if isinstance(target, str):
        element = context.named(target)
        what = (await element.do("spoken"))["what"]
        field = await element.do("fieldOf")
        if not field["focused"]:
            await element.do("focusOn", False)
        return f" in {what}"
    aimed = await context.aim(target)
    await context.mouse.click(aimed.x, aimed.y)
    return f" at {aimed.what}"
