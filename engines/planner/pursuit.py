"""One smaller goal while it is pursued: what its worker is shown of the run, and when it has had its turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.observation import LookAnswer, Observation
from browser.model.results import ActionResult
from engines.chat.engine import Skyvern
from engines.output_spec import JSON
from engines.planner.evidence import evidence_of
from engines.planner.findings import Finding
from engines.protocol import Evidence, Finish, Goal, Turn

MOST_STEPS = 12
"""Steps that one goal before the last may take; one that needs more should have been several."""


@dataclass(kw_only=True)
class Pursuit:
    """A worker and its goal."""

    number: int
    """Of the planning it comes from."""
    goal: Goal
    value: str
    reads: bool
    worker: Skyvern
    begun: int
    """How many steps had acted before it."""
    before: Observation
    """The page as it began."""
    most: int = MOST_STEPS
    """Steps that it may take."""
    steps: int = 0
    claim: Finish | None = None
    """What its worker ended with, while the page is waited for."""
    claims: int = 0
    """How often its worker has said that it is met, and it was not."""
    doubt: str = ""
    """Why not, until the worker has heard of it."""
    effects: tuple[str, ...] = ()
    """What was seen to change after each step that acted; the last may be still to come."""
    looked: tuple[LookAnswer, ...] = ()
    """What it has looked for."""

    @property
    def may_go_on(self) -> bool:
        """Whether it has steps left."""
        return self.steps < self.most

    def saw(self, turn: Turn) -> None:
        """Take in what came of the last step."""
        self.looked += turn.looked
        if len(self.effects) < len(self.history(turn)):
            self.effects += (turn.effect,)

    def history(self, turn: Turn) -> tuple[tuple[ActionResult, ...], ...]:
        """What was done for it."""
        return turn.history[self.begun :]

    def shown(self, turn: Turn) -> Turn:
        """What its worker is shown of a turn."""
        doubt, self.doubt = self.doubt, ""
        first = self.steps == 0
        if doubt:
            turn = replace(turn, complaint=doubt, looked=(), answer="")
        return replace(
            turn,
            goal=self.goal,
            history=self.history(turn),
            effect="" if first else turn.effect,
            complaint="" if first and not doubt else turn.complaint,
            looked=() if first else turn.looked,
            answer="" if first else turn.answer,
            steps_left=min(turn.steps_left, self.most - self.steps),
        )

    def over(self, turn: Turn, *, met: bool, why: str, output: JSON = None) -> Finding:
        """What became of it."""
        return Finding(
            number=self.number,
            goal=self.goal.text,
            value=self.value,
            met=met,
            output=output,
            why=why,
            url=turn.observation.url,
            acted=bool(self.history(turn) or self.looked),
        )

    def evidence(self, finish: Finish, turn: Turn, seen: Sequence[Observation]) -> Evidence:
        """What shows whether it is met; it may have been read on any page that was seen, oldest first."""
        return evidence_of(finish, self.before, turn, self.history(turn), self.effects, self.looked, seen)
