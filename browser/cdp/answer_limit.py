"""How long a page is given to answer: as the setting says, and longer where it is large.

Our scripts keep a large page busy for long, and it is not lost for that. One that is kept busy by its own
scripts does not even say how large it is, and is given the time of the setting.
"""

from __future__ import annotations

from dataclasses import dataclass

ELEMENTS = 10_000
"""A page is given the time of the setting for each so many elements."""
MOST_TIMES = 20.0
FRAME_S = 15.0
"""The most for a frame of another process: a page of ordinary size does without one that does not answer."""


@dataclass(eq=False)
class AnswerLimit:
    """For how many seconds one tab may answer nothing."""

    seconds: float = 30.0
    """For a page of ordinary size."""
    elements: int = 0
    """How many the page had when this was asked last."""

    @property
    def times(self) -> float:
        """How many times as long as a page of ordinary size it is given."""
        return min(MOST_TIMES, max(1.0, self.elements / ELEMENTS))

    @property
    def page_s(self) -> float:
        """What the page itself is given."""
        return self.seconds * self.times

    @property
    def frame_s(self) -> float:
        """What a frame of another process is given."""
        return min(self.seconds, FRAME_S) * self.times
