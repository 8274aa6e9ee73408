"""Finding an element again by what it is, where the page has put another one in its place."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import replace

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.model.actions import Action, Drag
from browser.model.observation import Element
from browser.model.page_tree import PageTree
from browser.model.records import enclosing_record
from browser.snapshot.capture import Captured, capture
from browser.tasks import beside

Likeness = tuple[object, ...]


async def re_resolve(context: InputContext, ref: str) -> str:
    """The ref of the one element that is now what this one was when the page was last looked at.

    "" where there is none, or where more than one could be meant: then the page has to be looked at again.
    """
    before = context.tab.last_seen
    if not isinstance(before, Captured) or before.url != context.tab.page.url:
        return ""
    wanted = (await beside(len(before.elements), _likenesses, before.elements)).get(ref)
    if wanted is None:
        return ""
    try:
        now = await capture(context.tab.worlds)
    except ScriptFailed:
        return ""
    likenesses = await beside(len(now.elements), _likenesses, now.elements)
    return next((other for other, likeness in likenesses.items() if likeness == wanted), "")


def named_in(action: Action) -> tuple[object, ...]:
    """The refs in an action."""
    return tuple(getattr(action, name, None) for name in ("target", "start", "end"))


def renamed(action: Action, ref: str, other: str) -> Action:
    """The action with another ref in the place of one."""
    if isinstance(action, Drag):
        ends = [other if end == ref else end for end in (action.start, action.end)]
        return replace(action, start=ends[0], end=ends[1])
    return replace(action, target=other)  # type: ignore[arg-type]  # what is renamed has one


def _likenesses(elements: Sequence[Element]) -> dict[str, Likeness]:
    """Ref -> what the element is, of those elements that no other one is like."""
    tree = PageTree(elements)
    found = {element.ref: _likeness(element, tree) for element in elements}
    tally = Tally(found.values())
    return {ref: likeness for ref, likeness in found.items() if likeness and tally[likeness] == 1}


def _likeness(element: Element, tree: PageTree) -> Likeness | None:
    """What an element is and the record that it is in, its state aside; None where nothing tells."""
    words = (element.name, element.label, element.placeholder)
    names = words if any(words) else element.hints
    if not names:
        return None
    record = enclosing_record(tree, element)
    entry = record.text or record.name if record else ""
    return (element.tag, element.role, element.input_type, element.href, names, entry)
