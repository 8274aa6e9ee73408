"""Finding an element again by what it was, on a page that may have changed.

First by its role and its name. Where that does not single one out, everything that is known is weighed;
the best is taken only where it is good by itself and clearly better than the next: an element that is not
sure is not touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent_core.replay.elements.fingerprint import lasting_states, path_of, row_text
from agent_core.replay.elements.surroundings import Family, Surroundings, family
from agent_core.replay.format import Described
from browser.model.element_match import called, clearly_best, fold, likeness, ranked, weighted, words_of
from browser.model.observation import Element
from browser.model.records import record_around

SAME_NAME_AND_ROLE = 7.0
"""The score of the only element that has the very name and role."""
SAME_ROLE = 2.0
"""The score of the only element of that role."""
TELLING_APART: Mapping[str, float] = {
    "row": 4.0,
    "kind": 1.5,
    "other kind": -4.0,
    "link": 5.0,
    "other link": -1.5,
    "around": 1.5,
    "beside": 2.0,
    "hints": 3.0,
    "label before": 3.0,
    "text after": 1.0,
    "heading": 1.0,
}
"""What each piece of evidence is worth among elements that are called the same or have no name."""
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
ENOUGH_FOR_A_PLACE = 3.0
"""What a text or a part of the page, of which only the place is known, must come to."""
ENOUGH_WITHOUT_NAME = 1.5
"""The same for the only one that has no name, where the wanted one had none either."""
OWN_ROW = 0.75
"""How alike what is in two rows must be to be the same row."""
NOT_ANOTHER_ROW = 0.3
"""How alike what is in two rows must be for one to be what has become of the other."""
SAME_NAME_MARGIN = 1.0
"""How much better it must be among those that have the very name."""
SAME_NAME = 0.9
"""How alike two names must be to be the same but for spelling."""

_PICKY = frozenset(
    ("password", "file", "checkbox", "radio", "date", "time", "color", "range", "submit", "reset")
)
_ALIKE_FAMILIES: frozenset[frozenset[Family]] = frozenset(
    (frozenset(("field", "list")), frozenset(("press", "check")), frozenset(("press", "other")))
)


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


def find(wanted: Described, page: Surroundings, *, renamed: bool = False) -> Found | NotFound:
    """Find an element.

    Args:
        wanted: What it was, with the values of parameters in it.
        page: What is there now.
        renamed: A parameter with another value is in its name or row: then the name decides, and nothing
            that was true of the element of the recording.
    """
    if not wanted.usable:
        return _find_place(wanted, page)
    name = _name(wanted)
    bearers = [page.by_ref[ref] for ref in page.alike.get((wanted.role, fold(name)), ())]
    if not bearers and name and renamed:
        bearers = _almost(name, wanted, page)
    if len(bearers) == 1 and _is_the_one(wanted, bearers[0], page, renamed):
        return Found(ref=bearers[0].ref, score=SAME_NAME_AND_ROLE)
    if len(bearers) > 1:
        which = _among(bearers, wanted, page, renamed)
        return _healed(wanted, page) if isinstance(which, NotFound) and not renamed else which
    if renamed:
        return NotFound(why=f"there is no {wanted.role} {name!r}")
    return _healed(wanted, page)


def _name(wanted: Described) -> str:
    return wanted.name or wanted.label or wanted.placeholder or wanted.text


def _almost(name: str, wanted: Described, page: Surroundings) -> list[Element]:
    """What can be used in the same way and is called the same, but for spelling or its role."""
    kin = [element for element in page.usable if _fits(wanted, element)]
    same = [element for element in kin if fold(called(element)) == fold(name)]
    return same or [element for element in kin if likeness(name, called(element)) >= SAME_NAME]


def _is_the_one(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> bool:
    """Whether the only one of that role and name is meant: one that is left of several must be in its row,
    and one without a name must be known by something else."""
    if not called(element):
        return _beyond_name(wanted, element, page, renamed) >= ENOUGH_WITHOUT_NAME
    in_its_row = bool(wanted.row) and _row_likeness(wanted, element, page) >= OWN_ROW
    return wanted.of == 1 or renamed or in_its_row


def _among(
    bearers: Sequence[Element], wanted: Described, page: Surroundings, renamed: bool
) -> Found | NotFound:
    """Which of several with the very name."""
    matches = ranked(bearers, lambda one: _beyond_name(wanted, one, page, renamed))
    best = matches[0]
    # Where one of them has gone or is called otherwise, only its own row tells that another is not it.
    in_its_row = bool(wanted.row) and _row_likeness(wanted, best.element, page) >= OWN_ROW
    known = renamed or len(bearers) == wanted.of or in_its_row
    if known and clearly_best(matches, SAME_NAME_MARGIN):
        return Found(ref=best.element.ref, score=best.score)
    if len(bearers) == wanted.of and not renamed and _as_it_was(wanted, bearers[wanted.nth], page):
        return Found(ref=bearers[wanted.nth].ref, score=best.score)
    return NotFound(
        why=f"there are {len(bearers)} {wanted.role}s {_name(wanted)!r}, and which one is not sure"
    )


def _beyond_name(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> float:
    evidence = _telling_apart(wanted, element, page)
    if renamed:
        del evidence["hints"]
    else:
        evidence["beside"] = _beside(wanted, element, page)
    return weighted(evidence, TELLING_APART)


def _telling_apart(wanted: Described, element: Element, page: Surroundings) -> dict[str, float]:
    """What tells elements apart that are called the same, each from 0 to 1."""
    link = path_of(element.href)
    same_kind, both_kinds = wanted.kind == element.input_type, bool(wanted.kind and element.input_type)
    both_links = bool(wanted.link and link)
    return {
        "row": _row_likeness(wanted, element, page) if wanted.row else 0.0,
        "kind": float(same_kind and wanted.kind not in ("", "text", "submit", "button")),
        "other kind": float(both_kinds and not same_kind),
        "link": float(both_links and wanted.link == link),
        "other link": float(both_links and wanted.link != link),
        "around": _around(wanted, element, page),
        "hints": _hints(wanted, element, page),
    }


def _as_it_was(wanted: Described, element: Element, page: Surroundings) -> bool:
    """Whether what is beside an element is still the same, so that counting may be trusted."""
    before, after = page.before(element, 1), page.after(element, 1)
    return tuple(before) == wanted.before[:1] and tuple(after) == wanted.after[:1]


def _healed(wanted: Described, page: Surroundings) -> Found | NotFound:
    kin = [element for element in page.usable if _fits(wanted, element)]
    free = _free(wanted, kin, page)
    if not free:
        return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r}, nor anything that it could be now")
    chances = _chances(wanted, free, kin, page)
    best = max(range(len(free)), key=lambda at: chances[at])
    element = free[best]
    now = f"{element.role} {called(element)!r}"
    if chances[best] >= SURE:
        same = fold(called(element)) == fold(_name(wanted)) and element.role == wanted.role
        how: Literal["same", "healed"] = "same" if same else "healed"
        return Found(ref=element.ref, how=how, score=chances[best], why=f"it is {now} now")
    rest = sorted((chance, at) for at, chance in enumerate(chances) if at != best)
    if rest and rest[-1][0] > 1 - sum(chances):
        other = free[rest[-1][1]]
        return NotFound(
            why=f"there is no {wanted.role} {_name(wanted)!r}; "
            f"it could be {now} or {other.role} {called(other)!r}"
        )
    return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r}; {now} is too unlike it")


def _free(wanted: Described, kin: Sequence[Element], page: Surroundings) -> list[Element]:
    """What is not known as another, by its name or by the row it is in."""
    taken = {fold(other) for other in (*wanted.others, *wanted.peers)} - {fold(_name(wanted)), ""}
    free = [element for element in kin if fold(called(element)) not in taken]
    if wanted.of == 1 or not wanted.row:
        return free
    return [element for element in free if _row_likeness(wanted, element, page) >= NOT_ANOTHER_ROW]


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
    name, now = _name(wanted), called(element)
    there = {fold(called(one)) for one in kin}
    gone = [peer for peer in wanted.peers if fold(peer) not in there]
    alike = [one for one in free if _same_kind(wanted, one)]
    link = path_of(element.href)
    alone = _same_kind(wanted, element) and len(alike) == 1
    both_options = bool(wanted.options and element.options)
    return {
        "any": 1.0,
        "height": float(_height_is_as_it_was(wanted, element)),
        "states": float(wanted.states == lasting_states(element)),
        "tip": _both(wanted.tip, element.description),
        "only such words": float(_alone_has_such_words(name, element, free, page)),
        "nameless": float(bool(name) != bool(now)),
        "like another": max((_common_words(peer, now, page) for peer in gone), default=0.0),
        "role": float(wanted.role == element.role),
        "tag": float(wanted.tag == element.tag),
        "kind": float(wanted.kind == element.input_type != ""),
        "other kind": float(wanted.kind != element.input_type),
        "link": float(bool(link) and wanted.link == link),
        "other link": float(bool(link or wanted.link) and wanted.link != link),
        "hints": _hints(wanted, element, page),
        "placeholder": _both(wanted.placeholder, element.placeholder),
        "options": _overlap(wanted.options, element.options[: len(wanted.options)]) if both_options else 0.0,
        "around": _around(wanted, element, page),
        "beside": _beside(wanted, element, page),
        "company": _company(wanted, element, page),
        "row": _row_likeness(wanted, element, page) if wanted.row else 0.0,
        "alone": float(alone and not gone),
        "one of few": float(alone and bool(gone)),
        "crowd": float(not alone and len(alike) > 1 + len(gone)),
    }


def _same_kind(wanted: Described, element: Element) -> bool:
    return wanted.role == element.role and wanted.kind == element.input_type


def _alone_has_such_words(name: str, element: Element, free: Sequence[Element], page: Surroundings) -> bool:
    having = [one for one in free if _common_words(name, called(one), page) > 0]
    return len(having) == 1 and having[0] is element


def _common_words(one: str, other: str, page: Surroundings) -> float:
    """The share of words that two names have in common; those that few have count for more."""
    first, second = set(words_of(one)), set(words_of(other))
    how_many = page.how_many_words
    weight = {word: 1 / max(1, how_many[word]) for word in first | second}
    return sum(weight[word] for word in first & second) / sum(weight.values()) if weight else 0.0


def _height_is_as_it_was(wanted: Described, element: Element) -> bool:
    """Width is that of the words; height is that of its kind."""
    return element.box is not None and bool(wanted.size) and abs(element.box.height - wanted.size[1]) <= 1


def _company(wanted: Described, element: Element, page: Surroundings) -> float:
    now = set(page.company(element))
    was = {fold(text) for text in wanted.company}
    return len(was & now) / len(was) if was else 0.0


def _fits(wanted: Described, element: Element) -> bool:
    """Whether the same can be done with it."""
    was, now = _family(wanted), family(element)
    if was != now and frozenset((was, now)) not in _ALIKE_FAMILIES:
        return False
    return not (
        wanted.kind != element.input_type and {wanted.kind, element.input_type} & _PICKY and was != "press"
    )


def _family(wanted: Described) -> Family:
    return family(
        Element(ref="", role=wanted.role, tag=wanted.tag, input_type=wanted.kind, interactive=wanted.usable)
    )


def _hints(wanted: Described, element: Element, page: Surroundings) -> float:
    """What the author calls it: words that few others on the page have count for more."""
    common = set(wanted.words) & set(element.hints)
    if not common:
        return 0.0
    how_many = page.how_many_hints
    return min(1.0, sum(1 / max(1, how_many[word]) for word in common))


def _around(wanted: Described, element: Element, page: Surroundings) -> float:
    if not wanted.around:
        return 0.0
    now = page.telling(element)[: len(wanted.around) + 2]
    names = {fold(one.name) for one in now if one.name}
    roles = {one.role for one in now}
    hits = [fold(one.name) in names if one.name else 0.5 * (one.role in roles) for one in wanted.around]
    return sum(hits) / len(hits)


def _beside(wanted: Described, element: Element, page: Surroundings) -> float:
    was = (*wanted.before, *wanted.after)
    now = (*page.before(element, len(wanted.before)), *page.after(element, len(wanted.after)))
    return _overlap(was, now)


def _row_likeness(wanted: Described, element: Element, page: Surroundings) -> float:
    record = record_around(page.tree, element)
    if record is None:
        return 0.0
    was, now = set(fold(wanted.row).split()), set(fold(row_text(record, element)).split())
    return len(was & now) / len(was | now) if was | now else 0.0


def _both(was: str, now: str) -> float:
    return likeness(was, now) if was and now else 0.0


def _overlap(was: Iterable[str], now: Iterable[str]) -> float:
    """The share of texts that are there still."""
    old, new = {fold(text) for text in was}, {fold(text) for text in now}
    return len(old & new) / len(old) if old else 0.0


def _find_place(wanted: Described, page: Surroundings) -> Found | NotFound:
    """Find something that is not there to be used: a text, a drawing, a part of the page."""
    same = [element for element in page.elements if element.role == wanted.role and element.box]
    name = fold(_name(wanted))
    bearers = [element for element in same if fold(called(element)) == name] if name else []
    if len(bearers) == 1:
        return Found(ref=bearers[0].ref, score=SAME_NAME_AND_ROLE)
    pool = bearers or [element for element in same if element.tag == wanted.tag]
    if len(pool) == 1 and not name:
        return Found(ref=pool[0].ref, score=SAME_ROLE)
    matches = ranked(pool, lambda one: _place_score(wanted, one, page))
    best = clearly_best(matches, SAME_NAME_MARGIN, 0.0 if bearers else ENOUGH_FOR_A_PLACE)
    if best is not None:
        return Found(ref=best.element.ref, how="healed" if name and not bearers else "same")
    if bearers and len(bearers) == wanted.of and _as_it_was(wanted, bearers[wanted.nth], page):
        return Found(ref=bearers[wanted.nth].ref, score=SAME_ROLE)
    return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r} that is to be told from others")


def _place_score(wanted: Described, element: Element, page: Surroundings) -> float:
    """How well the place of something fits: what stands directly before it says most about what it is."""
    evidence = _telling_apart(wanted, element, page)
    del evidence["kind"], evidence["other kind"]
    same_before = bool(wanted.before) and page.before(element, 1) == list(wanted.before[:1])
    same_after = bool(wanted.after) and page.after(element, 1) == list(wanted.after[:1])
    return weighted(
        {
            **evidence,
            "label before": float(same_before),
            "text after": float(same_after),
            "heading": float(element.level is not None and element.role == "heading"),
        },
        TELLING_APART,
    )
