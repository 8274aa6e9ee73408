"""Reads the sessionStorage of the foreign tabs of an attached browser without changing anything in them.

Only one expression is evaluated in a tab. No DevTools domain is enabled there, so the page cannot notice it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

from browser.cdp.attached.endpoint import endpoint_of
from browser.cdp.client import Client, NotAccepted, connect
from browser.model.addresses.credentials import with_credentials_masked
from browser.model.errors import LaunchFailed
from browser.state.storage_state import Key, StorageState

ANSWER_S = 3.0
"""Seconds to wait for each answer. A tab that is busy or behind a dialog does not answer."""
READ = "JSON.stringify([location.origin, Object.entries(sessionStorage)])"


@dataclass(frozen=True)
class ForeignTabs:
    """What was read from the tabs of a browser."""

    stored: StorageState
    """Their sessionStorage."""
    origins: tuple[str, ...]
    """The origins of their pages, each one once."""


async def session_storage_of_tabs(address: str, headers: Mapping[str, str]) -> ForeignTabs:
    """Read the sessionStorage of all tabs, and their origins.

    Raises:
        LaunchFailed: No browser answers there.
    """
    try:
        socket = await connect(await asyncio.to_thread(endpoint_of, address, headers), headers)
    except (OSError, NotAccepted, ValueError, KeyError) as error:
        shown = with_credentials_masked(address)
        raise LaunchFailed(f"browser_address: no browser let us in at {shown}: {error}") from error
    client = Client(socket, ANSWER_S)
    items: dict[Key, str] = {}
    origins: list[str] = []
    targets = (await client.ask("Target.getTargets", {})).get("targetInfos", [])
    for tab in targets:
        if tab["type"] == "page" and tab["url"].startswith(("http://", "https://")):
            origin, entries = await _read(client, tab["targetId"])
            items.update({("session", origin, name): value for name, value in entries})
            origins += [origin] if origin else []
    await client.close()
    return ForeignTabs(StorageState(items), tuple(dict.fromkeys(origins)))


async def _read(client: Client, tab: str) -> tuple[str, list[tuple[str, str]]]:
    session = (await client.ask("Target.attachToTarget", {"targetId": tab, "flatten": True})).get(
        "sessionId", ""
    )
    if not session:
        return "", []
    said = await client.ask("Runtime.evaluate", {"expression": READ, "returnByValue": True}, session)
    await client.ask("Target.detachFromTarget", {"sessionId": session})
    value = said.get("result", {}).get("value")
    origin, entries = json.loads(value) if isinstance(value, str) else ("", [])
    return origin, entries
