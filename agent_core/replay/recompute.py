"""The rules that decided a recording, and carry out anew what they had worked out from the page.

A recording says what was done; where that was worked out (the greatest number, the section that held a link,
the sum of two), it holds the part of the prompt as well, and the rules carry that part out on the page as it
is, without a model. They are asked at each turn, so that they know how far the task is when they are needed;
where something else was done than they would have, they know the part alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from browser.model.actions import Action
from browser.model.observation import View
from engines.output_spec import OutputSpec
from engines.protocol import Act, Decision, Engine, Finish, GiveUp, Turn

MakeRules = Callable[[str], Engine]
"""Makes rules that carry out a part of the prompt; of "" all of it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that is carried out anew."""

    words: str
    engine: Engine
    alone: bool
    """Whether the engine knows this part and nothing else."""
    began: int
    """How many turns had acted before."""


class Rules:
    """Rules that follow what is done again. Their engines are closed by `close`."""

    def __init__(self, make: MakeRules) -> None:
        self._make = make
        self._whole = make("")
        self._engines = [self._whole]
        self.following = True
        """Whether all was done as they would have; once it was not, they do not know where they are."""
        self._wish: Decision | None = None
        self._part: _Part | None = None
        self.carried_out: list[str] = []
        """The parts that were carried out anew, to their end."""

    @property
    def view(self) -> View | None:
        """What they want to see; None where they do not look."""
        if self._part:
            return self._part.engine.view
        return self._whole.view if self.following else None

    @property
    def at_work(self) -> bool:
        """Whether a part is being carried out anew."""
        return self._part is not None

    async def look(self, turn: Turn) -> int:
        """See the page as it is now; how many actions they would do at one go, 0 where they do not know."""
        self._wish = None
        if self.following and not (self._part and self._part.alone):
            self._wish = await self._whole.decide(turn)
            self.following = isinstance(self._wish, Act)
        return len(self._wish.actions) if isinstance(self._wish, Act) else 0

    def see_done(self, actions: Sequence[Action]) -> None:
        """Hear what is done instead of what they would do."""
        as_wished = isinstance(self._wish, Act) and self._wish.actions == tuple(actions)
        self.following = self.following and as_wished

    @property
    def wanted(self) -> str:
        """The part that they would carry out now; "" where they do not know, or none in particular."""
        return self._wish.part or "" if isinstance(self._wish, Act) else ""

    def know(self, words: str) -> bool:
        """Whether they are at this part, with all that was done for it so far."""
        return self.wanted == words

    async def carry_out(self, words: str, turn: Turn) -> Act | GiveUp | None:
        """Begin to carry a part out anew; None: nothing is to be done for it."""
        if self.know(words):
            self._part = _Part(words, self._whole, alone=False, began=0)
        else:
            self.following = False
            self._part = _Part(words, self._make(words), alone=True, began=len(turn.history))
            self._engines.append(self._part.engine)
        return await self.go_on(turn)

    async def go_on(self, turn: Turn) -> Act | GiveUp | None:
        """The next actions of the part that is carried out; None: it is done."""
        part = self._part
        assert part
        decision = await self._decision(part, turn)
        if isinstance(decision, Act) and (part.alone or decision.part == part.words):
            return decision
        self._part = None
        if isinstance(decision, Act | Finish):
            self.carried_out.append(part.words)
            return None
        return decision if isinstance(decision, GiveUp) else GiveUp(reason="the rules cannot go on")

    async def _decision(self, part: _Part, turn: Turn) -> Decision | None:
        if not part.alone:
            return self._wish
        goal = replace(turn.goal, text=part.words, output=OutputSpec())
        return await part.engine.decide(replace(turn, goal=goal, history=turn.history[part.began :]))

    async def close(self) -> None:
        """Let go of the engines."""
        for engine in self._engines:
            await engine.close()
