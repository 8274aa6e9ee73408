"""What no script can see of a page, told to ours from outside: closed shadow roots and listeners for clicks.

DevTools can see both. What they are asked first tells only whether there is anything new, in a few
milliseconds whatever the page's size; the rest is asked only then.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from browser.worlds import NoAnswer, ScriptFailed, Target, World, send, value_of

EVERY_ELEMENT = "<"
"""Finds, as a search of the DOM, every element, in closed roots too; and texts with that sign in them."""
ROUNDS = 6
"""So deep may closed roots lie in one another to be found without reading the whole document."""
MAX_ROOTS = 2000
FEW = 30
"""So many elements that listen are told one by one; of more, the page's own world is asked."""
MAX_ROOTS_HEARD = 60
"""So many closed roots of a document are asked what listens in them, each by itself."""
FEW_IN_ROOTS = 300
"""The same for what stands in closed roots, into which the page's own world cannot look."""
WHOLE_DOCUMENT_S = 8.0
Found = TypeVar("Found")

CLICKED = frozenset(
    (
        "click",
        "dblclick",
        "mousedown",
        "mouseup",
        "pointerdown",
        "pointerup",
        "touchstart",
        "contextmenu",
        "dragstart",
        "drop",
    )
)
"""Events that say a person can do something with what listens for them."""

LISTENING = """(() => {
  const types = %s;
  const roots = [document];
  let count = 0, found = '';
  for (let at = 0; at < roots.length; at++) {
    const all = $$('*', roots[at]);
    for (let i = 0; i < all.length; i++) {
      const listeners = getEventListeners(all[i]);
      for (let t = 0; t < types.length; t++) if (listeners[types[t]]) { found += count + ' '; break; }
      if (all[i].shadowRoot) roots[roots.length] = all[i].shadowRoot;
      count++;
    }
  }
  return count + ':' + found;
})()"""
"""Runs in the page's own world, the only one that sees its listeners; uses nothing a page can override."""


async def tell_unseen(worlds: Sequence[World]) -> frozenset[World]:
    """Tell our scripts what they cannot find out by themselves.

    What cannot be found out is left: a page that will not be searched is read as a script sees it.

    Returns:
        Those that may have been told something new: what they said before that is out of date.

    Raises:
        NoAnswer: The page is busy with itself.
    """
    told = await asyncio.gather(*(_tell(target, held) for target, held in _by_target(worlds).items()))
    return frozenset[World]().union(*told)


async def tell_closed_roots(worlds: Sequence[World]) -> None:
    """Tell our scripts of the closed shadow roots alone.

    Raises:
        NoAnswer: The page is busy with itself.
    """
    by_target = _by_target(worlds)
    await asyncio.gather(
        *(_as_far_as_possible(_find_closed_roots(target, held)) for target, held in by_target.items())
    )


def _by_target(worlds: Sequence[World]) -> dict[Target, list[World]]:
    targets: dict[Target, list[World]] = {}
    for world in worlds:
        targets.setdefault(world.target, []).append(world)
    return targets


async def _tell(target: Target, worlds: Sequence[World]) -> frozenset[World]:
    rooted = {world for world in worlds if world.rooted}
    roots_known, heard = await asyncio.gather(
        _as_far_as_possible(_find_closed_roots(target, worlds)),
        asyncio.gather(*(_as_far_as_possible(_listening_in_document(world)) for world in worlds)),
    )
    listeners_known = await asyncio.gather(
        *(
            _as_far_as_possible(_tell_listeners(world, found))
            for world, found in zip(worlds, heard, strict=True)
        )
    )
    rooted |= {world for world in worlds if world.rooted}
    for world in worlds:
        world.told = True
    known = {world for world, same in zip(worlds, listeners_known, strict=True) if same}
    return frozenset(worlds) - (known - rooted if roots_known else set())


