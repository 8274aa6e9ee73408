"""Tokens: what a prompt has, what is kept free for the reply, and what that took where nobody counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from browser.model.observation import Screenshot
from engines.models.chat import Message, Tool
from engines.protocol import Usage


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many: mark-up and refs split into short pieces."""
    return len(text.encode()) // 3 + 1


def estimated_image_tokens(image: Screenshot) -> int:
    """About how many tokens a picture has: one for every patch of 28 by 28 pixels, as models count today."""
    return -(-image.width_px // 28) * -(-image.height_px // 28)


def estimated_prompt(messages: Sequence[Message], tools: Sequence[Tool] = ()) -> int:
    """About how many tokens a conversation has, with the tools that are offered."""
    said = sum(
        estimated_tokens(words_of(message)) + 4 + sum(map(estimated_image_tokens, message.images))
        for message in messages
    )
    return said + sum(map(estimated_tool_tokens, tools))


def estimated_tool_tokens(tool: Tool) -> int:
    """About how many tokens a tool has, as it is offered."""
    schema = json.dumps(tool.parameters, ensure_ascii=False, separators=(",", ":"))
    return estimated_tokens(f"{tool.name}{tool.description}{schema}")


def words_of(message: Message) -> str:
    """All that a message says: its text, calls and results."""
    calls = [f"{call.name}{call.as_json}" for call in message.calls]
    return "\n".join(filter(None, (message.text, *calls, *(result.text for result in message.results))))


def reply_tokens(context_tokens: int) -> int:
    """How much of a context is kept free for the reply, where nobody says."""
    return min(16_384, context_tokens // 4)


def counted_or_estimated(
    usage: Usage, messages: Sequence[Message], text: str, tools: Sequence[Tool] = ()
) -> Usage:
    """Usage with estimates in place of what the server did not count, so that budgets still hold."""
    return replace(
        usage,
        calls=1,
        input_tokens=usage.input_tokens or estimated_prompt(messages, tools),
        output_tokens=usage.output_tokens or estimated_tokens(text),
        images=sum(len(message.images) for message in messages),
    )
