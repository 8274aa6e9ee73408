"""Calls of DevTools methods from Playwright's CDP sessions, all of which fail in one way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from browser.model.text import well_formed, without_lone_surrogates

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

WORLD = "agent-core"


class ScriptFailed(Exception):
    """Our script could not run in a frame: it navigated away, or its page is being torn down."""


class NoAnswer(ScriptFailed):
    """The page is busy with itself: it did not answer in time."""


async def send(
    session: CDPSession, method: str, params: dict[str, Any] | None = None, timeout: float | None = 10.0
) -> dict[str, Any]:
    """Send one CDP command and return its answer, without lone surrogates.

    `timeout` is in seconds; None: it waits until it is canceled.

    Raises:
        ScriptFailed: It failed, for whatever reason.
    """
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(timeout):
            answer: dict[str, Any] = await session.send(method, params or {})
    except TimeoutError as error:
        raise NoAnswer(f"the page did not answer within {timeout:g} s") from error
    except Error as error:
        raise ScriptFailed(without_lone_surrogates(error.message.partition("\n")[0])) from error
    return well_formed(answer)


def value_of(answer: dict[str, Any]) -> Any:
    """The value a CDP evaluation gave.

    Raises:
        ScriptFailed: It threw.
    """
    if "exceptionDetails" in answer:
        details = answer["exceptionDetails"]
        raise ScriptFailed(str(details.get("exception", {}).get("description") or details.get("text", "")))
    return answer["result"].get("value")
