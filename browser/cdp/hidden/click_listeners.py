"""Which elements listen for clicks: DevTools sees the listeners of the page, our scripts are told."""

from __future__ import annotations

import asyncio
import json

from browser.cdp.hidden.hand_over import hand_over, resolved
from browser.cdp.isolated_world import IsolatedWorld
from browser.cdp.scripts import ScriptFailed, value_of

FEW = 30
"""So many elements that listen are told one by one; of more, the page's own world is asked."""
MAX_ROOTS_HEARD = 60
"""So many closed roots of a document are asked what listens in them, each by itself."""
FEW_IN_ROOTS = 300
"""The same for what stands in closed roots, into which the page's own world cannot look."""

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


async def tell_listeners(world: IsolatedWorld, heard: frozenset[int] | None) -> bool:
    """Pass on which elements have click listeners, unless nothing has changed in the document.

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
        await hand_over(world, "noteListening", sorted(heard))
        world.listening = heard
    else:
        world.listening = heard if await _tell_places(world) else None
    return False


async def _tell_listening_in_roots(world: IsolatedWorld) -> None:
    """Pass on the listeners inside closed shadow roots, which the page's own scripts cannot see."""
    if not world.closed_roots:
        return
    roots = world.closed_roots[:MAX_ROOTS_HEARD]
    each = await asyncio.gather(*(_listening_in_root(world, root) for root in roots))
    await hand_over(world, "noteListeningToo", sorted(frozenset().union(*each))[:FEW_IN_ROOTS])


async def listening_in_document(world: IsolatedWorld) -> frozenset[int]:
    """What listens for clicks in the document itself, DevTools' numbers; not in the roots that it holds."""
    page = _page_of(world)
    if world.page_document[0] != page:
        # In no group: DevTools would hold every listener in it for us, and with them what they refer to.
        params = {"expression": "document", "contextId": page}
        held = await world.send("Runtime.evaluate", params)
        world.page_document = (page, held["result"]["objectId"])
    return await _listening(world, world.page_document[1])


async def _listening_in_root(world: IsolatedWorld, root: int) -> frozenset[int]:
    held = await resolved(world, root, _page_of(world))
    if not held:
        return frozenset()
    async with world.target.followed_by(("Runtime.releaseObject", {"objectId": held})):
        return await _listening(world, held)


async def _listening(world: IsolatedWorld, held: str) -> frozenset[int]:
    """What listens in a document or root of the page's own world, not in the frames and roots it holds.

    Asked for those too, Chromium 156 crashes on some pages.
    """
    asked = {"objectId": held, "depth": -1, "pierce": False}
    answer = await world.send("DOMDebugger.getEventListeners", asked)
    return frozenset(one["backendNodeId"] for one in answer["listeners"] if one["type"] in CLICKED)


def _page_of(world: IsolatedWorld) -> int:
    """The context of the page's own scripts in the document that ours are in.

    Raises:
        ScriptFailed: It has none.
    """
    context = world.target.context(world.frame_id)
    if not context:
        raise ScriptFailed("the document has no world of its own")
    return context


async def _tell_places(world: IsolatedWorld) -> bool:
    """Pass on the listening elements by their position in the document; False: it has changed since."""
    params = {
        "expression": LISTENING % json.dumps(sorted(CLICKED)),
        "contextId": _page_of(world),
        "includeCommandLineAPI": True,
        "returnByValue": True,
    }
    found = str(value_of(await world.send("Runtime.evaluate", params)))
    count, _, places = found.partition(":")
    told = await world.call("noteListeners", int(count), [int(place) for place in places.split()])
    return bool(told)
