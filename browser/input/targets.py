"""From a ref or a point to a place where real input reaches it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from browser.cdp.hidden.element_internals import tell_internals_around
from browser.cdp.isolated_world import REF, IsolatedWorld, WorldRegistry
from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.model.actions import Point, Target
from browser.model.errors import ActionFailed, BadTarget, NotInteractable, StaleRef
from browser.model.text import plain_number


@dataclass(frozen=True, slots=True)
class Aimed:
    """A target that was found, and the point of the viewport where input reaches it."""

    what: str
    """`button 'Send'`, or `the point (10, 20)`."""
    x: float
    y: float
    element: Named | None = None
    """None for a point."""
    leaves_field: bool = False
    """Whether a press here is likely to take the focus out of a text field."""


class Covered(NotInteractable):
    """Something lies over the element; the keyboard may reach it nevertheless."""


@dataclass(frozen=True, slots=True)
class Named:
    """An element by its ref: the world it lives in and its number there."""

    ref: str
    world: IsolatedWorld
    number: int

    async def do(self, act: str, *arguments: Any, timeout: float | None = None) -> dict[str, Any]:
        """Ask our script to do one of its acts to the element; `timeout` is as for `IsolatedWorld.call`.

        Raises:
            StaleRef: The element is not on the page any more.
        """
        try:
            if self.world.speaks and act == "fieldOf":
                await tell_internals_around(self.world, self.number)  # their states are not in the document
            answer = await self.world.call("act", self.number, act, *arguments, timeout=timeout)
        except NoAnswer as error:
            raise ActionFailed(str(error)) from error
        except ScriptFailed as error:
            raise StaleRef(self.ref) from error
        if not isinstance(answer, dict) or answer.get("gone"):
            raise StaleRef(self.ref)
        return answer

    def sibling(self, number: int) -> Named:
        """Another element of the same document."""
        return Named(f"f{self.world.number}e{number}", self.world, number)


def named(registry: WorldRegistry, ref: str) -> Named:
    """The element that a ref names.

    Raises:
        StaleRef: There never was one, or its document is gone.
    """
    match = REF.fullmatch(ref)
    world = registry.worlds.get(int(match.group(1))) if match else None
    if match is None or world is None:
        raise StaleRef(ref)
    return Named(ref, world, int(match.group(2)))


async def aim(registry: WorldRegistry, target: Target, viewport: tuple[int, int]) -> Aimed:
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
                f"the point ({plain_number(target.x)}, {plain_number(target.y)}) is outside the "
                f"{width}x{height} viewport"
            )
        return Aimed(f"the point ({target.x:g}, {target.y:g})", target.x, target.y)
    element = named(registry, target)
    found = await element.do("aim")
    what = str(found["what"])
    if "why" in found:
        kind = Covered if found.get("covered") else NotInteractable
        raise kind(target, f"{what}: {found['why']}")
    try:
        x, y, moved = await _in_viewport(element, found, what)
    except Covered:  # its frame hides that part of it: bring the element itself to the middle of what shows
        found, moved = await element.do("aim", True), True
    if moved:  # frames of other processes scroll with a delay: look again where the point is now
        await asyncio.sleep(0.05)
        x, y, _ = await _in_viewport(element, await element.do("aim"), what)
    return Aimed(what, x, y, element)


async def _in_viewport(element: Named, found: dict[str, Any], what: str) -> tuple[float, float, bool]:
    """Carry a point of a frame out to the tab's viewport, past everything that may lie over the frame."""
    if "why" in found:
        raise Covered(element.ref, f"{what}: {found['why']}")
    return await carried(element, found["x"], found["y"], what)


async def carried(element: Named, x: float, y: float, what: str) -> tuple[float, float, bool]:
    """Where a point of the element's frame is in the tab, and whether something was scrolled for it.

    Raises:
        Covered: Something lies over the frame there.
    """
    world, moved = element.world, False
    while world.parent is not None:
        holder = Named(element.ref, world.parent, world.owner)
        at = await holder.do("carry", x, y)
        if at["cover"]:
            raise Covered(element.ref, f"{what}: its frame is covered by {at['cover']}")
        x, y, moved = at["x"], at["y"], moved or at["moved"]
        world = world.parent
    return x, y, moved
