"""Lists of places that a page opens with: the parts of its settings, one below the other or as cards.

Such an entry leads to a place whatever it is called. It is told from the choices of a control by how it lies:
it is a link, or one of a column that has nothing but its heading above it, and the place itself beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from browser.model.element_match import words_of
from browser.model.observation import Box, Element
from browser.model.roles import CHECK_ROLES, FIELD_ROLES
from engines.rules.grounding.find import new_in
from engines.rules.scene import Scene

_LEAST = 3
"""Entries of a column; fewer may be anything."""
_MOST_WORDS = 5
_MOST_EXPLAINED = 18
"""Words of a link that says what is behind it."""
_TOLD = ("status", "log", "alert")
"""Roles of places that tell what happened, and may lie anywhere."""
_WIDEST = 0.45
"""Of the page's width; what is wider is no column beside something."""


def entries_of_index(scene: Scene, before: Scene) -> list[Element]:
    """What of the things that came up between two looks leads to a part of what came up, in reading order."""
    usable = [e for e in new_in(scene, before) if _is_entry(e)]
    known = {(e.name, e.box) for e in before.texts}
    texts = [e for e in scene.texts if (e.name, e.box) not in known]
    texts = [e for e in texts if not any(above.role in _TOLD for above in scene.ancestors(e))]
    return [e for e in usable if _is_link(e) or _stands_in_column(e, usable, texts, scene)]


def _is_entry(element: Element) -> bool:
    words = words_of(element.text or element.name)
    most = _MOST_EXPLAINED if element.href else _MOST_WORDS
    plain = element.tag not in ("input", "select", "textarea") and element.role not in (
        *FIELD_ROLES,
        *CHECK_ROLES,
        "option",
    )
    return (
        element.interactive
        and element.enabled
        and element.box is not None
        and plain
        and 0 < len(words) <= most
    )


def _is_link(element: Element) -> bool:
    return bool(element.href) and element.role == "link"


def _stands_in_column(
    element: Element, usable: Sequence[Element], texts: Sequence[Element], scene: Scene
) -> bool:
    """Whether it is one of several alike in a column, and only what they lead to stands beside them."""
    column = [e for e in usable if (e.parent, e.tag) == (element.parent, element.tag)]
    boxes = [e.box for e in column if e.box is not None]
    if len(boxes) < _LEAST or not _one_below_the_other(boxes):
        return False
    left, right = min(box.x for box in boxes), max(box.right for box in boxes)
    links = [e for e in usable if _is_link(e)]
    top = min(box.y for box in boxes)
    others = [e for e in texts if not any(scene.holds(entry, e) for entry in (*column, *links))]
    below_its_top = [e.box for e in others if e.box and e.box.bottom > top]
    if right - left > _WIDEST * max(e.box.right for e in scene.texts if e.box):
        return False
    return bool(below_its_top) and all(box.x >= right for box in below_its_top)


def _one_below_the_other(boxes: Sequence[Box]) -> bool:
    tops = [box.y for box in boxes]
    return len({box.x for box in boxes}) == 1 and len(set(tops)) == len(tops)
