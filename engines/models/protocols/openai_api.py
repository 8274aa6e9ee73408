"""OpenAI's endpoints, and all that speak the chat-completions protocol.

Which of OpenAI's two protocols is spoken says the dialect; the other one is in `responses_api`. Replies are streamed, so that a slow local model that is still loading (no first token) and one that
talks without end (too long in all) are told apart.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from browser.model.text import well_formed, without_lone_surrogates
from engines.models.chat import Message, Reply, Tool, ToolCall
from engines.models.dialect import FORMS, Dialect
from engines.models.failures import CallFailed, raise_where_error, raise_where_stopped
from engines.models.ladder import counted_or_estimated, reply_tokens
from engines.models.profiles import Profile, ToolForm, profile_of
from engines.models.protocols import responses_api
from engines.models.protocols.incoming import Incoming, first_name, listed_models, name_of
from engines.models.protocols.own_server import context_length
from engines.models.protocols.tool_schemas import all_required, typed
from engines.models.protocols.wire import (
    Ending,
    arguments_in,
    call_arguments,
    count,
    data_url,
    decoded,
    ending_of,
    is_json_object,
    mapping,
    mappings,
    text_in,
    thinking_in,
    thought_in,
)
from engines.models.transport.endpoint import api_key_of, endpoint_of
from engines.models.transport.http import HttpClient
from engines.output_spec import Schema
from engines.protocol import ModelSettings, Usage

logger = logging.getLogger("agent_core." + __name__)

OFFICIAL = "https://api.openai.com/v1"
PATHS = ("chat/completions", "completions", "responses", "messages", "models")
"""The protocol's own paths, which people copy along with the address."""
_PROBE_LIMIT_S = 15.0
_CONTEXT_KEYS = (
    "max_model_len",
    "loaded_context_length",
    "context_length",
    "max_context_length",
    "context_window",
    "n_ctx",
)
"""What servers call the context length in their list of models; vLLM, LM Studio, OpenRouter, llama.cpp."""


def openai_client(settings: ModelSettings, transport: httpx2.AsyncBaseTransport | None) -> HttpClient:
    """Connections to the endpoint of the settings.

    Raises:
        EngineUnavailable: A setting cannot be used.
    """
    endpoint = endpoint_of(settings.base_url, OFFICIAL, PATHS)
    key = api_key_of(settings.api_key)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    if key and "api-version=" in endpoint.query:
        # Endpoints with versions of their own take the key under this name.
        headers["api-key"] = key
    return HttpClient(settings, endpoint, headers, transport)


