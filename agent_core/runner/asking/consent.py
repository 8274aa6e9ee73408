"""A person's yes to single acts: those that cannot be taken back, and those that would be done twice."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from agent_core.loop.acts.risk import risk_of, told
from agent_core.task.fields import RiskyAct
from browser.model.actions import Action, AnswerDialog
from browser.model.observation import Observation
from browser.model.text import cut

if TYPE_CHECKING:
    from agent_core.runner.keeping.act_log import ActLog

YES = re.compile(
    r"\s*(?:y|yes|yeah|ok|okay|sure|allow(?:ed)?|approved?|ja|oui|s[ií]|sim|tak|true)\s*[.!]?\s*$", re.I
)
"""What allows an act. Anything else refuses it, and so does an empty answer."""


class Consent:
    """Asks a person about acts where the task wishes that, or where they were done before an interruption."""

    def __init__(self, ask_before: tuple[RiskyAct, ...], acts: ActLog | None = None) -> None:
        """Nobody is asked yet.

        Args:
            ask_before: The kinds of acts that the task wishes to be asked about.
            acts: What was done before the run was interrupted; None: such a run would not go on.
        """
        self._ask_before, self._acts = ask_before, acts
        self._allowed: RiskyAct | None = None
        """What a person has just allowed; a dialog that asks the same once more is answered without them."""

    async def refusal(
        self,
        action: Action,
        page: Observation,
        before: Sequence[Action],
        ask: Callable[[str], Awaitable[str | None]],
    ) -> str:
        """Why an act is not done, for the engine; "": it may be done.

        `ask` hands a question over to a person and gives the answer, None where nobody answers.
        """
        risk, allowed = risk_of(action, page, self._ask_before, before), self._allowed
        self._allowed = None
        if isinstance(action, AnswerDialog) and risk == allowed:
            risk = None
        earlier = self._acts.done_before(action, page, before) if self._acts else None
        if risk is None and earlier is None:
            return ""
        asked = [told(action, risk, page, before)] if risk else ["May the agent do this again?"]
        asked += [f"It was done before the run was interrupted: {earlier}"] if earlier else []
        answer = await ask(" ".join(asked))
        if answer is None:
            return "not done: nobody was there to allow it; do something else, or give up"
        if YES.match(answer):
            self._allowed = risk
            if self._acts and earlier:
                self._acts.allow(earlier)
            return ""
        return f"not done: a person who was asked refused it: {cut(answer, 300) or 'without a word'}"
