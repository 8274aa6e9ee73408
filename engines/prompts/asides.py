"""Questions beside the task's own conversation, which every engine over a model asks alike."""

from __future__ import annotations

import json

from browser.model.text import cut
from engines.models.tokens import estimated_tokens
from engines.output_spec import Schema
from engines.prompts.page import PageText, digest, page_text
from engines.prompts.templates import fenced, rendered
from engines.prompts.turn import results_text
from engines.protocol import Evidence, Goal

_LEAST_OF_PAGE = 200
"""Tokens; in fewer a page on the way would say too little."""
VERDICT: Schema = {
    "type": "object",
    "properties": {"met": {"type": "boolean"}, "reason": {"type": "string"}},
    "required": ["met", "reason"],
    "additionalProperties": False,
}
"""What is answered to `judge_question`."""
START: Schema = {
    "type": "object",
    "properties": {"url": {"type": "string"}},
    "required": ["url"],
    "additionalProperties": False,
}
"""What is answered to `start_question`."""


CODES: Schema = {
    "type": "object",
    "properties": {"error_codes": {"type": "array", "items": {"type": "string"}}},
    "required": ["error_codes"],
    "additionalProperties": False,
}
"""What is answered to `codes_question`."""


def judge_system(nonce: str) -> str:
    """How the completion check is to be done; `nonce` marks what comes from pages."""
    return rendered(__package__, "judge_system.txt", nonce=nonce)


def judge_question(
    goal: Goal, evidence: Evidence, page: PageText, nonce: str, room: int, found: str = ""
) -> str:
    """Whether the goal is met, asked with all that is known.

    Args:
        room: Tokens, for what was done, and as many for the pages on the way.
        found: What was read and checked on earlier pages; "" where nothing was.
    """
    finish = evidence.finish
    output = json.dumps(finish.output, ensure_ascii=False)
    return rendered(
        __package__,
        "judge.txt",
        task=goal.text,
        details=goal_details(goal, nonce),
        output=cut(output, room * 3),
        claims="; ".join(finish.evidence) or "none",
        found=f"\n{rendered(__package__, 'found.txt', nonce=nonce, found=found)}\n" if found else "",
        done=done_text(evidence, room) or "nothing on the page",
        before=digest(evidence.before),
        pages=_pages_between(evidence, nonce, room),
        after=page.text,
        nonce=nonce,
    )


def done_text(evidence: Evidence, room: int) -> str:
    """Every step that acted, with what changed after it; the first and the last where room (tokens) lacks."""
    effects = (*evidence.effects, *[""] * len(evidence.history))
    steps = [
        f"step {number}:\n{results_text(results)}" + (f"\nthen: {effect}" if effect else "")
        for number, (results, effect) in enumerate(zip(evidence.history, effects, strict=False), start=1)
    ]
    kept = list(steps)
    while len(kept) > 2 and sum(map(estimated_tokens, kept)) > room:
        del kept[1]
    if len(kept) < len(steps):
        kept.insert(1, f"({len(steps) - len(kept)} steps are left out here)")
    return cut("\n".join(kept), room * 3)


def _pages_between(evidence: Evidence, nonce: str, room: int) -> str:
    """The pages on the way, as far as there is room for each of them; "" where nobody asks for them."""
    most = max(1, room // _LEAST_OF_PAGE)
    pages = evidence.pages[-most:]
    if not pages:
        return ""
    texts = "\n\n".join(page_text(page, room // len(pages)).text for page in pages)
    return f"\nTHE PAGES ON THE WAY\n{fenced(texts, nonce)}\n"


def codes_question(goal: Goal, reason: str, page: PageText | None, nonce: str) -> str:
    """Which of the caller's error codes describe a failure."""
    return rendered(
        __package__,
        "codes.txt",
        task=goal.text,
        reason=reason,
        codes="\n".join(f"{code}: {meaning}" for code, meaning in goal.error_codes.items()),
        page=page.text if page else "no page was seen",
        nonce=nonce,
    )


def start_question(goal: Goal) -> str:
    """Where to begin a task that names no address."""
    return rendered(__package__, "start.txt", task=goal.text)


def goal_details(
    goal: Goal, nonce: str, finish: str = "finish", give_up: str = "give_up", *, schema_told: bool = False
) -> str:
    """All of a goal but the task itself, a line each; `finish` and `give_up` are what ends it.

    Args:
        nonce: Marks what comes from pages.
        schema_told: The schema of the output is told elsewhere.
    """
    parts = []
    if goal.url:
        parts.append(f"It began at {goal.url}")
    if schema_told:
        parts.append(f"{finish} must have an output")
    elif goal.output.schema is not None:
        schema = json.dumps(goal.output.schema, ensure_ascii=False, separators=(",", ":"))
        parts.append(f"{finish} must have an output that is valid against this JSON Schema: {schema}")
    elif goal.output.wish:
        parts.append(f"{finish} must have this output: {goal.output.wish}")
    if goal.error_codes:
        codes = "; ".join(f"{code}: {meaning}" for code, meaning in goal.error_codes.items())
        parts.append(f"error_codes of {give_up}, where one describes the reason: {codes}")
    if goal.files:
        parts.append(f"files that upload can hand over, by these names: {', '.join(goal.files)}")
    for secret in goal.secrets:
        where = " or ".join(secret.origins)
        parts.append(
            f"type {{{{secret:{secret.name}}}}} where the value of {secret.name} belongs; only at {where}"
        )
    if goal.codes:
        parts.append(
            "type {{code}} where a one-time code belongs; it is sent for then, which may take minutes"
        )
    parts += filter(None, [earlier_text(goal, nonce)])
    return "\n".join(parts)


def earlier_text(goal: Goal, nonce: str) -> str:
    """What was done before a run was interrupted; "" where it was not."""
    if not goal.earlier:
        return ""
    done = fenced("\n".join(f"- {each}" for each in goal.earlier), nonce)
    return rendered(__package__, "earlier.txt", done=done)
