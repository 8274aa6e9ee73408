"""The messages protocol: messages and tools as it has them, and the marks for the provider's cache."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from browser.model.observation import Screenshot
from engines.models.chat import Message, Tool
from engines.models.profiles import ToolForm
from engines.models.protocols.tool_schemas import bound_within_limits, typed

CACHED = {"type": "ephemeral"}
_MOST_MARKS = 3
"""Beside that of the system prompt; a request may have four."""


def offered(tools: Sequence[Tool], form: ToolForm | None) -> list[dict[str, Any]]:
    """Tools as they are offered, as many of them strict as the endpoint takes."""
    bound = bound_within_limits(tools) if form == "strict" else [None] * len(tools)
    guiding = [typed(tool.parameters) if form == "typed" else dict(tool.parameters) for tool in tools]
    return [
        {"name": tool.name, "input_schema": shape or loose}
        | ({"description": tool.description} if tool.description else {})
        | ({"strict": True} if shape else {})
        for tool, shape, loose in zip(tools, bound, guiding, strict=True)
    ]


def wired(message: Message) -> dict[str, Any]:
    """A message of the protocol: results first, then text, calls and pictures."""
    if message.native is not None:
        return {"role": message.role, "content": list(_as_it_came(message))}
    results = [
        {"type": "tool_result", "tool_use_id": result.id, "content": result.text}
        | ({"is_error": True} if result.failed else {})
        for result in message.results
    ]
    calls = [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.as_json)}
        for call in message.calls
    ]
    pictures = [{"type": "image", "source": _source(image)} for image in message.images]
    # A message without any content is rejected; a model that said nothing must still be answered.
    text = message.text or ("" if results or calls else "-")
    words = [{"type": "text", "text": text}] if text else []
    return {"role": message.role, "content": [*results, *words, *calls, *pictures]}


def _as_it_came(message: Message) -> Iterator[dict[str, Any]]:
    """The blocks of a reply, its calls under the ids that their results name."""
    left = list(message.calls)
    for block in message.native:
        if block["type"] == "tool_use" and message.calls:
            if left:
                yield {**block, "id": left.pop(0).id}
        elif message.thinking_holds or block["type"] not in ("thinking", "redacted_thinking"):
            yield dict(block)


def _source(image: Screenshot) -> Mapping[str, str]:
    data = base64.b64encode(image.data).decode()
    return {"type": "base64", "media_type": image.media_type, "data": data}


def mark_for_cache(system: list[dict[str, Any]], rest: list[dict[str, Any]], stays: list[bool]) -> None:
    """Put one mark behind tools and system prompt, and one behind each text that is said to stay.

    Where nothing is said, the last message before the newest is taken to stay.
    """
    if system:
        system[-1]["cache_control"] = CACHED
    staying = [message for message, marked in zip(rest, stays, strict=True) if marked][-_MOST_MARKS:]
    texts = [[block for block in message["content"] if block.get("type") == "text"] for message in rest[:-1]]
    if staying:
        texts = [[block for block in each["content"] if block.get("type") == "text"] for each in staying]
    else:
        texts = [blocks for blocks in texts if blocks][-1:]
    for blocks in texts:
        for block in blocks[-1:]:
            block["cache_control"] = CACHED
