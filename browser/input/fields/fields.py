"""What all ways of filling in a field share: whether it takes text, the keyboard, and its picker."""

from __future__ import annotations

from typing import Any

from browser.input.context import InputContext
from browser.input.fields import formats
from browser.input.targets import Covered, Named
from browser.model.actions import Point, Target
from browser.model.errors import BadTarget, NotInteractable


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
    context: InputContext, element: Named, *, all_selected: bool, at: Target | None = None
) -> None:
    """Put the keyboard into a field, by a click (`at` a point of it) as far as the pointer reaches it."""
    field = await element.do("fieldOf")
    if not field["focused"]:
        try:
            aimed = await context.aim(at if isinstance(at, Point) else element.ref)
        except Covered:
            pass  # the Tab key would still get there
        else:
            await context.mouse.click(aimed.x, aimed.y)
    await element.do("focusOn", all_selected)


async def set_picked(element: Named, field: dict[str, Any], text: str) -> str:
    """Set a field that has a picker."""
    kind, what = field["kind"], field["what"]
    if kind == "color":
        wanted = str((await element.do("colorOf", text))["color"])
    else:
        wanted = formats.as_value(kind, text)
    if not wanted and text.strip():
        raise BadTarget(f"{text!r} is not a {kind} that {what} can take; write it as {formats.PICKED[kind]}")
    shown = str((await element.do("setValue", wanted))["shown"])
    if wanted and not shown:
        raise BadTarget(f"{what} did not take {wanted!r}")
    return shown
