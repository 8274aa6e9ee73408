"""Under a policy that is public, a browser connects to nothing of this machine, whatever asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from browser.lifecycle.launch import launch
from browser.network.policy import NetworkPolicy
from browser.options import LaunchOptions, SessionOptions

pytestmark = pytest.mark.browser

HOSTS = ("127.0.0.1", "localhost", "127.0.0.2", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "a.localhost")
WAYS = """async ([hosts, port]) => {
  const over = (thing, ...events) => new Promise((done) => {
    for (const event of events) thing.addEventListener(event, done);
    setTimeout(done, 3000);
  });
  const ways = hosts.flatMap((host) => {
    const place = `${host}:${port}/`;
    const image = new Image(), frame = document.createElement('iframe');
    image.src = `http://${place}image`;
    frame.src = `http://${place}frame`;
    document.documentElement.append(frame);
    return [
      fetch(`http://${place}fetch`, {mode: 'no-cors'}), over(image, 'load', 'error'), over(frame, 'load'),
      over(new WebSocket(`ws://${place}socket`), 'open', 'error'),
    ];
  });
  await Promise.allSettled(ways);
}"""


@dataclass
class Ear:
    """What listens on this machine."""

    port: int = 0
    heard: list[str] = field(default_factory=list)


@pytest_asyncio.fixture
async def ear() -> AsyncIterator[Ear]:
    made = Ear()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        made.heard.append(line.decode("latin-1").strip())
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "0.0.0.0", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.mark.parametrize("public", [True, False])
async def test_nothing_of_this_machine_hears_of_a_page_whatever_it_tries(ear: Ear, public: bool):
    rules = NetworkPolicy(public=public)
    options = LaunchOptions(rules=rules, args=rules.launch_arguments, on_warning=lambda _: None)
    async with await launch(options) as browser:
        session = await browser.open_session(SessionOptions(rules=rules))
        assert session.front is not None
        await session.front.evaluate(WAYS, [HOSTS, ear.port])
        assert bool(rules.objection(f"http://localhost:{ear.port}/")) is public
        await session.close()
    assert bool(ear.heard) is not public
    if not public:
        ways = {line.split()[1] for line in ear.heard if " " in line}
        assert {"/fetch", "/image", "/frame", "/socket"} <= ways
