"""Ways out, headers, looks, uploads: what surrounds a run, in a browser of ours and in somebody's."""

from __future__ import annotations

import os
import select
import socket
import socketserver
import struct
import threading
from contextlib import suppress

import pytest

from agent_core import BadRequest, Settings, run_task
from agent_core.testing import Scripted
from browser.model.actions import Click, OpenTab
from engines.protocol import Act, Finish
from tests.support.somebodys_browser import somebodys_browser

pytestmark = pytest.mark.browser

LOOKS = """<p id=p></p><script>p.textContent = [innerWidth, innerHeight, devicePixelRatio, navigator.language,
  Intl.DateTimeFormat().resolvedOptions().timeZone].join(' ')</script>"""


# --- ways out -----------------------------------------------------------------------------------


class Socks(socketserver.BaseRequestHandler):
    """A SOCKS5 proxy without a password, which remembers where it was asked to go, and goes to `leads_to`."""

    asked: list[str]
    leads_to: int

    def handle(self) -> None:
        _, methods = self.request.recv(2)
        self.request.recv(methods)
        self.request.sendall(b"\x05\x00")
        _, _, _, kind = self.request.recv(4)
        length = self.request.recv(1)[0] if kind == 3 else 4
        host = self.request.recv(length)
        (port,) = struct.unpack(">H", self.request.recv(2))
        self.asked.append(f"{host.decode() if kind == 3 else socket.inet_ntoa(host)}:{port}")
        self.request.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        with socket.create_connection(("127.0.0.1", self.leads_to)) as there, suppress(OSError):
            ends = {self.request: there, there: self.request}
            while True:
                for ready in select.select(list(ends), [], [])[0]:
                    piece = ready.recv(65536)
                    if not piece:
                        return
                    ends[ready].sendall(piece)


@pytest.fixture
def socks(serve):
    """The port of a SOCKS5 proxy, and what it was asked."""
    port, _ = serve()
    handler = type("Handler", (Socks,), {"asked": [], "leads_to": port})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1], handler.asked
        server.shutdown()


async def look(address, settings, engine=None, **fields):
    engine = engine or Scripted([Finish()])
    return await run_task("Look", address, engine=engine, settings=settings, **fields)


async def test_a_socks_proxy_is_really_used_and_finds_the_names_itself(socks, settings, our_browsers):
    port, asked = socks
    engine = Scripted([Finish()])
    run = await look(
        "http://shop.example/tea", settings, engine, proxy_location={"url": f"socks5://127.0.0.1:{port}"}
    )
    assert run.status == "completed"
    assert "shop.example" in engine.turns[0].observation.text
    assert "shop.example:80" in asked


async def test_a_proxy_from_the_table_is_used_also_for_this_machine(serve, tmp_path, our_browsers):
    port, proxy = serve(proxy=True)
    settings = Settings(home=tmp_path, proxies={"DE": f"http://me:hunter2@127.0.0.1:{port}"})
    run = await look("http://localhost:8999/", settings, proxy_location={"country": "de"})
    assert run.status == "completed"
    assert "http://localhost:8999/" in [path for path, _ in proxy.heard]
    assert "hunter2" not in run.model_dump_json()


async def test_a_proxy_that_is_down_is_named(settings, closed_port, our_browsers):
    run = await look(
        "http://shop.example/", settings, proxy_location={"url": f"http://127.0.0.1:{closed_port}"}
    )
    assert (run.status, run.failure_code) == ("failed", "NAVIGATION_FAILED")
    assert "the proxy does not answer" in run.failure_reason
    assert "proxy_location" in run.failure_reason


@pytest.mark.parametrize("address", ["http://shop.example/", "https://shop.example/"])
async def test_a_proxy_that_wants_a_password_is_named(address, serve, settings, our_browsers):
    port, _ = serve(proxy=True)
    run = await look(address, settings, proxy_location={"url": f"http://127.0.0.1:{port}"})
    assert (run.status, run.failure_code) == ("failed", "NAVIGATION_FAILED")
    assert "the proxy" in run.failure_reason
    assert "proxy_location" in run.failure_reason


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param(
            {"proxy_location": {"url": "socks5://me:hunter2@127.0.0.1:1"}},
            "proxy_location.url: Chromium cannot log in to a SOCKS5 proxy",
            id="SOCKS with a password",
        ),
        pytest.param(
            {"proxy_location": {"url": "http://127.0.0.1:1"}, "browser_address": "127.0.0.1:9222"},
            "proxy_location: a browser that runs already goes out its own way; leave this out, or leave out "
            "browser_address",
            id="somebody's browser",
        ),
    ],
)
async def test_a_proxy_that_cannot_be_had_starts_nothing(fields, sentence, settings):
    with pytest.raises(BadRequest) as caught:
        await look("http://shop.example/", settings, **fields)
    assert str(caught.value) == sentence or str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)
    assert not settings.home.exists()


