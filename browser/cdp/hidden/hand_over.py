"""DOM nodes handed to our scripts, named by the numbers that DevTools gives them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import NoAnswer, ScriptFailed, value_of


def object_group(world: IsolatedWorld) -> str:
    """What DevTools is to hold for us in one world, until it is let go of by this name."""
    return f"unseen {world.number}"


async def hand_over(world: IsolatedWorld, function: str, nodes: Sequence[int]) -> Any:
    """Call one of our functions with a list of nodes that are known by their number in DevTools."""
    held = await asyncio.gather(*(resolved(world, node) for node in nodes))
    call = {
        "functionDeclaration": f"function (...nodes) {{ return agentCore.{function}(nodes); }}",
        "executionContextId": world.context,
        "arguments": [{"objectId": one} for one in held if one],
        "returnByValue": True,
    }
    async with world.target.followed_by(("Runtime.releaseObjectGroup", {"objectGroup": object_group(world)})):
        return value_of(await world.send("Runtime.callFunctionOn", call))


async def resolved(world: IsolatedWorld, node: int, context: int = 0) -> str:
    """A node as an object in our world, or in the context that is given; "" where it is gone."""
    params = {
        "backendNodeId": node,
        "executionContextId": context or world.context,
        "objectGroup": object_group(world),
    }
    try:
        return str((await world.send("DOM.resolveNode", params))["object"]["objectId"])
    except NoAnswer:
        raise
    except ScriptFailed:
        return ""  # it was just taken out of the page
