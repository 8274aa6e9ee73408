"""How far a pursuit came, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent_core.task.run import FailureCode
from browser.model.observation import Observation
from browser.model.results import ActionResult, Collected
from engines.output_spec import JSON, OutputProblem, OutputSpec
from engines.protocol import Act, Finish, GiveUp, ValueRead

if TYPE_CHECKING:
    from agent_core.loop.grounds.unfounded import Grounds
    from browser.values.standing import Scalar

_PICTURES = frozenset(("img", "canvas", "svg", "video", "object", "embed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The goal was not reached."""

    code: FailureCode
    message: str
    error_codes: tuple[str, ...] = ()
    """Those of `Goal.error_codes` that describe it."""


Ending = Finish | GiveUp | Failure
"""How a pursuit ended. Only `Finish` is a success, and its output is valid."""


@dataclass(kw_only=True)
class Progress:
    """How far a pursuit came. Filled as it goes on, for a caller who may have to cut it off."""

    seen: list[Observation] = field(default_factory=list)
    """Every page seen, oldest first; the same look only once in a row."""
    heard: list[Observation] = field(default_factory=list)
    """What was shown or said beside them: answers to `Look` and of a person, what was seen while acting."""
    acted: list[tuple[Act, tuple[ActionResult, ...]]] = field(default_factory=list)
    """Every decision to act, and what came of it, oldest first."""
    collected: list[Collected] = field(default_factory=list)
    """Every long list that was read, oldest first."""
    output: JSON = None
    """The last answer as it was, valid or not."""
    problems: tuple[OutputProblem, ...] = ()
    """What is wrong with it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """`Finish.sources` of it."""
    grounds: Grounds | None = None
    """Where its values come from; None: that was not looked into."""
    left_out: tuple[tuple[str, Scalar], ...] = ()
    """JSON pointer into the output and the value that was taken out there, since it comes from nowhere."""

    @property
    def pictured(self) -> bool:
        """Whether a picture was seen that may say what no text does."""
        return any(map(_shows_pictures, (*self.heard, *self.seen)))

    def trace(self, spec: OutputSpec, wish: str) -> Grounds:
        """Where the values of the output come from. It may take seconds, and so is called in a thread."""
        # Only a run that ends with an output asks, and this is its thread.
        from agent_core.loop.grounds.unfounded import grounds_of

        collected, heard = tuple(self.collected), tuple(self.heard)
        return grounds_of(self.output, spec, wish, tuple(self.seen), self.sources, collected, heard)

    def readings(self, history: Sequence[Sequence[ActionResult]]) -> tuple[tuple[ValueRead, ...], bool]:
        """Where each value of the output was read, with the line around it; asked after `trace`, as slow.

        Also whether that settles that the goal is met, after all that was done.
        """
        from agent_core.loop.grounds.readings import readings_of
        from agent_core.loop.grounds.settled import is_settled

        if self.grounds is None:
            return (), False
        found = readings_of(self.output, self.grounds, (*self.heard, *self.seen), tuple(self.collected))
        return found, is_settled(self.output, found, self.grounds.sources, self.seen, history)


def _shows_pictures(page: Observation) -> bool:
    """Whether a page was seen as a picture that may say what its elements and its text do not."""
    return bool(page.screenshots) and (
        not page.text or any(one.tag in _PICTURES or one.role in ("img", "image") for one in page.elements)
    )
