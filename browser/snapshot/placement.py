"""Where a frame lies in the tab's viewport."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.observation import Box, Element, State

PASSED_ON: frozenset[State] = frozenset(("covered", "clipped", "inert"))
"""States of a frame that hold for all that is in it."""
NO_STATES: frozenset[State] = frozenset()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a frame's own coordinates lie in the tab's viewport, and which part of it shows."""

    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    view: tuple[int, int] = (0, 0)
    """Width and height of the tab's viewport; (0, 0) for the top frame, which knows by itself."""
    states: frozenset[State] = frozenset()
    """What is true of everything in the frame, since it is true of the frame."""
    covered_by: str = ""

    def box(self, numbers: Sequence[float]) -> Box:
        """A box of the frame in the tab's coordinates."""
        x, y, width, height = numbers
        return Box(self.x + x * self.scale, self.y + y * self.scale, width * self.scale, height * self.scale)

    def inside(
        self, numbers: Sequence[float], view: tuple[int, int] = (0, 0), holder: Element | None = None
    ) -> Placement:
        """The placement of a frame whose content begins at [x, y] of this one, scaled."""
        x, y, scale = numbers
        states = self.states | (holder.states & PASSED_ON if holder else frozenset())
        covered_by = self.covered_by or (holder.covered_by if holder else "")
        return Placement(
            self.x + x * self.scale, self.y + y * self.scale, self.scale * scale, view, states, covered_by
        )

    def states_of(self, states: frozenset[State], box: Box | None) -> frozenset[State]:
        """What is true of an element of the frame as seen in the tab."""
        if not self.view[0]:
            return states
        if "offscreen" in states:
            states = (states - {"offscreen"}) | {"clipped"}
        width, height = self.view
        if box and (box.right <= 0 or box.bottom <= 0 or box.x >= width or box.y >= height):
            states |= {"offscreen"}
        return states | self.states
