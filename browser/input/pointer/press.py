"""Pressing an element and nothing else: go there, wait until it stands still, press, look where that went."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed
from browser.input.pointer.mouse import Mouse, PlainButton
from browser.input.targets import Aimed, Named, carried
from browser.model.actions import Target
from browser.model.errors import ActionFailed, NotInteractable

if TYPE_CHECKING:
    from browser.input.context import InputContext
    from browser.input.outcome import Outcome

logger = logging.getLogger("agent_core." + __name__)

TRIES = 4
"""How often something that moves away from the pointer is followed."""


async def point_at(context: InputContext, target: Target, *, watched: bool = False) -> Aimed:
    """Move the pointer onto the target, and wait until what it is over stands still there.

    What a page does when the pointer arrives (menus that open, icons that load another picture, buttons that
    grow) is over when this comes back.

    Args:
        context: What acts of the session are given.
        target: What to point at.
        watched: Whether a press follows at once: one that would not reach the element is kept from the page.

    Raises:
        NotInteractable: It does not stand still, or something else is there once the pointer is.
    """
    for _ in range(TRIES):
        aimed = await context.aim(target)
        await context.mouse.move(aimed.x, aimed.y)
        if aimed.element is None:
            return aimed
        answer = await aimed.element.do("steady", watched)
        if "why" in answer:
            raise NotInteractable(aimed.element.ref, f"{aimed.what}: {answer['why']}")
        if answer.get("ready") and await _frames_stand_still(aimed, answer):
            if watched:
                await asyncio.gather(*(world.call("ask", "arm") for world in _around(aimed.element)))
            return replace(aimed, leaves_field=bool(answer["leaves"]))
    raise NotInteractable(str(target), f"{aimed.what}: it keeps moving away from the pointer")


async def _frames_stand_still(aimed: Aimed, answer: dict[str, Any]) -> bool:
    """Whether the frames around the element are where they were."""
    element = aimed.element
    if element is None or element.world.parent is None:
        return True
    x, y, _ = await carried(element, answer["x"], answer["y"], aimed.what)
    return abs(x - aimed.x) + abs(y - aimed.y) <= 1


def _around(element: Named) -> list[IsolatedWorld]:
    worlds, world = [], element.world.parent
    while world is not None:
        worlds.append(world)
        world = world.parent
    return worlds


async def click(
    context: InputContext,
    target: Target,
    *,
    button: PlainButton = "left",
    count: int = 1,
    verb: str = "clicked",
) -> Outcome:
    """Click the target, and see to it that the click arrived there; `verb` is how that is told.

    Raises:
        NotInteractable: It cannot be reached, or the click did not arrive.
    """
    mouse = context.mouse  # another tab may come to the front between pressing and releasing
    for _ in range(2):
        aimed = await point_at(context, target, watched=True)
        outcome = context.report(f"{verb} {aimed.what}")
        elsewhere = await _click_once(mouse, aimed, button)
        if not elsewhere:
            break
    else:
        raise NotInteractable(str(target), f"{aimed.what}: the click would have gone to {elsewhere} instead")
    for nth in range(2, count + 1):
        async with mouse.pressing(button=button, click_count=nth):
            pass
    return outcome


async def _click_once(mouse: Mouse, aimed: Aimed, button: PlainButton) -> str:
    """Press and release; gives what stood in the element's way, "" where the press arrived."""
    async with mouse.pressing(button=button):
        if aimed.leaves_field:
            await _while_field_hands_on(mouse, aimed)
    taken = await taker(aimed)
    if taken.pressed or not taken.clicked or button != "left":
        return taken.pressed
    raise ActionFailed(f"{aimed.what} moved while it was pressed, and {taken.clicked} took the click")


async def _while_field_hands_on(mouse: Mouse, aimed: Aimed) -> None:
    """Keep the button down for the frames in which the field that lost the focus hands its value on.

    A person's press takes longer than that. What moves meanwhile, as below a message that came, is followed.
    """
    element = aimed.element
    if element is None:
        return
    try:
        answer = await element.do("fieldLeft", timeout=1)
        if "x" not in answer:
            return
        x, y, _ = await carried(element, answer["x"], answer["y"], aimed.what)
    except ActionFailed as error:
        logger.debug("%s was not followed while it was pressed: %s", aimed.what, error)
        return
    if abs(x - aimed.x) + abs(y - aimed.y) > 1:
        await mouse.move(x, y)


@dataclass(frozen=True, slots=True)
class Taker:
    """What took a press in the place of the element that was meant; "" where that took it."""

    pressed: str = ""
    clicked: str = ""
    """What the release came to, where nothing came of the press itself."""


async def taker(aimed: Aimed) -> Taker:
    """Where the last watched press went."""
    if aimed.element is None:
        return Taker()
    outside, answer = await asyncio.gather(_outside(aimed.element), _pressed(aimed.element.world))
    if outside or answer is None:  # None: the page went away, having got what it wanted
        return Taker(pressed=outside)
    if answer["down"] == "nothing":
        return Taker(pressed="" if answer["changed"] or answer["there"] else "something else")
    return Taker(pressed=answer["down"], clicked="" if answer["changed"] else answer["click"])


async def _outside(element: Named) -> str:
    """What around the element's frame took the press."""
    answers = await asyncio.gather(*(_pressed(world) for world in _around(element)))
    return next((str(answer["down"]) for answer in answers if answer and answer["down"]), "")


async def _pressed(world: IsolatedWorld) -> dict[str, Any] | None:
    """What a world noted of the press; None: its page has gone to another."""
    try:
        answer: dict[str, Any] = await world.call("ask", "pressed", timeout=5)
    except ScriptFailed:
        return None
    return answer
