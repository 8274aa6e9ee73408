"""What tests of whole runs need: servers with bad manners, and a look at what is left running."""

from __future__ import annotations

import http.server
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent_core import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No model, and a home of the test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture
def closed_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers every request, also one for another host, with a page that tells of it.

    `/to?ADDRESS` leads to that address.
    """

    heard: list[tuple[str, dict[str, str]]]
    """Path and headers of each request; a proxy is asked for whole addresses."""

    def do_GET(self) -> None:
        self.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to?"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = f"<title>Echo</title><h1>{self.headers['Host']}</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class ProxyEcho(Echo):
    """A proxy that asks who is there."""

    def do_GET(self) -> None:
        if "Proxy-Authorization" in self.headers:
            super().do_GET()
            return
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[int, type[Echo]]]]:
    """`serve(proxy=False)`: a port where it answers, and the class that remembers what it heard."""
    running: list[http.server.ThreadingHTTPServer] = []

    def start(proxy: bool = False) -> tuple[int, type[Echo]]:
        handler = type("Handler", (ProxyEcho if proxy else Echo,), {"heard": []})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(server)
        return server.server_address[1], handler

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def _descendants(pid: int) -> set[int]:
    children: dict[int, set[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if stat[0] != "Z":
                children.setdefault(int(stat[1]), set()).add(int(folder.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        new = children.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _browsers_below(pid: int) -> set[int]:
    def is_main_process(each: int) -> bool:
        try:
            command = Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            return False
        program = command.partition(b"\0")[0]
        return program.endswith((b"chromium", b"chrome")) and b"--type=" not in command

    return {each for each in _descendants(pid) if is_main_process(each)}


@pytest.fixture
def browsers_of() -> Callable[[int], set[int]]:
    """`browsers_of(pid)`: the main processes of Chromiums that this process started."""
    return _browsers_below


@pytest.fixture
def our_browsers() -> Iterator[Callable[[], set[int]]]:
    """The Chromiums this test started and that still run. None may be left at its end."""
    before = _browsers_below(os.getpid())

    def ours() -> set[int]:
        return _browsers_below(os.getpid()) - before

    yield ours
    deadline = time.monotonic() + 30
    while ours() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ours() == set(), "a Chromium was left running"
