"""The rules that decided a recording, deciding along while it is done again.

A recording says what was done; where that was worked out from the page (the greatest number, the section
that held a link, the sum of two), rules that worked it out can do so again, on the page as it is, without a
model. They are asked at each turn, so that they know how far the task is when they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_core.script.file import Script, Step
from browser.actions import Action
from engines.base import Act, Engine, Turn


@dataclass
class Rules:
    """An engine of rules that follows what is done again."""

    engine: Engine
    following: bool = True
    """Whether all that was done is what they would have done; once not, they do not know where they are."""

    async def decide(self, turn: Turn) -> Act | None:
        """What they would do now; None: nothing, or they do not know."""
        if not self.following:
            return None
        decision = await self.engine.decide(turn)
        self.following = isinstance(decision, Act)
        return decision if isinstance(decision, Act) else None

    def see_done(self, wish: Act, actions: Sequence[Action]) -> None:
        """Hear what is done instead."""
        self.following = self.following and wish.actions == tuple(actions)


def worked_out(step: Step, script: Script) -> bool:
    """Whether what a step was done to, or what was typed, came from the page rather than from the prompt."""
    if step.made_up or step.read is not None:
        return True
    prompt = _plain(script.prompt)
    return any(
        not any(
            _plain(text) in prompt for text in (each.name, each.label, each.placeholder, each.text) if text
        )
        for each in step.on.values()
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
