"""Two servers to play the ways of leaving with: the one that nobody may reach, and the one of the pages."""

from __future__ import annotations

import http.server
import json
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.spellings import SPELLINGS
from tests.support.ways_of_leaving import FETCH, GOING, GROUPS, SOCKET, WAYS, script


@dataclass
class Forbidden:
    """A server that nobody may reach: it counts connections, and keeps the first line of each request."""

    port: int
    connections: int = 0
    requests: list[str] = field(default_factory=list)
    """The first line of each."""
    documents: list[str] = field(default_factory=list)
    """The first line of those with which a browser goes somewhere."""
    datagrams: int = 0

    def heard_of(self, name: str) -> bool:
        """Whether it was asked with the name of a way as the path."""
        return any(re.match(rf"\w+ /{name}[ ?]", request) for request in self.requests)

    def hear(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def hear_datagrams(self, listener: socket.socket) -> None:
        while True:
            try:
                said = listener.recv(2000)
            except OSError:
                return
            self.datagrams += 1
            self.requests.append(f"datagram of {len(said)} bytes")

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(2)
            try:
                if said := connection.recv(2000):
                    first = said.partition(b"\r\n")[0].decode("latin-1")
                    socket_wanted = " for a WebSocket" * (b"upgrade: websocket" in said.lower())
                    self.requests.append(first + socket_wanted)
                    self.documents += [first] if b"Sec-Fetch-Mode: navigate" in said else []
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\n"
                        b"Supports-Loading-Mode: credentialed-prerender\r\nContent-Type: text/html\r\n"
                        b"Connection: close\r\n\r\nno"
                    )
            except OSError:
                return


@contextmanager
def forbidden_server() -> Iterator[Forbidden]:
    """It listens at one port of 127.0.0.1, 127.0.0.2 and ::1, for connections and for datagrams."""
    first = socket.create_server(("127.0.0.1", 0), backlog=100)
    port = first.getsockname()[1]
    second = socket.create_server(("127.0.0.2", port), backlog=100)
    third = socket.create_server(("::1", port), backlog=100, family=socket.AF_INET6)
    datagrams = [socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)]
    for one, host in zip(datagrams, ("127.0.0.1", "::1"), strict=True):
        one.bind((host, port))
    server = Forbidden(port)
    for listener in (first, second, third):
        threading.Thread(target=server.hear, args=(listener,), daemon=True).start()
    for one in datagrams:
        threading.Thread(target=server.hear_datagrams, args=(one,), daemon=True).start()
    try:
        yield server
    finally:
        for listener in (first, second, third, *datagrams):
            listener.close()


class _Home(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forbidden: Forbidden
    home: str

    def do_GET(self) -> None:
        name, _, part = self.path.lstrip("/").partition("?")[0].partition("/")
        if name in GROUPS:
            return self._send(200, {}, "text/html", f"<h1>{name}</h1>" + self._group(name))
        away = f"http://localhost:{self.forbidden.port}/{name}"
        if part.startswith("leads"):
            return self._send(int(part[6:] or 302), {"Location": away}, "text/html", "")
        if name not in WAYS:
            return self._send(200, {}, "text/html", "<h1>Start</h1>")
        way = WAYS[name]
        kind, text = way.parts.get(part, ("text/html", way.html if not part else ""))
        if kind == "text/html":
            text = f"<!doctype html><title>{name}</title><body>{text}"
        headers = {key: self._filled(value, name) for key, value in way.headers.items() if not part}
        if early := headers.pop("Early", ""):
            self.wfile.write(f"HTTP/1.1 103 Early Hints\r\nLink: {early}\r\n\r\n".encode())
        return self._send(200, headers, kind, self._filled(text, name))

    def _group(self, name: str) -> str:
        if name == "spellings":
            addresses = [address.replace(":9", f":{self.forbidden.port}") for address in SPELLINGS]
            return script(f"for (const each of {json.dumps(addresses)}) new Image().src = each")
        if name == "killed":
            trying = f"setInterval(() => {{ {FETCH}{SOCKET}location = 'AWAY' }}, 100);"
            return self._filled(script(GOING + trying), name)
        if name in ("frames", "said"):
            return "".join(f"<iframe src=/{each}></iframe>" for each in GROUPS[name])
        return script(
            f"for (const each of {json.dumps(GROUPS[name])})"
            " { const w = open('/' + each); setTimeout(() => w.close(), 3500) }"
        )

    def _filled(self, text: str, name: str) -> str:
        host = f"localhost:{self.forbidden.port}"
        other = self.home.replace("127.0.0.1", "other.localhost")
        text = text.replace("HERE", f"{self.home}/{name}").replace("OTHER", f"{other}/{name}/other")
        return text.replace("AWAY", f"http://{host}/{name}").replace("HOST", host).replace("NAME", name)

    def _send(self, status: int, headers: Mapping[str, str], kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for key, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def handle(self) -> None:
        with suppress(OSError):  # a page that goes does not wait for the rest
            super().handle()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def home_of(forbidden: Forbidden) -> Iterator[str]:
    """A server on 127.0.0.1 with a page for each way and for each of `GROUPS`; gives its address."""
    handler = type("Handler", (_Home,), {"forbidden": forbidden})
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    served.daemon_threads = True
    handler.home = f"http://127.0.0.1:{served.server_address[1]}"  # type: ignore[attr-defined]
    threading.Thread(target=served.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield handler.home  # type: ignore[attr-defined]
    finally:
        served.shutdown()
        served.server_close()
