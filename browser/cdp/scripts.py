"""Our scripts as one expression, and calls of DevTools that fail in one way."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

WORLD = "agent-core"
FILES = (
    "dom", "refs", "roles", "names", "visible", "states", "listeners",
    "appearance", "skim", "capture", "quiet", "aim", "press", "fields", "secret", "choice",
    "scroll", "collect",
)  # fmt: skip
EXPORTS = (
    "numberOf", "capture", "whenQuiet", "lastChange", "changes", "elementOf", "act", "ask",
    "watchSecrets", "seenSecrets", "plainCount", "census", "likelyHosts", "noteClosed",
    "noteListening", "noteListeningToo", "noteListeners",
)  # fmt: skip


class ScriptFailed(Exception):
    """Our script could not run in a frame: it navigated away, or its page is being torn down."""


class NoAnswer(ScriptFailed):
    """The page is busy with itself: it did not answer in time."""


@cache
def bundle() -> str:
    """All our scripts as one expression that makes `globalThis.agentCore`."""
    folder = files("browser") / "js"
    source = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in FILES)
    names = ", ".join(EXPORTS)
    return f"(() => {{ 'use strict';\n{source}\nwatch();\nglobalThis.agentCore = {{{names}}}; }})()"


async def send(
    session: CDPSession, method: str, params: dict[str, Any] | None = None, timeout: float = 10.0
) -> dict[str, Any]:
    """Send one CDP command; every failure is a `ScriptFailed`."""
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(timeout):
            answer: dict[str, Any] = await session.send(method, params or {})
    except TimeoutError as error:
        raise NoAnswer(f"the page did not answer within {timeout:g} s") from error
    except Error as error:
        raise ScriptFailed(error.message) from error
    return answer


def value_of(answer: dict[str, Any]) -> Any:
    """The value a CDP evaluation gave.

    Raises:
        ScriptFailed: It threw.
    """
    if "exceptionDetails" in answer:
        details = answer["exceptionDetails"]
        raise ScriptFailed(str(details.get("exception", {}).get("description") or details.get("text", "")))
    return answer["result"].get("value")
