"""What custom elements say of themselves to assistive technology alone: roles, names and values.

A custom element sets them by its ElementInternals, which neither its attributes nor a script of another world
shows. DevTools' accessibility tree has them, and our scripts are told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed

STATES = ("checked", "expanded", "disabled", "readonly", "required", "valuemin", "valuemax", "valuetext")
"""What is told of an element besides its role, name and value, by the tree's names."""


async def tell_internals_around(world: IsolatedWorld, number: int) -> None:
    """Tell a script anew what one element and its field are, where they are such custom elements.

    Raises:
        ScriptFailed: The document is gone.
    """
    numbers: list[int] = await world.call("speakers", number)
    if numbers:
        await tell_internals(world, numbers)


async def tell_internals(world: IsolatedWorld, numbers: Sequence[int]) -> bool:
    """Tell a script what custom elements are; whether any of it is news.

    Args:
        world: The script's.
        numbers: Of the elements, as the script gives them with a capture.

    Raises:
        ScriptFailed: The document is gone.
    """
    group = {"objectGroup": f"speakers {world.number} {numbers[0]}"}
    async with world.target.followed_by(("Runtime.releaseObjectGroup", group)):
        there = {
            "expression": f"{list(numbers)}.map(agentCore.elementOf)",
            "contextId": world.context,
            **group,
        }
        listed = {
            "objectId": (await world.send("Runtime.evaluate", there))["result"]["objectId"],
            "ownProperties": True,
        }
        properties = (await world.send("Runtime.getProperties", listed))["result"]
        held = [each["value"].get("objectId") for each in properties if each["name"].isdecimal()]
        said = await asyncio.gather(*(_internals(world, each) for each in held))
    answer = await world.call("noteInternals", [list(one) for one in zip(numbers, said, strict=True)])
    world.speaks = world.speaks or answer["speaks"]
    return bool(answer["news"])


async def _internals(world: IsolatedWorld, held: str | None) -> dict[str, Any] | None:
    """What the accessibility tree has of an element; None: it is gone, or has no role of its author's."""
    if held is None:
        return None
    try:
        asked = {"objectId": held, "fetchRelatives": False}
        nodes = (await world.send("Accessibility.getPartialAXTree", asked))["nodes"]
    except ScriptFailed:
        return None
    if not nodes or nodes[0].get("ignored"):
        return None
    node = nodes[0]
    states = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
    return {
        "role": str(node.get("role", {}).get("value", "")).lower(),
        "name": node.get("name", {}).get("value", ""),
        "value": node.get("value", {}).get("value"),
        **{name: states[name] for name in STATES if name in states},
    }
