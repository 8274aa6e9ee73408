"""What all ways of filling in a field share: whether it takes text, the keyboard, numbers, and its picker."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.targets import Covered, Named
from browser.model.actions import Point, Target
from browser.model.errors import ActionFailed, BadTarget, NotInteractable
from browser.model.text import plain_number
from browser.values.numbers import looks_grouped, number_readings

LONG = 200
"""Longer texts are put in at once but for their last character, whose key events the page hears."""
DEFAULT_LIMITS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"range": {"min": "0", "max": "100", "step": "1"}, "slider": {"step": "any"}}
)
"""What a field of a kind is limited to by attributes that it does not have."""
_NO_FRACTION = re.compile(r"-?\d+\.0+")
REVERT_S = 1.0
"""How long a page may take to put something else into a field that was set."""


def refuse(ref: str, field: dict[str, Any]) -> None:
    """Object to typing into a field that takes no text now, or none at all.

    Raises:
        NotInteractable: It is disabled or read-only.
        BadTarget: It is not for text.
    """
    what, kind = field["what"], field["kind"]
    if field["disabled"]:
        raise NotInteractable(ref, f"{what} is disabled")
    if field["readonly"]:
        raise NotInteractable(ref, f"{what} is read-only")
    if kind == "file":
        raise BadTarget(f"{what} takes files, not text; upload them")
    if kind in ("check", "button"):
        raise BadTarget(f"{what} is not a field that text goes into")


async def focus(
    context: InputContext,
    element: Named,
    *,
    all_selected: bool,
    at: Target | None = None,
    field: dict[str, Any] | None = None,
) -> None:
    """Put the keyboard into a field, by a click (`at` a point of it) as far as the pointer reaches it.

    Args:
        context: What acts of the session are given.
        element: The field, or what stands for it.
        all_selected: Whether all that it holds is to be selected.
        at: Where to click.
        field: What its script has just said of it; None: it is asked.
    """
    field = field or await element.do("fieldOf")
    if not field["focused"]:
        target = element.sibling(field["surface"]).ref if field["surface"] else element.ref
        try:
            aimed = await context.aim(at if isinstance(at, Point) else target)
        except Covered:
            pass  # the Tab key would still get there
        else:
            await context.mouse.click(aimed.x, aimed.y)
    await element.do("focusOn", all_selected)


async def type_keys(context: InputContext, text: str, clear: bool) -> None:
    """Type a text where the keyboard is, by real keys; an empty text deletes what is selected."""
    if not text:
        if clear:
            await context.keyboard.press("Delete")
        return
    if len(text) > LONG:
        await context.keyboard.insert_text(text[:-1])
        text = text[-1]
    await context.keyboard.type(text)


async def shown_by(element: Named) -> str | None:
    """What a field shows now; None: it shows no text, or the page took it away, having what it wanted."""
    field = await field_now(element)
    return field["shown"] if field else None


async def field_now(element: Named) -> dict[str, Any] | None:
    """What the script says of a field now; None: the page took it away."""
    try:
        return await element.do("fieldOf")
    except ActionFailed:
        return None


def number_for(field: dict[str, Any], text: str) -> str:
    """The number that a text means for a number field, as HTML writes it.

    Where its marks can be read in two ways, the one that the field takes is meant; `1,000` is never 1.

    Raises:
        BadTarget: It states no number or several, or both ways are possible.
    """
    what, found = field["what"], number_readings(text)
    found = tuple(one for one in found if not _NO_FRACTION.fullmatch(one)) or found
    limits = DEFAULT_LIMITS.get(field.get("kind", ""), {}) | field["limits"]
    if not found:
        raise BadTarget(f"{text!r} is not one number, which {what} takes; write it as 1234.5")
    if len(found) == 1:
        plain = found[0]
        grouped = plain.replace(".", "") if looks_grouped(plain) else ""
        if not grouped or formats.fits(plain, limits) or not formats.fits(grouped, limits):
            return plain
        found = (plain, grouped)
    else:
        taken = [one for one in found if formats.fits(one, limits)]
        if len(taken) == 1:
            return taken[0]
    raise BadTarget(f"{text!r} may mean {' or '.join(found)}; write the one that {what} is to hold")


def refuse_beyond_limits(field: dict[str, Any], text: str) -> None:
    """Object to a number that a spin button would bring back into its limits later.

    Raises:
        BadTarget: It is beyond the limits that the field tells of.
    """
    limits = {name: end for name, end in field["limits"].items() if name in _ARIA_LIMITS}
    found = number_readings(text)
    if found and not any(formats.lies_within(one, limits) for one in found):
        ends = (formats.limit(limits, name) for name in _ARIA_LIMITS)
        told = (plain_number(end) if end is not None else "anywhere" for end in ends)
        raise BadTarget(f"{field['what']} goes from {' to '.join(told)}; {found[0]} is beyond that")


_ARIA_LIMITS = ("aria-valuemin", "aria-valuemax")
"""An input's own limits do not change what is typed: the browser says what is wrong with it."""


async def set_picked(context: InputContext, element: Named, field: dict[str, Any], text: str) -> str:
    """Set a field that has a picker, and see to it that it holds what was asked for.

    Raises:
        BadTarget: The text is no value of such a field, may mean several, or is one that it does not take.
        ActionFailed: The page has put something else in its place.
    """
    wanted = await _picked_value(element, field, text) if text.strip() else ""
    would = str((await element.do("wouldHold", wanted))["value"])
    if not _equal(field, would, wanted):
        raise BadTarget(f"{field['what']} does not take {wanted!r}{_range(field, would)}")
    await element.do("setValue", wanted)
    await context.rest(time.monotonic(), REVERT_S)
    shown = await shown_by(element)
    if shown is None:
        return wanted
    if not _equal(field, shown, wanted):
        raise ActionFailed(f"{field['what']} was set to {wanted!r} and holds {shown!r}")
    return shown


async def _picked_value(element: Named, field: dict[str, Any], text: str) -> str:
    kind, what = field["kind"], field["what"]
    if kind == "range":
        return number_for(field, text)
    if kind == "color":
        color = str((await element.do("colorOf", text))["color"])
        found = tuple(filter(None, (color,)))
    else:
        found = formats.readings(kind, text, field["dayFirst"])
    return the_one(what, kind, text, found)


def the_one(what: str, kind: str, text: str, found: Sequence[str]) -> str:
    """The one value that a text means.

    Raises:
        BadTarget: It means none, or may mean several.
    """
    if not found:
        raise BadTarget(f"{text!r} is not a {kind} that {what} can take; write it as {formats.PICKED[kind]}")
    if len(found) > 1:
        raise BadTarget(f"{text!r} may mean {' or '.join(found)}; write the one that {what} is to hold")
    return found[0]


def _equal(field: dict[str, Any], shown: str, wanted: str) -> bool:
    if field["kind"] == "range" and formats.same_number(shown, wanted):
        return True
    return shown == wanted or (not wanted and field["kind"] in ("range", "color"))


def _range(field: dict[str, Any], would: str) -> str:
    """What a slider takes instead, as the end of a sentence."""
    if field["kind"] != "range":
        return ""
    limits = DEFAULT_LIMITS["range"] | field["limits"]
    steps = "" if limits["step"] == "any" else f" in steps of {limits['step']}"
    return f": it goes from {limits['min']} to {limits['max']}{steps}, and would stand at {would}"
