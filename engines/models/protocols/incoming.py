"""A reply as it comes, by a stream or in one piece, whatever the protocol."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from engines.models.failures import CallFailed, no_reply
from engines.models.protocols.wire import is_json_object, mappings
from engines.models.transport.http import HttpClient

logger = logging.getLogger("agent_core." + __name__)

_LIST_LIMIT_S = 30.0
_LONGEST_TOKEN = 16
"""Characters for each token that a reply may have; none has more of them on average."""


class Incoming(ABC):
    """What has come of a reply so far."""

    def __init__(self) -> None:
        self.characters = 0
        """How much was said, thinking too."""
        self.overlong = False
        """Whether more came than the limit of tokens allows, so that the rest was not waited for."""
        self._is_reply = False
        """Whether anything came that only a reply has."""
        self._is_over = False
        """Whether the server has said that nothing more comes."""
        self._last: object = None

    @property
    @abstractmethod
    def has_ending(self) -> bool:
        """Whether the server has said why the reply ended."""

    @property
    def has_begun(self) -> bool:
        """Whether the model has said anything."""
        return bool(self.characters or self.has_ending)

    @abstractmethod
    def add(self, event: Any) -> None:
        """Take in one event of a stream, or a whole reply."""

    @abstractmethod
    def answer(self) -> str:
        """What the model said, without its thinking; "" where there is nothing else."""

    async def hear(
        self, client: HttpClient, path: str, request: Mapping[str, Any], most_tokens: int, *, stream: bool
    ) -> None:
        """Send a request and take in what comes. Raises CallFailed where that is no whole reply."""
        if stream:
            await self._listen(client, path, request, most_tokens)
        else:
            self._take(await client.post(path, request))
            self._is_over = True
        if not self._is_reply:
            raise no_reply(self._last)
        # A stream that merely stops may have been cut; only JSON to its last bracket lacks nothing.
        if not (self._is_over or self.overlong or self.has_ending or self._is_closed()):
            raise CallFailed("malformed", "the stream ended before the reply did")

    async def _listen(
        self, client: HttpClient, path: str, request: Mapping[str, Any], most_tokens: int
    ) -> None:
        try:
            async with client.stream(path, request) as stream:
                async for event in stream.objects():
                    self._take(event)
                    if self.has_begun:
                        stream.begun()
                    # A server that heeds no limit would go on until the time is up.
                    self.overlong = self.characters > _LONGEST_TOKEN * most_tokens
                    if self.overlong:
                        break
                    stream.ended = stream.ended or self._is_over
                self._is_over = stream.ended
        except CallFailed as failed:
            if not self.has_ending:
                raise
            logger.info("%s did not end its stream after the reply: %s", client.endpoint.shown, failed)

    def _take(self, event: Any) -> None:
        self._last = event
        self.add(event)

    def _is_closed(self) -> bool:
        return is_json_object(self.answer())


async def listed_models(client: HttpClient, path: str) -> list[Mapping[str, Any]]:
    """The models that an endpoint lists, those without a name left out. Raises CallFailed."""
    answer = await client.get(client.endpoint.at(path), _LIST_LIMIT_S, "the list of models")
    named = answer if isinstance(answer, Mapping) else {"data": answer}
    return [model for model in mappings(named.get("data") or named.get("models")) if name_of(model)]


def first_name(models: Sequence[Mapping[str, Any]]) -> str:
    """The name of the first model of a list. Raises CallFailed where it is empty."""
    if not models:
        raise CallFailed("model", "it lists no models")
    return name_of(models[0])


def name_of(model: Mapping[str, Any]) -> str:
    """The name under which a model of a list is asked for; "" where it has none."""
    return next((str(model[key]) for key in ("id", "name", "model") if isinstance(model.get(key), str)), "")
