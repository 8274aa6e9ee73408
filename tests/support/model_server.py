"""The loopback HTTP server under all fake model servers. A protocol on top says only what it answers.

class FakeThing(ModelServer):
    def __init__(self, ...) -> None:
        super().__init__(_Handler)

class _Handler(ModelHandler):
    fake: FakeThing

    def do_POST(self) -> None:
        self.send_json(200, self.fake.answer(self.received()))
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Refuse:
    """The server answers with an error, or with something that is no reply of the protocol."""

    status: int
    message: str = "no"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    """Sent instead of the error."""


class ModelServer:
    """A server in a thread; use it in a `with`, which checks at its end that there were no `problems`."""

    def __init__(self, handler: type[ModelHandler]) -> None:
        self.problems: list[str] = []
        """What a real server would have refused."""
        self.over = threading.Event()
        """Set when the `with` ends, so that replies without an end can stop."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), {"fake": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if kind is None:
            assert not self.problems, self.problems

    @property
    def url(self) -> str:
        """The server's address, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class ModelHandler(BaseHTTPRequestHandler):
    """Reads JSON requests, and sends JSON and events. `fake` is the server that the test has."""

    protocol_version = "HTTP/1.1"
    fake: Any

    def log_message(self, *args: object) -> None:
        pass

    def received(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Headers (names in lower case) and body of the request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return {name.lower(): value for name, value in self.headers.items()}, body

    def refuse(self, answer: Refuse) -> None:
        """Send the error, in the form that all protocols understand."""
        error = {"message": answer.message, "type": "error", "code": None}
        data = answer.body or json.dumps({"type": "error", "error": error}).encode()
        self.send_data(answer.status, data, answer.headers)

    def no_route(self) -> None:
        self.send_json(404, {"error": {"message": f"no route {self.path}"}})

    def send_json(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self.send_data(status, json.dumps(value).encode(), headers)

    def send_data(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin_events(self, **headers: str) -> None:
        """Begin a stream of events, which ends with the connection."""
        self.close_connection = True
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
