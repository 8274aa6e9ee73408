"""What a drawn figure is: the button that names it, or says how many sides it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Wait
from browser.observation import Element
from engines.embedded.course import Ambiguous, Course, NotFound, act
from engines.embedded.grounding import looks
from engines.embedded.grounding.find import where
from engines.embedded.grounding.pixels import corners, ink, picture_of
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import SHAPES
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read, Sighted
from engines.embedded.skills.counting import answer
from engines.embedded.skills.press import press


@dataclass(frozen=True, slots=True)
class NameFigure:
    """Press the button that says what is drawn."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """See what the one figure is, and press the button with a word for it."""
        shape = looks.shape_of(figure(scene))
        words = set(SHAPES.get(shape, (shape,)))
        buttons = where(scene, lambda e: e.role in ("button", "link", "radio") and fold(e.name) in words)
        if len(buttons) != 1:
            raise (Ambiguous if buttons else NotFound)(f"{len(buttons)} buttons say {shape!r}")
        return (yield from press(buttons[0]))


@dataclass(frozen=True, slots=True)
class CountSides(Sighted):
    """Say how many sides the figure has."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Count the corners of the one drawn figure, by its points or else by its picture, and answer."""
        if not scene.observation.screenshots:
            scene = yield from act(Wait(0.0))
        return (yield from answer(str(len(_corners(scene))), scene, notes))


def _corners(scene: Scene) -> Sequence[tuple[float, float]]:
    canvases = where(scene, lambda e: e.tag == "canvas")
    drawn = canvases[0] if len(canvases) == 1 else figure(scene)
    known = looks.corners_of(drawn)
    if drawn.tag in ("polygon", "polyline") and len(known) >= 3:
        return known
    if drawn.box is None:
        raise NotFound("the figure takes no space on the page")
    return corners(ink(picture_of(drawn.box, scene.observation)))


def figure(scene: Scene) -> Element:
    """The one thing drawn outside of all controls.

    Raises:
        NotFound, Ambiguous: None, or several.
    """
    drawn = [e for e in scene.elements if e.box and e.role != "text" and looks.shape_of(e)]
    drawn = [e for e in drawn if not _in_other(e, scene)]
    if len(drawn) != 1:
        raise (Ambiguous if drawn else NotFound)(f"found {len(drawn)} figures on the page")
    return drawn[0]


def _in_other(element: Element, scene: Scene) -> bool:
    return any(
        above.role in ("button", "link") or above.tag in ("text", "tspan")
        for above in scene.ancestors(element)
    )


_FIGURE = (
    r"(?:the |this )?(?:figure|shape|drawing|picture|object)"
    r"(?: shown| drawn| below| above| on the page)*"
)
_NAMES = re.compile(
    rf"\b(?:that|which) (?:best |correctly )?(?:describes|names|identifies|matches) {_FIGURE}$", re.IGNORECASE
)
_SIDES = re.compile(
    rf"\bhow many (?:sides|corners|edges|vertices) {_FIGURE} has$|"
    rf"\bnumber of (?:sides|corners|edges|vertices) (?:of|in) {_FIGURE}$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`click the button that best describes the figure`, `... that says how many sides the shape has`."""
    clause = clauses[0]
    if clause.verb not in ("click", "choose"):
        return None
    if _NAMES.search(clause.rest):
        return Read(NameFigure())
    if _SIDES.search(clause.rest):
        return Read(CountSides())
    return None
