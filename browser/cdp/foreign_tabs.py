"""What the tabs of somebody's browser keep for themselves, read without taking hold of any of them.

An evaluation alone changes nothing that a page can notice; nothing is enabled in a tab for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from browser.cdp.proxy import endpoint_of
from browser.cdp.websocket import NotAccepted, WebSocket, connect
from browser.model.errors import LaunchFailed
from browser.state.storage_state import Key, StorageState

ANSWER_S = 3.0
"""A tab that is busy, or behind a dialog, does not answer."""
READ = "JSON.stringify([location.origin, Object.entries(sessionStorage)])"


@dataclass(frozen=True)
class Seen:
    """What the tabs keep, and where they are."""

    stored: StorageState
    origins: tuple[str, ...]


class _Line:
    """A connection to the browser, on which one thing is asked after the other."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._numbers = count(1)

    async def ask(self, method: str, params: Mapping[str, Any], session: str = "") -> dict[str, Any]:
        """The answer's result; {} where it refuses or does not answer in time."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": dict(params)}
        await self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})).encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while (raw := await self._socket.receive()) is not None:
                    said = json.loads(raw)
                    if said.get("id") == number:
                        return dict(said.get("result", {}))
        return {}


async def session_storage_of_tabs(address: str, headers: Mapping[str, str]) -> Seen:
    """The sessionStorage of all tabs, and their origins.

    Raises:
        LaunchFailed: No browser answers there.
    """
    try:
        socket = await connect(await asyncio.to_thread(endpoint_of, address, headers), headers)
    except (OSError, NotAccepted, ValueError, KeyError) as error:
        raise LaunchFailed(f"browser_address: no browser let us in at {address}: {error}") from error
    line = _Line(socket)
    items: dict[Key, str] = {}
    origins: list[str] = []
    targets = (await line.ask("Target.getTargets", {})).get("targetInfos", [])
    for tab in targets:
        if tab["type"] == "page" and tab["url"].startswith(("http://", "https://")):
            origin, entries = await _read(line, tab["targetId"])
            items.update({("session", origin, name): value for name, value in entries})
            origins += [origin] if origin else []
    await socket.close()
    return Seen(StorageState(items), tuple(dict.fromkeys(origins)))


async def _read(line: _Line, tab: str) -> tuple[str, list[tuple[str, str]]]:
    session = (await line.ask("Target.attachToTarget", {"targetId": tab, "flatten": True})).get(
        "sessionId", ""
    )
    if not session:
        return "", []
    said = await line.ask("Runtime.evaluate", {"expression": READ, "returnByValue": True}, session)
    await line.ask("Target.detachFromTarget", {"sessionId": session})
    value = said.get("result", {}).get("value")
    origin, entries = json.loads(value) if isinstance(value, str) else ("", [])
    return origin, entries
