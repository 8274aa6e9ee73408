"""The messages protocol.

No sampling parameters unless the user sets one: current models refuse them. No forced tool: some
models refuse that too; the shape of a reply is asked for with an output format. Thinking is left to
the model, and its signed blocks go back unchanged as long as all before them does. The unchanging
beginning of a conversation, tools included, is marked for the provider's cache.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from browser.model.text import well_formed
from engines.models.chat import Message, Reply, Tool, ToolCall
from engines.models.dialect import Dialect, Form
from engines.models.failures import raise_where_stopped
from engines.models.profiles import Profile, profile_of
from engines.models.protocols.closed_schema import closed
from engines.models.protocols.incoming import Incoming, first_name, listed_models
from engines.models.protocols.message_blocks import mark_for_cache, offered, wired
from engines.models.protocols.wire import (
    arguments_in,
    call_arguments,
    count,
    decoded,
    ending_of,
    is_json_object,
    mapping,
    mappings,
    text_in,
)
from engines.models.tokens import counted_or_estimated, reply_tokens
from engines.models.transport.endpoint import api_key_of, endpoint_of
from engines.models.transport.http import HttpClient
from engines.output_spec import Schema
from engines.protocol import ModelSettings, Usage

OFFICIAL = "https://api.anthropic.com"
VERSION = "2023-06-01"
PATHS = ("v1/messages", "messages", "v1/models", "v1/chat/completions", "v1")
"""What people copy along with the address."""


def anthropic_client(settings: ModelSettings, transport: httpx2.AsyncBaseTransport | None) -> HttpClient:
    """Connections to the endpoint of the settings.

    Raises:
        EngineUnavailable: A setting cannot be used.
    """
    endpoint = endpoint_of(settings.base_url, OFFICIAL, PATHS)
    key = api_key_of(settings.api_key)
    headers = {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}
    return HttpClient(settings, endpoint, headers, transport)


class AnthropicProvider:
    """One endpoint that speaks the messages protocol.

    Raises:
        EngineUnavailable: A setting cannot be used; the message names it.
    """

    forms: tuple[Form, ...] = ("json_schema", "plain")
    guessed_context_tokens = 200_000
    own_server = False
    profile: Profile

    def __init__(
        self,
        settings: ModelSettings,
        transport: httpx2.AsyncBaseTransport | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Make it ready.

        Args:
            profile: What the model can do; None: what the table says.
        """
        self._client = anthropic_client(settings, transport)
        self.endpoint = self._client.endpoint.shown
        self.model = settings.model_name
        self._settings = settings
        self.profile = profile or self._profile()
        context = settings.context_tokens or self.guessed_context_tokens
        self.reply_tokens = settings.max_tokens or reply_tokens(context)

    async def call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None = None,
        tools: Sequence[Tool] = (),
    ) -> Reply:
        """Ask once. Raises CallFailed."""
        limit = most_tokens or self.reply_tokens
        request = self._request(messages, schema, dialect, limit, tools)
        heard = _IncomingMessage()
        await heard.hear(self._client, "v1/messages", request, limit, stream=dialect.stream)
        message = heard.message()
        raise_where_declined(message)
        calls = _calls_of(message["content"]) if tools else ()
        text = _words_of(message["content"]) if calls else _answer_of(message["content"])
        return Reply(
            text=text,
            calls=calls,
            cut=heard.overlong or ending_of(message["stop_reason"]) == "length",
            thinking="".join(
                block["thinking"] for block in message["content"] if block["type"] == "thinking"
            ),
            native=[block for block in message["content"] if not _is_blank(block)] or None,
            usage=counted_or_estimated(usage_of(message, self.model), messages, text, tools),
        )

    async def meet(self) -> None:
        """Nothing more can be asked of it."""

    async def first_model(self) -> str:
        """The name of the first model in the endpoint's list."""
        return first_name(await listed_models(self._client, "v1/models"))

    async def context_tokens(self) -> int | None:
        """From settings; the endpoint does not say."""
        return self._settings.context_tokens

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _profile(self, owned_by: str = "") -> Profile:
        base, wanted = self._client.endpoint.base, self._settings.tool_calls
        return profile_of(base, self.model, owned_by, tool_calls=wanted)

    def _request(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        limit: int,
        tools: Sequence[Tool],
    ) -> dict[str, Any]:
        system = [{"type": "text", "text": each.text} for each in messages if each.role == "system"]
        said = [each for each in messages if each.role != "system"]
        rest = [wired(each) for each in said]
        mark_for_cache(system, rest, [each.stays for each in said])
        request: dict[str, Any] = {"model": self.model, "max_tokens": limit, "messages": rest}
        if system:
            request["system"] = system
        if tools:
            request["tools"] = offered(tools, dialect.tools)
        shape = closed(schema) if schema is not None and dialect.form == "json_schema" else None
        if shape is not None:
            request["output_config"] = {"format": {"type": "json_schema", "schema": shape}}
        if self._settings.temperature is not None and dialect.temperature:
            request["temperature"] = self._settings.temperature
        return {**request, **self._settings.extra_body}


