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
        if element.box and (element.role == "heading" or is_chosen(element))
    ]
    return [*marked, *large]


def large_texts(scene: Scene) -> list[Element]:
    """The texts in larger letters than the usual ones of a page."""
    usual = median([size for text in scene.texts if (size := letter_px(text))] or [0.0])
    return [text for text in scene.texts if usual and letter_px(text) >= _LARGER * usual]


def heads_alone(text: Element, scene: Scene) -> bool:
    """Whether a large text is none of several: no record like the one around it has a text as large."""
    for group in scene.records_around(text):
        for other in scene.alike(group):
            inside = (e for e in scene.inside(other) if e.role == "text")
            if other.ref != group.ref and any(letter_px(e) >= letter_px(text) for e in inside):
                return False
    return True


def is_chosen(element: Element) -> bool:
    """Whether an entry, a record or an object is marked as the chosen one of its like."""
    return "selected" in element.states or bool(_CHOSEN & {*element.hints})


def letter_px(text: Element) -> float:
    """The height of the letters of a text in CSS pixels; 0 where it was not seen."""
    return text.appearance.font_px if text.appearance is not None else 0.0
