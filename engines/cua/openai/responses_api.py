"""The Responses API through the `openai` SDK: requests out, answers back as the JSON they came in.

Answers are kept as JSON since the SDK's types turn an action they do not know into one they do.
https://developers.openai.com/api/docs/guides/tools-computer-use
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import openai

from engines.errors import ModelRefused, ModelTruncated
from engines.models.chat import added
from engines.models.failures import CallFailed, as_model_error, kind_of
from engines.models.openai_api import OFFICIAL, as_call_failed
from engines.models.patience import Patience
from engines.models.waiting import in_time
from engines.protocol import ModelSettings, Usage

Item = dict[str, Any]
HEEDED = frozenset({"store", "tools"})
"""What of `extra_body` the engine puts into its requests itself."""


class Responses:
    """One endpoint and model."""

    def __init__(self, settings: ModelSettings, patience: Patience | None = None) -> None:
        self.model = settings.model_name
        self.extra_body: Mapping[str, Any] = settings.extra_body
        self._settings = settings
        self._patience = patience or Patience()
        self._endpoint = settings.base_url or OFFICIAL
        self._usage = Usage(model=settings.model_name)
        self._client = openai.AsyncOpenAI(
            api_key=settings.api_key or "none",
            base_url=self._endpoint,
            default_headers=dict(settings.headers),
            max_retries=0,
            timeout=settings.total_timeout_s,
        )
        self._client.organization = None
        self._client.project = None

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._usage

    async def ask(self, request: Mapping[str, Any], *, images: int) -> Item:
        """Ask once, again where a failure may pass; `images` is how many pictures the request holds.

        Raises:
            ModelUnreachable, ModelTruncated, ModelRefused: No usable answer came.
        """
        full = {"model": self.model, **self._limits(), **request}
        extra = {key: value for key, value in self.extra_body.items() if key not in HEEDED}
        try:
            answer = await self._patience.ask(
                lambda: self._call({**full, "extra_body": extra}), self._note_failure
            )
        except CallFailed as failed:
            raise as_model_error(failed, self._endpoint, self.model) from failed
        self._usage = added(self._usage, _usage_of(answer, self.model, images))
        _raise_where_unfinished(answer, self.model)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _note_failure(self) -> None:
        self._usage = added(self._usage, Usage(failed_calls=1))

    def _limits(self) -> dict[str, Any]:
        settings = self._settings
        given = {"max_output_tokens": settings.max_tokens, "temperature": settings.temperature}
        return {key: value for key, value in given.items() if value is not None}

    async def _call(self, request: dict[str, Any]) -> Item:
        with as_call_failed():
            async with in_time(self._settings.total_timeout_s, "the whole reply"):
                raw = await self._client.responses.with_raw_response.create(**request)
        try:
            answer = raw.http_response.json()
        except ValueError as error:
            raise CallFailed("address", "it answered something that is not JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("output"), list):
            raise CallFailed("address", "it answered JSON that is no response")
        if answer.get("error"):
            message = str(answer["error"].get("message") or answer["error"])
            raise CallFailed(kind_of(500, message), message, status=500)
        return answer


def _usage_of(answer: Item, model: str, images: int) -> Usage:
    counted = answer.get("usage") or {}
    return Usage(
        model=model,
        calls=1,
        input_tokens=counted.get("input_tokens") or 0,
        cached_tokens=(counted.get("input_tokens_details") or {}).get("cached_tokens") or 0,
        output_tokens=counted.get("output_tokens") or 0,
        images=images,
    )


def _raise_where_unfinished(answer: Item, model: str) -> None:
    for item in answer["output"]:
        for part in item.get("content") or ():
            if isinstance(part, dict) and part.get("type") == "refusal":
                raise ModelRefused(f"{model} declined: {part.get('refusal')}")
    if answer.get("status") == "incomplete":
        reason = (answer.get("incomplete_details") or {}).get("reason") or "no reason given"
        if reason == "content_filter":
            raise ModelRefused(f"{model}: the provider's filter stopped the reply")
        raise ModelTruncated(f"the reply of {model} is incomplete ({reason}); raise model.max_tokens")
