"""A server of pages on loopback, for tests and benchmarks."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass
class Server:
    """Serves a folder and pages given as text, on two loopback ports (two origins)."""

    url: str
    other_url: str
    inline: dict[str, str | bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """Paths asked for, in order."""
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers (names in lower case) of each request, in order."""
    slow: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Path -> seconds that its answer takes, and the answer."""
    redirects: dict[str, str] = field(default_factory=dict)
    """Path -> address that it is redirected to."""

    extra_headers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Path -> headers that its answer has besides the usual ones."""

    statuses: dict[str, int] = field(default_factory=dict)
    """Path -> status of its answer; 200 where it is not named."""

    media: dict[str, str] = field(default_factory=dict)
    """Path -> media type of its answer; `text/html` where it is not named."""

    def page(
        self, html: str | bytes, path: str = "/inline.html", headers: dict[str, str] | None = None
    ) -> str:
        """Serve this HTML, with these headers besides the usual ones, and give its address."""
        self.inline[path] = html
        self.extra_headers[path] = headers or {}
        return self.url + path


class _Handler(http.server.SimpleHTTPRequestHandler):
    pages: Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.pages.requests.append(self.path)
        self.pages.headers.append((path, {name.lower(): value for name, value in self.headers.items()}))
        if path in self.pages.redirects:
            self.send_response(302)
            self.send_header("Location", self.pages.redirects[path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        seconds, late = self.pages.slow.get(path, (0.0, None))
        time.sleep(seconds)
        html = late if late is not None else self.pages.inline.get(path)
        if html is None:
            super().do_GET()
            return
        body = html if isinstance(html, bytes) else html.replace("{other}", self.pages.other_url).encode()
        self.send_response(self.pages.statuses.get(path, 200))
        self.send_header("Content-Type", self.pages.media.get(path, "text/html; charset=utf-8"))
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.pages.extra_headers.get(path, {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder and inline pages on 127.0.0.1 and, as another origin, on localhost with another port."""
    handler = type("Handler", (_Handler,), {})
    make = functools.partial(handler, directory=str(folder))
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), make) for _ in range(2)]
    ports = [one.server_address[1] for one in servers]
    pages = Server(f"http://127.0.0.1:{ports[0]}", f"http://localhost:{ports[1]}")
    handler.pages = pages  # type: ignore[attr-defined]
    threads = [
        threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        for one in servers
    ]
    for thread in threads:
        thread.start()
    yield pages
    for one in servers:
        one.shutdown()
        one.server_close()
