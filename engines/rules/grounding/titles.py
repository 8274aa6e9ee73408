"""What a page says that it is about: its headings, what stands larger than the rest, the chosen entries."""

from __future__ import annotations

from statistics import median

from browser.model.observation import Element
from engines.rules.scene import Scene

_LARGER = 1.2
"""So many times the usual size of letters, a text is a title."""
_CHOSEN = frozenset({"active", "current", "selected"})


def titles(scene: Scene) -> list[str]:
    """The titles that a page shows, whatever their roles."""
    large = [text.name for text in large_texts(scene)]
    marked = [
        element.name or element.text
        for element in scene.elements
        if element.box and (element.role == "heading" or _is_chosen(element))
    ]
    return [*marked, *large]


def large_texts(scene: Scene) -> list[Element]:
    """The texts in larger letters than the usual ones of a page."""
    usual = median([size for text in scene.texts if (size := _size(text))] or [0.0])
    return [text for text in scene.texts if usual and _size(text) >= _LARGER * usual]


def heads_alone(text: Element, scene: Scene) -> bool:
    """Whether a large text is none of several: no record like the one around it has a text as large."""
    for group in scene.records_around(text):
        for other in scene.alike(group):
            inside = (e for e in scene.inside(other) if e.role == "text")
            if other.ref != group.ref and any(_size(e) >= _size(text) for e in inside):
                return False
    return True


def _is_chosen(element: Element) -> bool:
    return "selected" in element.states or bool(_CHOSEN & {*element.hints})


def _size(text: Element) -> float:
    return text.appearance.font_px if text.appearance is not None else 0.0