async def _as_far_as_possible(asking: Coroutine[Any, Any, Found]) -> Found | None:
    try:
        return await asking
    except NoAnswer:
        raise
    except (ScriptFailed, ValueError):
        return None  # what the scripts see by themselves has to do


# --- closed shadow roots ---------------------------------------------------------------------------------


async def _find_closed_roots(target: Target, worlds: Sequence[World]) -> bool:
    """Look for closed roots where there are more nodes than after the last look, or fewer.

    Returns:
        Whether there was nothing to look for.
    """
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


async def _seen(worlds: Sequence[World], *, texts: bool = False) -> int:
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
        send(target.session, "DOM.performSearch", {"query": EVERY_ELEMENT}),
        *(send(target.session, "DOM.discardSearchResults", {"searchId": one}) for one in [before] if one),
    )
    target.search = found["searchId"]
    return int(found["resultCount"])


async def _tell_closed_roots(target: Target, worlds: Sequence[World]) -> None:
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


async def _likely_roots(world: World) -> list[int]:
    """Closed roots of what looks as if it had one: custom elements, and what is empty and takes space."""
    params = {
        "expression": "agentCore.likelyHosts()",
        "contextId": world.context,
        "objectGroup": _group(world),
    }
    held = (await send(world.session, "Runtime.evaluate", params)).get("result", {})
    if "objectId" not in held:
        return []
    asked = {"objectId": held["objectId"], "ownProperties": True}
    own = await send(world.session, "Runtime.getProperties", asked)
    hosts = [one["value"]["objectId"] for one in own["result"] if one["name"].isdigit()]
    described = await asyncio.gather(
        *(send(world.session, "DOM.describeNode", {"objectId": host}) for host in hosts)
    )
    await send(world.session, "Runtime.releaseObjectGroup", {"objectGroup": _group(world)})
    return [root for one in described for root in _closed(one["node"])]


def _closed(node: Mapping[str, Any]) -> list[int]:
    roots = node.get("shadowRoots", ())
    return [root["backendNodeId"] for root in roots if root.get("shadowRootType") == "closed"]


async def _roots_of_whole_document(target: Target) -> dict[str, list[int]]:
    """Frame id -> all closed roots in it. Costs as much as the document is long."""
    try:
        answer = await send(
            target.session, "DOM.getDocument", {"depth": -1, "pierce": True}, WHOLE_DOCUMENT_S
        )
    finally:  # what was read would be kept up to date otherwise, with a message for each change
        await send(target.session, "DOM.disable")
        await send(target.session, "DOM.enable")
    found: dict[str, list[int]] = {}
    top = (await send(target.session, "Page.getFrameTree"))["frameTree"]["frame"]["id"]
    waiting = [(top, answer["root"])]
    for frame, node in waiting:
        found.setdefault(frame, []).extend(_closed(node))
        waiting += [(frame, child) for child in (*node.get("shadowRoots", ()), *node.get("children", ()))]
        if "contentDocument" in node:
            waiting.append((node.get("frameId", ""), node["contentDocument"]))
    return found


async def _tell_roots(world: World, roots: Sequence[int]) -> bool:
    """Hand closed roots to a script; whether one of them is new."""
    fresh = [root for root in roots if root not in world.closed_roots][:MAX_ROOTS]
    if not fresh:
        return False
    await _hand_over(world, "noteClosed", fresh)
    world.closed_roots += fresh
    return True


def _group(world: World) -> str:
    """What DevTools is to hold for us in one world, until it is let go of by this name."""
    return f"unseen {world.number}"


async def _hand_over(world: World, function: str, nodes: Sequence[int]) -> Any:
    """Call one of our functions with a list of nodes that are known by their number in DevTools."""
    held = await asyncio.gather(*(_resolved(world, node) for node in nodes))
    call = {
        "functionDeclaration": f"function (...nodes) {{ return agentCore.{function}(nodes); }}",
        "executionContextId": world.context,
        "arguments": [{"objectId": one} for one in held if one],
        "returnByValue": True,
    }
    try:
        return value_of(await send(world.session, "Runtime.callFunctionOn", call))
    finally:
        await send(world.session, "Runtime.releaseObjectGroup", {"objectGroup": _group(world)})


