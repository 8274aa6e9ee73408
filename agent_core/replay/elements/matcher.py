"""Finding an element again by what it was, on a page that may have changed.

First by its role and its name. Where that does not single one out, everything that is known is weighed;
the best is taken only where it is good by itself and clearly better than the next: an element that is not
sure is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_core.replay.elements.likeness import (
    beside_likeness,
    name_of,
    row_likeness,
    same_use,
    telling_apart,
)
from agent_core.replay.elements.renamed import Found, NotFound, healed
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Described
from browser.model.element_match import called, clearly_best, fold, likeness, ranked, weighted
from browser.model.observation import Element

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
ENOUGH_FOR_A_PLACE = 3.0
"""What a text or a part of the page, of which only the place is known, must come to."""
ENOUGH_WITHOUT_NAME = 1.5
"""The same for the only one that has no name, where the wanted one had none either."""
OWN_ROW = 0.75
"""How alike what is in two rows must be to be the same row."""
SAME_NAME_MARGIN = 1.0
"""How much better it must be among those that have the very name."""
SAME_NAME = 0.9
"""How alike two names must be to be the same but for spelling."""


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
    name = name_of(wanted)
    bearers = [page.by_ref[ref] for ref in page.alike.get((wanted.role, fold(name)), ())]
    if not bearers and name and renamed:
        bearers = _almost(name, wanted, page)
    if len(bearers) == 1 and _is_the_one(wanted, bearers[0], page, renamed):
        return Found(ref=bearers[0].ref, score=SAME_NAME_AND_ROLE)
    if len(bearers) > 1:
        which = _among(bearers, wanted, page, renamed)
        return healed(wanted, page) if isinstance(which, NotFound) and not renamed else which
    if renamed:
        return NotFound(why=f"there is no {wanted.role} {name!r}")
    return healed(wanted, page)


def _almost(name: str, wanted: Described, page: Surroundings) -> list[Element]:
    """What can be used in the same way and is called the same, but for spelling or its role."""
    kin = [element for element in page.usable if same_use(wanted, element)]
    same = [element for element in kin if fold(called(element)) == fold(name)]
    return same or [element for element in kin if likeness(name, called(element)) >= SAME_NAME]


def _is_the_one(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> bool:
    """Whether the only one of that role and name is meant: one that is left of several must be in its row,
    and one without a name must be known by something else."""
    if not called(element):
        return _beyond_name(wanted, element, page, renamed) >= ENOUGH_WITHOUT_NAME
    in_its_row = bool(wanted.row) and row_likeness(wanted, element, page) >= OWN_ROW
    return wanted.of == 1 or renamed or in_its_row


def _among(
    bearers: Sequence[Element], wanted: Described, page: Surroundings, renamed: bool
) -> Found | NotFound:
    """Which of several with the very name."""
    matches = ranked(bearers, lambda one: _beyond_name(wanted, one, page, renamed))
    best = matches[0]
    # Where one of them has gone or is called otherwise, only its own row tells that another is not it.
    in_its_row = bool(wanted.row) and row_likeness(wanted, best.element, page) >= OWN_ROW
    known = renamed or len(bearers) == wanted.of or in_its_row
    if known and clearly_best(matches, SAME_NAME_MARGIN):
        return Found(ref=best.element.ref, score=best.score)
    if len(bearers) == wanted.of and not renamed and _as_it_was(wanted, bearers[wanted.nth], page):
        return Found(ref=bearers[wanted.nth].ref, score=best.score)
    return NotFound(
        why=f"there are {len(bearers)} {wanted.role}s {name_of(wanted)!r}, and which one is not sure"
    )


def _beyond_name(wanted: Described, element: Element, page: Surroundings, renamed: bool) -> float:
    evidence = telling_apart(wanted, element, page)
    if renamed:
        del evidence["hints"]
    else:
        evidence["beside"] = beside_likeness(wanted, element, page)
    return weighted(evidence, TELLING_APART)


def _as_it_was(wanted: Described, element: Element, page: Surroundings) -> bool:
    """Whether what is beside an element is still the same, so that counting may be trusted."""
    before, after = page.before(element, 1), page.after(element, 1)
    return tuple(before) == wanted.before[:1] and tuple(after) == wanted.after[:1]


def _find_place(wanted: Described, page: Surroundings) -> Found | NotFound:
    """Find something that is not there to be used: a text, a drawing, a part of the page."""
    same = [element for element in page.elements if element.role == wanted.role and element.box]
    name = fold(name_of(wanted))
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
    return NotFound(why=f"there is no {wanted.role} {name_of(wanted)!r} that is to be told from others")


def _place_score(wanted: Described, element: Element, page: Surroundings) -> float:
    """How well the place of something fits: what stands directly before it says most about what it is."""
    evidence = telling_apart(wanted, element, page)
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
