"""From a point of the viewport, or from where the keyboard is, to the element there, in whichever frame."""

from __future__ import annotations

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.input.targets import Named
from browser.model.actions import Point, Target
from browser.model.errors import BadTarget


async def element_at(context: InputContext, target: Target) -> Named:
    """The element that a target names, or that a person would say lies at this point.

    Raises:
        StaleRef: There is no element of that ref.
        BadTarget: The point is outside the viewport, or nothing lies there.
    """
    if isinstance(target, str):
        return context.named(target)
    await context.aim(target)
    try:
        found = await hit_test(context, target)
    except ScriptFailed as error:
        raise BadTarget(f"what lies at the point ({target.x:g}, {target.y:g}) cannot be read") from error
    if found is None:
        raise BadTarget(f"nothing lies at the point ({target.x:g}, {target.y:g})")
    return found


async def hit_test(context: InputContext, point: Point) -> Named | None:
    """What a person would say lies at a point; None: nothing.

    Raises:
        ScriptFailed: It cannot be read.
    """
    worlds = await context.tab.worlds.all()
    world, x, y = worlds[0], point.x, point.y
    while True:
        hit = await world.call("ask", "under", x, y)
        inner = _inside(worlds, world, hit["number"]) if hit["frame"] else None
        if inner is None:
            return _named(world, hit["number"])
        world, x, y = inner, hit["x"], hit["y"]


async def with_keyboard(context: InputContext) -> Named | None:
    """The element that has the keyboard; None: none has, or it is in a frame that cannot be read.

    Raises:
        ScriptFailed: It cannot be read.
    """
    worlds = await context.tab.worlds.all()
    world = worlds[0]
    while True:
        held = await world.call("ask", "keyboard")
        if not held["frame"]:
            return _named(world, held["number"])
        inner = _inside(worlds, world, held["number"])
        if inner is None:
            return None
        world = inner


def _inside(worlds: tuple[IsolatedWorld, ...], outer: IsolatedWorld, owner: int) -> IsolatedWorld | None:
    return next((one for one in worlds if one.parent is outer and one.owner == owner), None)


def _named(world: IsolatedWorld, number: int) -> Named | None:
    return Named(f"f{world.number}e{number}", world, number) if number else None
