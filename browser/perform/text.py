"""Acts of the keyboard: typing into fields of every kind, keys and chords.

What stands for a secret or a one-time code is typed by other ways, see `browser.perform.hidden`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from browser.actions import HoldKey, Press, Target, TypeText
from browser.errors import ActionFailed, BadTarget
from browser.perform import formats
from browser.perform.fields import focus, refuse, set_picked
from browser.perform.hand import Hand
from browser.perform.hidden import type_hidden
from browser.perform.targets import Named

LONG = 200
"""Longer texts are put in at once but for their last character, whose key events the page hears."""


async def type_text(hand: Hand, action: TypeText) -> str | None:
    """Put text into a field; gives what it shows afterwards."""
    if hand.vault.stands_in(action.text):
        return await type_hidden(hand, action)
    if isinstance(action.target, str):
        return await _type_into(hand, hand.named(action.target), action)
    if action.target is not None:
        aimed = await hand.aim(action.target)
        await hand.mouse.click(aimed.x, aimed.y)
        hand.did = f"clicked {aimed.what} and typed {action.text!r}"
    else:
        hand.did = f"typed {action.text!r} where the keyboard is"
    if action.clear:
        await hand.keyboard.press("ControlOrMeta+A")
    await _keys(hand, action.text, action.clear)
    if action.submit:
        await hand.keyboard.press("Enter")
    return None


async def _type_into(hand: Hand, element: Named, action: TypeText) -> str | None:
    field = await element.do("fieldOf")
    what, kind = field["what"], field["kind"]
    shown: str | None
    refuse(element.ref, field)
    if kind in formats.PICKED:
        shown = await set_picked(element, field, action.text)
        hand.did = f"set {what} to {shown!r}"
    elif kind == "slider" and not field["single"]:
        shown = await _slide(hand, element, field, action.text)
        hand.did = f"set {what} to {shown!r}"
    else:
        shown = await _type_keys(hand, element, field, action)
    if action.submit:
        await hand.keyboard.press("Enter")
        hand.did += " and pressed Enter"
    return shown


async def _type_keys(hand: Hand, element: Named, field: dict[str, Any], action: TypeText) -> str | None:
    what, secret = field["what"], field["secret"]
    text = action.text.replace("\r\n", "\n")
    if field["single"]:
        text = text.replace("\n", " ")
    if field["kind"] == "number":
        text = formats.number(text) or text
    if hand.vault.mask:
        await element.do("noteGiven", "")  # what it held before is no longer there
    spoken = f"{len(text)} characters" if secret else repr(text)
    await focus(hand, element.ref, all_selected=action.clear)
    hand.did = f"typed {spoken} into {what}"
    await _keys(hand, text, action.clear)
    if not field["kind"]:
        return None
    shown = await _shown(element)
    if shown is None:
        return None
    if (
        text
        and text.strip()
        and shown == field["shown"]
        and formats.squeezed(shown) != formats.squeezed(text)
    ):
        raise ActionFailed(
            f"{what} did not take the text: it still shows {'the same' if secret else repr(shown)}"
        )
    return "\u2022" * len(shown) if secret else shown


async def _shown(element: Named) -> str | None:
    try:
        answer: str | None = (await element.do("fieldOf"))["shown"]
    except ActionFailed:
        return None  # the page took the field away, having what it wanted
    return answer


async def _keys(hand: Hand, text: str, clear: bool) -> None:
    if not text:
        if clear:
            await hand.keyboard.press("Delete")
        return
    if len(text) > LONG:
        await hand.keyboard.insert_text(text[:-1])
        text = text[-1]
    await hand.keyboard.type(text)


async def _slide(hand: Hand, element: Named, field: dict[str, Any], text: str) -> str:
    """Bring an ARIA slider or spin button to a value, by its arrow keys."""
    wanted, what = formats.number(text), field["what"]
    if not wanted:
        raise BadTarget(f"{what} takes a number, not {text!r}")
    goal = float(wanted)
    await element.do("focusOn", False)
    before = float(formats.number(field["shown"] or "") or 0)
    for _ in range(400):
        now = await _number_shown(element)
        if now == goal:
            break
        key = "ArrowRight" if goal > now else "ArrowLeft"
        await hand.keyboard.press(key)
        after = await _number_shown(element)
        if after == now or (goal - after) * (goal - now) < 0:
            break
    shown = await _number_shown(element)
    if shown == before and shown != goal:
        raise ActionFailed(f"{what} did not move by its arrow keys: it shows {shown:g}; drag it instead")
    return f"{shown:g}"


async def _number_shown(element: Named) -> float:
    return float(formats.number((await element.do("fieldOf"))["shown"] or "") or 0)


async def press(hand: Hand, action: Press) -> None:
    """Press a key or chord."""
    where = await _keyboard_to(hand, action.target)
    times = f" {action.repeat} times" if action.repeat > 1 else ""
    hand.did = f"pressed {action.keys}{times}{where}"
    for _ in range(max(1, min(action.repeat, 200))):
        await hand.keyboard.press(formats.key_names(action.keys))


async def _keyboard_to(hand: Hand, target: Target | None) -> str:
    if target is None:
        return ""
    if isinstance(target, str):
        element = hand.named(target)
        what = (await element.do("spoken"))["what"]
        field = await element.do("fieldOf")
        if not field["focused"]:
            await element.do("focusOn", False)
        return f" in {what}"
    aimed = await hand.aim(target)
    await hand.mouse.click(aimed.x, aimed.y)
    return f" at {aimed.what}"


async def hold(hand: Hand, action: HoldKey) -> None:
    """Hold a key or chord for a time."""
    hand.did = f"held {action.keys} for {action.seconds:g} s"
    keys = formats.key_names(action.keys).split("+")
    for key in keys:
        await hand.keyboard.down(key)
    try:
        await asyncio.sleep(max(0.0, min(action.seconds, 60.0)))
    finally:
        for key in reversed(keys):
            await hand.keyboard.up(key)
