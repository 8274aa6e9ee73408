"""From a point of the viewport to the element there, for acts that need the element itself."""

from __future__ import annotations

from browser.actions import Point, Target
from browser.errors import BadTarget
from browser.perform.hand import Hand
from browser.perform.targets import Named
from browser.worlds import ScriptFailed


async def element_at(hand: Hand, target: Target) -> Named:
    """The element that a target names, or that a person would say lies at this point.

    Raises:
        StaleRef: There is no element of that ref.
        BadTarget: The point is outside the viewport, or nothing lies there.
    """
    if isinstance(target, str):
        return hand.named(target)
    await hand.aim(target)
    try:
        return await _under(hand, target)
    except ScriptFailed as error:
        raise BadTarget(f"what lies at the point ({target.x:g}, {target.y:g}) cannot be read") from error


async def _under(hand: Hand, point: Point) -> Named:
    worlds = await hand.tab.worlds.all()
    world, x, y = worlds[0], point.x, point.y
    while True:
        hit = await world.call("ask", "under", x, y)
        if not hit["number"]:
            raise BadTarget(f"nothing lies at the point ({point.x:g}, {point.y:g})")
        inner = next(
            (one for one in worlds if hit["frame"] and one.parent is world and one.owner == hit["number"]),
            None,
        )
        if inner is None:
            return Named(f"f{world.number}e{hit['number']}", world, hit["number"])
        world, x, y = inner, hit["x"], hit["y"]
