"""A server that webhooks are posted to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook."""

    run: dict[str, Any]
    body: bytes
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    """When it had come, by the clock of this process."""


@dataclass
class WebhookReceiver:
    """What has come, in its order."""

    url: str = ""
    answers_after_s: float = 0.0
    posted: list[Posted] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [each.run["run_id"] for each in self.posted]


class _Listening(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


@contextmanager
def webhook_receiver() -> Iterator[WebhookReceiver]:
    received = WebhookReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.posted.append(Posted(json.loads(body), body, headers))
            time.sleep(received.answers_after_s)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = _Listening(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
