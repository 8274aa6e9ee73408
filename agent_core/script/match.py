"""Finding an element again by what it was, on a page that may have changed.

First by its role and its name. Where that does not single one out, everything that is known is weighed;
the best is taken only where it is good by itself and clearly better than the next: an element that is not
sure is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent_core.script.describe import path_of, row_text
from agent_core.script.file import Described
from agent_core.script.surroundings import Family, Surroundings, family, fold, said
from browser.observation import Element

NAME = 5.0
NAME_IS_OTHER = -1.5
ROLE = 2.0
ROLE_OF_FAMILY = 0.5
KIND = 1.5
KIND_IS_OTHER = -4.0
LINK = 5.0
LINK_IS_OTHER = -1.5
WORDS = 3.0
PLACEHOLDER = 3.0
OPTIONS = 4.0
OPTIONS_ARE_OTHER = -2.0
AROUND = 1.5
BESIDE = 2.0
ROW = 4.0
PLACE = 1.0
LAST_ONE_LEFT = 4.0
LABEL = 3.0
"""What a feature that agrees is worth; those below zero are for one that disagrees."""
ENOUGH = 1.8
"""What an element must come to by itself, to be taken for one that was called otherwise."""
ENOUGH_FOR_A_PLACE = 3.0
"""The same for a text or a part of the page, of which only the place is known."""
ENOUGH_WITHOUT_NAME = 1.5
"""The same for the only one that has no name, where the wanted one had none either."""
MARGIN = 1.2
"""How much better than the next one it must be."""
OWN_ROW = 0.75
"""How alike what is in two rows must be to be the same row."""
SAME_NAME_MARGIN = 1.0
"""How much better it must be among those that have the very name."""
ALIKE = 0.7
"""How alike two names must be to count for each other."""
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


@dataclass(frozen=True, slots=True)
class _Weighed:
    element: Element
    score: float


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
        return Found(ref=bearers[0].ref, score=NAME + ROLE)
    if len(bearers) > 1:
        return _among(bearers, wanted, page, renamed)
    if bearers and name:
        return NotFound(why=f"the {wanted.role} {name!r} that is left is another one")
    if renamed:
        return NotFound(why=f"there is no {wanted.role} {name!r}")
    return _healed(wanted, page)


def _name(wanted: Described) -> str:
    return wanted.name or wanted.label or wanted.placeholder or wanted.text


def _almost(name: str, wanted: Described, page: Surroundings) -> list[Element]:
    """What can be used in the same way and is called the same, but for spelling or its role."""
    kin = [element for element in page.usable if _fits(wanted, element)]
    same = [element for element in kin if fold(said(element)) == fold(name)]
    return same or [element for element in kin if likeness(name, said(element)) >= SAME_NAME]


def _is_the_one(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> bool:
    """Whether the only one of that role and name is meant: one that is left of several must be in its row,
    and one without a name must be known by something else."""
    if not said(element):
        return _beyond_name(wanted, element, page, renamed) >= ENOUGH_WITHOUT_NAME
    in_its_row = bool(wanted.row) and _row_likeness(wanted, element, page) >= OWN_ROW
    return wanted.of == 1 or renamed or in_its_row


def _among(
    bearers: Sequence[Element], wanted: Described, page: Surroundings, renamed: bool
) -> Found | NotFound:
    """Which of several with the very name."""
    weighed = sorted(
        (_Weighed(one, _beyond_name(wanted, one, page, renamed)) for one in bearers),
        key=lambda one: -one.score,
    )
    best, second = weighed[0], weighed[1]
    # Where one of them has gone or is called otherwise, only its own row tells that another is not it.
    in_its_row = bool(wanted.row) and _row_likeness(wanted, best.element, page) >= OWN_ROW
    known = renamed or len(bearers) == wanted.of or in_its_row
    if known and best.score - second.score >= SAME_NAME_MARGIN:
        return Found(ref=best.element.ref, score=best.score)
    if len(bearers) == wanted.of and not renamed and _as_it_was(wanted, bearers[wanted.nth], page):
        return Found(ref=bearers[wanted.nth].ref, score=best.score)
    return NotFound(
        why=f"there are {len(bearers)} {wanted.role}s {_name(wanted)!r}, and which one is not sure"
    )


def _beyond_name(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> float:
    score = _row(wanted, element, page) + _kind(wanted, element) + _link(wanted, element)
    score += AROUND * _around(wanted, element, page)
    return (
        score if renamed else score + BESIDE * _beside(wanted, element, page) + _words(wanted, element, page)
    )


def _as_it_was(wanted: Described, element: Element, page: Surroundings) -> bool:
    """Whether what is beside an element is still the same, so that counting may be trusted."""
    before, after = page.before(element, 1), page.after(element, 1)
    return tuple(before) == wanted.before[:1] and tuple(after) == wanted.after[:1]


def _healed(wanted: Described, page: Surroundings) -> Found | NotFound:
    taken = {fold(other) for other in wanted.others}
    kin = [element for element in page.usable if _fits(wanted, element)]
    free = [element for element in kin if fold(said(element)) not in taken]
    if not free:
        return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r}, nor anything that it could be now")
    alone = _alone(wanted, free, kin)
    weighed = sorted(
        (_Weighed(one, _weigh(wanted, one, page) + (LAST_ONE_LEFT if one is alone else 0.0)) for one in free),
        key=lambda one: -one.score,
    )
    best = weighed[0]
    gap = best.score - weighed[1].score if len(weighed) > 1 else best.score
    now = f"{best.element.role} {said(best.element)!r}"
    if best.score < ENOUGH:
        return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r}; {now} is too unlike it")
    if gap < MARGIN:
        other = weighed[1].element
        return NotFound(
            why=f"there is no {wanted.role} {_name(wanted)!r}; "
            f"it could be {now} or {other.role} {said(other)!r}"
        )
    return Found(ref=best.element.ref, how="healed", score=best.score, why=f"it is {now} now")


def _alone(wanted: Described, free: Sequence[Element], kin: Sequence[Element]) -> Element | None:
    """The one that is left where all others of the recording are still there under their names."""
    there = {fold(said(element)) for element in kin}
    same = [element for element in free if element.role == wanted.role and element.input_type == wanted.kind]
    if len(same) != 1 or not all(fold(other) in there for other in wanted.others):
        return None
    return same[0]


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


def _weigh(wanted: Described, element: Element, page: Surroundings) -> float:
    return (
        _names(wanted, element)
        + (ROLE if element.role == wanted.role else ROLE_OF_FAMILY)
        + _kind(wanted, element)
        + _link(wanted, element)
        + _words(wanted, element, page)
        + PLACEHOLDER * _both(wanted.placeholder, element.placeholder)
        + _options(wanted, element)
        + AROUND * _around(wanted, element, page)
        + BESIDE * _beside(wanted, element, page)
        + _row(wanted, element, page)
    )


def _names(wanted: Described, element: Element) -> float:
    name, now = _name(wanted), said(element)
    if not name or not now:
        return 0.0 if name == now else NAME_IS_OTHER / 2
    alike = likeness(name, now)
    return NAME * alike if alike >= ALIKE else NAME_IS_OTHER


def _kind(wanted: Described, element: Element) -> float:
    if wanted.kind == element.input_type:
        return KIND if wanted.kind not in ("", "text", "submit", "button") else 0.0
    return KIND_IS_OTHER if wanted.kind and element.input_type else 0.0


def _link(wanted: Described, element: Element) -> float:
    now = path_of(element.href)
    if not wanted.link or not now:
        return 0.0
    return LINK if wanted.link == now else LINK_IS_OTHER


def _words(wanted: Described, element: Element, page: Surroundings) -> float:
    """What the author calls it: words that few others on the page have count for more."""
    common = set(wanted.words) & set(element.hints)
    if not common:
        return 0.0
    how_many = page.how_many_hints
    return WORDS * min(1.0, sum(1 / max(1, how_many[word]) for word in common))


def _options(wanted: Described, element: Element) -> float:
    if not wanted.options or not element.options:
        return 0.0
    share = _overlap(wanted.options, element.options[: len(wanted.options)])
    return OPTIONS * share if share > 0.2 else OPTIONS_ARE_OTHER


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


def _row(wanted: Described, element: Element, page: Surroundings) -> float:
    return ROW * _row_likeness(wanted, element, page) if wanted.row else 0.0


def _row_likeness(wanted: Described, element: Element, page: Surroundings) -> float:
    record = page.record(element)
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


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1."""
    from rapidfuzz import fuzz  # only replays need it

    first, second = fold(one), fold(other)
    if first == second:
        return 1.0
    words, others = set(first.split()), set(second.split())
    if words and others and (words <= others or others <= words):
        return 0.7 + 0.25 * min(len(words), len(others)) / max(len(words), len(others))
    ratio = fuzz.ratio(first, second) / 100
    return ratio if _may_be_spelling(words, others) else min(ratio, 0.5)


