"""Whoever cannot have a persistent browser leaves no connection to its host behind."""

from __future__ import annotations

import asyncio
import json

import pytest

from browser.cdp.client import WebSocket, listen
from browser.lifecycle.persistent.client import Busy, Lease, attach_persistent
from browser.model.errors import LaunchFailed


@pytest.mark.parametrize(
    ("answer", "raised"),
    [({"busy": "another run"}, Busy), ({}, LaunchFailed), ({"tabs": []}, KeyError), ([1], ValueError)],
)
async def test_a_lease_that_is_not_had_closes_its_connection(answer, raised):
    closed = asyncio.Event()

    async def host(socket: WebSocket) -> None:
        await socket.receive()
        await socket.send(json.dumps(answer).encode())
        assert await socket.receive() is None
        closed.set()

    server, address = await listen("/x", host)
    with pytest.raises((raised, TypeError)):
        await Lease.acquire(address, "a run")
    async with asyncio.timeout(60):
        await closed.wait()
    server.close()
    await server.wait_closed()


async def test_a_host_that_says_nothing_is_given_the_time_that_was_set():
    async def host(socket: WebSocket) -> None:
        while await socket.receive() is not None:
            pass

    server, address = await listen("/x", host)
    with pytest.raises(LaunchFailed, match=r"does not answer within 0\.2 s"):
        await attach_persistent(address, "a run", timeout_s=0.2)
    server.close()
    await server.wait_closed()
