"""The chat-completions protocol, through the `openai` SDK, against any address that speaks it.

Replies are streamed, so that a slow local model that is still loading (no first token) and one that
talks without end (too long in all) are told apart.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openai

from browser.model.observation import Screenshot
from browser.model.text import cut, squeeze
from engines.models.chat import Message, Reply
from engines.models.dialect import FORMS, Dialect
from engines.models.failures import CallFailed, kind_of
from engines.models.ladder import counted_or_estimated, reply_tokens
from engines.models.own_server import context_length
from engines.models.waiting import in_time, retry_after, transport_errors
from engines.output_spec import Schema
from engines.protocol import ModelSettings, Usage

logger = logging.getLogger("agent_core." + __name__)

OFFICIAL = "https://api.openai.com/v1"
_LONGEST_TOKEN = 16
"""Characters for each token that a reply may have; none has more of them on average."""
_CONTEXT_KEYS = (
    "max_model_len",
    "loaded_context_length",
    "context_length",
    "max_context_length",
    "context_window",
    "n_ctx",
)
"""What servers call the context length in their list of models; vLLM, LM Studio, OpenRouter, llama.cpp."""


class OpenAIProvider:
    """One endpoint that speaks chat completions."""

    forms = FORMS

    def __init__(self, settings: ModelSettings) -> None:
        self.endpoint = settings.base_url or OFFICIAL
        self.model = settings.model_name
        self._settings = settings
        self._official = self.endpoint.rstrip("/") == OFFICIAL
        self.own_server = not self._official
        self.guessed_context_tokens = 128_000 if self._official else 16_384
        self._reply_tokens = reply_tokens(self.guessed_context_tokens)
        # Local servers want no key, but the SDK wants one and would look for it in the environment.
        self._client = openai.AsyncOpenAI(
            api_key=settings.api_key or "none",
            base_url=self.endpoint,
            default_headers=dict(settings.headers),
            max_retries=0,
            timeout=settings.total_timeout_s,
        )
        # The SDK takes these two from the environment; they are no business of another endpoint.
        self._client.organization = None
        self._client.project = None
        self._models: list[dict[str, Any]] | None = None

    async def call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None = None,
    ) -> Reply:
        """Ask once. Raises CallFailed."""
        request = self._request(messages, schema, dialect, most_tokens)
        with as_call_failed():
            async with in_time(self._settings.total_timeout_s, "the whole reply"):
                heard = await self._streamed(request, dialect) or await self._at_once(request)
        if heard.refusal or heard.finish == "content_filter":
            raise CallFailed("declined", heard.refusal or "the provider's filter stopped the reply")
        text = heard.answer()
        usage = Usage(
            model=self.model,
            input_tokens=heard.input_tokens,
            cached_tokens=heard.cached_tokens,
            output_tokens=heard.output_tokens,
        )
        return Reply(
            text=text,
            cut=heard.finish == "length",
            thinking=heard.thinking,
            usage=counted_or_estimated(usage, messages, text),
        )

    async def first_model(self) -> str:
        """The name of the first model in the endpoint's list."""
        models = await self._listed()
        if not models:
            raise CallFailed("model", "it lists no models")
        return str(models[0].get("id", ""))

    async def context_tokens(self) -> int | None:
        """From settings, else from the endpoint, in its list of models or beside it; None: nobody says."""
        known = self._settings.context_tokens or await self._listed_context()
        if known is None and self.own_server:
            known = await context_length(self.endpoint, self.model, self._got)
        self._reply_tokens = reply_tokens(known or self.guessed_context_tokens)
        return known

    async def _listed_context(self) -> int | None:
        if self._official:
            return None
        try:
            models = await self._listed()
        except CallFailed as failed:
            # Some servers have no list. What is really wrong with them shows in the first call.
            logger.debug("%s does not list its models: %s", self.endpoint, failed)
            return None
        mine = next((each for each in models if each.get("id") == self.model), {})
        meta = mine.get("meta")
        for place in (mine, meta if isinstance(meta, dict) else {}):
            for key in _CONTEXT_KEYS:
                if isinstance(place.get(key), int) and place[key] > 0:
                    return int(place[key])
        return None

    async def _got(self, address: str) -> Any:
        """The JSON that an address of the endpoint's server answers; None where it answers none."""
        try:
            with as_call_failed():
                async with in_time(min(5.0, self._settings.first_token_timeout_s), address):
                    return await self._client.get(address, cast_to=object)
        except (CallFailed, ValueError) as error:
            logger.debug("%s has no answer: %s", address, error)
            return None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _listed(self) -> list[dict[str, Any]]:
        if self._models is None:
            with as_call_failed():
                async with in_time(min(15.0, self._settings.first_token_timeout_s), "the list of models"):
                    page = await self._client.models.list()
            self._models = [model.model_dump() for model in page.data or []]
        return self._models

    def _request(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None,
    ) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self.model, "messages": [_wire(message) for message in messages]}
        if schema is not None and dialect.form == "json_schema":
            # Not strict: strict mode forbids optional properties and free-form output.
            shape = {"name": "reply", "schema": dict(schema), "strict": False}
            request["response_format"] = {"type": "json_schema", "json_schema": shape}
        elif schema is not None and dialect.form == "json_object":
            request["response_format"] = {"type": "json_object"}
        # Without a limit a small model that has begun to repeat itself goes on until the time is up.
        key = "max_completion_tokens" if self._official else dialect.max_tokens_key
        request[key] = most_tokens or self._settings.max_tokens or self._reply_tokens
        if self._settings.temperature is not None and dialect.temperature:
            request["temperature"] = self._settings.temperature
        if self._settings.extra_body:
            request["extra_body"] = dict(self._settings.extra_body)
        return request

    async def _streamed(self, request: dict[str, Any], dialect: Dialect) -> _Heard | None:
        """Listen to a streamed reply; None where the server does not stream."""
        options = {"stream_options": {"include_usage": True}} if dialect.stream_usage else {}
        heard = _Heard()
        longest = _LONGEST_TOKEN * (request.get("max_tokens") or request["max_completion_tokens"])
        first_s = self._settings.first_token_timeout_s
        async with (
            in_time(first_s, "waiting for a first token") as patience,
            _opened(self._client, {**request, **options}) as stream,
        ):
            async for chunk in stream:
                heard.add(chunk)
                if heard.began:
                    patience.reschedule(None)
                if heard.characters > longest:
                    # A server that heeds no limit would go on until the time is up.
                    heard.finish = "length"
                    break
        return heard if heard.chunks else None

    async def _at_once(self, request: dict[str, Any]) -> _Heard:
        completion = await self._client.chat.completions.create(**request, stream=False)
        if not getattr(completion, "choices", None):
            # A web page, or an error under a status of success: somebody else's address.
            raise CallFailed("address", f"it answered {_short_of(completion)}")
        heard = _Heard()
        heard.add_whole(completion)
        return heard


