"""Reading one fact off a page: the value beside a label."""

from __future__ import annotations

from browser.model.element_match import similarity
from browser.model.observation import Element
from engines.rules.scene import Scene
from engines.rules.step_generator import NotFound


def value_of_label(scene: Scene, key: str) -> str:
    """What stands beside a label: in the next cell of its row, else to its right.

    Raises:
        NotFound: No such label, or nothing beside it.
    """
    labels = [text for text in scene.texts if similarity(key, text.name.rstrip(" :")) >= 0.9]
    for label in labels:
        value = _next_cell(scene, label) or _right_of(scene, label)
        if value:
            return value
    raise NotFound(f"found no value beside {key!r}")


def _next_cell(scene: Scene, label: Element) -> str:
    cell = next(
        (
            above
            for above in scene.ancestors(label)
            if above.role in ("cell", "rowheader", "gridcell", "term")
        ),
        None,
    )
    if cell is None:
        return ""
    siblings = [
        other
        for other in scene.elements
        if other.parent == cell.parent and other.role in ("cell", "gridcell", "definition")
    ]
    after = [other for other in siblings if scene.order[other.ref] > scene.order[cell.ref]]
    return scene.words_of(after[0]).strip() if after else ""


def _right_of(scene: Scene, label: Element) -> str:
    if label.box is None:
        return ""
    best: tuple[float, str] | None = None
    for text in scene.texts:
        if text.ref == label.ref or text.box is None:
            continue
        middle = text.box.y + text.box.height / 2
        gap = text.box.x - label.box.right
        if label.box.y <= middle <= label.box.bottom and gap >= -2 and (best is None or gap < best[0]):
            best = (gap, text.name)
    return best[1] if best else ""
