"""The JSON objects of an answer that comes piece by piece."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Any

import httpx2

from engines.models.failures import CallFailed
from engines.models.transport.bodies import json_values, not_streamed
from engines.models.transport.error_bodies import raise_where_error
from engines.models.transport.sse import EventParser
from engines.models.transport.waiting import in_time

DONE = "[DONE]"
"""The event with which many servers end a stream."""
MOST_STREAM_BYTES = 32 * 2**20
_CLOSING_S = 0.2


class Stream:
    """The JSON objects of an answer, as they come."""

    def __init__(self, response: httpx2.Response, first: asyncio.Timeout, stall_s: float) -> None:
        self._response = response
        self._first = first
        self._stall_s = stall_s
        self._events = 0
        self.ended = False
        """Whether it was said that nothing more comes; the caller may say so, too. A stream that merely stops
        may have been cut."""

    def begun(self) -> None:
        """Say that the model has begun to answer; from now on each pause between two pieces is limited."""
        if self._first.when() is not None:
            self._first.reschedule(None)

    async def objects(self) -> AsyncIterator[Any]:
        """What each event holds, up to the one that ends the stream, behind which a server may stay silent.

        An answer that is no stream comes as one object, the whole reply.

        Raises CallFailed for an error among the events, and for what is no JSON.
        """
        parser = EventParser()
        size = 0
        pieces = in_steady_flow(self._response, self._stall_s, lambda: self._first.when() is None)
        async with contextlib.aclosing(pieces):
            async for piece in pieces:
                size += len(piece)
                if size > MOST_STREAM_BYTES:
                    raise CallFailed("malformed", f"a stream of more than {MOST_STREAM_BYTES:,} bytes")
                for data in parser.feed(piece):
                    for each in () if self.ended else self._values(data):
                        yield each
                if self.ended:
                    await _read_out(pieces)
                    return
        for data in parser.end():
            for each in self._values(data):
                yield each
        if not self._events and not self.ended:
            values = not_streamed(self._response, parser.other)
            self.ended = len(values) == 1
            for each in values:
                raise_where_error(each)
                yield each

    def _values(self, data: str) -> Iterator[Any]:
        lines = [line for line in data.split("\n") if line.strip() != DONE]
        self.ended = self.ended or len(lines) <= data.count("\n")
        for value in json_values(lines):
            raise_where_error(value, begun=self._events > 0)
            self._events += 1
            yield value


async def in_steady_flow(
    response: httpx2.Response, stall_s: float, is_begun: Callable[[], bool] | None = None
) -> AsyncGenerator[bytes, None]:
    """The bytes of an answer; CallFailed where the next ones do not come in time once it has begun."""
    came = False
    pieces = response.aiter_bytes()
    while True:
        begun = is_begun() if is_begun else came
        limit = in_time(stall_s, "the reply stalled: its next part", "model.stall_timeout_s")
        async with limit if begun else contextlib.nullcontext():
            piece = await anext(pieces, None)
        if piece is None:
            return
        came = True
        yield piece


async def _read_out(pieces: AsyncIterator[bytes]) -> None:
    """Wait a moment for the end of an answer that is known, so that its connection serves another request."""
    with contextlib.suppress(TimeoutError, httpx2.HTTPError, CallFailed):
        async with asyncio.timeout(_CLOSING_S):
            async for _ in pieces:
                pass
