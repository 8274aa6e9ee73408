"""A shop whose answer to an order waits until the test says so."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

FORM = (
    b"<title>Shop</title><form method=post action=/ordered><label>Name <input name=name></label>"
    b"<button>%s</button></form>"
)
THANKS = b"<title>Thanks</title><h1>Your order is in</h1><a href=/>Order another one</a>"


@dataclass
class Shop:
    """A shop whose answer to an order waits until the test says so."""

    url: str = ""
    orders: list[str] = field(default_factory=list)
    ordered: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)


@contextmanager
def slow_shop(button: str = "Order now") -> Iterator[Shop]:
    """`button` is what its button is called."""
    shop = Shop()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(FORM % button.encode())

        def do_POST(self) -> None:
            shop.orders.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            shop.ordered.set()
            shop.may_answer.wait(60)
            self._answer(THANKS)

        def _answer(self, page: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield shop
    finally:
        shop.may_answer.set()
        server.shutdown()
        server.server_close()
