"""How much of what is known of an element is true of one on the page, each piece from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable

from agent_core.replay.elements.fingerprint import path_of, row_text
from agent_core.replay.elements.surroundings import Family, Surroundings, family
from agent_core.replay.format import Described
from browser.model.element_match import fold, likeness, words_of
from browser.model.observation import Element
from browser.model.records import record_around

_PICKY = frozenset(
    ("password", "file", "checkbox", "radio", "date", "time", "color", "range", "submit", "reset")
)
_ALIKE_FAMILIES: frozenset[frozenset[Family]] = frozenset(
    (frozenset(("field", "list")), frozenset(("press", "check")), frozenset(("press", "other")))
)


def name_of(wanted: Described) -> str:
    """What the element was called."""
    return wanted.name or wanted.label or wanted.placeholder or wanted.text


def telling_apart(wanted: Described, element: Element, page: Surroundings) -> dict[str, float]:
    """What tells elements apart that are called the same, each from 0 to 1."""
    link = path_of(element.href)
    its_kind, both_kinds = wanted.kind == element.input_type, bool(wanted.kind and element.input_type)
    both_links = bool(wanted.link and link)
    return {
        "row": row_likeness(wanted, element, page) if wanted.row else 0.0,
        "kind": float(its_kind and wanted.kind not in ("", "text", "submit", "button")),
        "other kind": float(both_kinds and not its_kind),
        "link": float(both_links and wanted.link == link),
        "other link": float(both_links and wanted.link != link),
        "around": around_likeness(wanted, element, page),
        "hints": hints_in_common(wanted, element, page),
    }


def same_use(wanted: Described, element: Element) -> bool:
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


def same_kind(wanted: Described, element: Element) -> bool:
    """Whether it has the same role and input type."""
    return wanted.role == element.role and wanted.kind == element.input_type


def common_words(one: str, other: str, page: Surroundings) -> float:
    """The share of words that two names have in common; those that few have count for more."""
    first, second = set(words_of(one)), set(words_of(other))
    how_many = page.how_many_words
    weight = {word: 1 / max(1, how_many[word]) for word in first | second}
    return sum(weight[word] for word in first & second) / sum(weight.values()) if weight else 0.0


def hints_in_common(wanted: Described, element: Element, page: Surroundings) -> float:
    """What the author calls it: words that few others on the page have count for more."""
    common = set(wanted.words) & set(element.hints)
    if not common:
        return 0.0
    how_many = page.how_many_hints
    return min(1.0, sum(1 / max(1, how_many[word]) for word in common))


def around_likeness(wanted: Described, element: Element, page: Surroundings) -> float:
    """The share of the enclosing parts that are still around it."""
    if not wanted.around:
        return 0.0
    now = page.telling(element)[: len(wanted.around) + 2]
    names = {fold(one.name) for one in now if one.name}
    roles = {one.role for one in now}
    hits = [fold(one.name) in names if one.name else 0.5 * (one.role in roles) for one in wanted.around]
    return sum(hits) / len(hits)


def beside_likeness(wanted: Described, element: Element, page: Surroundings) -> float:
    """The share of the texts beside it that are still there."""
    was = (*wanted.before, *wanted.after)
    now = (*page.before(element, len(wanted.before)), *page.after(element, len(wanted.after)))
    return share_left(was, now)


def row_likeness(wanted: Described, element: Element, page: Surroundings) -> float:
    """How alike what is in both rows is, 0 to 1; 0 where it is in no row."""
    record = record_around(page.tree, element)
    if record is None:
        return 0.0
    was, now = set(fold(wanted.row).split()), set(fold(row_text(record, element)).split())
    return len(was & now) / len(was | now) if was | now else 0.0


def both_alike(was: str, now: str) -> float:
    """How alike two names are; 0 where one is missing."""
    return likeness(was, now) if was and now else 0.0


def share_left(was: Iterable[str], now: Iterable[str]) -> float:
    """The share of texts that are there still."""
    old, new = {fold(text) for text in was}, {fold(text) for text in now}
    return len(old & new) / len(old) if old else 0.0
