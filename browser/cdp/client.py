"""A client of the DevTools protocol over a WebSocket, and the server that such a client connects to."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.asyncio.connection import Connection
    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response

logger = logging.getLogger("agent_core." + __name__)

OPTIONS: Mapping[str, Any] = {
    "open_timeout": 15.0,
    "close_timeout": 1.0,
    "ping_interval": None,  # a browser that is busy must not be cut off
    "max_size": None,
    "compression": None,
}
"""Times are in seconds. Messages have no longest size, because screenshots of whole pages are long."""


class NotAccepted(Exception):
    """The other side answers, but it refuses the connection; the message says how."""


class WebSocket:
    """One connection, from which one task reads whole messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def receive(self) -> bytes | None:
        """Return the next message. None means that the connection has ended."""
        from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

        try:
            return await self._connection.recv(decode=False)
        except ConnectionClosedOK:
            return None
        except ConnectionClosedError as error:
            logger.info("A DevTools connection ended abruptly: %s", error)
            return None

    async def send(self, message: bytes) -> None:
        """Send one text message. Nothing happens if the connection has ended."""
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            await self._connection.send(message, text=True)

    async def close(self) -> None:
        """Close the connection. It takes one second at most."""
        await self._connection.close()


class Client:
    """Sends DevTools commands one after the other, each of which waits for its answer."""

    def __init__(self, socket: WebSocket, timeout_s: float) -> None:
        """`timeout_s` is how many seconds each command waits for its answer."""
        self._socket, self._timeout_s = socket, timeout_s
        self._numbers = count(1)

    async def ask(self, method: str, params: Mapping[str, Any], session: str = "") -> dict[str, Any]:
        """Return the result of a command; {} if the browser refuses it or does not answer in time."""
        number = next(self._numbers)
        await self._socket.send(command(number, method, params, session))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout_s):
                while (raw := await self._socket.receive()) is not None:
                    answer = json.loads(raw)
                    if answer.get("id") == number:
                        return dict(answer.get("result", {}))
        return {}

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()


def command(number: int, method: str, params: Mapping[str, Any], session: str = "") -> bytes:
    """Write a DevTools command; `session` is "" for the browser itself."""
    message = {"id": number, "method": method, "params": dict(params)}
    return json.dumps(message | ({"sessionId": session} if session else {})).encode()


async def connect(url: str, headers: Mapping[str, str] | None = None) -> WebSocket:
    """Connect to a `ws://` or `wss://` address, never through a proxy and without following redirects.

    Raises:
        OSError: Nothing answers there (TimeoutError: nothing answers within 15 seconds).
        NotAccepted: The other side refuses the connection.
    """
    from websockets.asyncio.client import connect as opening
    from websockets.exceptions import InvalidMessage, InvalidStatus, WebSocketException

    class Opening(opening):
        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc  # the headers may hold keys, which are for this address alone

    try:
        return WebSocket(await Opening(url, additional_headers=headers, proxy=None, **OPTIONS))
    except InvalidStatus as error:
        response = error.response
        raise NotAccepted(f"{response.status_code} {response.reason_phrase}") from error
    except InvalidMessage as error:
        ended = isinstance(error.__cause__, EOFError)
        raise NotAccepted("it ended the connection" if ended else "no answer of HTTP") from error
    except WebSocketException as error:
        raise NotAccepted(str(error)) from error


async def listen(path: str, let_in: Callable[[WebSocket], Awaitable[None]]) -> tuple[Server, str]:
    """Serve connections to `path` at a free port of the loopback interface; any other path is not found.

    Returns:
        The server, and its whole address. A connection is closed when `let_in` returns.
    """
    from websockets.asyncio.server import serve

    def check(connection: ServerConnection, request: Request) -> Response | None:
        return None if request.path == path else connection.respond(404, "")

    async def handle(connection: ServerConnection) -> None:
        await let_in(WebSocket(connection))

    server = await serve(handle, "127.0.0.1", 0, process_request=check, **OPTIONS)
    port = next(iter(server.sockets)).getsockname()[1]
    return server, f"ws://127.0.0.1:{port}{path}"
