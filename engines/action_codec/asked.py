"""Asking a model until its answer can be read, its mistake named each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from engines.action_codec.reply_error import ReplyError
from engines.errors import ModelTruncated, ModelUnusable
from engines.models.chat import ChatModel, Message, Reply
from engines.output_spec import Schema

REPLIES = 4
"""Answers to one question: the first, and three after its mistake was named."""

T = TypeVar("T")
Aside = tuple[Reply, str]
"""An answer that could not be used, and what the model was told of it."""


class Unanswered(ReplyError):
    """No answer could be read; `error` is what the run ends with where that matters."""

    def __init__(self, error: ModelTruncated | ModelUnusable) -> None:
        self.error = error
        super().__init__(str(error))


async def answered(
    model: ChatModel, messages: Sequence[Message], schema: Schema, read: Callable[[str], T]
) -> T:
    """What `read` makes of the answer.

    Raises:
        Unanswered: No answer could be read, however often it was asked.
    """
    asked = list(messages)
    asides: list[Aside] = []
    while len(asides) < REPLIES:
        reply = await model.ask(asked, schema)
        try:
            return read(reply.text)
        except ReplyError as mistake:
            complaint = again(mistake, reply)
            asides.append((reply, complaint))
            native = reply.native if reply.text else None
            asked.append(Message(role="assistant", text=reply.text or "(nothing)", native=native))
            asked.append(Message(role="user", text=complaint))
    raise Unanswered(unusable(asides))


def again(mistake: ReplyError, reply: Reply) -> str:
    """The message to a model whose answer could not be used."""
    cut = " Your answer was cut off because it was too long." if reply.cut else ""
    return f"That could not be used: {mistake}.{cut} Answer again, with one JSON object and nothing else."


def unusable(asides: Sequence[Aside]) -> ModelTruncated | ModelUnusable:
    """The error for a model that was asked as often as it may be."""
    if all(reply.cut for reply, _ in asides):
        return ModelTruncated(f"{len(asides)} replies in a row were cut off; raise model.max_tokens")
    told = asides[-1][1].removeprefix("That could not be used: ")
    last = told.split(" Answer again")[0].removesuffix(" Nothing was done.")
    return ModelUnusable(f"{len(asides)} replies in a row could not be used; the last: {last}")
