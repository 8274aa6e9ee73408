"""Who may use the server over HTTP: whoever knows one of its keys."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class KeyGuard:
    """Lets requests through that carry a key, as `Authorization: Bearer KEY` or `x-api-key: KEY`."""

    def __init__(self, app: ASGIApp, keys: Sequence[str]) -> None:
        self._app = app
        self._hashes = [_hash(key) for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a request without a key; pass on all others."""
        if scope["type"] == "http" and not self._known(_key_of(Headers(scope=scope))):
            refusal = JSONResponse(
                {"error": "a key is needed, as the header 'Authorization: Bearer KEY'"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _known(self, key: str) -> bool:
        # All are compared, and hashes are, so that the time taken says nothing.
        given = _hash(key)
        found = [hmac.compare_digest(given, known) for known in self._hashes]
        return key != "" and True in found


def _key_of(headers: Headers) -> str:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
