"""The messages API through the `anthropic` SDK: requests out, whole messages back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import anthropic

from engines.errors import ModelTruncated
from engines.models.anthropic_api import OFFICIAL, as_call_failed, raise_where_declined, usage_of
from engines.models.chat import added
from engines.models.failures import CallFailed, as_model_error
from engines.models.patience import Patience
from engines.models.waiting import in_time
from engines.protocol import ModelSettings, Usage

HEEDED = frozenset({"tools"})
"""What of `extra_body` the engine puts into its requests itself."""
REPLY_TOKENS = 8192
CLEARING = "context-management-2025-06-27"
"""Beta in which the provider itself clears old results out of a long conversation."""


class Messages:
    """One endpoint and model."""

    def __init__(
        self, settings: ModelSettings, betas: Sequence[str] = (), patience: Patience | None = None
    ) -> None:
        self.model = settings.model_name
        self._settings = settings
        self._betas = tuple(betas)
        self._patience = patience or Patience()
        self._endpoint = settings.base_url or OFFICIAL
        self._usage = Usage(model=settings.model_name)
        self._client = anthropic.AsyncAnthropic(
            api_key=settings.api_key or "none",
            base_url=self._endpoint,
            default_headers=dict(settings.headers),
            max_retries=0,
            timeout=settings.total_timeout_s,
        )

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._usage

    async def ask(self, request: Mapping[str, Any], *, images: int) -> list[dict[str, Any]]:
        """Ask once, again where a failure may pass; gives the blocks of the answer, unchanged.

        A request with `context_management` goes out under the beta that this needs.

        Raises:
            CallFailed: `rejected`: the request has a form that the endpoint does not take.
            ModelUnreachable, ModelTruncated, ModelRefused: No usable answer came.
        """
        settings = self._settings
        full = {"model": self.model, "max_tokens": settings.max_tokens or REPLY_TOKENS, **request}
        extra = {key: value for key, value in settings.extra_body.items() if key not in HEEDED}
        if "context_management" in full:  # no parameter of the SDK's outside its beta types
            extra["context_management"] = full.pop("context_management")
        if settings.temperature is not None:
            extra["temperature"] = settings.temperature
        betas = [*self._betas, *([CLEARING] if "context_management" in request else [])]
        try:
            message = await self._patience.ask(lambda: self._call(full, extra, betas), self._note_failure)
        except CallFailed as failed:
            if failed.kind == "rejected" and "context_management" in request:
                raise
            raise as_model_error(failed, self._endpoint, self.model) from failed
        self._usage = added(self._usage, replace(usage_of(message, self.model), calls=1, images=images))
        if message.stop_reason == "max_tokens":
            raise ModelTruncated(f"the reply of {self.model} was cut off; raise model.max_tokens")
        return [block.to_dict() for block in message.content]

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _note_failure(self) -> None:
        self._usage = added(self._usage, Usage(failed_calls=1))

    async def _call(self, request: dict[str, Any], extra: dict[str, Any], betas: list[str]) -> Any:
        # A beta is a header of the same address; the SDK's own way to send it would keep to its beta types.
        headers = {"anthropic-beta": ",".join(betas)} if betas else {}
        with as_call_failed():
            async with in_time(self._settings.total_timeout_s, "the whole reply"):
                message = await self._client.messages.create(
                    **request, extra_body=extra, extra_headers=headers
                )
        if not getattr(message, "content", None) and getattr(message, "type", "") != "message":
            raise CallFailed("address", "it answered something that is no message")
        raise_where_declined(message)
        return message
