"""Time limits of calls, and the pauses that servers ask for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime

from engines.models.failures import CallFailed


@contextlib.asynccontextmanager
async def in_time(seconds: float, what: str, setting: str = "") -> AsyncIterator[asyncio.Timeout]:
    """Raise CallFailed unless the block ends in time; the limit can be lifted meanwhile.

    Args:
        setting: Name of the setting that says how long it may take; it is told to the user.
    """
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield limit
    except TimeoutError as error:
        if not limit.expired():
            raise
        named = f" ({setting})" if setting else ""
        raise CallFailed("timeout", f"{what} took more than {seconds:g} seconds{named}") from error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause that a server asks for, in seconds; None where it asks for none it can be held to."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        said = headers.get(name, "").strip()
        try:
            pause_s = float(said) * unit
        except ValueError:
            pause_s = _seconds_until(said)
        if 0.0 <= pause_s < float("inf"):
            return pause_s
    return None


def _seconds_until(said: str) -> float:
    """The time until an HTTP date; -1 where it is none."""
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return -1.0