async def _resolved(world: World, node: int, context: int = 0) -> str:
    """A node as an object in our world, or in the context that is given; "" where it is gone."""
    params = {
        "backendNodeId": node,
        "executionContextId": context or world.context,
        "objectGroup": _group(world),
    }
    try:
        return str((await send(world.session, "DOM.resolveNode", params))["object"]["objectId"])
    except NoAnswer:
        raise
    except ScriptFailed:
        return ""  # it was just taken out of the page


# --- listeners -------------------------------------------------------------------------------------------


async def _tell_listeners(world: World, heard: frozenset[int] | None) -> bool:
    """Tell a script which of its elements listen, unless those in its document are the same as before.

    Args:
        world: The script.
        heard: What listens in the document itself, not in the shadow roots it holds. None: nobody knows.

    Returns:
        Whether there was nothing to tell.
    """
    if heard is None or (heard == world.listening and not world.rooted):
        return True
    if world.rooted:
        world.listening = None
        await _tell_places(world)
        await _tell_listening_in_roots(world)
    elif len(heard) <= FEW:
        await _hand_over(world, "noteListening", sorted(heard))
        world.listening = heard
    else:
        world.listening = heard if await _tell_places(world) else None
    return False


async def _tell_listening_in_roots(world: World) -> None:
    """Tell of the closed roots, into which the page's own world cannot look."""
    if not world.closed_roots:
        return
    roots = world.closed_roots[:MAX_ROOTS_HEARD]
    each = await asyncio.gather(*(_listening_in_root(world, root) for root in roots))
    await _hand_over(world, "noteListeningToo", sorted(frozenset().union(*each))[:FEW_IN_ROOTS])


async def _listening_in_document(world: World) -> frozenset[int]:
    page = _page_of(world)
    if world.page_document[0] != page:
        # In no group: DevTools would hold every listener in it for us, and with them what they refer to.
        params = {"expression": "document", "contextId": page}
        held = await send(world.session, "Runtime.evaluate", params)
        world.page_document = (page, held["result"]["objectId"])
    return await _listening(world, world.page_document[1])


async def _listening_in_root(world: World, root: int) -> frozenset[int]:
    held = await _resolved(world, root, _page_of(world))
    if not held:
        return frozenset()
    try:
        return await _listening(world, held)
    finally:
        await send(world.session, "Runtime.releaseObject", {"objectId": held})


async def _listening(world: World, held: str) -> frozenset[int]:
    """What listens in a document or root of the page's own world, not in the frames and roots it holds.

    Asked for those too, Chromium 156 crashes on some pages.
    """
    asked = {"objectId": held, "depth": -1, "pierce": False}
    answer = await send(world.session, "DOMDebugger.getEventListeners", asked)
    return frozenset(one["backendNodeId"] for one in answer["listeners"] if one["type"] in CLICKED)


def _page_of(world: World) -> int:
    """The context of the page's own scripts in the document that ours are in.

    Raises:
        ScriptFailed: It has none.
    """
    context = world.target.context(world.frame_id)
    if not context:
        raise ScriptFailed("the document has no world of its own")
    return context


async def _tell_places(world: World) -> bool:
    """Tell what listens by its place among the elements; False: the document has changed meanwhile."""
    params = {
        "expression": LISTENING % json.dumps(sorted(CLICKED)),
        "contextId": _page_of(world),
        "includeCommandLineAPI": True,
        "returnByValue": True,
    }
    found = str(value_of(await send(world.session, "Runtime.evaluate", params)))
    count, _, places = found.partition(":")
    told = await world.call("noteListeners", int(count), [int(place) for place in places.split()])
    return bool(told)
