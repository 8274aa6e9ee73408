"""Finding an element that is called otherwise now: all that is known of it is weighed, as odds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent_core.replay.elements.fingerprint import lasting_states, path_of
from agent_core.replay.elements.likeness import (
    around_likeness,
    beside_likeness,
    both_alike,
    common_words,
    hints_in_common,
    name_of,
    row_likeness,
    same_kind,
    same_use,
    share_left,
)
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Described
from browser.model.element_match import called, fold, weighted
from browser.model.observation import Element

CALLED_OTHERWISE: Mapping[str, float] = {
    "any": -12.9,
    "only such words": 2.5,
    "nameless": -4.1,
    "like another": -5.7,
    "role": 3.3,
    "tag": 2.3,
    "kind": 1.0,
    "other kind": -3.5,
    "link": 3.0,
    "other link": -4.9,
    "hints": 2.0,
    "placeholder": 1.0,
    "options": 1.8,
    "tip": 2.3,
    "states": 3.6,
    "height": 1.7,
    "around": 1.9,
    "beside": 1.1,
    "company": 4.1,
    "row": 2.0,
    "alone": 2.1,
    "one of few": -4.0,
    "crowd": 0.9,
}
"""What each piece of evidence is worth as a logarithm of odds, for one that was called otherwise; against
that it is none of them. Fitted on pages of ours that were changed at random, with and without the element."""
SURE = 0.55
"""How likely it must be the one, to be taken."""
NOT_ANOTHER_ROW = 0.3
"""How alike what is in two rows must be for one to be what has become of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An element, and how sure it is that it is the one."""

    ref: str
    how: Literal["same", "healed"] = "same"
    """`healed`: it is not what it was, and was known by the rest."""
    score: float = 0.0
    why: str = ""
    """For a healed one: what it is now, and how it was known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """No element is sure to be the one."""

    why: str


def healed(wanted: Described, page: Surroundings) -> Found | NotFound:
    """The element that is most likely the wanted one, if that is likely enough."""
    kin = [element for element in page.usable if same_use(wanted, element)]
    free = _free(wanted, kin, page)
    if not free:
        return NotFound(
            why=f"there is no {wanted.role} {name_of(wanted)!r}, nor anything that it could be now"
        )
    chances = _chances(wanted, free, kin, page)
    best = max(range(len(free)), key=lambda at: chances[at])
    element = free[best]
    now = f"{element.role} {called(element)!r}"
    if chances[best] >= SURE:
        same = fold(called(element)) == fold(name_of(wanted)) and element.role == wanted.role
        how: Literal["same", "healed"] = "same" if same else "healed"
        return Found(ref=element.ref, how=how, score=chances[best], why=f"it is {now} now")
    rest = sorted((chance, at) for at, chance in enumerate(chances) if at != best)
    if rest and rest[-1][0] > 1 - sum(chances):
        other = free[rest[-1][1]]
        return NotFound(
            why=f"there is no {wanted.role} {name_of(wanted)!r}; "
            f"it could be {now} or {other.role} {called(other)!r}"
        )
    return NotFound(why=f"there is no {wanted.role} {name_of(wanted)!r}; {now} is too unlike it")


def _free(wanted: Described, kin: Sequence[Element], page: Surroundings) -> list[Element]:
    """What is not known as another, by its name or by the row it is in."""
    taken = {fold(other) for other in (*wanted.others, *wanted.peers)} - {fold(name_of(wanted)), ""}
    free = [element for element in kin if fold(called(element)) not in taken]
    if wanted.of == 1 or not wanted.row:
        return free
    return [element for element in free if row_likeness(wanted, element, page) >= NOT_ANOTHER_ROW]


def _chances(
    wanted: Described, free: Sequence[Element], kin: Sequence[Element], page: Surroundings
) -> list[float]:
    """How likely each is the one, where it may also be none of them."""
    scores = [weighted(_evidence(wanted, one, free, kin, page), CALLED_OTHERWISE) for one in free]
    most = max(0.0, *scores)
    shares = [math.exp(each - most) for each in scores]
    return [share / (sum(shares) + math.exp(-most)) for share in shares]


def _evidence(
    wanted: Described, element: Element, free: Sequence[Element], kin: Sequence[Element], page: Surroundings
) -> dict[str, float]:
    """What speaks for an element and against it, each from 0 to 1."""
    name, now = name_of(wanted), called(element)
    there = {fold(called(one)) for one in kin}
    gone = [peer for peer in wanted.peers if fold(peer) not in there]
    alike = [one for one in free if same_kind(wanted, one)]
    link = path_of(element.href)
    alone = same_kind(wanted, element) and len(alike) == 1
    both_options = bool(wanted.options and element.options)
    return {
        "any": 1.0,
        "height": float(_height_is_as_it_was(wanted, element)),
        "states": float(wanted.states == lasting_states(element)),
        "tip": both_alike(wanted.tip, element.description),
        "only such words": float(_alone_has_such_words(name, element, free, page)),
        "nameless": float(bool(name) != bool(now)),
        "like another": max((common_words(peer, now, page) for peer in gone), default=0.0),
        "role": float(wanted.role == element.role),
        "tag": float(wanted.tag == element.tag),
        "kind": float(wanted.kind == element.input_type != ""),
        "other kind": float(wanted.kind != element.input_type),
        "link": float(bool(link) and wanted.link == link),
        "other link": float(bool(link or wanted.link) and wanted.link != link),
        "hints": hints_in_common(wanted, element, page),
        "placeholder": both_alike(wanted.placeholder, element.placeholder),
        "options": share_left(wanted.options, element.options[: len(wanted.options)])
        if both_options
        else 0.0,
        "around": around_likeness(wanted, element, page),
        "beside": beside_likeness(wanted, element, page),
        "company": _company(wanted, element, page),
        "row": row_likeness(wanted, element, page) if wanted.row else 0.0,
        "alone": float(alone and not gone),
        "one of few": float(alone and bool(gone)),
        "crowd": float(not alone and len(alike) > 1 + len(gone)),
    }


def _alone_has_such_words(name: str, element: Element, free: Sequence[Element], page: Surroundings) -> bool:
    having = [one for one in free if common_words(name, called(one), page) > 0]
    return len(having) == 1 and having[0] is element


def _height_is_as_it_was(wanted: Described, element: Element) -> bool:
    """Width is that of the words; height is that of its kind."""
    return element.box is not None and bool(wanted.size) and abs(element.box.height - wanted.size[1]) <= 1


def _company(wanted: Described, element: Element, page: Surroundings) -> float:
    now = set(page.company(element))
    was = {fold(text) for text in wanted.company}
    return len(was & now) / len(was) if was else 0.0
