"""An endpoint whose requests an engine writes itself: JSON out, JSON back, retried and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engines.models.chat import added
from engines.models.dialect import reply_limit_in, room_in
from engines.models.failures import CallFailed, as_model_error
from engines.models.http import HttpClient
from engines.models.patience import Patience
from engines.protocol import Usage


class JsonEndpoint:
    """One path of an endpoint, for one model.

    Args:
        limit_key: The field of a request that limits the reply; a limit above the model's is lowered once.
        checked: Gives the answer in its sound form; raises CallFailed where it is none.
    """

    def __init__(
        self,
        client: HttpClient,
        model: str,
        path: str,
        limit_key: str,
        checked: Callable[[Any], dict[str, Any]],
        patience: Patience | None = None,
    ) -> None:
        self._client, self._path, self._limit_key, self._checked = client, path, limit_key, checked
        self._patience = patience or Patience()
        self._most_tokens: int | None = None
        """The greatest limit that the endpoint takes; None: none is known."""
        self.model = model
        self.usage = Usage(model=model)

    async def ask(self, request: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """Ask once, again where a failure may pass.

        Raises:
            CallFailed: No usable answer came.
        """
        try:
            return await self._asked(request, headers)
        except CallFailed as failed:
            asked_tokens = request.get(self._limit_key)
            if not isinstance(asked_tokens, int):
                raise
            if failed.kind == "context_length":
                room = room_in(failed.message, asked_tokens)
                if room is None:
                    raise
                return await self._asked({**request, self._limit_key: room}, headers)
            self._most_tokens = reply_limit_in(failed.message, asked_tokens)
            if self._most_tokens is None or failed.kind not in ("bad_request", "server_error"):
                raise
            return await self._asked(request, headers)

    def as_model_error(self, failed: CallFailed) -> Exception:
        """The sentence for the user."""
        return as_model_error(failed, self._client.endpoint.shown, self.model)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _asked(self, request: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        key = self._limit_key
        if self._most_tokens is not None and request.get(key, 0) > self._most_tokens:
            request = {**request, key: self._most_tokens}

        async def once() -> dict[str, Any]:
            return self._checked(await self._client.post(self._path, request, headers))

        return await self._patience.ask(once, self._note_failure)

    def _note_failure(self) -> None:
        self.usage = added(self.usage, Usage(failed_calls=1))
