"""Questions beside the task's own conversation, which every engine over a model asks alike."""

from __future__ import annotations

import json

from engines.output_spec import Schema
from engines.prompts.page import PageText
from engines.prompts.templates import fenced, rendered
from engines.protocol import Goal

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
    parts = [_began(goal), f"{finish} must have an output" if schema_told else _output_of(finish, goal)]
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
    parts.append(earlier_text(goal, nonce))
    return "\n".join(filter(None, parts))


def output_wanted(goal: Goal, nonce: str) -> str:
    """What of a goal, beside the task itself, says when it is met; a line each."""
    return "\n".join(filter(None, (_began(goal), _output_of("the work", goal), earlier_text(goal, nonce))))


def _began(goal: Goal) -> str:
    return f"It began at {goal.url}" if goal.url else ""


def _output_of(finish: str, goal: Goal) -> str:
    """What output `finish` must have; "" for none."""
    if goal.output.schema is not None:
        schema = json.dumps(goal.output.schema, ensure_ascii=False, separators=(",", ":"))
        return f"{finish} must have an output that is valid against this JSON Schema: {schema}"
    return f"{finish} must have this output: {goal.output.wish}" if goal.output.wish else ""


def earlier_text(goal: Goal, nonce: str) -> str:
    """What was done before a run was interrupted; "" where it was not."""
    if not goal.earlier:
        return ""
    done = fenced("\n".join(f"- {each}" for each in goal.earlier), nonce)
    return rendered(__package__, "earlier.txt", done=done)