def _may_be_spelling(words: set[str], others: set[str]) -> bool:
    """Whether a difference could be one of spelling: never in numbers, nor in words of a few letters."""
    return all(len(word) >= 4 and not any(sign.isdigit() for sign in word) for word in words ^ others)


def _find_place(wanted: Described, page: Surroundings) -> Found | NotFound:
    """Find something that is not there to be used: a text, a drawing, a part of the page."""
    same = [element for element in page.elements if element.role == wanted.role and element.box]
    name = fold(_name(wanted))
    bearers = [element for element in same if fold(said(element)) == name] if name else []
    if len(bearers) == 1:
        return Found(ref=bearers[0].ref, score=NAME + ROLE)
    pool = bearers or [element for element in same if element.tag == wanted.tag]
    if len(pool) == 1 and not name:
        return Found(ref=pool[0].ref, score=ROLE)
    weighed = sorted(
        (_Weighed(one, _weigh_place(wanted, one, page)) for one in pool), key=lambda one: -one.score
    )
    enough = 0.0 if bearers else ENOUGH_FOR_A_PLACE
    if (
        len(weighed) > 1
        and weighed[0].score - weighed[1].score >= SAME_NAME_MARGIN
        and weighed[0].score >= enough
    ):
        return Found(ref=weighed[0].element.ref, how="healed" if name and not bearers else "same")
    if bearers and len(bearers) == wanted.of and _as_it_was(wanted, bearers[wanted.nth], page):
        return Found(ref=bearers[wanted.nth].ref, score=ROLE)
    return NotFound(why=f"there is no {wanted.role} {_name(wanted)!r} that is to be told from others")


def _weigh_place(wanted: Described, element: Element, page: Surroundings) -> float:
    """How well the place of something fits: what stands directly before it says most about what it is."""
    label = bool(wanted.before) and page.before(element, 1) == list(wanted.before[:1])
    after = bool(wanted.after) and page.after(element, 1) == list(wanted.after[:1])
    return (
        (LABEL if label else 0.0)
        + (PLACE if after else 0.0)
        + _words(wanted, element, page)
        + _link(wanted, element)
        + AROUND * _around(wanted, element, page)
        + _row(wanted, element, page)
        + (PLACE if element.level is not None and element.role == "heading" else 0.0)
    )
