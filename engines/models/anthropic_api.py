"""The messages protocol, through the `anthropic` SDK.

No sampling parameters unless the user sets one: current models refuse them. No forced tool: some
models refuse that too; the shape of a reply is asked for with an output format. Thinking is left to
the model, and its signed blocks go back unchanged. The unchanging beginning of a conversation is
marked for the provider's cache.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import anthropic

from browser.model.observation import Screenshot
from engines.models.chat import Message, Reply
from engines.models.closed_schema import closed
from engines.models.dialect import Dialect, Form
from engines.models.failures import CallFailed, kind_of
from engines.models.ladder import counted_or_estimated, reply_tokens
from engines.models.waiting import in_time, retry_after, transport_errors
from engines.output_spec import Schema
from engines.protocol import ModelSettings, Usage

OFFICIAL = "https://api.anthropic.com"
CACHED = {"type": "ephemeral"}


class AnthropicProvider:
    """One endpoint that speaks the messages protocol."""

    forms: tuple[Form, ...] = ("json_schema", "plain")
    guessed_context_tokens = 200_000
    own_server = False

    def __init__(self, settings: ModelSettings) -> None:
        self.endpoint = settings.base_url or OFFICIAL
        self.model = settings.model_name
        self._settings = settings
        self._client = anthropic.AsyncAnthropic(
            api_key=settings.api_key or "none",
            base_url=self.endpoint,
            default_headers=dict(settings.headers),
            max_retries=0,
            timeout=settings.total_timeout_s,
        )

    async def call(
        self,
        messages: Sequence[Message],
        schema: Schema | None,
        dialect: Dialect,
        most_tokens: int | None = None,
    ) -> Reply:
        """Ask once. Raises CallFailed."""
        request = self._request(messages, schema, dialect)
        if most_tokens is not None:
            request["max_tokens"] = most_tokens
        first_s = self._settings.first_token_timeout_s
        with as_call_failed():
            async with (
                in_time(self._settings.total_timeout_s, "the whole reply"),
                in_time(first_s, "waiting for a first token") as patience,
                self._client.messages.stream(**request) as stream,
            ):
                began = False
                async for event in stream:
                    began = True
                    if event.type == "content_block_delta":
                        patience.reschedule(None)
                if not began:
                    raise CallFailed("address", "it answered with something else than a stream of events")
                message = await stream.get_final_message()
        return self._reply(message, messages)

    async def first_model(self) -> str:
        """The name of the first model in the endpoint's list."""
        with as_call_failed():
            async with in_time(self._settings.first_token_timeout_s, "the list of models"):
                page = await self._client.models.list()
        if not page.data:
            raise CallFailed("model", "it lists no models")
        return page.data[0].id

    async def context_tokens(self) -> int | None:
        """From settings; the endpoint does not say."""
        return self._settings.context_tokens

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _request(
        self, messages: Sequence[Message], schema: Schema | None, dialect: Dialect
    ) -> dict[str, Any]:
        system = [{"type": "text", "text": each.text} for each in messages if each.role == "system"]
        rest = [_wire(each) for each in messages if each.role != "system"]
        _mark_for_cache(system, rest)
        context = self._settings.context_tokens or self.guessed_context_tokens
        request: dict[str, Any] = {
            "model": self.model,
            "max_tokens": self._settings.max_tokens or reply_tokens(context),
            "messages": rest,
        }
        if system:
            request["system"] = system
        shape = closed(schema) if schema is not None and dialect.form == "json_schema" else None
        if shape is not None:
            request["output_config"] = {"format": {"type": "json_schema", "schema": shape}}
        extra = dict(self._settings.extra_body)
        if self._settings.temperature is not None and dialect.temperature:
            # Newer SDKs have no parameter for it any more, but older models still take it.
            extra["temperature"] = self._settings.temperature
        if extra:
            request["extra_body"] = extra
        return request

    def _reply(self, message: Any, messages: Sequence[Message]) -> Reply:
        raise_where_declined(message)
        text = "".join(block.text for block in message.content if block.type == "text")
        usage = usage_of(message, self.model)
        return Reply(
            text=text,
            cut=message.stop_reason == "max_tokens",
            thinking="".join(block.thinking for block in message.content if block.type == "thinking"),
            native=[block.to_dict() for block in message.content],
            usage=counted_or_estimated(usage, messages, text),
        )


def raise_where_declined(message: Any) -> None:
    """Raise CallFailed where the model refused, or had no room to answer in."""
    if message.stop_reason == "refusal":
        details = message.stop_details
        raise CallFailed("declined", (details.explanation if details else None) or "the model refused")
    if message.stop_reason == "model_context_window_exceeded":
        raise CallFailed("overflow", "the context window was full before the reply ended")


def usage_of(message: Any, model: str) -> Usage:
    """What one message cost; this protocol counts cached tokens apart, we count them in."""
    counted = message.usage
    cached = counted.cache_read_input_tokens or 0
    return Usage(
        model=model,
        input_tokens=counted.input_tokens + cached + (counted.cache_creation_input_tokens or 0),
        cached_tokens=cached,
        output_tokens=counted.output_tokens,
    )


def _wire(message: Message) -> dict[str, Any]:
    if message.native is not None:
        return {"role": message.role, "content": [dict(block) for block in message.native]}
    pictures = [{"type": "image", "source": _source(image)} for image in message.images]
    # A message without any text is rejected; a model that said nothing must still be answered.
    return {"role": message.role, "content": [{"type": "text", "text": message.text or "-"}, *pictures]}


def _source(image: Screenshot) -> Mapping[str, str]:
    data = base64.b64encode(image.data).decode()
    return {"type": "base64", "media_type": image.media_type, "data": data}


def _mark_for_cache(system: list[dict[str, Any]], rest: list[dict[str, Any]]) -> None:
    """Put one mark behind the system prompt and one behind the last message that will not change.

    The newest message holds the page as it is now; the next turn replaces it by a line.
    """
    if system:
        system[-1]["cache_control"] = CACHED
    for message in reversed(rest[:-1]):
        for block in reversed(message["content"]):
            if block.get("type") == "text":
                block["cache_control"] = CACHED
                return


_OTHER: tuple[type[Exception], ...] = (anthropic.AnthropicError, *transport_errors())


@contextlib.contextmanager
def as_call_failed() -> Iterator[None]:
    """Turn the SDK's errors, and those of the HTTP client under it, into ours."""
    try:
        yield
    except anthropic.APITimeoutError as error:
        raise CallFailed("timeout", "the connection timed out") from error
    except anthropic.APIConnectionError as error:
        raise CallFailed("refused_connection", str(error.__cause__ or error)) from error
    except anthropic.APIStatusError as error:
        message = _message_of(error)
        # An error in the middle of a stream comes with the status of its beginning.
        status = error.status_code if error.status_code >= 400 else 500
        raise CallFailed(
            kind_of(status, message),
            message,
            status=status,
            retry_after_s=retry_after(error.response.headers),
        ) from error
    except _OTHER as error:
        raise CallFailed("server", str(error) or type(error).__name__, status=500) from error


def _message_of(error: anthropic.APIStatusError) -> str:
    body = error.body
    inner = body.get("error") if isinstance(body, dict) else None
    if isinstance(inner, dict) and inner.get("message"):
        return f"{inner['message']} [{inner.get('type', '')}]"
    return str(error.message)
