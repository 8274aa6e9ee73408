"""The WebSocket address at which an attached browser listens."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: it is then an error of its status."""


def endpoint_of(address: str, headers: Mapping[str, str]) -> str:
    """Return the WebSocket address of a browser, given its HTTP or WebSocket address.

    It is asked directly and nobody else: headers may hold keys, which are for this address alone. Therefore
    only the path of its answer counts, which may name a host as the browser sees it, behind a gateway.

    Raises:
        OSError, ValueError, KeyError: No browser answers there.
    """
    if address.startswith(("ws://", "wss://")):
        return address
    request = urllib.request.Request(address.rstrip("/") + "/json/version", headers=dict(headers))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
    with opener.open(request, timeout=10) as answer:
        said = urlsplit(str(json.load(answer)["webSocketDebuggerUrl"]))
    given = urlsplit(address)
    scheme = "wss" if given.scheme == "https" else "ws"
    return urlunsplit((scheme, given.netloc, said.path, said.query, ""))
