"""No way that a page has to reach a blocked host does: in a browser of ours, one that is joined, and a session."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from agent_core import open_browser_session, run_task
from agent_core.testing import Scripted
from browser.model.actions import Goto, Wait
from engines.protocol import Act, Finish
from tests.support.somebodys_browser import somebodys_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

FETCH = "fetch('{away}/x', {{mode: 'no-cors'}}).catch(() => 0)"
SEND = "navigator.sendBeacon('{away}/x', 's'); fetch('{away}/x', {{method: 'POST', body: 's', keepalive: true, mode: 'no-cors'}})"


def _script(code: str) -> str:
    return f"<script>{code}</script>"


def _worker(kind: str, code: str) -> str:
    return _script(f"new {kind}(URL.createObjectURL(new Blob([`{code}`], {{{{type: 'text/javascript'}}}})))")


def _speculation(kind: str) -> str:
    return f'<script type=speculationrules>{{{{"{kind}": [{{{{"urls": ["{{away}}/x"], "eagerness": "immediate"}}}}]}}}}</script>'


WAYS = {
    "parts of a page": "<img src={away}/x><script src={away}/x></script><link rel=stylesheet href={away}/x>"
    "<style>@import '{away}/x'; @font-face {{font-family: f; src: url({away}/x)}}</style><p style='font-family: f'>x"
    "<link rel=icon href={away}/x><link rel=manifest href={away}/x><video src={away}/x poster={away}/x></video>"
    "<object data={away}/x></object><embed src={away}/x><svg><image href={away}/x /></svg>",
    "other spellings": "<img src=http://localhost.:{port}/x><img src=HTTP://LOCALHOST:{port}/x>"
    "<img src=http://%6cocalhost:{port}/x><img src=http://a:b@localhost:{port}/x><img src='http:\\\\localhost:{port}\\x'>"
    "<img src=http://a.b.localhost:{port}/x>",
    "frames": "<iframe src={away}/x></iframe><iframe src=/leads></iframe>"
    "<iframe sandbox=allow-scripts srcdoc=\"<script>location = '{away}/x'</script>\"></iframe>",
    "requests of scripts": _script(
        FETCH + "; new EventSource('{away}/x'); import('{away}/x').catch(() => 0)"
    ),
    "a dedicated worker": _worker("Worker", FETCH),
    "a shared worker": _worker("SharedWorker", FETCH),
    "a WebSocket": _script("try {{ new WebSocket('ws://localhost:{port}/x') }} catch {{}}"),
    "a ping": "<a id=a ping={away}/x href='#x'>x</a>" + _script("a.click()"),
    "loading ahead": "<link rel=prefetch href={away}/x><link rel=modulepreload href={away}/x>"
    + _speculation("prefetch")
    + _speculation("prerender"),
    "a form": "<form id=f method=post action={away}/x></form>" + _script("f.submit()"),
    "windows": _script(
        "open('{away}/x'); open('about:blank').location = '{away}/x'; open('{away}/x', '_blank', 'noopener')"
    ),
    "a redirect": _script("location = '/leads'"),
    "going again and again": _script("setInterval(() => {{ location = '{away}/x' }}, 100)"),
    "sending as it goes": _script(
        f"for (const e of ['pagehide', 'unload']) addEventListener(e, () => {{{{ {SEND} }}}})"
    ),
}


class Forbidden:
    """A server that nobody may reach: it counts connections, and keeps the first line of each request."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._hear, args=(connection,), daemon=True).start()

    def _hear(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(2)
            try:
                if said := connection.recv(2000):
                    self.requests.append(said.partition(b"\r\n")[0])
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno")
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def forbidden() -> Iterator[Forbidden]:
    server = Forbidden()
    yield server
    server.close()


async def _go_all_ways(server, forbidden: Forbidden, **where):
    away = f"http://localhost:{forbidden.port}"
    server.redirects["/leads"] = f"{away}/x"
    pages = [
        server.page("<!doctype html>" + way.format(away=away, port=forbidden.port), f"/way{number}.html")
        for number, way in enumerate(WAYS.values())
    ]
    turns = [turn for page in pages for turn in (Act(actions=(Goto(page),)), Act(actions=(Wait(0.4),)))]
    engine = Scripted([*turns, Finish(output=None)])
    start = server.page("<h1>Start</h1>", "/start.html")
    return await run_task("Look", start, engine=engine, blocked_domains=["localhost"], max_steps=99, **where)


async def test_a_browser_of_ours_has_no_connection_to_a_blocked_host(server, forbidden):
    run = await _go_all_ways(server, forbidden)
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests, forbidden.connections) == ("completed", [], 0)


async def test_a_joined_browser_sends_a_blocked_host_nothing(server, forbidden, tmp_path):
    async with somebodys_browser(tmp_path, server) as somebody:
        run = await _go_all_ways(server, forbidden, browser_address=somebody.address)
        await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests) == ("completed", [])
    assert any(warning.startswith("blocked_domains: not held") for warning in run.warnings)


async def test_a_session_sends_a_blocked_host_nothing_also_once_the_run_is_over(server, forbidden):
    async with await open_browser_session() as session:
        run = await _go_all_ways(server, forbidden, browser_session_id=session.id)
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests) == ("completed", [])
