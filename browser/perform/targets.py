"""From a ref or a point to a place where real input reaches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from browser.actions import Point, Target
from browser.capture import Placement
from browser.errors import BadTarget, NotInteractable, StaleRef
from browser.worlds import Counter, ScriptFailed, World

REF = re.compile(r"f(\d+)e(\d+)")


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target that was found, and the point of the viewport where input reaches it."""

    what: str
    """`button 'Send'`, or `the point (10, 20)`."""
    x: float
    y: float
    role: str = ""
    tag: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """An element by its ref: the world it lives in and its number there."""

    ref: str
    world: World
    number: int

    async def call(self, function: str, *arguments: Any, timeout: float = 10.0) -> Any:
        """Call one of our functions with the element's number first.

        Raises:
            StaleRef: The element is not on the page any more.
        """
        try:
            answer = await self.world.call(function, self.number, *arguments, timeout=timeout)
        except ScriptFailed as error:
            raise StaleRef(self.ref) from error
        if isinstance(answer, dict) and answer.get("gone"):
            raise StaleRef(self.ref)
        return answer


def named(counter: Counter, ref: str) -> Named:
    """The element that a ref names.

    Raises:
        StaleRef: There never was one, or its document is gone.
    """
    match = REF.fullmatch(ref)
    world = counter.worlds.get(int(match.group(1))) if match else None
    if match is None or world is None:
        raise StaleRef(ref)
    return Named(ref, world, int(match.group(2)))


async def placement_of(world: World) -> Placement:
    """Where a frame's content lies in the viewport now."""
    if world.parent is None:
        return Placement()
    outer = await placement_of(world.parent)
    box = await world.parent.call("frameBox", int(world.owner))
    return outer.inside(box) if box else outer


async def aim(counter: Counter, target: Target, viewport: tuple[int, int]) -> Aimed:
    """Bring a target into view and find a point of it that input reaches.

    Raises:
        StaleRef: The element is gone.
        NotInteractable: It is hidden, disabled or covered; the message says by what.
        BadTarget: The point is outside the viewport.
    """
    if isinstance(target, Point):
        width, height = viewport
        if not (0 <= target.x <= width and 0 <= target.y <= height):
            raise BadTarget(
                f"the point ({target.x:g}, {target.y:g}) is outside the {width}x{height} viewport"
            )
        return Aimed(f"the point ({target.x:g}, {target.y:g})", target.x, target.y)
    element = named(counter, target)
    found = await element.call("aim")
    what = f"{found['what']}"
    if found.get("disabled"):
        raise NotInteractable(target, f"{what} is disabled")
    if found.get("inert"):
        raise NotInteractable(target, f"{what} is inert: something else, such as a dialog, is in front")
    if "why" in found:
        raise NotInteractable(target, f"{what}: {found['why']}")
    x, y = (await placement_of(element.world)).point(found["x"], found["y"])
    return Aimed(what, x, y, found.get("role", ""), found.get("tag", ""), found.get("type", ""))
