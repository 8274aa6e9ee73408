"""Choosing options of native selects, and of lists that only look like one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from browser.input.context import InputContext
from browser.input.fields.fields import focus, refuse, shown_by, type_keys
from browser.input.outcome import Outcome
from browser.input.pointer.hit_test import element_at
from browser.input.pointer.modifiers import holding
from browser.input.re_resolve import re_resolve
from browser.input.targets import Aimed, Covered, Named, named
from browser.model.actions import Select
from browser.model.errors import ActionFailed, BadTarget, NotInteractable, StaleRef
from browser.values.held import differs

OPEN_CEILING_S = 1.5
SEEK_S = 15.0
"""How long a list is scrolled through for an option that it draws only where it is scrolled to."""


async def select(context: InputContext, action: Select) -> Outcome:
    """Choose options by the text they show."""
    if not action.options:
        raise BadTarget("no option was named")
    element = await element_at(context, action.target)
    field = await element.do("fieldOf")
    if field["disabled"]:
        raise NotInteractable(element.ref, f"{field['what']} is disabled")
    if field["kind"] == "select":
        return await _choose_native(context, element, field, action)
    if suggested := await _suggestion(context, element, field, action):
        return suggested
    if field["kind"] == "text" or field["role"] in ("combobox", "listbox"):
        element = element.sibling(field["number"])
    around = await element.do("choicesAround")
    element, page = element.sibling(around["number"]), element.sibling(around["page"])
    for wish in action.options:
        element = await _as_it_is_now(context, element)
        await _choose_shown(context, element, page, wish)
    element = await _as_it_is_now(context, element)
    if await is_on_page(element):
        await _leave_no_others(context, element, action.options)
    there = await is_on_page(element)
    outcome = context.report(f"chose {_listed(action.options)} in {field['what']}").rested()
    return outcome.showing(str((await element.do("expanded"))["shown"]) if there else None)


def _listed(options: tuple[str, ...]) -> str:
    return ", ".join(repr(option) for option in options)


async def is_on_page(element: Named) -> bool:
    """Whether an element is still on the page."""
    try:
        await element.do("spoken")
    except ActionFailed:
        return False
    return True


async def _as_it_is_now(context: InputContext, element: Named) -> Named:
    """The element, or what the page has put in its place: some draw a control anew as it opens its list."""
    if await is_on_page(element):
        return element
    other = await re_resolve(context, element.ref)
    return named(context.tabs.registry, other) if other else element


async def _choose_native(
    context: InputContext, element: Named, field: dict[str, Any], action: Select
) -> Outcome:
    if len(action.options) > 1 and not field["multiple"]:
        raise BadTarget(f"{field['what']} takes one option, not {len(action.options)}")
    outcome = context.report(f"chose {_listed(action.options)} in {field['what']}")
    answer = await element.do("chooseNative", list(action.options))
    if "shown" not in answer:
        raise _option_error(answer)
    return outcome.showing(str(answer["shown"]))


async def _suggestion(
    context: InputContext, element: Named, field: dict[str, Any], action: Select
) -> Outcome | None:
    """Choose a suggestion of a native list, by what it shows or by its value; None: the field has none."""
    if len(action.options) > 1 or field["kind"] not in ("text", "number"):
        return None
    answer = await element.do("suggestionFor", action.options[0])
    if not answer:
        return None
    if "value" not in answer:
        raise _option_error(answer)
    refuse(element.ref, field)
    await focus(context, element, all_selected=True)
    outcome = context.report(f"chose {action.options[0]!r} in {field['what']}")
    await type_keys(context, answer["value"], clear=True)
    await context.rest(time.monotonic(), OPEN_CEILING_S)
    shown = await shown_by(element)
    if shown is not None and shown != answer["value"]:
        raise ActionFailed(differs(field["what"], answer["value"], shown))
    return outcome.showing(shown).rested()


async def _choose_shown(context: InputContext, element: Named, page: Named, wish: str) -> None:
    """Open a list of choices as a person does, find the option and click it.

    Args:
        page: The root of the document, in which the list is looked for where nobody knows the control again.
    """
    state = await element.do("expanded")
    answer: dict[str, Any] = {"missing": wish}
    if state["expanded"] or state["listbox"]:
        answer = await element.do("findChoice", wish)
    if not _is_found(answer):
        element = await _opened(context, element, page)
        answer = await _find_soon(context, element, wish)
    there = answer.get("options", ())
    if not _is_found(answer) and there:
        answer = await element.do("seekChoice", wish, SEEK_S * 1000, timeout=SEEK_S + 10)
    if not _is_found(answer) and await _takes_keys(element):
        before = await shown_by(element) or ""
        answer = await _type_and_find(context, element, wish)
        if not _is_found(answer):
            await _take_back(context, element, before)
            answer = {"missing": wish}
    if "number" not in answer:
        raise _option_error({"options": there} | answer)
    if not answer.get("chosen"):
        context.report(f"chose {answer['label']!r}")
        taken = await _click_choice(context, element, answer, wish)
        if not taken and (again := await _offered_anew(element, wish)):
            await _click_choice(context, element, again, wish)


async def _click_choice(context: InputContext, element: Named, answer: dict[str, Any], wish: str) -> bool:
    """Click an option; whether it took the click, or is gone with its page."""
    aimed = await _aim_at_choice(context, element, answer, wish)
    await element.do("hearClick", answer["label"])
    await context.mouse.click(aimed.x, aimed.y)
    await context.rest(time.monotonic())
    try:
        return bool((await element.do("wasClicked"))["taken"])
    except ActionFailed:
        return True


async def _offered_anew(element: Named, wish: str) -> dict[str, Any]:
    """The option where it is still offered, in a list that was drawn anew under the pointer and so took no
    click; {} where it is as it should be."""
    if not await is_on_page(element) or not (await element.do("expanded"))["expanded"]:
        return {}
    answer = await element.do("findChoice", wish)
    return answer if "number" in answer and not answer["chosen"] else {}


async def _aim_at_choice(context: InputContext, element: Named, answer: dict[str, Any], wish: str) -> Aimed:
    """Aim at the option that was found; a list that was drawn anew meanwhile is looked through once more."""
    try:
        return await context.aim(element.sibling(answer["number"]).ref)
    except StaleRef:
        await context.rest(time.monotonic(), OPEN_CEILING_S)
        again = await element.do("findChoice", wish)
        if "number" not in again:
            raise
        return await context.aim(element.sibling(again["number"]).ref)


async def _leave_no_others(context: InputContext, element: Named, wishes: tuple[str, ...]) -> None:
    """Where a list takes several, see to it that these are chosen and no others."""
    for kind in ("missing", "surplus"):
        for number in (await element.do("chosenBeside", list(wishes)))[kind]:
            aimed = await context.aim(element.sibling(number).ref)
            async with holding(context, ("Control",) if kind == "missing" else ()):
                await context.mouse.click(aimed.x, aimed.y)
            await context.rest(time.monotonic())


async def _opened(context: InputContext, element: Named, page: Named) -> Named:
    """Open the list of a control; the control as it is then, or the page where it cannot be told."""
    try:
        aimed = await context.aim(element.ref)
    except Covered:
        await element.do("focusOn", False)
    else:
        context.report(f"clicked {aimed.what}")
        await context.mouse.click(aimed.x, aimed.y)
        await context.rest(time.monotonic(), OPEN_CEILING_S)
    element = await _as_it_is_now(context, element)
    if not await is_on_page(element):
        return page
    field = await element.do("fieldOf")
    if field["role"] == "combobox" and not (await element.do("expanded"))["expanded"]:
        await element.do("focusOn", False)
        await context.keyboard.press("ArrowDown")
    return element


def _is_found(answer: Mapping[str, Any]) -> bool:
    """Whether the option is there, be it one that cannot be chosen now."""
    return "number" in answer or "unusable" in answer


async def _takes_keys(element: Named) -> bool:
    field = await element.do("fieldOf")
    return field["kind"] == "text" and not field["readonly"]


async def _take_back(context: InputContext, element: Named, before: str) -> None:
    """Close the list and take back what was typed to find an option that is not there.

    A field whose list is its only source of values does that itself when it loses the keyboard, and keeps
    what was chosen before; others are given back the text that they held. A dialog around the field would
    take the Escape key for itself, so that there losing the keyboard has to do.
    """
    if not await is_on_page(element):
        return
    escapable = not (await element.do("expanded"))["inDialog"]
    if escapable:
        await context.keyboard.press("Escape")
    if not await is_on_page(element):
        return
    await element.do("blur")
    await context.rest(time.monotonic(), OPEN_CEILING_S)
    if await shown_by(element) not in (before, None):
        await element.do("focusOn", True)
        await type_keys(context, before, clear=True)
        if escapable:
            await context.keyboard.press("Escape")


async def _type_and_find(context: InputContext, element: Named, wish: str) -> dict[str, Any]:
    await element.do("focusOn", True)
    await context.keyboard.type(wish)
    context.report(f"typed {wish!r}")
    return await _find_soon(context, element, wish)


async def _find_soon(context: InputContext, element: Named, wish: str) -> dict[str, Any]:
    """Look for the option until the list has come to rest; lists may be fetched only when opened."""
    since = time.monotonic()
    await context.rest(since, OPEN_CEILING_S)
    answer = await element.do("findChoice", wish)
    while "number" not in answer and not answer.get("options") and time.monotonic() - since < OPEN_CEILING_S:
        await context.rest(since, OPEN_CEILING_S)
        answer = await element.do("findChoice", wish)
        if "number" not in answer and time.monotonic() - since > 0.5:
            break
    return answer


def _option_error(answer: Mapping[str, Any]) -> BadTarget:
    """The sentence for an option that is not there, or cannot be chosen."""
    if "unusable" in answer:
        return BadTarget(f"the option {answer['unusable']!r} is disabled")
    there: Sequence[str] = answer.get("options", ())
    known = "; there are " + ", ".join(repr(one) for one in there) if there else ""
    return BadTarget(f"there is no option {answer['missing']!r}{known}")
