"""The two forms in which a model answers: by calls of tools, or by JSON in its text."""

from __future__ import annotations

import json
from dataclasses import replace

from engines.action_codec.arguments.shown import Shown
from engines.action_codec.asked import again
from engines.action_codec.memory import OnlyRemembered
from engines.action_codec.read import Understood, read_reply
from engines.action_codec.read_calls import read_calls
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.tools import tools_for
from engines.action_codec.vocabulary import verbs_for_prompt
from engines.chat.conversation import Conversation
from engines.chat.rows import markable, place_of_list
from engines.models.chat import Reply
from engines.output_spec import Schema
from engines.prompts.asides import goal_details
from engines.prompts.templates import rendered, unmarked
from engines.protocol import Goal

IN_JSON = 'Answer with one JSON object: {"thought": ..., "actions": [...]}'
BY_TOOLS = "Call the tools."
_KEEP_IN_JSON = "put values you will need into memory, which stays"
_KEEP_BY_TOOLS = "call remember with values you will need, beside other tools"


def begun(goal: Goal, nonce: str, *, by_tools: bool, sees: bool, background: str = "") -> Conversation:
    """A conversation in which nothing was said yet; what it holds now stays the same for the whole run.

    Args:
        background: What there is to know of the goal beside its own text; "" for nothing.
    """
    if by_tools:
        form, pictures = rendered(__package__, "form_tools.txt"), "pictures_tools.txt"
    else:
        form, pictures = rendered(__package__, "form_json.txt", verbs=verbs_for_prompt()), "pictures.txt"
    output = _output_of_finish(goal) if by_tools else None
    details = goal_details(goal, nonce, schema_told=output is not None)
    return Conversation(
        system=rendered(
            __package__,
            "system.txt",
            form=form,
            pictures=rendered(__package__, pictures) if sees else "",
            keep=_KEEP_BY_TOOLS if by_tools else _KEEP_IN_JSON,
            nonce=nonce,
        ),
        goal=rendered(
            __package__,
            "goal.txt",
            task=goal.text,
            details="\n".join(filter(None, (background, details))),
        ),
        tools=tools_for(goal, output) if by_tools else (),
        nonce=nonce,
    )


def without_mark(reply: Reply, nonce: str) -> Reply:
    """The reply without the mark of fences: what a model says is told to it again, and to others."""
    if nonce not in f"{reply.text}{[call.arguments for call in reply.calls]}":
        return reply
    calls = tuple(
        replace(call, arguments=json.loads(unmarked(json.dumps(call.arguments), nonce)))
        for call in reply.calls
    )
    return replace(reply, text=unmarked(reply.text, nonce), calls=calls)


def understood(reply: Reply, shown: Shown) -> Understood:
    """What a reply comes to: its calls, or the JSON in its text.

    Raises:
        ReplyError: With the one sentence that goes back to the model.
    """
    return read_calls(reply.calls, reply.text, shown) if reply.calls else read_reply(reply.text, shown)


def notes_on(said: Understood, reply: Reply) -> tuple[str, ...]:
    """What the model hears on its next turn of how its answer was taken."""
    cut = ("it was cut off because it was too long; only what was complete was done",) if reply.cut else ()
    # Of calls that were left out, their results tell.
    notes = said.notes[:-1] if reply.calls and said.mistake else said.notes
    return (*notes, *cut)


def mistake_told(mistake: ReplyError, reply: Reply, *, by_tools: bool) -> str:
    """The sentence to a model whose answer could not be used."""
    if not by_tools:
        return again(mistake, reply)
    cut = " Your answer was cut off because it was too long." if reply.cut else ""
    if isinstance(mistake, OnlyRemembered):
        return "It is written down. Call a tool for what is to be done next, too."
    if reply.calls:
        return f"That could not be used: {mistake}.{cut} Nothing was done."
    return f"That could not be used: no tool was called.{cut} Call at least one tool."


def _output_of_finish(goal: Goal) -> Schema | None:
    """The schema of `finish`'s output, its list also by the mark for all rows; None where it is left open."""
    schema = goal.output.schema
    # What a reference points to would stand at another place.
    return None if schema is None or "$ref" in str(schema) else markable(schema, place_of_list(schema))