@contextlib.asynccontextmanager
async def _opened(client: openai.AsyncOpenAI, request: dict[str, Any]) -> AsyncIterator[Any]:
    stream = await client.chat.completions.create(**request, stream=True)
    try:
        yield stream
    finally:
        await stream.close()


@dataclass
class _Heard:
    """What has come of a reply so far."""

    text: str = ""
    thinking: str = ""
    refusal: str = ""
    finish: str = ""
    calls: dict[int, dict[str, str]] = field(default_factory=dict)
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    chunks: int = 0

    @property
    def characters(self) -> int:
        """How much was said, thinking too."""
        return len(self.text) + len(self.thinking)

    @property
    def began(self) -> bool:
        """Whether the model has said anything."""
        return bool(self.text or self.thinking or self.calls or self.refusal or self.finish)

    def add(self, chunk: Any) -> None:
        """Take in one chunk of a stream."""
        self.chunks += 1
        self._count(chunk.usage)
        for choice in chunk.choices or []:
            self._say(choice.delta)
            self.finish = choice.finish_reason or self.finish

    def add_whole(self, completion: Any) -> None:
        """Take in a reply that came in one piece."""
        self._count(completion.usage)
        self._say(completion.choices[0].message)
        self.finish = completion.choices[0].finish_reason or ""

    def answer(self) -> str:
        """The text; else native tool calls as text; else thinking that is nothing but a JSON object.

        Servers that constrain a thinking model put the constrained JSON where the thinking goes.
        """
        if self.text.strip():
            return self.text
        if self.calls:
            return "\n".join(
                json.dumps({"name": call["name"], "arguments": call["arguments"]})
                for _, call in sorted(self.calls.items())
            )
        return self.thinking if _is_json_object(self.thinking) else ""

    def _say(self, message: Any) -> None:
        if message is None:
            return
        self.text += message.content or ""
        self.refusal += message.refusal or ""
        extra: Mapping[str, Any] = message.model_extra or {}
        thought = extra.get("reasoning_content") or extra.get("reasoning") or ""
        self.thinking += thought if isinstance(thought, str) else ""
        for index, call in enumerate(message.tool_calls or []):
            place = getattr(call, "index", None)
            kept = self.calls.setdefault(index if place is None else place, {"name": "", "arguments": ""})
            if call.function is not None:
                kept["name"] += call.function.name or ""
                kept["arguments"] += call.function.arguments or ""

    def _count(self, usage: Any) -> None:
        if usage is None:
            return
        self.input_tokens = usage.prompt_tokens or self.input_tokens
        self.output_tokens = usage.completion_tokens or self.output_tokens
        details = usage.prompt_tokens_details
        self.cached_tokens = (details.cached_tokens if details else 0) or self.cached_tokens


def _wire(message: Message) -> dict[str, Any]:
    # Text-only servers take a string and reject a list of parts, so that is for pictures alone.
    if not message.images:
        return {"role": message.role, "content": message.text}
    pictures = [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in message.images]
    words = [{"type": "text", "text": message.text}] if message.text else []
    return {"role": message.role, "content": [*words, *pictures]}


def _data_url(image: Screenshot) -> str:
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"


def _short_of(answer: object) -> str:
    error = getattr(answer, "error", None)
    text = squeeze(str(error or answer))
    return repr(cut(text, 80))


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


_OTHER: tuple[type[Exception], ...] = (openai.OpenAIError, *transport_errors())


@contextlib.contextmanager
def as_call_failed() -> Iterator[None]:
    """Turn the SDK's errors, and those of the HTTP client under it, into ours."""
    try:
        yield
    except openai.APITimeoutError as error:
        raise CallFailed("timeout", "the connection timed out") from error
    except openai.APIConnectionError as error:
        raise CallFailed("refused_connection", str(error.__cause__ or error)) from error
    except openai.APIStatusError as error:
        message = _message_of(error)
        raise CallFailed(
            kind_of(error.status_code, message),
            message,
            status=error.status_code,
            retry_after_s=retry_after(error.response.headers),
        ) from error
    except openai.APIError as error:
        # In the middle of a stream an error has no status; its wording decides.
        raise CallFailed(kind_of(500, error.message), error.message, status=500) from error
    except _OTHER as error:
        raise CallFailed("server", str(error) or type(error).__name__, status=500) from error


def _message_of(error: openai.APIStatusError) -> str:
    body = error.body
    said = body.get("message") or body.get("error") or body.get("detail") if isinstance(body, dict) else body
    code = f" [{error.code}]" if error.code else ""
    return f"{said if said else error.message}{code}"
