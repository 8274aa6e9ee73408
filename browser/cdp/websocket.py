"""WebSockets (RFC 6455) as far as the DevTools protocol needs them: whole text messages, no extensions."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
HANDSHAKE_S = 15.0


class NotAccepted(Exception):
    """The other side is there and does not speak WebSocket with us; the message is what it said."""


class WebSocket:
    """One connection, of which one reader reads whole messages."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_client: bool
    ) -> None:
        self._reader, self._writer, self._is_client = reader, writer, is_client

    async def receive(self) -> bytes | None:
        """The next message; None: the connection has ended."""
        parts: list[bytes] = []
        while True:
            try:
                last, kind, data = await self._frame()
            except (asyncio.IncompleteReadError, OSError):
                return None
            if kind in (CONTINUED, TEXT, BINARY):
                parts.append(data)
                if last:
                    return b"".join(parts)
            elif kind == PING:
                await self._send(PONG, data)
            elif kind == CLOSE:
                return None

    async def _frame(self) -> tuple[bool, int, bytes]:
        first, second = await self._reader.readexactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
        key = await self._reader.readexactly(4) if second & 0x80 else b""
        data = await self._reader.readexactly(size)
        return bool(first & 0x80), first & 0x0F, _masked(data, key) if key else data

    async def send(self, message: bytes) -> None:
        """Send one message; nothing happens where the connection has ended."""
        await self._send(TEXT, message)

    async def _send(self, kind: int, data: bytes) -> None:
        redactor = 0x80 if self._is_client else 0
        if len(data) < 126:
            head = bytes((0x80 | kind, redactor | len(data)))
        elif len(data) < 1 << 16:
            head = bytes((0x80 | kind, redactor | 126)) + len(data).to_bytes(2)
        else:
            head = bytes((0x80 | kind, redactor | 127)) + len(data).to_bytes(8)
        # A key of zeros leaves the data as it is; a random one guards against proxies of the open web only.
        self._writer.write(head + (bytes(4) if redactor else b"") + data)
        try:
            await self._writer.drain()
        except OSError:
            return

    async def close(self) -> None:
        """End the connection."""
        await self._send(CLOSE, b"")
        self._writer.close()


def _masked(data: bytes, key: bytes) -> bytes:
    whole = key * (len(data) // 4 + 1)
    return (int.from_bytes(data) ^ int.from_bytes(whole[: len(data)])).to_bytes(len(data))


def _accepting(key: bytes) -> str:
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest()).decode()


async def connect(url: str, headers: Mapping[str, str] | None = None) -> WebSocket:
    """Connect to a `ws(s)://` address.

    Raises:
        OSError: Nothing answers there (TimeoutError: nor does it refuse).
        NotAccepted: It does not let us in.
    """
    address = urlsplit(url)
    secure = address.scheme == "wss"
    port = address.port or (443 if secure else 80)
    async with asyncio.timeout(HANDSHAKE_S):
        reader, writer = await asyncio.open_connection(
            address.hostname, port, ssl=ssl.create_default_context() if secure else None
        )
        try:
            return await _ask(reader, writer, url, headers or {})
        except BaseException:
            writer.close()
            raise


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, headers: Mapping[str, str]
) -> WebSocket:
    address = urlsplit(url)
    key = base64.b64encode(os.urandom(16))
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {address.netloc.rpartition('@')[2]}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key.decode()}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        status, said = await _head(reader)
    except asyncio.IncompleteReadError as error:
        raise NotAccepted("it ended the connection") from error
    if " 101" not in status or said.get("sec-websocket-accept") != _accepting(key):
        raise NotAccepted(status.partition(" ")[2] or "no answer of HTTP")
    return WebSocket(reader, writer, is_client=True)


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> WebSocket:
    """Answer somebody who connects.

    Raises:
        NotAccepted: They asked for another path; they were told so.
    """
    request, said = await _head(reader)
    key = said.get("sec-websocket-key", "")
    if request.split()[1:2] != [path] or not key:
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        raise NotAccepted(f"asked for {request}")
    answer = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {_accepting(key.encode())}",
    ]
    writer.write("\r\n".join([*answer, "", ""]).encode())
    return WebSocket(reader, writer, is_client=False)


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    """The first line and the headers, names in lower case."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}
