"""Closed shadow roots, which no script sees: found by DevTools and told to our scripts.

Searching for all elements tells in a few milliseconds, whatever the page's size, whether there are more nodes
than our scripts see. Only then are the roots looked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from browser.cdp.hidden.hand_over import hand_over, object_group
from browser.cdp.isolated_world import IsolatedWorld, Target

EVERY_ELEMENT = "<"
"""Finds, as a search of the DOM, every element, in closed roots too; and texts with that sign in them."""
ROUNDS = 6
"""So deep may closed roots lie in one another to be found without reading the whole document."""
MAX_ROOTS = 2000


async def find_closed_roots(target: Target, worlds: Sequence[IsolatedWorld]) -> bool:
    """Look for closed roots where there are more nodes than after the last look, or fewer.

    Where documents have no script of ours, nobody knows whether there are more, and none is looked for.

    Returns:
        Whether there was nothing to look for.
    """
    if not target.whole:
        return True
    total, *plain = await asyncio.gather(_count(target), *(world.call("plainCount") for world in worlds))
    if total == sum(plain):
        for world in worlds:
            world.rooted = False
        return True
    documents = tuple(world.context for world in worlds)
    if target.looked_into == (documents, total - await _seen(worlds)):
        return True
    if total - await _seen(worlds, texts=True):
        await _tell_closed_roots(target, worlds)
    target.looked_into = (documents, await _count(target) - await _seen(worlds))
    return False


async def _seen(worlds: Sequence[IsolatedWorld], *, texts: bool = False) -> int:
    """How many elements scripts see.

    Args:
        worlds: The scripts.
        texts: Whether texts count that a search for elements finds too; takes a little longer.
    """
    counted = await asyncio.gather(*(world.call("census", texts) for world in worlds))
    for world, one in zip(worlds, counted, strict=True):
        world.rooted = one["rooted"]
    return sum(one["count"] for one in counted)


async def _count(target: Target) -> int:
    """How many elements the target's documents hold, all shadow roots of authors included, and such texts."""
    before, target.search = target.search, ""
    found, *_ = await asyncio.gather(
        target.send("DOM.performSearch", {"query": EVERY_ELEMENT}),
        *(target.send("DOM.discardSearchResults", {"searchId": one}) for one in [before] if one),
    )
    target.search = found["searchId"]
    return int(found["resultCount"])


async def _tell_closed_roots(target: Target, worlds: Sequence[IsolatedWorld]) -> None:
    for _ in range(ROUNDS):
        likely = await asyncio.gather(*(_likely_roots(world) for world in worlds))
        told = await asyncio.gather(
            *(_tell_roots(world, roots) for world, roots in zip(worlds, likely, strict=True))
        )
        if await _count(target) == await _seen(worlds, texts=True):
            return
        if not any(told):
            break
    found = await _roots_of_whole_document(target)
    by_frame = {world.frame_id: world for world in worlds}
    await asyncio.gather(*(_tell_roots(by_frame[f], roots) for f, roots in found.items() if f in by_frame))


async def _likely_roots(world: IsolatedWorld) -> list[int]:
    """Closed roots of what looks as if it had one: custom elements, and what is empty and takes space."""
    params = {
        "expression": "agentCore.likelyHosts()",
        "contextId": world.context,
        "objectGroup": object_group(world),
    }
    held = (await world.send("Runtime.evaluate", params)).get("result", {})
    if "objectId" not in held:
        return []
    asked = {"objectId": held["objectId"], "ownProperties": True}
    own = await world.send("Runtime.getProperties", asked)
    hosts = [one["value"]["objectId"] for one in own["result"] if one["name"].isdigit()]
    described = await asyncio.gather(*(world.send("DOM.describeNode", {"objectId": host}) for host in hosts))
    await world.send("Runtime.releaseObjectGroup", {"objectGroup": object_group(world)})
    return [root for one in described for root in _closed(one["node"])]


def _closed(node: Mapping[str, Any]) -> list[int]:
    roots = node.get("shadowRoots", ())
    return [root["backendNodeId"] for root in roots if root.get("shadowRootType") == "closed"]


async def _roots_of_whole_document(target: Target) -> dict[str, list[int]]:
    """Frame id -> all closed roots in it. Costs as much as the document is long."""
    # What was read would be kept up to date otherwise, with a message for each change.
    async with target.followed_by(("DOM.disable", {}), ("DOM.enable", {})):
        answer = await target.send("DOM.getDocument", {"depth": -1, "pierce": True})
    found: dict[str, list[int]] = {}
    top = (await target.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    waiting = [(top, answer["root"])]
    for frame, node in waiting:
        found.setdefault(frame, []).extend(_closed(node))
        waiting += [(frame, child) for child in (*node.get("shadowRoots", ()), *node.get("children", ()))]
        if "contentDocument" in node:
            waiting.append((node.get("frameId", ""), node["contentDocument"]))
    return found


async def _tell_roots(world: IsolatedWorld, roots: Sequence[int]) -> bool:
    """Hand closed roots to a script; whether one of them is new."""
    fresh = [root for root in roots if root not in world.closed_roots][:MAX_ROOTS]
    if not fresh:
        return False
    await hand_over(world, "noteClosed", fresh)
    world.closed_roots += fresh
    return True
