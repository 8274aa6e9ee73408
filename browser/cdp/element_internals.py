"""What custom elements say of themselves to assistive technology alone: roles, names and values.

A custom element sets them by its ElementInternals, which neither its attributes nor a script of another world
shows. DevTools' accessibility tree has them, and our scripts are told.
"""

from __future__ import annotations

import asyncio
from typing import Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed, send

STATES = ("checked", "expanded", "disabled", "readonly", "required", "valuemin", "valuemax", "valuetext")
"""What is told of an element besides its role, name and value, by the tree's names."""


async def tell_internals(world: IsolatedWorld) -> bool:
    """Tell a script what the custom elements that take the keyboard are; whether there are any that say it.

    Raises:
        ScriptFailed: The document is gone.
    """
    numbers: list[int] = await world.call("speakers")
    if not numbers:
        return False
    told = await asyncio.gather(*(_internals(world, number) for number in numbers))
    await world.call("noteInternals", [list(one) for one in zip(numbers, told, strict=True)])
    world.speaks = any(told)
    return world.speaks


async def _internals(world: IsolatedWorld, number: int) -> dict[str, Any] | None:
    """What the accessibility tree has of an element; None: nothing that its author gave it a role for."""
    found = {"expression": f"agentCore.elementOf({number})", "contextId": world.context}
    held = (await send(world.session, "Runtime.evaluate", found))["result"].get("objectId")
    if not held:
        return None
    try:
        asked = {"objectId": held, "fetchRelatives": False}
        nodes = (await send(world.session, "Accessibility.getPartialAXTree", asked))["nodes"]
    except ScriptFailed:
        return None
    finally:
        await send(world.session, "Runtime.releaseObject", {"objectId": held})
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
