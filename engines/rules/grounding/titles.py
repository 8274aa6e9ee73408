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
    usual = median([size for text in scene.texts if (size := _size(text))] or [0.0])
    large = [text.name for text in scene.texts if usual and _size(text) >= _LARGER * usual]
    marked = [
        element.name or element.text
        for element in scene.elements
        if element.box and (element.role == "heading" or _is_chosen(element))
    ]
    return [*marked, *large]


def _is_chosen(element: Element) -> bool:
    return "selected" in element.states or bool(_CHOSEN & {*element.hints})


def _size(text: Element) -> float:
    return text.appearance.font_px if text.appearance is not None else 0.0
