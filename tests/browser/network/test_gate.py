"""The way out of a persistent browser leads to no blocked host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from browser.network.gate import Gate
from browser.network.policy import NetworkPolicy


@pytest_asyncio.fixture
async def gate() -> AsyncIterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[int]:
    """The port of a server that says again what it hears."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(100):
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def asked(gate_address: str, place: bytes, port: int, command: int = 1):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(gate_address.rpartition(":")[2]))
    writer.write(b"\x05\x01\x00" + bytes((5, command, 0)) + place + port.to_bytes(2, "big"))
    assert await reader.readexactly(2) == b"\x05\x00"
    return reader, writer


def named(host: str) -> bytes:
    return bytes((3, len(host))) + host.encode()


IPV4 = bytes((1, 127, 0, 0, 1))
MAPPED = bytes((4, *bytes(10), 255, 255, 127, 0, 0, 1))


@pytest.mark.parametrize("place", [named("localhost"), named("127.0.0.1"), IPV4])
async def test_a_host_that_is_not_blocked_is_reached(gate, echo, place):
    reader, writer = await asked(await gate.open(), place, echo)
    assert (await reader.readexactly(10))[1] == 0
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    "place", [named("localhost"), named("LOCALHOST."), named("a.localhost"), named("127.0.0.1"), IPV4, MAPPED]
)
async def test_a_blocked_host_is_not_reached_in_any_form(gate, echo, place):
    gate.hold(NetworkPolicy.of([], ["localhost", "127.0.0.1"]))
    reader, writer = await asked(await gate.open(), place, echo)
    assert (await reader.readexactly(10))[1] == 2
    assert await reader.read() == b""
    writer.close()


async def test_what_is_open_to_a_host_ends_when_that_host_is_blocked(gate, echo):
    reader, writer = await asked(await gate.open(), named("localhost"), echo)
    assert (await reader.readexactly(10))[1] == 0
    gate.hold(NetworkPolicy.of([], ["localhost"]))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()


async def test_a_host_where_nothing_listens_is_said_to_be_out_of_reach(gate, unused_tcp_port):
    reader, writer = await asked(await gate.open(), named("127.0.0.1"), unused_tcp_port)
    assert (await reader.readexactly(10))[1] == 4
    writer.close()


async def test_what_is_no_connection_is_not_served(gate, echo):
    reader, writer = await asked(await gate.open(), IPV4, echo, command=3)
    assert await reader.read() == b""
    writer.close()


async def test_a_gate_of_a_public_policy_connects_to_nothing_of_this_machine_whatever_its_name(gate, echo):
    gate.hold(NetworkPolicy(public=True))
    address = await gate.open()
    for place in (named("localhost"), named("127.0.0.1"), IPV4, MAPPED):
        reader, writer = await asked(address, place, echo)
        assert (await reader.readexactly(10))[1] == 2
        writer.close()


@pytest.mark.parametrize("others", [(), ("8.8.8.8",)])
async def test_a_name_that_leads_into_a_private_network_is_not_reached(echo, others):
    async def table(host: str, port: int | None = None) -> tuple[str, ...]:
        assert host == "rebound.example.com"
        return (*others, "127.0.0.1")

    gate = Gate(NetworkPolicy(public=True), look_up=table)
    reader, writer = await asked(await gate.open(), named("rebound.example.com"), echo)
    assert (await reader.readexactly(10))[1] == 4
    writer.close()
    gate.close()
