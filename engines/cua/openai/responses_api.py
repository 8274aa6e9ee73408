"""The Responses API: requests out, answers back as the JSON they came in.

https://developers.openai.com/api/docs/guides/tools-computer-use
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from browser.model.text import well_formed
from engines.errors import ModelRefused, ModelTruncated
from engines.models.failures import CallFailed, no_reply
from engines.models.patience import Patience
from engines.models.protocols.openai_api import openai_client
from engines.models.protocols.wire import call_arguments, count, ending_of, mapping, mappings, text_in
from engines.models.transport.json_endpoint import JsonEndpoint
from engines.protocol import ModelSettings, Usage

Item = dict[str, Any]
HEEDED = frozenset({"store", "tools"})
"""What of `extra_body` the engine puts into its requests itself."""


class Responses:
    """One endpoint and model.

    Raises:
        EngineUnavailable: A setting cannot be used; the message names it.
    """

    def __init__(
        self,
        settings: ModelSettings,
        patience: Patience | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.model = settings.model_name
        self.extra_body: Mapping[str, Any] = settings.extra_body
        self._settings = settings
        self._endpoint = JsonEndpoint(
            openai_client(settings, transport), self.model, "responses", "max_output_tokens", _sound, patience
        )

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._endpoint.usage

    async def ask(self, request: Mapping[str, Any], *, images: int) -> Item:
        """Ask once, again where a failure may pass; `images` is how many pictures the request holds.

        Raises:
            ModelUnreachable, ModelUnusable, ModelTruncated, ModelRefused: No usable answer came.
        """
        extra = {key: value for key, value in self.extra_body.items() if key not in HEEDED}
        full = {"model": self.model, **self._limits(), **request, **extra}
        try:
            answer = await self._endpoint.ask(full, {})
        except CallFailed as failed:
            raise self._endpoint.as_model_error(failed) from failed
        self._endpoint.usage = self.usage.plus(_usage_of(answer, self.model, images))
        _raise_where_unfinished(answer, self.model)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    def _limits(self) -> dict[str, Any]:
        settings = self._settings
        given = {"max_output_tokens": settings.max_tokens, "temperature": settings.temperature}
        return {key: value for key, value in given.items() if value is not None}


def _sound(answer: Any) -> Item:
    """An answer whose output is objects with a type, and whose calls have an id.

    What is as the protocol says stays as it came. Raises CallFailed where it is no response.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("output"), list | Mapping):
        raise no_reply(answer)
    if ending_of(answer.get("status")) == "error":
        raise CallFailed("server_error", "the response failed without a reason", status=500)
    items = [item for item in mappings(answer["output"]) if isinstance(item.get("type"), str)]
    return {**answer, "output": well_formed([_sound_item(item, at) for at, item in enumerate(items)])}


def _sound_item(item: Mapping[str, Any], at: int) -> Item:
    item = dict(item)
    match item["type"]:
        case "message":
            content = item.get("content")
            parts = (
                [{"type": "output_text", "text": content}] if isinstance(content, str) else mappings(content)
            )
            item["content"] = [_sound_part(part) for part in parts]
        case "function_call":
            item["arguments"] = call_arguments(item.get("arguments"))
        case "computer_call":
            if item.get("pending_safety_checks") is not None:
                item["pending_safety_checks"] = list(mappings(item["pending_safety_checks"]))
            if item.get("actions") is not None and not isinstance(item["actions"], list):
                item["actions"] = list(mappings(item["actions"]))
    # Only the calls that we answer have one; a search of the provider's own must go back as it came.
    if item["type"] in ("function_call", "computer_call") and not isinstance(item.get("call_id"), str):
        item["call_id"] = str(item.get("call_id") or item.get("id") or f"call_{at}")
    return item


def _sound_part(part: Mapping[str, Any]) -> Item:
    if part.get("type") in ("output_text", "text") and not isinstance(part.get("text"), str):
        return {**part, "text": text_in(part.get("text"))}
    return dict(part)


def _usage_of(answer: Item, model: str, images: int) -> Usage:
    counted = mapping(answer.get("usage"))
    return Usage(
        model=model,
        calls=1,
        input_tokens=count(counted.get("input_tokens")),
        cached_tokens=count(mapping(counted.get("input_tokens_details")).get("cached_tokens")),
        output_tokens=count(counted.get("output_tokens")),
        images=images,
    )


def _raise_where_unfinished(answer: Item, model: str) -> None:
    for item in answer["output"]:
        for part in mappings(item.get("content")):
            if part.get("type") == "refusal":
                raise ModelRefused(f"{model} declined: {part.get('refusal')}")
    if answer.get("status") == "incomplete":
        reason = text_in(mapping(answer.get("incomplete_details")).get("reason")) or "no reason given"
        if ending_of(reason) == "refused":
            raise ModelRefused(f"{model}: the provider's filter stopped the reply")
        raise ModelTruncated(f"the reply of {model} is incomplete ({reason}); raise model.max_tokens")
