"""The connection to a DevTools address, against real sockets."""

import asyncio

import pytest

from browser.cdp.client import Client, NotAccepted, connect, listen

OVER_16_MIB = (1 << 24) + 1000


@pytest.fixture
async def echo():
    """The address of a server that sends every message back."""

    async def let_in(socket):
        while (raw := await socket.receive()) is not None:
            await socket.send(raw)

    server, address = await listen("/secret", let_in)
    yield address
    server.close()
    await server.wait_closed()


async def test_a_message_of_more_than_16_mib_passes_both_ways(echo):
    socket = await connect(echo)
    message = b"x" * OVER_16_MIB
    await socket.send(message)
    assert await socket.receive() == message
    await socket.close()
    assert await socket.receive() is None


async def test_a_path_other_than_the_secret_one_is_not_found(echo):
    with pytest.raises(NotAccepted, match="404 Not Found"):
        await connect(echo.replace("secret", "guess"))


async def test_a_proxy_of_the_environment_is_not_asked(echo, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    socket = await connect(echo)
    await socket.send(b"{}")
    assert await socket.receive() == b"{}"
    await socket.close()


async def test_a_connection_that_ends_abruptly_has_ended_for_its_reader(echo):
    cut = asyncio.Event()
    host, port = echo.split("/")[2].split(":")

    async def pass_on(reader, writer):
        there_reader, there_writer = await asyncio.open_connection(host, int(port))

        async def copy(source, target):
            while data := await source.read(4096):
                target.write(data)

        copies = [
            asyncio.ensure_future(copy(*ends)) for ends in ((reader, there_writer), (there_reader, writer))
        ]
        await cut.wait()
        for task in copies:
            task.cancel()
        writer.transport.abort()
        there_writer.transport.abort()

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as between:
        socket = await connect(f"ws://127.0.0.1:{between.sockets[0].getsockname()[1]}/secret")
        await socket.send(b"{}")
        assert await socket.receive() == b"{}"
        cut.set()
        assert await socket.receive() is None
        assert await Client(socket, timeout_s=5).ask("Browser.getVersion", {}) == {}


async def test_a_redirect_is_refused_because_the_headers_are_for_one_address():
    asked = []

    async def redirect(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(redirect, "127.0.0.1", 0) as server:
        with pytest.raises(NotAccepted, match="302 Found"):
            await connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", {"X-Key": "k"})
    assert len(asked) == 1
    assert b"X-Key: k" in asked[0]
