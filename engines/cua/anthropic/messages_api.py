"""The messages API: requests out, whole messages back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from engines.errors import ModelTruncated
from engines.models.failures import CallFailed, no_reply
from engines.models.patience import Patience
from engines.models.protocols.anthropic_api import (
    anthropic_client,
    raise_where_declined,
    sound_message,
    usage_of,
)
from engines.models.protocols.wire import ending_of
from engines.models.transport.endpoint import headers_of
from engines.models.transport.json_endpoint import JsonEndpoint
from engines.protocol import ModelSettings, Usage

HEEDED = frozenset({"tools"})
"""What of `extra_body` the engine puts into its requests itself."""
REPLY_TOKENS = 8192
CLEARING = "context-management-2025-06-27"
"""Beta in which the provider itself clears old results out of a long conversation."""


class Messages:
    """One endpoint and model.

    Raises:
        EngineUnavailable: A setting cannot be used; the message names it.
    """

    def __init__(
        self,
        settings: ModelSettings,
        betas: Sequence[str] = (),
        patience: Patience | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.model = settings.model_name
        self._settings = settings
        self._betas = tuple(betas)
        self._endpoint = JsonEndpoint(
            anthropic_client(settings, transport), self.model, "v1/messages", "max_tokens", _sound, patience
        )

    @property
    def usage(self) -> Usage:
        """The sum over all calls so far."""
        return self._endpoint.usage

    async def ask(self, request: Mapping[str, Any], *, images: int) -> list[dict[str, Any]]:
        """Ask once, again where a failure may pass; gives the blocks of the answer, unchanged.

        A request with `context_management` goes out under the beta that this needs.

        Raises:
            CallFailed: `bad_request`: the request has a form that the endpoint does not take.
            ModelUnreachable, ModelUnusable, ModelTruncated, ModelRefused: No usable answer came.
        """
        settings = self._settings
        extra = {key: value for key, value in settings.extra_body.items() if key not in HEEDED}
        full = {"model": self.model, "max_tokens": settings.max_tokens or REPLY_TOKENS, **request, **extra}
        if settings.temperature is not None:
            full["temperature"] = settings.temperature
        betas = [*self._betas, *([CLEARING] if "context_management" in request else [])]
        try:
            message = await self._endpoint.ask(full, self._headers(betas))
        except CallFailed as failed:
            if failed.kind == "bad_request" and "context_management" in request:
                raise
            raise self._endpoint.as_model_error(failed) from failed
        self._endpoint.usage = self.usage.plus(replace(usage_of(message, self.model), calls=1, images=images))
        if ending_of(message["stop_reason"]) == "length":
            raise ModelTruncated(f"the reply of {self.model} was cut off; raise model.max_tokens")
        return list(message["content"])

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    def _headers(self, betas: Sequence[str]) -> dict[str, str]:
        """The betas that a request needs, beside those of the settings, which they would replace."""
        given = headers_of(self._settings.headers).get("anthropic-beta", "").split(",")
        names = dict.fromkeys(filter(None, map(str.strip, [*given, *betas])))
        return {"anthropic-beta": ",".join(names)} if betas else {}


def _sound(answer: Any) -> dict[str, Any]:
    """The message of an answer. Raises CallFailed where it is none, or where the model declined."""
    if not isinstance(answer, dict) or ("content" not in answer and answer.get("type") != "message"):
        raise no_reply(answer)
    message = sound_message(answer)
    raise_where_declined(message)
    return message
