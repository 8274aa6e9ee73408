"""Typing into editors: elements whose content is edited, and code editors that draw their text themselves.

A code editor takes keys in a hidden field, keeps its text for itself, and draws only the lines in view. What
it holds is what it gives when everything is selected and copied.
"""

from __future__ import annotations

import time
from typing import Any

from browser.input.context import InputContext
from browser.input.fields.fields import focus, type_keys
from browser.input.outcome import Outcome
from browser.input.targets import Named
from browser.model.actions import TypeText
from browser.model.errors import ActionFailed
from browser.values.held import differs, squeezed

RENDER_S = 1.0
"""How long an editor may take to draw what was typed."""


async def type_into_editor(
    context: InputContext, element: Named, field: dict[str, Any], action: TypeText
) -> Outcome:
    """Put text into an editor, in the place of all that it holds or at its end.

    Raises:
        ActionFailed: It does not hold the text afterwards.
    """
    what, text = field["what"], action.text.replace("\r\n", "\n")
    if action.clear and context.secrets.redactor.in_pages:
        await element.do("noteGiven", "")  # what it held before is no longer there
    before = "" if action.clear else await _held(context, element)
    await focus(context, element, all_selected=action.clear, at=action.target)
    outcome = context.report(f"typed {text!r} into {what}")
    expected = before + text
    shown: str | None = ""
    for in_one_go in (True,) if field["surface"] else (False, True):
        # Select everything, or put the caret at the end: an editor knows of more text than is drawn.
        await context.keyboard.press("ControlOrMeta+a" if action.clear else "ControlOrMeta+End")
        # Type by key events or insert at once: keys may close brackets, indent lines, or accept a suggestion.
        if text and in_one_go:
            await context.keyboard.insert_text(text)
        else:
            await type_keys(context, text, action.clear)
        shown = await _held_soon(context, element, expected)
        if shown is None:
            return outcome
        if squeezed(shown) == squeezed(expected):
            return outcome.showing(shown)
        if not (action.clear and _has_more(shown, expected)):
            break
    raise ActionFailed(differs(what, expected, shown or "", before=field["shown"]))


def _has_more(shown: str, expected: str) -> bool:
    """Whether an editor shows all of a text and signs that it put between by itself: brackets, indents.

    Where something is missing, the page did something with it, such as sending a line: it is not typed again.
    """
    signs = iter(squeezed(shown))
    return all(sign in signs for sign in squeezed(expected))


async def _held_soon(context: InputContext, element: Named, expected: str) -> str | None:
    """What the editor holds once the page has come to rest; None: the page took it away."""
    await context.rest(time.monotonic(), RENDER_S)
    try:
        drawn = str((await element.do("fieldOf"))["shown"])
        if squeezed(drawn) == squeezed(expected):
            return drawn
        return await _held(context, element)
    except ActionFailed:
        return None


async def _held(context: InputContext, element: Named) -> str:
    """All that the editor holds: what it gives to be copied, else what it draws."""
    await focus(context, element, all_selected=False)
    await context.keyboard.press("ControlOrMeta+a")
    copied = str((await element.do("copied"))["text"])
    await context.keyboard.press("ArrowRight")  # nothing stays selected that the next key would replace
    return copied or str((await element.do("fieldOf"))["shown"])
