"""Acts of the keyboard: typing into fields of every kind, keys and chords.

What stands for a secret or a one-time code is typed by other ways, see `browser.input.fields.type_secret`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.fields.fields import focus, refuse, set_picked
from browser.input.fields.sliders import slide
from browser.input.fields.type_secret import type_hidden
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import element_at, with_keyboard
from browser.input.pointer.modifiers import holding
from browser.input.targets import Named
from browser.model.actions import HoldKey, Point, Press, Target, TypeText
from browser.model.errors import ActionFailed, StaleRef
from browser.model.keys import UnknownKey, chord

TYPED = ("text", "number", "editor")
"""Kinds of fields that keys go into one by one."""
LONG = 200
"""Longer texts are put in at once but for their last character, whose key events the page hears."""


async def type_text(context: InputContext, action: TypeText) -> Outcome:
    """Put text into a field."""
    if context.secrets.stands_in(action.text):
        return await type_hidden(context, action)
    if action.target is None:
        return await _type_here(context, action)
    element = await element_at(context, action.target)
    if isinstance(action.target, Point) and not _takes_text(await element.do("fieldOf"), action.text):
        aimed = await context.aim(action.target)
        await context.mouse.click(aimed.x, aimed.y)
        return await _type_here(context, action, f"clicked {aimed.what} and ")
    return await _type_into(context, element, action)


def _takes_text(field: dict[str, Any], text: str) -> bool:
    """Whether what lies at a point is a field that text can be put into as if it had been named."""
    return field["kind"] in TYPED or (_is_set(field) and bool(_value_for(field["kind"], text)))


async def _type_here(context: InputContext, action: TypeText, did: str = "") -> Outcome:
    """Type where the keyboard is; a field that has a picker, or that slides, is set instead."""
    try:
        element = await with_keyboard(context)
        field = await element.do("fieldOf") if element else None
    except (ScriptFailed, StaleRef):
        element = field = None  # typing goes to whatever is there
    if element and field and _is_set(field) and _value_for(field["kind"], action.text):
        return await _type_into(context, element, action)
    secret = bool(field and field["secret"])
    spoken = f"{len(action.text)} characters" if secret else repr(action.text)
    outcome = context.report(f"{did}typed {spoken}" + ("" if did else " where the keyboard is"))
    if action.clear:
        await context.keyboard.press("ControlOrMeta+A")
    await _keys(context, action.text, action.clear)
    shown = await _shown(element) if element and field and field["kind"] in TYPED else None
    if action.submit:
        await context.keyboard.press("Enter")
    return outcome.showing(_unsaid(shown) if secret and shown else shown)


async def _type_into(context: InputContext, element: Named, action: TypeText) -> Outcome:
    field = await element.do("fieldOf")
    what, kind = field["what"], field["kind"]
    refuse(element.ref, field)
    if kind in formats.PICKED:
        shown = await set_picked(element, field, action.text)
        outcome = context.report(f"set {what} to {shown!r}").showing(shown)
    elif _is_set(field):
        shown = await slide(context, element.sibling(field["number"]), field, action.text)
        outcome = context.report(f"set {what} to {shown!r}").showing(shown)
    else:
        outcome = await _type_keys(context, element, field, action)
    if action.submit:
        await context.keyboard.press("Enter")
        return outcome.and_then(" and pressed Enter")
    return outcome


def _is_set(field: dict[str, Any]) -> bool:
    """Whether it takes a value rather than keys."""
    return field["kind"] in formats.PICKED or (field["kind"] == "slider" and not field["single"])


def _value_for(kind: str, text: str) -> str:
    """The value that a text means for a field of this kind; "" where it means none."""
    if kind == "color":
        return text.strip()
    return formats.number(text) if kind == "slider" else formats.as_value(kind, text)


async def _type_keys(
    context: InputContext, element: Named, field: dict[str, Any], action: TypeText
) -> Outcome:
    what, secret = field["what"], field["secret"]
    text = action.text.replace("\r\n", "\n")
    if field["single"]:
        text = text.replace("\n", " ")
    if field["kind"] == "number":
        text = formats.number(text) or text
    if context.secrets.redactor.in_pages:
        await element.do("noteGiven", "")  # what it held before is no longer there
    spoken = f"{len(text)} characters" if secret else repr(text)
    await focus(context, element, all_selected=action.clear, at=action.target)
    outcome = context.report(f"typed {spoken} into {what}")
    await _keys(context, text, action.clear)
    if not field["kind"]:
        return outcome
    shown = await _shown(element)
    if shown is None:
        return outcome
    if (
        text
        and text.strip()
        and shown == field["shown"]
        and formats.squeezed(shown) != formats.squeezed(text)
    ):
        raise ActionFailed(
            f"{what} did not take the text: it still shows {'the same' if secret else repr(shown)}"
        )
    return outcome.showing(_unsaid(shown) if secret else shown)


def _unsaid(secret: str) -> str:
    return "\u2022" * len(secret)


async def _shown(element: Named) -> str | None:
    try:
        answer: str | None = (await element.do("fieldOf"))["shown"]
    except ActionFailed:
        return None  # the page took the field away, having what it wanted
    return answer


async def _keys(context: InputContext, text: str, clear: bool) -> None:
    if not text:
        if clear:
            await context.keyboard.press("Delete")
        return
    if len(text) > LONG:
        await context.keyboard.insert_text(text[:-1])
        text = text[-1]
    await context.keyboard.type(text)


async def press(context: InputContext, action: Press) -> Outcome:
    """Press a key or chord."""
    *held, last = _known(action.keys)
    where = await _keyboard_to(context, action.target)
    times = f" {action.repeat} times" if action.repeat > 1 else ""
    outcome = context.report(f"pressed {action.keys}{times}{where}")
    for _ in range(max(1, min(action.repeat, 200))):
        async with holding(context, held):
            await context.keyboard.press(last)
    return outcome


def _known(keys: str) -> tuple[str, ...]:
    """The keys of a chord, all of which can be pressed."""
    try:
        return chord(keys)
    except UnknownKey as error:
        raise ActionFailed(str(error)) from error


async def _keyboard_to(context: InputContext, target: Target | None) -> str:
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


async def hold(context: InputContext, action: HoldKey) -> Outcome:
    """Hold a key or chord for a time."""
    keys = _known(action.keys)
    outcome = context.report(f"held {action.keys} for {action.seconds:g} s")
    async with holding(context, keys):
        await asyncio.sleep(max(0.0, min(action.seconds, 60.0)))
    return outcome
