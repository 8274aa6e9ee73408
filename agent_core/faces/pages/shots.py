"""Which picture of a run shows a step or a value, and where in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_core.task.run import Rectangle, StepRecord, ValueSource

USUAL_VIEWPORT = (1280, 720)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture with what is to be drawn into it."""

    picture: str
    """Its file, relative to the run folder."""
    width: int = USUAL_VIEWPORT[0]
    """Of the viewport that the boxes are measured in, CSS pixels."""
    height: int = USUAL_VIEWPORT[1]
    boxes: tuple[Rectangle, ...] = ()
    caption: str = ""

    @property
    def drawn(self) -> str:
        """The boxes as `x,y,width,height` joined by `;`."""
        return ";".join(f"{box.x:g},{box.y:g},{box.width:g},{box.height:g}" for box in self.boxes)

    @property
    def outside(self) -> bool:
        """Whether the picture shows none of the boxes: the page reached further than it."""
        return bool(self.boxes) and not any(
            -box.width < box.x < self.width and -box.height < box.y < self.height for box in self.boxes
        )


def shot_before(step: StepRecord) -> Shot | None:
    """The page that the step acted on, with its targets drawn in; None: no picture shows it."""
    boxes = tuple(action.box for action in step.actions if action.box)
    return _shot(step, step.before, f"Before step {step.number}", boxes)


def shot_after(step: StepRecord) -> Shot | None:
    """The page as the step left it; None: no picture was kept."""
    acted = step.decision == "act"
    return _shot(step, step.screenshot, f"{'After' if acted else 'At'} step {step.number}")


def shot_of_source(source: ValueSource, steps: Sequence[StepRecord]) -> Shot | None:
    """The page on which a value was read, with its place drawn in; None: no picture shows it."""
    for step in reversed(steps):
        if source.digest and step.digest == source.digest:
            seen = step.before if step.decision == "act" else step.screenshot
            boxes = (source.box,) if source.box else ()
            return _shot(step, seen, f"Read here, in step {step.number}", boxes)
    return None


def _shot(
    step: StepRecord, picture: str | None, caption: str, boxes: tuple[Rectangle, ...] = ()
) -> Shot | None:
    if not picture:
        return None
    width, height = step.viewport or USUAL_VIEWPORT
    return Shot(picture=picture, width=width, height=height, boxes=boxes, caption=caption)
