"""A browser is asked for its DevTools address directly, and nobody else is."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from browser.cdp.attached.endpoint import endpoint_of

HEADERS = {"X-Key": "fjord-9"}


@contextmanager
def serving(status: int, location: str = "", said: str = "/devtools/1") -> Iterator[tuple[str, list[str]]]:
    """Gives the address of a server that names `said` as its DevTools address, and the keys that it was sent."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers.get("X-Key", ""))
            self.send_response(status)
            self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(json.dumps({"webSocketDebuggerUrl": said}).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", keys
    finally:
        server.shutdown()
        server.server_close()


def test_a_proxy_of_the_environment_hears_nothing(monkeypatch):
    with serving(200) as (browser, asked), serving(200) as (proxy, told):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        assert endpoint_of(browser, HEADERS) == f"{browser.replace('http', 'ws')}/devtools/1"
        assert (asked, told) == (["fjord-9"], [])


def test_no_redirect_is_followed():
    with serving(200) as (elsewhere, told), serving(302, elsewhere) as (browser, _):
        with pytest.raises(OSError, match="302"):
            endpoint_of(browser, HEADERS)
        assert told == []


def test_the_address_that_was_given_counts_and_not_the_one_that_the_browser_names():
    with serving(200, said="wss://elsewhere.example:1/devtools/browser/2?token=3") as (browser, _):
        at = browser.replace("http://", "ws://")
        assert endpoint_of(browser, HEADERS) == f"{at}/devtools/browser/2?token=3"
