"""How much a caller may ask for: requests in a minute, bytes in a body."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from fastapi import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")

BEGINS_S = 10.0
"""How long a stream that was let in may take to begin."""


class Rates:
    """Requests of each API key in the last minute, in this process."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: dict[str, tuple[float, float]] = {}
        """Key id -> requests that are left, and when that was so."""

    def count(self, key_id: str) -> None:
        """Count a request.

        Raises:
            HTTPException: 429, with the seconds after which there is one again.
        """
        now = time.monotonic()
        left, at = self._left.get(key_id, (float(self._per_minute), now))
        left = min(float(self._per_minute), left + (now - at) * self._per_minute / 60)
        if left < 1:
            wait_s = math.ceil((1 - left) * 60 / self._per_minute)
            said = f"more than {self._per_minute} requests in a minute; try again in {wait_s} s"
            raise HTTPException(429, said, headers={"Retry-After": str(wait_s)})
        self._left[key_id] = (left - 1, now)


class Streams:
    """Streams of events that each API key has open, in this process. Each of them looks into the database
    again and again."""

    def __init__(self, most: int) -> None:
        """`most` is how many one key may have at the same time."""
        self._most = most
        self._open: Counter[str] = Counter()
        self._promised: defaultdict[str, deque[float]] = defaultdict(deque)
        """Key id -> until when the room is kept for each stream that was let in and has not begun."""

    async def of(self, key_id: str, stream: AsyncIterator[T]) -> AsyncIterator[T]:
        """The stream, counted from its first event until it is over or its reader has gone."""
        if self._promised[key_id]:
            self._promised[key_id].popleft()
        self._open[key_id] += 1
        try:
            async for each in stream:
                yield each
        finally:
            self._open[key_id] -= 1

    def check(self, key_id: str) -> None:
        """See that there is room for one more, and keep it for a while.

        Raises:
            HTTPException: 429.
        """
        promised, now = self._promised[key_id], time.monotonic()
        while promised and promised[0] < now:
            promised.popleft()  # its reader went away before it began
        if self._open[key_id] + len(promised) >= self._most:
            said = f"{self._most} streams of this key are open already; close one, or ask without a stream"
            raise HTTPException(429, said, headers={"Retry-After": "5"})
        promised.append(now + BEGINS_S)


class BodyLimit:
    """Refuses bodies that are too large with 413, before they are read whole."""

    def __init__(self, app: ASGIApp, most_bytes: int, others: Mapping[str, int] | None = None) -> None:
        """`others` are limits of single paths, in bytes."""
        self._app, self._most, self._others = app, most_bytes, dict(others or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._others.get(scope["path"], self._most)
        said = JSONResponse({"detail": BodyTooLarge(most).detail}, 413)
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            await said(scope, receive, send)
            return
        read, answered = 0, False

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise BodyTooLarge(most)
            return message

        async def send_on(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, receive_some, send_on)
        except BodyTooLarge:
            if not answered:
                await said(scope, receive, send)


class BodyTooLarge(HTTPException):
    """More came than the request may have; whoever reads a body hands this one on as it is."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(413, f"the body is larger than {most_bytes:,} bytes")
