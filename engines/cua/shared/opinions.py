"""What is asked beside the task: whether it is done, where to begin, and what kind of failure it was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from browser.model.observation import Observation
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.small import read_codes, read_start, read_verdict
from engines.cua.shared.sight import Sight, sight_of
from engines.prompts.asides import codes_question, start_question
from engines.prompts.checking.question import judge_question, judge_system
from engines.prompts.page import page_text
from engines.prompts.pictures import Limits
from engines.protocol import Evidence, Goal, Verdict

PAGE_TOKENS = 3000
"""Of the page's text, which the completion check reads beside the picture."""
_REPLIES = 4


class Talk(Protocol):
    """A conversation of its own."""

    def tell(self, text: str, sight: Sight | None = None) -> None:
        """Add a user message."""
        ...


Ask = Callable[[str], Awaitable[str]]
"""Sends what was told under these instructions; gives what is answered."""


async def judged(talk: Talk, ask: Ask, goal: Goal, evidence: Evidence, limits: Limits, nonce: str) -> Verdict:
    """The model's opinion on whether the goal is met; an unreadable one counts as no."""
    page = page_text(evidence.after, PAGE_TOKENS, looks=False)
    sight = sight_of(evidence.after, limits) if evidence.after.screenshots else None
    talk.tell(judge_question(goal, evidence, page, nonce, PAGE_TOKENS), sight)
    for _ in range(_REPLIES):
        answer = await ask(judge_system(nonce))
        try:
            return read_verdict(answer)
        except ReplyError as mistake:
            talk.tell(f"That could not be used: {mistake}. Answer with one JSON object.")
    return Verdict(met=False, reason="the completion check gave no readable answer")


async def proposed_start(talk: Talk, ask: Ask, goal: Goal) -> str:
    """An address to begin at; "" where the model knows none or says nothing usable."""
    talk.tell(start_question(goal))
    try:
        return read_start(await ask("You know the web."))
    except ReplyError:
        return ""


async def chosen_codes(
    talk: Talk, ask: Ask, goal: Goal, reason: str, page: Observation | None, nonce: str
) -> tuple[str, ...]:
    """The error codes that the model finds fitting; empty where its answer cannot be read."""
    seen = page_text(page, PAGE_TOKENS, looks=False) if page else None
    talk.tell(codes_question(goal, reason, seen, nonce))
    try:
        return read_codes(await ask("You name the kind of a failure."), goal.error_codes)
    except ReplyError:
        return ()