class _IncomingMessage(Incoming):
    def __init__(self) -> None:
        super().__init__()
        self._stop_reason: object = None
        self._about: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._blocks: dict[object, tuple[dict[str, Any], dict[str, list[str]]]] = {}
        """Index -> a block as it began, and the pieces of its fields."""

    @property
    def has_ending(self) -> bool:
        """Whether the message has a `stop_reason`."""
        return self._stop_reason is not None

    def add(self, event: Any) -> None:
        """Take in one event of a stream, or a whole message."""
        event = mapping(event)
        match event.get("type"):
            case "message_start":
                self._begin(mapping(event.get("message")))
            case "message":
                self._begin(event)
            case "content_block_start":
                self._block(event.get("index"), event.get("content_block"))
            case "content_block_delta":
                self._go_on(event.get("index"), mapping(event.get("delta")))
            case "message_delta":
                self._is_reply = True
                self._end(mapping(event.get("delta")), mapping(event.get("usage")))
            case "message_stop":
                self._is_reply = self._is_over = True
            case _ if isinstance(event.get("content"), list | str):
                self._begin(event)

    def message(self) -> dict[str, Any]:
        """The message; its blocks are objects with a type, and texts where texts belong."""
        blocks = [_joined(block, pieces) for block, pieces in self._blocks.values()]
        whole = {**self._about, "content": blocks, "stop_reason": self._stop_reason, "usage": self._usage}
        return sound_message(whole)

    def answer(self) -> str:
        """The text; else native tool calls, which nobody offered, as text."""
        return _answer_of(self.message()["content"])

    def _is_closed(self) -> bool:
        blocks = [_joined(*block) for block in self._blocks.values()]
        inputs = [block.get("input") for block in blocks if block.get("type") == "tool_use"]
        return (
            all(given and is_json_object(call_arguments(given)) for given in inputs) and super()._is_closed()
        )

    def _begin(self, message: Mapping[str, Any]) -> None:
        self._is_reply = True
        content = message.get("content")
        for block in content if isinstance(content, list) else [content] if content else []:
            self._block(None, block)
        self._end(message, mapping(message.get("usage")))

    def _block(self, index: object, block: object) -> None:
        self._is_reply = True
        block = {"type": "text", "text": block} if isinstance(block, str) else mapping(block)
        self.characters += len(text_in(block))
        self._blocks[self._key(index, new=True)] = (dict(block), {})

    def _go_on(self, index: object, delta: Mapping[str, Any]) -> None:
        """Put a piece behind what has come of its block; a block that never began begins with it."""
        self._is_reply = True
        at = self._key(index, new=False)
        for key, value in delta.items():
            if key == "citation" and at in self._blocks:
                block, _ = self._blocks[at]
                block["citations"] = [*(block.get("citations") or ()), value]
            field = _FIELD_OF.get(key)
            if field is None or not isinstance(value, str):
                continue
            _, pieces = self._blocks.setdefault(at, ({"type": "text" if field == "text" else "thinking"}, {}))
            pieces.setdefault(field, []).append(value)
            self.characters += len(value)

    def _end(self, delta: Mapping[str, Any], usage: Mapping[str, Any]) -> None:
        self._usage.update({key: value for key, value in usage.items() if value is not None})
        if isinstance(delta.get("stop_reason"), str):
            self._stop_reason = delta["stop_reason"]
        if delta.get("stop_details"):
            self._about["stop_details"] = delta["stop_details"]

    def _key(self, index: object, *, new: bool) -> object:
        if isinstance(index, int | str):
            return index
        return len(self._blocks) if new or not self._blocks else next(reversed(self._blocks))


