"""Serving pages on loopback."""

from __future__ import annotations

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class LoopbackServer(ThreadingHTTPServer):
    """Serves on 127.0.0.1, at a port of its own. A browser that hangs up is no error worth a traceback."""

    def __init__(self, handler: Any) -> None:
        """`handler`: makes what answers a request, as `http.server` has it."""
        super().__init__(("127.0.0.1", 0), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of an error, unless the other end just went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
