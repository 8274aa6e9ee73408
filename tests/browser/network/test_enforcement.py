"""Which hosts a session goes to: held where its requests leave the browser."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Iterator

import pytest

from browser.lifecycle.launch import launch
from browser.model.actions import Click, Goto, OpenTab
from browser.model.errors import BrowserLost, NavigationRefused
from browser.network.enforcement import PolicyEnforcer
from browser.network.policy import NetworkPolicy
from browser.options import LaunchOptions, ProxySettings, SessionOptions
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """A host that may not be gone to: it keeps what it is asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        body = b"<title>Elsewhere</title><h1>Elsewhere</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    handler = type("Handler", (Elsewhere,), {"asked": []})
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://localhost:{served.server_address[1]}", handler.asked
    served.shutdown()
    served.server_close()


def only(server) -> NetworkPolicy:
    return NetworkPolicy.of([server.url], [])


WAYS = {
    "a link": "<a href='{away}/x'>Go</a>",
    "a form": "<form method=post action='{away}/x'><button>Go</button></form>",
    "a script": "<button onclick=\"location = '{away}/x'\">Go</button>",
    "a redirect": "<a href='/leads'>Go</a>",
    "a window": "<a href='{away}/x' target=_blank>Go</a>",
    "a window of a script": "<button onclick=\"window.open('{away}/x')\">Go</button>",
    "a window that is redirected": "<a href='/leads' target=_blank>Go</a>",
    "a form's window": "<form method=post target=_blank action='{away}/x'><button>Go</button></form>",
    "a blank window": "<button onclick=\"window.open('about:blank').location = '{away}/x'\">Go</button>",
    "a frame": "<button onclick=\"document.body.append(Object.assign(document.createElement('iframe'), {{src: '{away}/x'}}))\">Go</button>",
}


@pytest.mark.parametrize("way", WAYS)
async def test_no_way_leads_out(server, browser, elsewhere, way):
    away, asked = elsewhere
    server.redirects["/leads"] = f"{away}/x"
    session = await browser.open_session(SessionOptions(rules=only(server)))
    await session.goto(server.page(WAYS[way].format(away=away)))
    page = await see(session)
    go = next(element for element in page.elements if element.name == "Go" and element.interactive)
    result = await session.perform(Click(go.ref))
    seen = await see(session)
    assert asked == []
    assert f"{away}/x is not opened: only {server.url} may be gone to in this task" in " ".join(
        (result.effect, *seen.notes)
    )
    assert seen.url in (page.url, "about:blank")
    await session.close()


async def test_a_page_that_leads_on_by_itself_stays_where_it_is(server, browser, elsewhere):
    away, asked = elsewhere
    session = await browser.open_session(SessionOptions(rules=only(server)))
    url = server.page(
        f"<meta http-equiv=refresh content='0;url={away}/x'><h1>Here</h1><iframe src={away}/f></iframe>"
    )
    await session.goto(url)
    seen = await see(session)
    assert (find(seen, "heading").name, seen.url, asked) == ("Here", url, [])
    await session.close()


async def test_an_address_that_is_named_is_refused_with_the_reason(server, browser, elsewhere):
    away, asked = elsewhere
    session = await browser.open_session(SessionOptions(rules=only(server)))
    await session.goto(server.page("<h1>Here</h1>"))
    for action in (Goto(f"{away}/x"), OpenTab(f"{away}/x")):
        assert (await session.perform(action)).problem.startswith(f"{away}/x is not opened")
    with pytest.raises(NavigationRefused, match="is not opened"):
        await session.goto(f"{away}/x")
    server.redirects["/leads"] = f"{away}/x"
    assert "is not opened" in (await session.perform(Goto(f"{server.url}/leads"))).problem
    assert asked == []
    assert (await session.perform(Goto(server.page("<h1>There</h1>", "/there")))).ok
    await session.close()


async def test_nothing_at_all_is_asked_of_a_blocked_host(server, browser, elsewhere):
    away, asked = elsewhere
    session = await browser.open_session(SessionOptions(rules=NetworkPolicy.of([], ["localhost"])))
    await session.goto(
        server.page(
            f"<img src={away}/i><script src={away}/s></script><script>fetch('{away}/f', {{mode: 'no-cors'}}).catch(() => 0)"
            f".then(() => document.title = 'over'); navigator.sendBeacon('{away}/b')</script>"
        )
    )
    assert (await see(session)).title == "over"
    assert asked == []
    await session.close()


async def test_what_a_page_is_made_of_may_come_from_anywhere_else(server, browser, elsewhere):
    away, asked = elsewhere
    session = await browser.open_session(SessionOptions(rules=only(server)))
    await session.goto(server.page(f"<img src={away}/i><h1>Here</h1>"))
    assert asked == ["GET /i"]
    await session.close()


async def test_without_rules_nothing_is_watched(server, browser, elsewhere):
    away, asked = elsewhere
    session = await browser.open_session(SessionOptions())
    await session.goto(server.page(f"<a href='{away}/x'>Go</a>"))
    await session.perform(Click(find(await see(session), "link").ref))
    assert asked[0] == "GET /x"
    await session.close()


LEADS_OUT = (
    b"<link rel=preconnect href=http://blocked.test><img src=http://blocked.test/i><script>"
    b"for (const host of ['blocked.test', 'BLOCKED.test.', 'a.blocked.test'])"
    b" { try { new WebSocket(`ws://${host}/x`) } catch {} }"
    b"new WebSocket('ws://other.test/x').onclose = () => { document.title = 'over' }</script>"
)


async def test_a_proxy_that_looks_hosts_up_is_not_asked_for_a_blocked_one():
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n")).strip())
        await reader.readuntil(b"\r\n\r\n")
        if asked[-1].startswith(b"GET"):
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
            writer.write(head % len(LEADS_OUT) + LEADS_OUT)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    policy = NetworkPolicy.of([], ["blocked.test"])
    way_out = ProxySettings(server=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    way_out = way_out.without(policy.not_proxied)
    options = LaunchOptions(proxy=way_out, args=policy.launch_arguments, on_warning=lambda _: None)
    async with await launch(options) as started:
        session = await started.open_session(SessionOptions(rules=policy))
        await session.goto("http://here.test/")
        async with asyncio.timeout(60):
            while (await see(session)).title != "over":  # noqa: ASYNC110  a page has no event for this
                await asyncio.sleep(0.05)
    server.close()
    assert b"CONNECT other.test:80 HTTP/1.1" in asked
    assert not [first for first in asked if b"blocked.test" in first.lower()]


async def test_where_a_browser_cannot_be_watched_nothing_begins(browser):
    class Unwatched:
        browser = None

    watched = PolicyEnforcer(NetworkPolicy.of([], ["localhost"]))
    with pytest.raises(BrowserLost, match="cannot be held in this browser"):
        await watched.begin(Unwatched(), "launched")
    await PolicyEnforcer(NetworkPolicy()).begin(Unwatched(), "launched")
