"""Labels that leave out what the heading above them says: `Prefix` in the section `Invoice numbers`.

A person names such a control by the words of both: `the invoice number prefix`.
"""

from __future__ import annotations

import re

from browser.model.element_match import words_of
from browser.model.observation import Element
from engines.rules.scene import Scene

_SAYS_NOTHING = frozenset({"the", "of", "for", "a", "an", "and", "default"})
"""Words that neither a label nor a heading has to have."""
_TITLES = frozenset({"title", "heading", "header", "legend"})
"""What an author calls the text above a section that is no heading."""
_LONGEST = 40
"""Characters of a label; a longer text explains something."""


def labels_in_sections(asked: str, scene: Scene) -> list[str]:
    """The one label whose words and those of the heading above it make up all of some words; else none."""
    wanted = _stems(asked) - _SAYS_NOTHING
    found: set[str] = set()
    heading: frozenset[str] = frozenset()
    for element in scene.elements:
        if _is_title(element):
            heading = _stems(element.name or element.text)
        elif element.role == "text" and element.box and len(element.name) <= _LONGEST:
            own = _stems(element.name) - _SAYS_NOTHING
            if own and own < wanted <= own | heading and not own <= heading:
                found.add(element.name.rstrip(" :*"))
    return [*found] if len(found) == 1 else []


def _is_title(element: Element) -> bool:
    return element.role == "heading" or (element.role == "text" and bool(_TITLES & {*element.hints}))


def under_heading(text: Element, scene: Scene) -> list[Element]:
    """What lies between a heading, given by its text, and the next one; [] where it is the text of none."""
    head = scene.parent(text)
    if not _is_title(text) and (head is None or head.role != "heading"):
        return []
    start = scene.order[text.ref]
    heads = [place for e in scene.elements if _is_title(e) and (place := scene.order[e.ref]) > start]
    end = min(heads, default=len(scene.order))
    return [e for e in scene.elements if start < scene.order[e.ref] < end]


def _stems(words: str) -> frozenset[str]:
    return frozenset(re.sub(r"(?<=\w{3})(?:ings?|s)$", "", word) for word in words_of(words))
