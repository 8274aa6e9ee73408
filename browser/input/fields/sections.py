"""Date and time fields that are made of sections, a spin button for each part: month, day, year, hours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.fields.fields import the_one
from browser.input.targets import Named
from browser.model.errors import ActionFailed, BadTarget

KINDS = {
    frozenset(("year", "month", "day")): "date",
    frozenset(("year", "month")): "month",
    frozenset(("hour", "minute")): "time",
    frozenset(("hour", "minute", "second")): "time",
    frozenset(("year", "month", "day", "hour", "minute")): "datetime-local",
}
"""Parts that a field has, the half of the day aside -> the type of input that it is like."""
MOST_SIGNS = 5
"""How often a key is pressed to empty a section; some delete one sign at a time, and a year has four."""
ADVANCE_S = 1.0
"""How long a page may take to go on to the next section."""


async def type_into_sections(
    context: InputContext,
    element: Named,
    field: dict[str, Any],
    sections: Sequence[dict[str, Any]],
    text: str,
) -> str:
    """Type each part of a day or time into its section; gives what they show then. No text empties them.

    Raises:
        BadTarget: The text is no such day or time, or may be several.
        ActionFailed: A section shows something else afterwards.
    """
    if not text.strip():
        return await _clear(context, element, field["what"], sections)
    what, parts = field["what"], frozenset(str(one["part"]) for one in sections)
    kind = KINDS.get(parts - {"half"})
    if kind is None:
        raise BadTarget(f"{what} is made of {len(sections)} parts; type into each of them")
    value = the_one(what, kind, text, formats.readings(kind, text, field["dayFirst"]))
    wanted = _parts(kind, value, halves="half" in parts)
    for one in sections:
        section, part = element.sibling(int(one["number"])), str(one["part"])
        await element.sibling(int(one["number"])).do("focusOn", True)
        await context.keyboard.type(wanted[part])
        await context.rest(time.monotonic(), ADVANCE_S)
        shown = str((await section.do("sectionShows"))["shown"])
        if shown.lstrip("0").lower() != wanted[part].lstrip("0").lower():
            raise ActionFailed(f"the {part} of {what} shows {shown!r}, not {wanted[part]!r}")
    return value


async def _clear(context: InputContext, element: Named, what: str, sections: Sequence[dict[str, Any]]) -> str:
    """Empty every section."""
    for one in sections:
        section = element.sibling(int(one["number"]))
        await section.do("focusOn", True)
        for _ in range(MOST_SIGNS):
            if (await section.do("sectionShows"))["empty"]:
                break
            await context.keyboard.press("Backspace")
            await context.rest(time.monotonic(), ADVANCE_S)
        else:
            shown = (await section.do("sectionShows"))["shown"]
            raise ActionFailed(f"the {one['part']} of {what} still shows {shown!r}")
    return ""


def _parts(kind: str, value: str, *, halves: bool) -> dict[str, str]:
    """Part -> what is typed for it, with leading zeros: a section goes on to the next when it is full."""
    whole = {"date": f"{value}T00:00", "month": f"{value}-01T00:00", "time": f"2000-01-01T{value}"}.get(
        kind, value
    )
    moment = datetime.fromisoformat(whole)
    return {
        "year": f"{moment:%Y}",
        "month": f"{moment:%m}",
        "day": f"{moment:%d}",
        "hour": f"{moment:%I}" if halves else f"{moment:%H}",
        "minute": f"{moment:%M}",
        "second": f"{moment:%S}",
        "half": "AM" if moment.hour < 12 else "PM",
    }
