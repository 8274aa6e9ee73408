"""Typing secrets and one-time codes, each only on the origins it is bound to.

The value is put into the document of the field that was meant, whose origin was looked at. It does not go
by the keyboard, which a page could have turned to another frame meanwhile; only its last sign does, since
pages listen for keys. Codes also go into rows of boxes that take a sign each.
"""

from __future__ import annotations

from typing import Any

from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.fields.fields import focus, refuse, set_picked
from browser.input.fields.typing.boxes import boxes_for
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import with_keyboard
from browser.input.targets import Named
from browser.model.actions import EnterCode, Target, TypeText
from browser.model.errors import ActionFailed, BadTarget
from browser.redaction.secret_store import CODE
from browser.values.held import squeezed


async def type_hidden(context: InputContext, action: TypeText) -> Outcome:
    """Put a text with names of secrets or `{{code}}` in it into a field."""
    element = await _field(context, action.target)
    field = await element.do("fieldOf")
    what = field["what"]
    if not field["kind"]:
        raise BadTarget(f"{what} is not a field that text goes into")
    refuse(element.ref, field)
    text = (await context.secrets.filled(action.text, await _origin(element))).replace("\r\n", "\n")
    if field["single"]:
        text = text.replace("\n", " ")
    if field["kind"] in formats.PICKED:
        await set_picked(context, element, field, text)
        await element.do("noteGiven", action.text)
    else:
        await _put(context, element, text, action.text, clear=action.clear)
    outcome = context.report(f"typed {action.text!r} into {what}").showing(action.text)
    if action.submit:
        await context.keyboard.press("Enter")
        return outcome.and_then(" and pressed Enter")
    await _has_taken(element, field, text)
    return outcome


async def enter_code(context: InputContext, action: EnterCode) -> Outcome:
    """Type the current one-time code."""
    element = await _field(context, action.target)
    field = await element.do("fieldOf")
    refuse(element.ref, field)
    code = await context.secrets.code(await _origin(element))
    await _put(context, element, code, CODE, clear=True)
    return Outcome(f"typed the one-time code into {field['what']}")


async def _field(context: InputContext, target: Target | None) -> Named:
    """The field that is meant; for a point, what has the keyboard after a click there."""
    if isinstance(target, str):
        element = context.named(target)
        return element.sibling((await element.do("fieldOf"))["number"])
    if target is not None:
        aimed = await context.aim(target)
        await context.mouse.click(aimed.x, aimed.y)
    found = await with_keyboard(context)
    if found is None:
        raise BadTarget("no field has the keyboard; click the field, or name it")
    return found


async def _origin(element: Named) -> str:
    return str(await element.world.call("ask", "origin"))


async def _put(context: InputContext, element: Named, text: str, name: str, *, clear: bool) -> None:
    if boxes := await boxes_for(element, text):
        for box, sign in boxes:
            await _put_whole(context, box, sign, name, clear=True)
    elif len(text) > 1:
        await _put_whole(context, element, text[:-1], name, clear=clear)
        await context.keyboard.type(text[-1])
    else:
        await _put_whole(context, element, text, name, clear=clear)


async def _put_whole(context: InputContext, element: Named, text: str, name: str, *, clear: bool) -> None:
    await focus(context, element, all_selected=clear)
    if not (await element.do("putIn", text, name))["put"]:
        raise ActionFailed("the field does not take text; it has lost the keyboard, or the page refuses it")


async def _has_taken(element: Named, before: dict[str, Any], text: str) -> None:
    try:
        shown = (await element.do("fieldOf"))["shown"]
    except ActionFailed:
        return  # the page took the field away, having what it wanted
    if shown == before["shown"] and shown is not None and squeezed(shown) != squeezed(text):
        raise ActionFailed(f"{before['what']} did not take the text: it still shows the same")