# --- headers ------------------------------------------------------------------------------------


def click(turn):
    return Act(actions=(Click(next(e.ref for e in turn.observation.elements if e.role == "button")),))


async def test_no_third_party_hears_the_headers_whichever_way_it_is_asked(server, settings, our_browsers):
    theirs = server.other_url
    for way in ("frame", "fetched", "moved", "opened", "tab", "image", "posted"):
        server.page(f"<p>{way}</p>", f"/{way}-theirs.html")
        server.page(f"<p>{way}</p>", f"/{way}-ours.html")
        server.redirects[f"/{way}-to-theirs"] = f"{theirs}/{way}-theirs.html?moved"
    html = f"""<iframe src="{theirs}/frame-theirs.html"></iframe><iframe src=/frame-ours.html></iframe>
      <iframe src=/frame-to-theirs></iframe><img src="{theirs}/image-theirs.html"><img src=/image-to-theirs>
      <button onclick="window.open('/opened-ours.html'); window.open('{theirs}/opened-theirs.html')">Open</button>
      <script>fetch('{theirs}/fetched-theirs.html', {{mode: 'no-cors'}}); fetch('/fetched-ours.html');
      fetch('/fetched-to-theirs', {{mode: 'no-cors'}})</script>"""
    going = Act(actions=(OpenTab(f"{theirs}/tab-theirs.html"),))
    again = Act(actions=(OpenTab(f"{server.url}/tab-ours.html"),))
    run = await look(
        server.page(html, "/top.html"),
        settings,
        Scripted([click, going, again, Finish()]),
        extra_http_headers={"X-Token": "hunter2"},
    )
    assert run.status == "completed"
    told = {path for path, headers in server.headers if "x-token" in headers}
    untold = {path for path, headers in server.headers if "x-token" not in headers}
    assert {
        "/top.html",
        "/frame-ours.html",
        "/fetched-ours.html",
        "/frame-to-theirs",
        "/tab-ours.html",
    } <= told
    assert not {path for path in told if "-theirs.html" in path}
    ways = ("frame", "fetched", "opened", "tab", "image")
    assert {f"/{way}-theirs.html" for way in ways} <= untold


# --- looks --------------------------------------------------------------------------------------


async def test_in_somebodys_browser_size_and_scale_hold_for_our_tabs_alone(server, settings, tmp_path):
    async with somebodys_browser(tmp_path, server) as somebody:
        before = await somebody.look()
        engine = Scripted([Finish()])
        run = await look(
            server.page(LOOKS, "/looks.html"),
            settings,
            engine,
            browser_address=somebody.address,
            viewport=(700, 500),
            device_scale_factor=2,
            locale="de-DE",
            timezone="Asia/Tokyo",
        )
        assert await somebody.look() == before
    assert engine.turns[0].observation.text.split()[:3] == ["700", "500", "2"]
    assert engine.turns[0].observation.viewport == (700, 500)
    assert "de-DE" not in engine.turns[0].observation.text
    assert [warning for warning in run.warnings if "not applied" in warning] == [
        "locale, timezone: not applied, since the browser runs already, with its own"
    ]


async def test_in_somebodys_browser_a_tab_looks_as_theirs_do_unless_asked_otherwise(
    server, settings, tmp_path
):
    async with somebodys_browser(tmp_path, server) as somebody:
        engine = Scripted([Finish()])
        run = await look(
            server.page(LOOKS, "/looks.html"), settings, engine, browser_address=somebody.address
        )
        theirs = (await somebody.look())["form"]["window"][:2]
    assert engine.turns[0].observation.text.split()[:2] == [str(side) for side in theirs]
    assert not [warning for warning in run.warnings if "not applied" in warning]


# --- uploads ------------------------------------------------------------------------------------


async def test_a_file_that_is_too_large_or_may_not_be_read_is_named_before_anything_starts(tmp_path):
    large, small = tmp_path / "large.bin", tmp_path / "small.bin"
    with large.open("wb") as file:
        file.truncate(3_000_000)
    small.write_bytes(b"x")
    settings = Settings(home=tmp_path / "home", max_upload_mb=2)
    with pytest.raises(BadRequest, match=r"^files: '.*large.bin' has 3 MB; at most 2 MB"):
        await look("http://127.0.0.1:9/", settings, files=[str(small), str(large)])
    if os.geteuid() != 0:
        small.chmod(0)
        with pytest.raises(BadRequest, match=r"^files: '.*small.bin' may not be read"):
            await look("http://127.0.0.1:9/", settings, files=[str(small)])
    assert not settings.home.exists()
