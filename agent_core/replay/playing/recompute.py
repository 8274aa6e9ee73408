"""Recomputes those clauses of a prompt whose result was worked out from the page when it was recorded.

A recording says what was done. If that followed from the page (the greatest number, the section that held a
link, the sum of two), the recording also holds the clause of the prompt. The rules that decided it carry the
clause out again on the page as it is now, without a model. The rules are asked in every turn, so that they
know how far the task is. Once something else is done than they propose, they can only be given one clause.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action
from browser.model.observation import View
from engines.output_spec import OutputSpec
from engines.protocol import Act, Decision, Engine, Finish, GiveUp, Turn

MakeRules = Callable[[str], Engine]
"""Makes an engine of rules for one clause of the prompt; "" means the whole prompt."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """The clause that is being recomputed."""

    text: str
    engine: Engine
    alone: bool
    """Whether the engine knows this clause and nothing else."""
    began: int
    """How many turns had acted before."""


class Recomputer:
    """Lets rules follow a replay, and has them recompute clauses. `close` closes their engines."""

    def __init__(self, make: MakeRules) -> None:
        self._make = make
        self._whole = make("")
        self._engines = [self._whole]
        self.following = True
        """Whether all was done as the rules proposed. Otherwise they do not know how far the task is."""
        self._proposal: Decision | None = None
        self._clause: _Clause | None = None
        self.recomputed: list[str] = []
        """The clauses that were recomputed to their end."""

    @property
    def view(self) -> View | None:
        """What the rules want to see; None if they are not asked."""
        if self._clause:
            return self._clause.engine.view
        return self._whole.view if self.following else None

    @property
    def at_work(self) -> bool:
        """Whether a clause is being recomputed."""
        return self._clause is not None

    async def look(self, turn: Turn) -> int:
        """Ask the rules what they would do now; return their number of actions, 0 if they do not know."""
        self._proposal = None
        if self.following and not (self._clause and self._clause.alone):
            self._proposal = await self._whole.decide(turn)
            self.following = isinstance(self._proposal, Act)
        return len(self._proposal.actions) if isinstance(self._proposal, Act) else 0

    def see_done(self, actions: Sequence[Action]) -> None:
        """Tell the rules which action was performed instead of the one they proposed."""
        as_proposed = isinstance(self._proposal, Act) and self._proposal.actions == tuple(actions)
        self.following = self.following and as_proposed

    @property
    def proposed(self) -> str:
        """The clause that the rules would carry out now; "" if they do not know, or for no clause."""
        return self._proposal.part or "" if isinstance(self._proposal, Act) else ""

    def is_at(self, clause: str) -> bool:
        """Whether the rules are at this clause and have followed all actions that were performed for it."""
        return self.proposed == clause

    async def begin(self, clause: str, turn: Turn) -> Act | GiveUp | None:
        """Begin to recompute a clause; None means that nothing is to be done for it."""
        if self.is_at(clause):
            self._clause = _Clause(clause, self._whole, alone=False, began=0)
        else:
            self.following = False
            self._clause = _Clause(clause, self._make(clause), alone=True, began=len(turn.history))
            self._engines.append(self._clause.engine)
        return await self.go_on(turn)

    async def go_on(self, turn: Turn) -> Act | GiveUp | None:
        """Return the next actions of the clause that is being recomputed; None means that it is done."""
        clause = self._clause
        assert clause
        decision = await self._decision(clause, turn)
        if isinstance(decision, Act) and (clause.alone or decision.part == clause.text):
            return decision
        self._clause = None
        if isinstance(decision, Act | Finish):
            self.recomputed.append(clause.text)
            return None
        return decision if isinstance(decision, GiveUp) else GiveUp(reason="the rules cannot go on")

    async def _decision(self, clause: _Clause, turn: Turn) -> Decision | None:
        if not clause.alone:
            return self._proposal
        goal = replace(turn.goal, text=clause.text, output=OutputSpec())
        return await clause.engine.decide(replace(turn, goal=goal, history=turn.history[clause.began :]))

    async def close(self) -> None:
        """Close the engines."""
        for engine in self._engines:
            await engine.close()