_FIELD_OF = {"text": "text", "thinking": "thinking", "signature": "signature", "partial_json": "input"}
"""Field of a delta -> the field of the block that it continues."""


def _joined(begun_block: Mapping[str, Any], pieces: Mapping[str, list[str]]) -> dict[str, Any]:
    block = dict(begun_block)
    for field, texts in pieces.items():
        begun, added = block.get(field), "".join(texts)
        if added:  # empty pieces may follow arguments that came whole
            block[field] = (begun if isinstance(begun, str) else "") + added
    return block


def sound_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message whose content is blocks with a type, and whose calls have a name, an id and arguments.

    What is as the protocol says stays as it came, since signed blocks go back unchanged.
    """
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else mappings(content)
    sound = [_sound_block(block, at) for at, block in enumerate(blocks) if isinstance(block.get("type"), str)]
    return {**message, "content": well_formed(sound), "stop_reason": message.get("stop_reason")}


def _sound_block(block: Mapping[str, Any], at: int) -> dict[str, Any]:
    block = dict(block)
    match block["type"]:
        case "text" | "thinking" if not isinstance(block.get(block["type"]), str):
            block[block["type"]] = text_in(block.get(block["type"]))
        case kind if kind.endswith("tool_use"):
            given = block.get("input")
            arguments = given if isinstance(given, dict) else decoded(call_arguments(given))
            block["input"] = arguments if isinstance(arguments, dict) else {}
            block["name"] = str(block.get("name") or "")
            block["id"] = str(block.get("id") or f"call_{at}")
    return block


def _is_blank(block: Mapping[str, Any]) -> bool:
    return block["type"] == "text" and not block["text"].strip()


def _words_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    return "".join(block["text"] for block in blocks if block["type"] == "text")


def _calls_of(blocks: Sequence[Mapping[str, Any]]) -> tuple[ToolCall, ...]:
    uses = [block for block in blocks if block["type"] == "tool_use"]
    return tuple(ToolCall(id=use["id"], name=use["name"], arguments=use["input"]) for use in uses)


def _answer_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """The text; else native tool calls, which nobody offered, as text."""
    text = _words_of(blocks)
    if text.strip():
        return text
    calls = [block for block in blocks if block["type"] == "tool_use"]
    return "\n".join(
        json.dumps({"name": call["name"], "arguments": arguments_in(call["input"])}) for call in calls
    )


def raise_where_declined(message: Mapping[str, Any]) -> None:
    """Raise CallFailed where the model refused, or had no room to answer in."""
    why = text_in(mapping(message.get("stop_details")).get("explanation"))
    raise_where_stopped(ending_of(message.get("stop_reason")), why)


def usage_of(message: Mapping[str, Any], model: str) -> Usage:
    """What one message cost; this protocol counts cached tokens apart, we count them in."""
    counted = mapping(message.get("usage"))
    cached = count(counted.get("cache_read_input_tokens"))
    written = count(counted.get("cache_creation_input_tokens"))
    return Usage(
        model=model,
        input_tokens=count(counted.get("input_tokens")) + cached + written,
        cached_tokens=cached,
        cache_write_tokens=written,
        output_tokens=count(counted.get("output_tokens")),
    )
