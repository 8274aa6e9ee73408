"""What opens a menu or a dialog with more that can be done: signs such as three dots, carets, a gear."""

from __future__ import annotations

import re

from browser.model.element_match import fold
from browser.model.observation import Box, Element
from engines.rules.scene import Scene, is_text_field
from engines.rules.skills.seek import fold_sign

_MORE = frozenset({"more", "ellipsis", "kebab", "overflow", "actions", "menu", "...", "…", "⋯", "⋮", "dots"})
_CARETS = ("▾", "▼", "⌄", "▿", "˅")
_GEARS = frozenset({"settings", "gear", "cog", "⚙", "options", "details", "manage", "info", "about"})


def opens_more(element: Element, scene: Scene) -> bool:
    """Whether it is a sign for more: by its words, else by what its author calls it, or by drawn dots."""
    told = {*fold(element.name).split(), *fold(element.description).split()}
    if any(_WORD.search(word) for word in told):
        return bool(_MORE & told)
    return bool(_MORE & {*told, *element.hints, fold_sign(element)}) or _is_dots(element, scene)


def opens_list(element: Element) -> bool:
    """Whether it shows that a list opens behind it: by a caret, or for machines."""
    return (element.name or element.text).rstrip().endswith(_CARETS) or "collapsed" in element.states


def opens_settings(element: Element) -> bool:
    """Whether it leads to what can be set of a thing."""
    told = {*fold(element.name).split(), *fold(element.description).split()}
    if any(_WORD.search(word) for word in told):
        return len(told) <= 4 and bool(_GEARS & told)
    return bool(_GEARS & {*told, *element.hints, fold_sign(element)})


def is_opener(element: Element, scene: Scene) -> bool:
    """Whether it can be pressed to see what else can be done, without doing anything."""
    return (
        element.interactive
        and element.enabled
        and not element.href
        and not is_text_field(element)
        and (opens_more(element, scene) or opens_list(element) or opens_settings(element))
    )


_DOT_PX = 2.5
"""Less is a stroke: a minus, a separator."""
_LEAST_RATIO, _MOST_RATIO = 3.2, 6.0
"""How many times as long as thick three dots are, with room between them."""
_WORD = re.compile(r"[^\W\d_]{2}")


def _is_dots(element: Element, scene: Scene) -> bool:
    """Whether nothing but three dots is drawn on it, in a row or a column: as three shapes, or as one."""
    if element.name or element.text:
        return False
    boxes = [e.box for e in scene.inside(element) if e.role == "graphics-symbol" and e.box]
    if len(boxes) == 1:
        return _is_narrow(boxes[0])
    if len(boxes) != 3 or len({(round(b.width), round(b.height)) for b in boxes}) != 1:
        return False
    return len({round(b.center[0]) for b in boxes}) == 1 or len({round(b.center[1]) for b in boxes}) == 1


def _is_narrow(box: Box) -> bool:
    """Whether a shape is as narrow as three dots with room between them, and too thick for a stroke."""
    thin, long = sorted((box.width, box.height))
    return thin >= _DOT_PX and _LEAST_RATIO <= long / thin <= _MOST_RATIO
