"""An endpoint whose requests an engine writes itself: JSON out, JSON back, retried and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engines.models.dialect import PROCESS, reply_limit_in, room_in
from engines.models.failures import CallFailed, as_model_error
from engines.models.patience import Patience
from engines.models.transport.http import HttpClient
from engines.protocol import Usage


class JsonEndpoint:
    """One path of an endpoint, for one model.

    Args:
        limit_key: The field of a request that limits the reply; a limit above the model's is lowered.
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
        self.model = model
        self.usage = Usage(model=model)

    async def ask(self, request: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """Ask once, again where a failure may pass.

        Raises:
            CallFailed: No usable answer came.
        """
        known = PROCESS.of(self._client.endpoint.shown, self.model)
        limit = request.get(self._limit_key)
        if isinstance(limit, int):
            limit = min(limit, known.most_reply_tokens or limit)
        while True:
            try:
                limited = request if limit is None else {**request, self._limit_key: limit}
                answer = await self._asked(limited, headers)
            except CallFailed as failed:
                fewer = _fewer(failed, limit) if isinstance(limit, int) else None
                if fewer is None:
                    raise
                limit = fewer
                if failed.kind != "context_length":
                    known = replace(known, most_reply_tokens=limit)
            else:
                if known.most_reply_tokens is not None:
                    PROCESS.learn(self._client.endpoint.shown, self.model, known)
                return answer

    def as_model_error(self, failed: CallFailed) -> Exception:
        """The sentence for the user."""
        return as_model_error(failed, self._client.endpoint.shown, self.model)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _asked(self, request: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        async def once() -> dict[str, Any]:
            return self._checked(await self._client.post(self._path, request, headers))

        return await self._patience.ask(once, self._note_failure)

    def _note_failure(self) -> None:
        self.usage = self.usage.plus(Usage(failed_calls=1))


def _fewer(failed: CallFailed, limit: int) -> int | None:
    """The limit of a reply to ask for instead; None where the failure was about something else."""
    if failed.kind == "context_length":
        return room_in(failed.message, limit)
    return reply_limit_in(failed.message, limit) if failed.kind in ("bad_request", "server_error") else None
