"""Questions of number: `how many red circles are there?`, answered where the page wants the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound
from engines.embedded.grounding import looks
from engines.embedded.grounding.find import by_look, where
from engines.embedded.reading.clauses import Clause
from engines.embedded.reading.phrases import Description, describe
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fill
from engines.embedded.skills.press import press


@dataclass(frozen=True, slots=True)
class Count:
    """Count what fits a description, and answer."""

    what: Description

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Press the button with the number, or type it into the only field."""
        number = len(counted(self.what, scene))
        return (yield from answer(str(number), scene, notes))


def counted(what: Description, scene: Scene) -> list[Element]:
    """What is drawn on the page and fits."""
    drawn = [element for element in scene.elements if element.box and looks.shape_of(element)]
    drawn = [element for element in drawn if not (element.role == "text" and _in_control(element, scene))]
    if not drawn:
        raise NotFound("found nothing drawn that could be counted")
    found = by_look(what, drawn, scene)
    name = re.sub(r"(?<=\w)'?s$", "", what.name)
    if name:
        found = [element for element in found if fold(element.text or element.name) == fold(name)]
    return found


def _in_control(element: Element, scene: Scene) -> bool:
    return any(
        above.role in ("button", "link") or above.tag in ("text", "tspan")
        for above in scene.ancestors(element)
    )


def answer(number: str, scene: Scene, notes: Notes) -> Course:
    """Give an answer where the page wants it."""
    buttons = where(scene, lambda e: e.role in ("button", "link", "radio") and fold(e.name) == number)
    if len(buttons) == 1:
        return (yield from press(buttons[0]))
    if len(scene.fields) == 1:
        return (yield from fill([(scene.fields[0], number)], scene, notes))
    if len(buttons) > 1:
        raise CannotDo(f"there are {len(buttons)} buttons with the answer {number}")
    return Evidence(f"the answer is {number}")


_MANY = re.compile(r"^(?P<what>.+?)(?:\s+(?:are|is)\b.*|\s+can you see.*)?$", re.IGNORECASE)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`how many ... are there`, `count the ...`."""
    clause = clauses[0]
    if clause.verb != "count":
        return None
    match = _MANY.match(clause.rest)
    return Read(Count(describe(match["what"], clause))) if match else None
