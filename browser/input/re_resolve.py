"""Finding an element again by what it is, where the page has put another one in its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from browser.cdp.scripts import ScriptFailed
from browser.input.context import InputContext
from browser.model.actions import Action, Drag
from browser.model.observation import Box, Element
from browser.model.page_tree import PageTree
from browser.model.records import STATES, enclosing_record
from browser.model.roles import CELL_ROLES, RECORD_ROLES
from browser.model.text import fold
from browser.snapshot.capture import Captured, capture
from browser.tasks import beside

_STATE_HINTS = STATES | {"on", "off", "is", "checked", "unchecked", "pressed", "expanded", "collapsed"}
"""What an author calls a control by what it is set to, which changes as it is used."""
_NEAR_PX = 4.0
"""What has moved by less stands where it stood."""
_HOLDING = RECORD_ROLES | CELL_ROLES | {"generic", "link"}
"""Roles of what may be pressed as a whole, and holds what is said of it."""


async def re_resolve(context: InputContext, ref: str) -> str:
    """The ref of the one element that is now what this one was when the page was last looked at.

    "" where there is none, or where more than one could be meant: then the page has to be looked at again.
    """
    before = context.tab.last_seen
    if not isinstance(before, Captured) or before.url != context.tab.page.url:
        return ""
    try:
        now = await capture(context.tab.worlds)
    except ScriptFailed:
        return ""
    many = len(before.elements) + len(now.elements)
    return await beside(many, counterpart, before.elements, now.elements, ref)


def named_in(action: Action) -> tuple[object, ...]:
    """The refs in an action."""
    return tuple(getattr(action, name, None) for name in ("target", "start", "end"))


def renamed(action: Action, ref: str, other: str) -> Action:
    """The action with another ref in the place of one."""
    if isinstance(action, Drag):
        ends = [other if end == ref else end for end in (action.start, action.end)]
        return replace(action, start=ends[0], end=ends[1])
    return replace(action, target=other)  # type: ignore[arg-type]  # what is renamed has one


@dataclass(frozen=True, slots=True)
class _Equal:
    """One of the elements of a page that are the same but for where they stand."""

    ref: str
    said: tuple[str, ...]
    """The words of what is said around it."""
    title: tuple[str, ...]
    """Of these the first that are more than a number: what its record is called."""
    box: Box | None


def counterpart(before: Sequence[Element], now: Sequence[Element], ref: str) -> str:
    """The ref of the element that took the place of this one, or "".

    An element is told by its kind and by what it is called, its state aside. Equals are told apart by what is
    said around them; where that is the same, or nothing, by their order, if they are where they were. Where
    it has changed, since one of them was used, their number and order and its title have to be as they were.
    """
    tree = PageTree(before)
    wanted = tree.get(ref)
    kind = _kind(wanted) if wanted else None
    if kind is None:
        return ""
    old, new = _equals(tree, kind), _equals(PageTree(now), kind)
    at = next(at for at, equal in enumerate(old) if equal.ref == ref)
    mine = old[at]
    same, still = ([one for one in equals if one.said == mine.said] for equals in (old, new))
    if len(same) == len(still):
        found = still[same.index(mine)]
        return found.ref if len(same) == 1 or _is_near(mine.box, found.box) else ""
    if len(old) != len(new):
        return ""
    titled = mine.title and new[at].title == mine.title
    alone = all(sum(one.title == mine.title for one in equals) == 1 for equals in (old, new))
    return new[at].ref if titled and alone else ""


def _kind(element: Element) -> tuple[object, ...] | None:
    """What an element is, and what it is called; None for a text or a container of which nothing is known."""
    names = tuple(_words(text) for text in (element.name, element.label, element.placeholder))
    if not any(names):
        if not (element.hints or element.interactive):
            return None
        names = (tuple(one for one in element.hints if one.isalpha() and one not in _STATE_HINTS),)
    return (element.tag, element.role, element.input_type, element.href, names)


def _words(text: str) -> tuple[str, ...]:
    """The words of a text without the signs that show a state, such as arrows, ticks and stars."""
    words = tuple("".join(" " if _is_mark(letter) else letter for letter in fold(text)).split())
    return words or tuple(text.split())


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "So" or "\u2190" <= letter <= "\u21ff"


def _equals(tree: PageTree, kind: tuple[object, ...]) -> list[_Equal]:
    """The elements of a kind, in reading order."""
    alike = [at for at, element in enumerate(tree.elements) if _kind(element) == kind]
    found = []
    for number, at in enumerate(alike):
        element = tree.elements[at]
        texts = _said_around(tree, at, alike[max(0, number - 1) : number + 2])
        title = next((_words(text) for text in texts if any(map(str.isalpha, text))), ())
        said = tuple(word for text in texts for word in _words(text))
        found.append(_Equal(element.ref, said, title, element.box))
    return found


def _said_around(tree: PageTree, at: int, alike: Sequence[int]) -> list[str]:
    """What tells one of the equals from its neighbours: what is said in the part of the page that is its own,
    else between them, else in the part that they share. Of what has no equals, what its row or item says.

    Args:
        at: Its place.
        alike: Its place and those of its neighbours.
    """
    if len(alike) == 1:
        record = enclosing_record(tree, tree.elements[at])
        first = tree.order[record.ref] if record else 0
        return [*_texts(tree, first, tree.ends[first], at)] if record else []
    own, shared = at, at
    while not any(shared <= one < tree.ends[shared] for one in alike if one != at):
        own, shared = shared, tree.parents[shared]
        if shared < 0:
            break
    first, end = (shared, tree.ends[shared]) if shared >= 0 else (0, len(tree.elements))
    before = max((tree.ends[one] for one in alike if first <= one < at), default=first)
    behind = min((one for one in alike if at < one < end), default=end)
    return (
        [*_texts(tree, own, tree.ends[own], at)]
        or [*_texts(tree, before, at), *_texts(tree, tree.ends[at], behind)]
        or [*_texts(tree, first, end, at)]
    )


def _texts(tree: PageTree, first: int, end: int, but: int = -1) -> Iterator[str]:
    """What is said between two places: texts, and what links, pictures and other controls are called.

    Args:
        but: The place of a control that is passed over.
    """
    at = first
    while at < end:
        element = tree.elements[at]
        whole = element.role == "text" or (element.interactive and element.role not in _HOLDING)
        if at != but and element.name and (whole or element.role in ("link", "img")):
            yield element.name
            whole = True
        at = tree.ends[at] if whole else at + 1


def _is_near(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) < _NEAR_PX for a, b in ((one.x, other.x), (one.y, other.y)))
