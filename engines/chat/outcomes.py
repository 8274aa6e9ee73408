"""What became of a model's calls, told call by call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.results import ActionResult
from engines.action_codec.read import REMEMBERED, Understood
from engines.models.chat import ToolCall, ToolResult
from engines.prompts.templates import unmarked
from engines.prompts.turn import result_text
from engines.protocol import Act, AskUser, Decision, Look, Turn

NOT_REACHED = "Not done: an earlier action failed, or the page changed under the rest."


@dataclass(frozen=True, slots=True)
class Called:
    """The calls of an answer that was taken, which wait for their results."""

    calls: tuple[ToolCall, ...] = ()
    counts: tuple[int, ...] = ()
    """For each call, in how many actions it is in the decision, as in `Understood`."""
    mistake: str = ""
    """Why calls were left out."""
    decision: Decision | None = None
    claimed: bool = False
    """Whether its actions were done, and the task was said to be done with them."""

    @classmethod
    def of(cls, calls: tuple[ToolCall, ...], understood: Understood) -> Called:
        """The calls, and what they were understood to mean."""
        return cls(calls, understood.counts, understood.mistake, understood.decision)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The results of calls, and what of the turn they do not tell."""

    results: tuple[ToolResult, ...]
    left: Turn


def came_of(called: Called, turn: Turn, history: Sequence[Sequence[ActionResult]], nonce: str) -> Outcomes:
    """The result of each call, in the order of the calls.

    Args:
        history: What was done since.
        nonce: Marks what comes from pages; no result can hold it.
    """
    done = [result for step in history for result in step]
    results: list[ToolResult] = []
    first_left_out = True
    for call, count in zip(called.calls, called.counts, strict=True):
        if count == REMEMBERED:
            text, failed = "Written down.", False
        elif count:
            mine, done = done[:count], done[count:]
            text, failed = _told(called, mine, count, turn)
        else:
            text, failed = f"Not done: {called.mistake if first_left_out else 'it was left out too'}", True
            first_left_out = False
        results.append(ToolResult(id=call.id, text=unmarked(text, nonce), failed=failed))
    told_all = not isinstance(called.decision, Act) or not history or called.claimed
    left = replace(
        turn,
        history=(tuple(done),) if done else (),
        complaint="" if told_all else turn.complaint,
        answer="" if isinstance(called.decision, AskUser) else turn.answer,
    )
    return Outcomes(tuple(results), left)


def _told(called: Called, mine: Sequence[ActionResult], count: int, turn: Turn) -> tuple[str, bool]:
    """What is told of a call that was in the decision, and whether it failed."""
    if mine:
        lines = [result_text(result) for result in mine]
        whole = len(mine) == count and all(result.ok for result in mine)
        return "\n".join([*lines, *([] if len(mine) == count else [NOT_REACHED])]), not whole
    match called.decision:
        case Look() if not turn.complaint:
            return "What was found stands below the page.", False
        case AskUser() if not turn.complaint:
            return (f"The user answered: {turn.answer}" if turn.answer else "The user was asked."), False
        case Act() if not (called.claimed and turn.complaint):
            return NOT_REACHED, True
        case _:
            return f"Not accepted: {turn.complaint or 'the task goes on'}", True
