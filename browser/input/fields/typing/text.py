"""Putting text into fields of every kind.

What stands for a secret or a one-time code is typed by other ways, see `type_secret` beside this.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.fields.fields import (
    field_now,
    focus,
    number_for,
    refuse,
    refuse_beyond_limits,
    set_picked,
    shown_by,
    type_keys,
)
from browser.input.fields.sections import type_into_sections
from browser.input.fields.sliders import slide
from browser.input.fields.typing.boxes import boxes_for, type_into_boxes
from browser.input.fields.typing.editors import type_into_editor
from browser.input.fields.typing.suggestions import choice_told
from browser.input.fields.typing.type_secret import type_hidden
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import element_at, with_keyboard
from browser.input.targets import Named
from browser.model.actions import Point, TypeText
from browser.model.errors import ActionFailed, BadTarget, StaleRef
from browser.values.held import differs, holds, squeezed

TYPED = ("text", "number", "editor")
"""Kinds of fields that keys go into one by one."""


async def type_text(context: InputContext, action: TypeText) -> Outcome:
    """Put text into a field; what the field holds afterwards is compared with it."""
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
    return field["kind"] in TYPED or (_is_set(field) and _means_a_value(field["kind"], text))


async def _type_here(context: InputContext, action: TypeText, did: str = "") -> Outcome:
    """Type where the keyboard is; a field that has a picker, or that slides, is set instead."""
    try:
        element = await with_keyboard(context)
        field = await element.do("fieldOf") if element else None
    except (ScriptFailed, StaleRef):
        element = field = None  # typing goes to whatever is there
    if element and field and _is_set(field) and _means_a_value(field["kind"], action.text):
        return await _type_into(context, element, action)
    secret = bool(field and field["secret"])
    spoken = f"{len(action.text)} characters" if secret else repr(action.text)
    outcome = context.report(f"{did}typed {spoken}" + ("" if did else " where the keyboard is"))
    if action.clear:
        await context.keyboard.press("ControlOrMeta+a")
    await type_keys(context, action.text, action.clear)
    shown = await shown_by(element) if element and field and field["kind"] in TYPED else None
    if action.submit:
        await context.keyboard.press("Enter")
    return outcome.showing(_unsaid(shown) if secret and shown else shown)


async def _type_into(context: InputContext, element: Named, action: TypeText) -> Outcome:
    field = await element.do("fieldOf")
    what, kind = field["what"], field["kind"]
    refuse(element.ref, field)
    if field["sections"] and action.clear:
        shown = await type_into_sections(context, element, field, field["sections"], action.text)
        outcome = context.report(f"set {what} to {shown!r}").showing(shown)
    elif kind in formats.PICKED:
        shown = await set_picked(context, element, field, action.text)
        outcome = context.report(f"set {what} to {shown!r}").showing(shown).rested()
    elif _is_set(field):
        shown = await slide(context, element.sibling(field["number"]), field, action.text)
        outcome = context.report(f"set {what} to {shown!r}").showing(shown)
    elif kind == "editor":
        outcome = await type_into_editor(context, element, field, action)
    else:
        outcome = await _type_keys(context, element, field, action)
    if action.submit:
        await context.keyboard.press("Enter")
        return replace(outcome.and_then(" and pressed Enter"), at_rest=False)
    return outcome


def _is_set(field: dict[str, Any]) -> bool:
    """Whether it takes a value rather than keys."""
    return field["kind"] in formats.PICKED or (field["kind"] == "slider" and not field["single"])


def _means_a_value(kind: str, text: str) -> bool:
    """Whether a text means a value of a field of this kind."""
    if kind == "color":
        return bool(text.strip())
    return bool(formats.readings(kind, text))


async def _type_keys(
    context: InputContext, element: Named, field: dict[str, Any], action: TypeText
) -> Outcome:
    """Type into a field of one or several lines by keys."""
    what, secret = field["what"], field["secret"]
    text = action.text.replace("\r\n", "\n")
    if field["single"]:
        text = text.replace("\n", " ")
    if field["kind"] == "number" and text.strip():
        text = number_for(field, text)
    if field["role"] == "spinbutton":
        refuse_beyond_limits(field, text)
    expected = text if action.clear else (field["shown"] or "") + text
    boxes = await boxes_for(element, text)
    if not boxes:
        _refuse_what_would_be_cut(field, expected)
    if action.clear and context.secrets.redactor.in_pages:
        await element.do("noteGiven", "")  # what it held before is no longer there
    spoken = f"{len(text)} characters" if secret else repr(text)
    await focus(context, element, all_selected=action.clear, at=action.target, field=field)
    outcome = context.report(f"typed {spoken} into {what}")
    if boxes:
        return outcome.showing(await type_into_boxes(context, boxes, text, what))
    await type_keys(context, text, action.clear)
    if not field["kind"]:
        return outcome
    await context.rest(time.monotonic(), REFORMAT_S)
    now = await field_now(element)
    if now is None or now["shown"] is None:
        return outcome.rested()
    if not _kept(field, expected, now["shown"]) and (day := formats.day_in(field["pattern"], expected)):
        now = await _type_day(context, element, day) or {**now, "shown": None}
    shown = now["shown"] or ""
    if not _kept(field, expected, shown):
        raise ActionFailed(differs(what, expected, shown, before=field["shown"], secret=secret))
    outcome = outcome.and_then(await _told_besides(element, now, action))
    return outcome.showing(_unsaid(shown) if secret else shown).rested()


async def _type_day(context: InputContext, element: Named, day: str) -> dict[str, Any] | None:
    """Type a day as the field itself writes one, digit by digit from its beginning, which masks need."""
    await element.do("focusOn", True)
    await context.keyboard.press("Home")
    await context.keyboard.type("".join(filter(str.isdigit, day)))
    await context.rest(time.monotonic(), REFORMAT_S)
    return await field_now(element)


REFORMAT_S = 1.0
"""How long a page is given to write what was typed in its own form."""


def _refuse_what_would_be_cut(field: dict[str, Any], expected: str) -> None:
    most = field["most"]
    length = len(expected.encode("utf-16-le")) // 2
    if 0 <= most < length:
        raise BadTarget(
            f"{field['what']} takes at most {most} characters; the text has {length}, and would be cut"
        )


def _kept(field: dict[str, Any], expected: str, shown: str) -> bool:
    """Whether a field holds the text, or a completion of it that is nothing of what it held before."""
    if field["kind"] == "number":
        return shown == expected or formats.same_number(shown, expected)
    if holds(expected, shown):
        return True
    if not expected:
        return _shows_nothing(field, shown)
    asked, now, before = squeezed(expected), squeezed(shown), squeezed(field["shown"] or "")
    return bool(asked) and asked in now and not (before and before in now.replace(asked, "", 1))


def _shows_nothing(field: dict[str, Any], shown: str) -> bool:
    """Whether a field shows nothing but its mask: `(___) ___-____`, `DD/MM/YYYY`, or its placeholder."""
    words = re.findall(r"[^\W_]+", shown.casefold())
    blanks = len(words) > 1 and all(word.isalpha() and len(set(word)) == 1 < len(word) for word in words)
    return not words or blanks or shown.casefold() == field["pattern"].casefold()


async def _told_besides(element: Named, field: dict[str, Any], action: TypeText) -> str:
    """What else is to be said of a field that text was typed into, as the end of a sentence."""
    invalid = f"; the field does not accept it: {field['invalid']}" if field["invalid"] else ""
    return invalid + await choice_told(element, field, action)


def _unsaid(secret: str) -> str:
    return "\u2022" * len(secret)
