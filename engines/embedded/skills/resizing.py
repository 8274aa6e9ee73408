"""Making something larger or smaller by its handle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Drag, Point
from browser.observation import Box, Element
from engines.embedded.course import CannotDo, Course, Evidence, attempt, problem_of
from engines.embedded.grounding.find import find, said
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read

_INSETS = ((3.0, 3.0), (8.0, 8.0))
"""How far inside the bottom right corner the handle is taken hold of, CSS pixels."""


@dataclass(frozen=True, slots=True)
class Resize:
    """Drag the bottom right corner of a thing along one of its sides."""

    what: Description
    side: str
    """`width` or `height`."""
    larger: bool

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Take the corner, drag, and see that the size changed as asked."""
        element = find(self.what, scene)
        was = _size(element, self.side)
        for inset in _INSETS:
            scene = yield from attempt(self._drag(element, inset))
            failed = problem_of(scene)
            if failed is not None:
                raise CannotDo(failed.problem)
            now = scene.get(element.ref)
            size = _size(now, self.side) if now else was
            if size != was and (size > was) == self.larger:
                notes.unsubmitted = True
                return Evidence(
                    f"the {self.side} of {said(element)} went from {was:g} to {size:g} px", (element.ref,)
                )
        raise CannotDo(f"{said(element)} did not get {'larger' if self.larger else 'smaller'}")

    def _drag(self, element: Element, inset: tuple[float, float]) -> Drag:
        box = element.box or Box(0, 0, 0, 0)
        far = max(12.0, min(30.0, _size(element, self.side) / 3)) * (1 if self.larger else -1)
        x, y = box.right - inset[0], box.bottom - inset[1]
        across = self.side == "width"
        return Drag(Point(x, y), Point(x + (far if across else 0), y + (0 if across else far)))


def _size(element: Element, side: str) -> float:
    if element.box is None:
        raise CannotDo(f"{said(element)} takes no space on the page")
    return element.box.width if side == "width" else element.box.height


_WISH = re.compile(
    r"^(?P<what>.+?) (?:so that|such that|until) (?:its|the) (?P<side>width|height) is "
    r"(?P<way>larger|bigger|greater|wider|taller|smaller|less|narrower|shorter)\b",
    re.IGNORECASE,
)
_SIMPLE = re.compile(
    r"^(?P<what>.+?) (?P<way>wider|taller|higher|narrower|shorter)$|"
    r"^(?P<what2>.+?) to be (?P<way2>wider|taller|higher|narrower|shorter)$",
    re.IGNORECASE,
)
_LARGER = {"larger", "bigger", "greater", "wider", "taller", "higher"}


def read(clauses: Sequence[Clause]) -> Read | None:
    """`resize the textarea so that the width is larger`, `make the box wider`."""
    clause = clauses[0]
    if clause.verb not in ("resize", "make"):
        return None
    wish = _WISH.match(clause.rest)
    if wish:
        return Read(
            Resize(describe(wish["what"], clause), wish["side"].lower(), wish["way"].lower() in _LARGER)
        )
    simple = _SIMPLE.match(clause.rest)
    if simple is None:
        return None
    way = (simple["way"] or simple["way2"]).lower()
    side = "width" if way in ("wider", "narrower") else "height"
    return Read(Resize(describe(simple["what"] or simple["what2"], clause), side, way in _LARGER))