class OpenAIProvider:
    """One endpoint that speaks chat completions.

    Raises:
        EngineUnavailable: A setting cannot be used; the message names it.
    """

    forms = FORMS
    profile: Profile

    def __init__(self, settings: ModelSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = openai_client(settings, transport)
        self.endpoint = self._client.endpoint.shown
        self._official = self._client.endpoint.base == OFFICIAL
        self.model = settings.model_name
        self._settings = settings
        self.own_server = not self._official
        self.profile = profile_of(self._client.endpoint.base, self.model)
        self.guessed_context_tokens = 128_000 if self._official else 16_384
        self.reply_tokens = settings.max_tokens or reply_tokens(self.guessed_context_tokens)
        self._models: list[Mapping[str, Any]] | None = None

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
        if dialect.wording == "responses":
            return await self._respond(messages, schema, dialect, limit, tools)
        request = self._request(messages, schema, dialect, limit, tools)
        heard = _IncomingCompletion()
        await heard.hear(self._client, "chat/completions", request, limit, stream=dialect.stream)
        raise_where_stopped("refused" if heard.refusal else heard.ending or "end", heard.refusal)
        calls = heard.calls() if tools else ()
        text = without_lone_surrogates("".join(heard.text)) if calls else heard.answer()
        usage = Usage(
            model=self.model,
            input_tokens=heard.input_tokens,
            cached_tokens=heard.cached_tokens,
            cache_write_tokens=heard.cache_write_tokens,
            output_tokens=heard.output_tokens,
        )
        return Reply(
            text=text,
            calls=calls,
            cut=heard.overlong or heard.ending == "length",
            thinking=without_lone_surrogates("".join(heard.thinking)),
            usage=counted_or_estimated(usage, messages, text, tools),
        )

    async def _respond(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        limit: int,
        tools: Sequence[Tool],
    ) -> Reply:
        request = responses_api.request(self.model, messages, schema, dialect, limit, tools)
        if self._settings.temperature is not None and dialect.temperature:
            request["temperature"] = self._settings.temperature
        heard = responses_api.IncomingResponse()
        whole = {**request, **self._settings.extra_body}
        await heard.hear(self._client, "responses", whole, limit, stream=dialect.stream)
        reply = heard.reply(self.model, offered=bool(tools))
        return replace(reply, usage=counted_or_estimated(reply.usage, messages, reply.text, tools))

    async def meet(self) -> None:
        """Have the profile know who serves the model, by the endpoint's list. Raises CallFailed."""
        if self._official or self.profile.is_known:
            return
        served_by = text_in((await self._mine()).get("owned_by"))
        self.profile = profile_of(self._client.endpoint.base, self.model, served_by)

    async def first_model(self) -> str:
        """The name of the first model in the endpoint's list."""
        return first_name(await self._listed())

    async def context_tokens(self) -> int | None:
        """From settings, else from the endpoint, in its list of models or beside it; None: nobody says.

        Raises CallFailed where the endpoint was too busy to say.
        """
        known = self._settings.context_tokens or await self._listed_context()
        if known is None and self.own_server:
            known = await context_length(self._client.endpoint.base, self.model, self._got)
        self.reply_tokens = self._settings.max_tokens or reply_tokens(known or self.guessed_context_tokens)
        return known

    async def _listed_context(self) -> int | None:
        if self._official:
            return None
        try:
            mine = await self._mine()
        except CallFailed as failed:
            _raise_where_busy(failed)
            # Some servers have no list. What is really wrong with them shows in the first call.
            logger.debug("%s does not list its models: %s", self.endpoint, failed)
            return None
        for place in (mine, mapping(mine.get("meta"))):
            for key in _CONTEXT_KEYS:
                if tokens := count(place.get(key)):
                    return tokens
        return None

    async def _got(self, address: str) -> Any:
        """The JSON that an address of the endpoint's server answers; None where it answers none."""
        try:
            return await self._client.get(address, _PROBE_LIMIT_S, "the question for the context length")
        except CallFailed as failed:
            _raise_where_busy(failed)
            logger.debug("%s has no answer: %s", address, failed)
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _mine(self) -> Mapping[str, Any]:
        """What the endpoint's list says of the model; empty where it does not name it."""
        return next((each for each in await self._listed() if name_of(each) == self.model), {})

    async def _listed(self) -> list[Mapping[str, Any]]:
        if self._models is None:
            self._models = await listed_models(self._client, "models")
        return self._models

    def _request(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        limit: int,
        tools: Sequence[Tool],
    ) -> dict[str, Any]:
        wired = [part for message in messages for part in _wire(message)]
        request: dict[str, Any] = {"model": self.model, "messages": wired}
        if tools:
            # No `tool_choice`: several servers take none but "auto", which is meant without it.
            request["tools"] = [_offered(tool, dialect.tools) for tool in tools]
        if schema is not None and dialect.form == "json_schema":
            # Not strict: strict mode forbids optional properties and free-form output.
            shape = {"name": "reply", "schema": dict(schema), "strict": False}
            request["response_format"] = {"type": "json_schema", "json_schema": shape}
        elif schema is not None and dialect.form == "json_object":
            request["response_format"] = {"type": "json_object"}
        # Without a limit a small model that has begun to repeat itself goes on until the time is up.
        request["max_completion_tokens" if self._official else dialect.max_tokens_key] = limit
        if self._settings.temperature is not None and dialect.temperature:
            request["temperature"] = self._settings.temperature
        if dialect.stream and dialect.stream_usage:
            request["stream_options"] = {"include_usage": True}
        return {**request, **self._settings.extra_body}


class _IncomingCompletion(Incoming):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.thinking: list[str] = []
        self.refusal = ""
        self.ending: Ending | None = None
        """None: the server has not said why the reply ended."""
        self.input_tokens = self.cached_tokens = self.cache_write_tokens = self.output_tokens = 0
        self._calls: list[_Call] = []
        self._choice = ""
        """Index of the one choice that is listened to; "" before there is any."""

    @property
    def has_ending(self) -> bool:
        """Whether a choice had a `finish_reason`."""
        return self.ending is not None

    @property
    def has_begun(self) -> bool:
        """Whether the model has said, called or refused anything."""
        return super().has_begun or bool(self._calls or self.refusal)

    def add(self, event: Any) -> None:
        """Take in one event of a stream, or a whole reply."""
        event = mapping(event)
        self._count(mapping(event.get("usage")))
        for place, choice in enumerate(mappings(event.get("choices"))):
            raise_where_error({"error": choice.get("error")}, begun=True)
            index = str(place if choice.get("index") is None else choice["index"])
            self._choice = self._choice or index
            if index != self._choice:
                continue
            said = choice.get("delta")
            if not said and not (
                "delta" in choice and self.characters
            ):  # beside a delta: all there is so far
                said = choice.get("message")
            if said is not None or "text" in choice or choice.get("finish_reason"):
                self._is_reply = True
            self._say(mapping(said) or choice if not isinstance(said, str) else {"content": said})
            if choice.get("finish_reason"):
                self.ending = ending_of(choice["finish_reason"])

    def answer(self) -> str:
        """The text; else native tool calls as text; else thinking that is nothing but a JSON object.

        Servers that constrain a thinking model put the constrained JSON where the thinking goes.
        """
        text = without_lone_surrogates("".join(self.text))
        if text.strip():
            return text
        if self._calls:
            return "\n".join(call.as_text() for call in self._calls)
        thinking = without_lone_surrogates("".join(self.thinking))
        return thinking if is_json_object(thinking) else ""

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls, each with an id that no other of them has."""
        return tuple(call.as_tool_call(number) for number, call in enumerate(self._calls))

    def _is_closed(self) -> bool:
        if self._calls and not "".join(self.text).strip():
            return all(is_json_object("".join(call.arguments)) for call in self._calls)
        return super()._is_closed()

    def _say(self, said: Mapping[str, Any]) -> None:
        content = said.get("content")
        text = text_in(content if content is not None else said.get("text"))
        thought = thinking_in(content) + next(
            (found for key in ("reasoning_content", "reasoning", "thinking", "reasoning_details")
             if (found := thought_in(said.get(key)))), ""
        )  # fmt: skip
        self.text.append(text)
        self.thinking.append(thought)
        self.characters += len(text) + len(thought)
        self.refusal += text_in(said.get("refusal"))
        for piece in (*mappings(said.get("tool_calls")), *mappings(said.get("function_call"))):
            self._call(piece)

    def _call(self, piece: Mapping[str, Any]) -> None:
        """Take in a piece of a tool call: of one that has begun, or the beginning of the next.

        Servers let several calls share an index, give none, or repeat the name in every piece.
        """
        function = mapping(piece.get("function")) or piece
        name = text_in(function.get("name"))
        arguments = arguments_in(function.get("arguments"))
        index, identity = piece.get("index"), piece.get("id")
        call = next((each for each in reversed(self._calls) if index is None or each.index == index), None)
        if call is None or call.ends_before(name, identity):
            call = _Call(index, identity)
            self._calls.append(call)
        call.name = call.name or name
        call.identity = call.identity or identity
        call.more |= {key: value for key, value in piece.items() if key not in _OWN_KEYS}
        if arguments:
            call.arguments.append(arguments)
        self.characters += len(arguments)

    def _count(self, usage: Mapping[str, Any]) -> None:
        self.input_tokens = (
            count(usage.get("prompt_tokens")) or count(usage.get("input_tokens")) or self.input_tokens
        )
        self.output_tokens = (
            count(usage.get("completion_tokens")) or count(usage.get("output_tokens")) or self.output_tokens
        )
        details = mapping(usage.get("prompt_tokens_details"))
        self.cached_tokens = count(details.get("cached_tokens")) or self.cached_tokens
        self.cache_write_tokens = count(details.get("cache_write_tokens")) or self.cache_write_tokens


class _Call:
    """A tool call whose pieces are coming."""

    def __init__(self, index: object, identity: object) -> None:
        self.index, self.identity = index, identity
        self.name = ""
        self.arguments: list[str] = []
        self.more: dict[str, Any] = {}
        """What else the server says of it: a signature that has to come back with it, say."""

    def as_tool_call(self, number: int) -> ToolCall:
        """The call with the arguments as far as they can be read."""
        written = without_lone_surrogates(call_arguments("".join(self.arguments)))
        arguments = decoded(written) if written.strip() else {}
        return ToolCall(
            id=str(self.identity or f"call{number:05d}"),
            name=without_lone_surrogates(self.name),
            arguments=well_formed(arguments) if isinstance(arguments, dict) else written,
            native=self.more or None,
        )

    def ends_before(self, name: str, identity: object) -> bool:
        """Whether a piece with this name and id belongs to another call."""
        if identity and self.identity:
            return identity != self.identity
        if not name or not self.name:
            return False
        return name != self.name or (len(self.arguments) == 1 and decoded(self.arguments[0]) is not None)

    def as_text(self) -> str:
        """The call as a reply in text would say it."""
        return json.dumps(
            {
                "name": without_lone_surrogates(self.name),
                "arguments": without_lone_surrogates(call_arguments("".join(self.arguments))),
            }
        )


_OWN_KEYS = frozenset({"index", "id", "type", "function", "name", "arguments"})
"""Keys of a call that the protocol gives it."""


def _offered(tool: Tool, form: ToolForm | None) -> dict[str, Any]:
    bound = all_required(tool.parameters) if form == "strict" else None
    guiding = typed(tool.parameters) if form == "typed" else dict(tool.parameters)
    function: dict[str, Any] = {"name": tool.name}
    function |= {"description": tool.description} if tool.description else {}
    function |= {"parameters": guiding} if bound is None else {"parameters": bound, "strict": True}
    return {"type": "function", "function": function}


def _wire(message: Message) -> Iterator[dict[str, Any]]:
    for result in message.results:
        yield {"role": "tool", "tool_call_id": result.id, "content": result.text}
    if message.calls:
        calls = [
            {**(call.native or {}), "id": call.id, "type": "function",
             "function": {"name": call.name, "arguments": call.as_json}}
            for call in message.calls
        ]  # fmt: skip
        yield {"role": message.role, "content": message.text or None, "tool_calls": calls}
    # Text-only servers take a string and reject a list of parts, so that is for pictures alone.
    elif message.images:
        pictures = [{"type": "image_url", "image_url": {"url": data_url(image)}} for image in message.images]
        words = [{"type": "text", "text": message.text}] if message.text else []
        yield {"role": message.role, "content": [*words, *pictures]}
    elif message.text or not message.results:
        yield {"role": message.role, "content": message.text}


def _raise_where_busy(failed: CallFailed) -> None:
    """Raise it again where the server may well say what it was asked, only not now."""
    if failed.kind == "timeout":
        raise CallFailed("unavailable", failed.message) from failed
    if failed.kind in ("rate_limit", "unavailable") or (
        failed.kind == "server_error" and failed.status in (500, 503)
    ):
        raise failed
