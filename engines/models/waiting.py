"""Time limits of calls, and what both SDKs leave to their HTTP client."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Mapping

from engines.models.failures import CallFailed


@contextlib.asynccontextmanager
async def in_time(seconds: float, what: str) -> AsyncIterator[asyncio.Timeout]:
    """Raise CallFailed unless the block ends in time; the limit can be lifted meanwhile."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield limit
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise CallFailed("timeout", f"{what} took more than {seconds:g} seconds") from error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause that a server asks for, in seconds; None where it asks for none it can be held to."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    return None


def transport_errors() -> tuple[type[Exception], ...]:
    """The base error of the HTTP client that the SDKs use: `httpx2`, or `httpx` in older ones."""
    loaded = (sys.modules.get(name) for name in ("httpx2", "httpx"))
    return tuple(module.HTTPError for module in loaded if module is not None)
