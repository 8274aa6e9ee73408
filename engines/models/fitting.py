"""A conversation as a dialect takes it: fewer pictures, no system's message, no signed thinking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engines.models.chat import Message
from engines.models.dialect import Dialect


def fitted(messages: Sequence[Message], dialect: Dialect) -> list[Message]:
    """The messages without what the dialect leaves out."""
    kept = list(messages)
    if dialect.max_images is not None:
        kept = _with_at_most(kept, dialect.max_images)
    if not dialect.system_role:
        kept = _without_system_role(kept)
    if not dialect.thinking_back:
        kept = [replace(message, native=None) for message in kept]
    return kept


def _with_at_most(messages: list[Message], images: int) -> list[Message]:
    """The newest pictures are kept; a message that was nothing but an older one goes with it."""
    kept: list[Message] = []
    left = images
    for message in reversed(messages):
        mine = message.images[:left]
        left -= len(mine)
        if message.text or mine or message.results or not message.images:
            kept.append(replace(message, images=mine))
    return kept[::-1]


def _without_system_role(messages: list[Message]) -> list[Message]:
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    system, user, *rest = messages
    return [replace(user, text=f"{system.text}\n\n{user.text}"), *rest]
