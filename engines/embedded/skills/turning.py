"""Turning a thing with several sides, such as a cube, until the right one is in front."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Action, MouseDown, MouseMove, MouseUp, Point, Wait
from browser.observation import Element
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, act
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene, fold
from engines.embedded.skills.base import Notes, Read

_FRONT = frozenset({"active", "front", "facing", "current", "selected"})
"""What authors call the side in front."""
_WAY = 50.0
"""How far one pull goes at first, CSS pixels."""


@dataclass(frozen=True, slots=True)
class TurnTo:
    """Pull the thing round, sideways and then over, until one side is marked as the one in front."""

    name: str
    """What stands on the side."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """Pull, see which side is in front; once the same ones come round again, pull the other way."""
        notes.unsubmitted = True
        kind = _kind(self.name, scene)
        front = _front(kind, scene)
        if not front:
            raise NotFound("no side is marked as being in front")
        seen, way, over = [front], _WAY, False
        while front != fold(self.name):
            if scene.steps_left <= 3:
                raise CannotDo(f"side {self.name!r} did not come to the front")
            scene = yield from act(*_pull(_faces(kind, scene), way, over))
            now = _front(kind, scene)
            if now == front:
                way *= 1.3
            elif now in seen and not over:
                over = True
            front = now
            seen.append(now)
        return Evidence(f"side {self.name!r} is marked as the one in front")


def _kind(name: str, scene: Scene) -> frozenset[str]:
    """What the sides have in common: the names that the author gives the one with these words."""
    named = [text for text in scene.texts if fold(text.name) == fold(name)]
    if len(named) != 1 or not set(named[0].hints) - _FRONT:
        raise NotFound(f"found no side {name!r} of anything that could be turned")
    return frozenset(named[0].hints) - _FRONT


def _faces(kind: frozenset[str], scene: Scene) -> list[Element]:
    """The texts on the sides that can be seen."""
    faces = [text for text in scene.texts if kind & set(text.hints)]
    if len(faces) < 2:
        raise NotFound("found no thing with several sides")
    return faces


def _front(kind: frozenset[str], scene: Scene) -> str:
    """What stands on the side in front; "" while none is marked."""
    marked = [face for face in _faces(kind, scene) if _FRONT & set(face.hints)]
    return fold(marked[0].name) if len(marked) == 1 else ""


def _pull(faces: Sequence[Element], way: float, over: bool) -> tuple[Action, ...]:
    """Take hold in the middle, pull, hold still for a moment, and let it come to rest."""
    boxes = [face.box for face in faces if face.box]
    x = (min(box.x for box in boxes) + max(box.right for box in boxes)) / 2
    y = (min(box.y for box in boxes) + max(box.bottom for box in boxes)) / 2
    end = Point(x, y + way) if over else Point(x + way, y)
    return (
        MouseMove(Point(x, y)),
        MouseDown(),
        Wait(0.05),
        MouseMove(end),
        Wait(0.1),
        MouseUp(),
        Wait(0.9),
    )


_TURN = re.compile(
    r"^(?:(?:move|rotate|turn|drag|spin) )?(?:the |this )?(?:cube|die|dice|box|object|figure)"
    r"(?: around| over| round)? "
    r"(?:so that|until|such that) (?:side |the side |face |the face )?(?P<side>‹\d+›|\S+) is "
    r"(?:the |on the |in |at the )?(?:active|front|current|facing|selected|visible)\b.*$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`move the cube around so that "4" is the active side facing the user`."""
    clause = clauses[0]
    match = _TURN.match(clause.rest) if clause.verb in ("drag", "") else None
    return Read(TurnTo(clause.spoken(match["side"]))) if match else None
