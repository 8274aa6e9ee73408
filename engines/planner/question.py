"""What the planner is asked: the task, what its goals led to, the page and a picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.observation import LookAnswer
from browser.model.text import cut, quoted
from engines.chat.budgets import Budgets
from engines.chat.conversation import last_that_fit
from engines.models.chat import Message
from engines.models.tokens import estimated_image_tokens, estimated_tokens, reply_tokens
from engines.planner.findings import Findings
from engines.planner.plan import MOST_LOOKS, MOST_VALUES
from engines.prompts.asides import goal_details, output_wanted
from engines.prompts.checking.question import rules, work_text
from engines.prompts.page import elements_text, page_text
from engines.prompts.pictures import affordable
from engines.prompts.templates import fenced, rendered
from engines.protocol import Evidence, Goal, Turn

PAGE_TOKENS = 3000
"""What the page may take at least, where there is room."""
_LARGEST_PAGE_TOKENS = 6000
_SHARE_OF_PAGE = 32
"""Of a large context the page may take one part in so many."""
FOUND_TOKENS = 6000
LEAST_TOKENS = 300
_LONGEST_KNOWN = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What there is to plan with, beside the turn."""

    findings: Findings
    plan: str
    """What the last planning said is known; "" before the first."""
    memory: str
    """What workers have written down, a line each."""
    objections: Sequence[str]
    """What was wrong with the plannings since the last good one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A goal that its worker says is met."""

    goal: Goal
    evidence: Evidence


def question(
    turn: Turn,
    known: Background,
    nonce: str,
    context_tokens: int,
    *,
    sees: bool,
    claim: Claim | None = None,
) -> list[Message]:
    """The messages that ask for the next planning, within the context.

    Args:
        sees: Whether the model takes pictures.
        claim: A goal of which is to be said first whether it is met; None: there is none.
    """
    goal = turn.goal
    system = rendered(__package__, "system.txt", nonce=nonce, most=str(MOST_VALUES), looks=str(MOST_LOOKS))
    details = goal_details(goal, nonce, '"done"', '"give_up"')
    free = context_tokens - reply_tokens(context_tokens)
    free -= estimated_tokens(system) + estimated_tokens(details) + estimated_tokens(goal.text)
    pictures = affordable(turn.observation.screenshots[:1], free // 5) if sees else ()
    free -= sum(map(estimated_image_tokens, pictures))
    looked = _looked(turn.looked, turn.observation.url, max(LEAST_TOKENS, free // 4))
    most = _most_of_page(context_tokens, begins=not known.findings.all and claim is None)
    page = page_text(turn.observation, max(LEAST_TOKENS, min(most, free // (4 if looked else 2))))
    found = known.findings.text(max(LEAST_TOKENS, min(FOUND_TOKENS, free // 3)))
    memory = "\n".join(last_that_fit(known.memory.splitlines(), free // 8))
    text = rendered(
        __package__,
        "plan.txt",
        task=goal.text,
        details=details,
        found=fenced(found, nonce) if found else "(none yet)",
        known=_section("WHAT YOU KNEW WHEN YOU PLANNED LAST", cut(known.plan, _LONGEST_KNOWN), nonce),
        memory=_section("WRITTEN DOWN ON THE WAY", memory, nonce),
        claim=_claimed(claim, nonce, max(LEAST_TOKENS, free // 8)) if claim else "",
        page="\n".join(filter(None, (page.text, looked))),
        nonce=nonce,
        news=_news(turn, known.objections),
        answer=rendered(__package__, "verdict.txt", goal=claim.goal.text, rules=rules())
        if claim
        else rendered(__package__, "next.txt"),
    )
    return [Message(role="system", text=system), Message(role="user", text=text, images=pictures)]


def _most_of_page(context_tokens: int, *, begins: bool) -> int:
    """The most tokens of a page; before anything is read, as many as a worker sees: all may stand there."""
    if begins:
        return Budgets.of(context_tokens, context_tokens).page
    return max(PAGE_TOKENS, min(_LARGEST_PAGE_TOKENS, context_tokens // _SHARE_OF_PAGE))


def _claimed(claim: Claim, nonce: str, room: int) -> str:
    details, work = output_wanted(claim.goal, nonce), work_text(claim.evidence, nonce, room)
    return f"\n{rendered(__package__, 'claim.txt', goal=claim.goal.text, details=details, work=work)}\n"


def _section(heading: str, text: str, nonce: str) -> str:
    return f"\n{heading}\n{fenced(text, nonce)}\n" if text else ""


def _looked(answers: Sequence[LookAnswer], here: str, budget_tokens: int) -> str:
    """What was looked for and found, as text."""
    parts = []
    for answer in answers:
        found = elements_text(answer.elements, here, budget_tokens // len(answers))
        asked = answer.request.query or answer.request.ref or "a part of the picture"
        parts.append(f"You looked for {quoted(asked, 80)}: {answer.problem or found.text}")
    return "\n".join(parts)


def _news(turn: Turn, objections: Sequence[str]) -> str:
    left = f"Steps left: {turn.steps_left}."
    if turn.steps_left == 1:
        left += " Nothing more can be done on the page: what is known now is the end of it."
    return "\n".join([left, *objections])
