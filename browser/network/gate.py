"""A way out for a browser: a SOCKS5 proxy on loopback that connects to no blocked host.

DevTools holds up requests, but not WebSockets, WebTransport, what speculation rules load ahead, or what the
browser asks for by itself. All of that leaves through here. The policy can be changed while the browser runs.
Every persistent browser has a gate, and so has one that is started for a run under a policy that is `public`:
only here is it known where a name leads.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from browser.network.policy import NetworkPolicy
from browser.network.public_hosts import addresses_of, is_public

logger = logging.getLogger("agent_core." + __name__)

CHUNK = 1 << 16
"""Bytes that are handed on at a time."""
SAYS_YES, NOT_ALLOWED, NOT_REACHED = 0, 2, 4
"""Answers of RFC 1928."""
HAPPY_EYEBALLS_S = 0.25
"""So long one of a host's addresses is tried alone before the next."""
ONE_ADDRESS_S = 10.0
"""So long one of a host's addresses is tried where it is chosen here."""


LookUp = Callable[[str, int | None], Awaitable[Sequence[str]]]


class Gate:
    """Serves one browser."""

    def __init__(self, policy: NetworkPolicy | None = None, look_up: LookUp = addresses_of) -> None:
        """Listen nowhere yet.

        Args:
            policy: What holds from the beginning; None: nothing is forbidden until `hold` is called.
            look_up: Where a host leads, asked under a policy that is `public`.
        """
        self._policy, self._look_up = policy or NetworkPolicy(), look_up
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.StreamWriter, tuple[str, int]] = {}
        """The browser's connections, and where they lead."""

    async def open(self) -> str:
        """Listen; returns the address, as `--proxy-server` takes it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def hold(self, policy: NetworkPolicy) -> None:
        """Connect only where this policy allows it from now on, and end what is open to blocked hosts."""
        self._policy = policy
        for connection, (host, port) in self._open.items():
            if policy.blocks(host, port):
                connection.transport.abort()

    def close(self) -> None:
        """Listen no longer, and end all connections."""
        if self._server:
            self._server.close()
        for connection in self._open:
            connection.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self._open[writer] = place = await _asked_for(reader, writer)
            if self._policy.blocks(*place):
                logger.info("no connection to %s: it is blocked", place[0])
                writer.write(_answer(NOT_ALLOWED))
                return
            await self._connect(reader, writer, *place)
        except (OSError, EOFError, ValueError) as error:
            logger.debug("a connection of the browser ended: %s", error)
        finally:
            self._open.pop(writer, None)
            writer.close()

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
    ) -> None:
        try:
            answers, there = await self._reach(host, port)
        except (OSError, UnicodeError) as error:
            logger.debug("no connection to %s: %s", host, error)
            writer.write(_answer(NOT_REACHED))
            return
        try:
            writer.write(_answer(SAYS_YES))
            await asyncio.gather(_pass_on(reader, there), _pass_on(answers, writer))
        finally:
            there.close()

    async def _reach(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a host.

        Raises:
            OSError, UnicodeError: It cannot be reached, or leads where the policy does not.
        """
        if not self._policy.public:
            return await asyncio.open_connection(
                host, port, happy_eyeballs_delay=HAPPY_EYEBALLS_S, limit=CHUNK
            )
        # What was looked at is what is connected to: looked up again, the name might lead elsewhere.
        addresses = await self._look_up(host, port)
        if private := next((each for each in addresses if not is_public(each)), ""):
            raise PermissionError(f"it leads into a private network, to {private}")
        for address in addresses[:-1]:
            try:
                async with asyncio.timeout(ONE_ADDRESS_S):
                    return await asyncio.open_connection(address, port, limit=CHUNK)
            except OSError as error:  # TimeoutError is one
                logger.debug("%s is not reached at %s: %s", host, address, error)
        return await asyncio.open_connection(addresses[-1], port, limit=CHUNK)


async def _asked_for(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Host and port that a client wants to be connected to (RFC 1928)."""
    _version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    _version, asked, _reserved, kind = await reader.readexactly(4)
    match kind:
        case 1 | 4:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        case 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
        case _:
            raise ValueError(f"an address of kind {kind}")
    if asked != 1:
        raise ValueError(f"it is asked for {asked}, which is no connection")
    return host, int.from_bytes(await reader.readexactly(2), "big")


def _answer(how: int) -> bytes:
    return bytes((5, how, 0, 1, 0, 0, 0, 0, 0, 0))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes until its end, and then that end."""
    try:
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
        with suppress(OSError):  # the other side may have gone just now
            writer.write_eof()
    except OSError:
        writer.transport.abort()
        raise
