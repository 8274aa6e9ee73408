"""OpenAI's endpoints, and all that speak the chat-completions protocol.

Which of OpenAI's two protocols is spoken says the dialect; the other one is in `responses_api`. Replies are
streamed, so that a slow local model that is still loading (no first token) and one that talks without end
(too long in all) are told apart.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from browser.model.text import without_lone_surrogates
from engines.models.chat import Message, Reply, Tool
from engines.models.dialect import FORMS, Dialect
from engines.models.failures import CallFailed, raise_where_stopped
from engines.models.profiles import Profile, profile_of
from engines.models.protocols import responses_api
from engines.models.protocols.completions import IncomingCompletion, offered, wired
from engines.models.protocols.incoming import first_name, listed_models, name_of
from engines.models.protocols.own_server import context_length, takes_pictures
from engines.models.protocols.wire import (
    count,
    mapping,
    text_in,
)
from engines.models.tokens import counted_or_estimated, reply_tokens
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
        self._client = openai_client(settings, transport)
        self.endpoint = self._client.endpoint.shown
        self._official = self._client.endpoint.base == OFFICIAL
        self.model = settings.model_name
        self._settings = settings
        self.own_server = not self._official
        self.profile = profile or self._profile()
        self.guessed_context_tokens = 128_000 if self._official else 16_384
        self.reply_tokens = settings.max_tokens or reply_tokens(self.guessed_context_tokens)
        self._declared = profile is not None
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
        heard = IncomingCompletion()
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
        """Have the profile know who serves the model, by the endpoint's list, and what it says of pictures.

        Raises CallFailed.
        """
        if self._official or self._declared or self.profile.is_known:
            return
        mine = await self._mine()
        self.profile = self._profile(text_in(mine.get("owned_by")))
        sees = _sees_in(mine)
        if sees is None:
            sees = await takes_pictures(self._client.endpoint.base, self.model, self._got)
        context = await self.context_tokens() if sees is not None else None
        if context is not None:
            self.profile = replace(self.profile, sees_images=sees, context_tokens=context)

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

    def _profile(self, owned_by: str = "") -> Profile:
        base, wanted = self._client.endpoint.base, self._settings.tool_calls
        return profile_of(base, self.model, owned_by, tool_calls=wanted)

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
        parts = [part for message in messages for part in wired(message)]
        request: dict[str, Any] = {"model": self.model, "messages": parts}
        if tools:
            # No `tool_choice`: several servers take none but "auto", which is meant without it.
            request["tools"] = [offered(tool, dialect.tools) for tool in tools]
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


def _sees_in(listed: Mapping[str, Any]) -> bool | None:
    """Whether a list of models names pictures among what a model takes; None where it names nothing."""
    for place in (listed, mapping(listed.get("architecture"))):
        takes = place.get("input_modalities")
        if isinstance(takes, list) and takes:
            return "image" in takes
    vision = mapping(listed.get("capabilities")).get("vision")
    return vision if isinstance(vision, bool) else None


def _raise_where_busy(failed: CallFailed) -> None:
    """Raise it again where the server may well say what it was asked, only not now."""
    if failed.kind == "timeout":
        raise CallFailed("unavailable", failed.message) from failed
    if failed.kind in ("rate_limit", "unavailable") or (
        failed.kind == "server_error" and failed.status in (500, 503)
    ):
        raise failed
