"""The Responses protocol, in which OpenAI's current models take tools.

Nothing is kept by the provider: all is sent each time, with what the model said as it came, its encrypted
reasoning included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from browser.model.text import well_formed
from engines.models.chat import Message, Reply, Tool, ToolCall
from engines.models.dialect import Dialect
from engines.models.failures import raise_where_stopped
from engines.models.profiles import ToolForm
from engines.models.protocols.incoming import Incoming
from engines.models.protocols.tool_schemas import all_required, typed
from engines.models.protocols.wire import (
    call_arguments,
    count,
    data_url,
    decoded,
    ending_of,
    is_json_object,
    mapping,
    mappings,
    text_in,
)
from engines.models.transport.error_bodies import raise_where_error
from engines.output_spec import Schema
from engines.protocol import Usage


def request(
    model: str,
    messages: Sequence[Message],
    schema: Schema | None,
    dialect: Dialect,
    limit: int,
    tools: Sequence[Tool],
) -> dict[str, Any]:
    """The body of a request."""
    instructions = "\n\n".join(message.text for message in messages if message.role == "system")
    body: dict[str, Any] = {
        "model": model,
        "input": [item for message in messages if message.role != "system" for item in _wire(message)],
        "max_output_tokens": limit,
        "store": False,
        "include": ["reasoning.encrypted_content"],
    }
    if instructions:
        body["instructions"] = instructions
        # Requests of one run share their beginning; this has them reach the same cache.
        body["prompt_cache_key"] = hashlib.sha256(instructions.encode()).hexdigest()[:32]
    if tools:
        body["tools"] = [_offered(tool, dialect.tools) for tool in tools]
    if schema is not None and dialect.form == "json_schema":
        shape = {"type": "json_schema", "name": "reply", "schema": dict(schema), "strict": False}
        body["text"] = {"format": shape}
    elif schema is not None and dialect.form == "json_object":
        body["text"] = {"format": {"type": "json_object"}}
    return body


class IncomingResponse(Incoming):
    """What has come of a response so far."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Mapping[str, Any]] = []
        self._whole: Mapping[str, Any] = {}

    @property
    def has_ending(self) -> bool:
        """Whether the whole response came."""
        return bool(self._whole)

    def add(self, event: Any) -> None:
        """Take in one event of a stream, or a whole response."""
        event = mapping(event)
        kind = text_in(event.get("type"))
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            self._end(mapping(event.get("response")))
        elif kind == "response.output_item.done":
            self._items += mappings(event.get("item"))
        elif kind.endswith(".delta"):
            self.characters += len(text_in(event.get("delta")))
        elif isinstance(event.get("output"), list | Mapping):
            self._end(event)
        self._is_reply = self._is_reply or kind.startswith("response.")

    def answer(self) -> str:
        """The text."""
        words = [text_in(item.get("content")) for item in self._output() if item.get("type") == "message"]
        return "".join(words)

    def reply(self, model: str, *, offered: bool) -> Reply:
        """The reply. Raises CallFailed where it is none."""
        items = [dict(item) for item in self._output() if isinstance(item.get("type"), str)]
        for item in items:
            for part in mappings(item.get("content")):
                if part.get("type") == "refusal":
                    raise_where_stopped("refused", text_in(part.get("refusal")))
        why = text_in(mapping(self._whole.get("incomplete_details")).get("reason"))
        ending = ending_of(why or self._whole.get("status"))
        raise_where_stopped("length" if ending == "length" else ending)
        calls = tuple(_call(item, at) for at, item in enumerate(items) if item["type"] == "function_call")
        thoughts = [text_in(item.get("summary")) for item in items if item["type"] == "reasoning"]
        return Reply(
            text=self.answer(),
            calls=calls if offered else (),
            cut=self.overlong or ending == "length",
            thinking="\n".join(filter(None, thoughts)),
            native=well_formed(items) or None,
            usage=self._usage(model),
        )

    def _end(self, response: Mapping[str, Any]) -> None:
        raise_where_error({"error": response.get("error")}, begun=True)
        self._whole = response
        self._is_reply = self._is_over = True

    def _output(self) -> list[Mapping[str, Any]]:
        return list(mappings(self._whole.get("output"))) or self._items

    def _is_closed(self) -> bool:
        calls = [item for item in self._output() if item.get("type") == "function_call"]
        whole = all(is_json_object(call_arguments(item.get("arguments"))) for item in calls)
        return whole if calls else super()._is_closed()

    def _usage(self, model: str) -> Usage:
        counted = mapping(self._whole.get("usage"))
        details = mapping(counted.get("input_tokens_details"))
        return Usage(
            model=model,
            input_tokens=count(counted.get("input_tokens")),
            cached_tokens=count(details.get("cached_tokens")),
            cache_write_tokens=count(details.get("cache_write_tokens")),
            output_tokens=count(counted.get("output_tokens")),
        )


def _call(item: Mapping[str, Any], at: int) -> ToolCall:
    written = call_arguments(item.get("arguments"))
    arguments = decoded(written) if written.strip() else {}
    return ToolCall(
        id=str(item.get("call_id") or item.get("id") or f"call{at:05d}"),
        name=text_in(item.get("name")),
        arguments=well_formed(arguments) if isinstance(arguments, dict) else written,
    )


def _offered(tool: Tool, form: ToolForm | None) -> dict[str, Any]:
    bound = all_required(tool.parameters) if form == "strict" else None
    guiding = typed(tool.parameters) if form == "typed" else dict(tool.parameters)
    about = {"name": tool.name, "parameters": guiding if bound is None else bound}
    about |= {"description": tool.description} if tool.description else {}
    # It has to be said: without the word this protocol tries to make every schema strict.
    return {"type": "function", **about, "strict": bound is not None}


def _wire(message: Message) -> Iterator[dict[str, Any]]:
    for result in message.results:
        yield {"type": "function_call_output", "call_id": result.id, "output": result.text}
    if message.native is not None:
        yield from _with_ids(message.native, message.calls)
        return
    if message.role == "assistant":
        if message.text:
            content = [{"type": "output_text", "text": message.text}]
            yield {"type": "message", "role": "assistant", "content": content}
        for call in message.calls:
            about = {"call_id": call.id, "name": call.name, "arguments": call.as_json}
            yield {"type": "function_call", **about}
        return
    words = [{"type": "input_text", "text": message.text}] if message.text else []
    pictures = [
        {"type": "input_image", "image_url": data_url(image), "detail": "auto"} for image in message.images
    ]
    if words or pictures:
        yield {"type": "message", "role": message.role, "content": [*words, *pictures]}


def _with_ids(items: Sequence[Mapping[str, Any]], calls: Sequence[ToolCall]) -> Iterator[dict[str, Any]]:
    """What the model said, its calls under the ids that their results name."""
    left = list(calls)
    for item in items:
        if item.get("type") != "function_call":
            yield dict(item)
        elif left:
            call = left.pop(0)
            yield {**item, "call_id": call.id, "name": call.name, "arguments": call.as_json}
