"""Tabs that a page opens without being named as their opener: a link or a form used with Ctrl, Shift or Meta.

Chromium says that a frame asks for another tab (`Page.frameRequestedNavigation`), and then that there is a
tab at this address. Nothing else connects the two.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ASKED = b'{"method":"Page.frameRequestedNavigation"'
"""How the message begins by which a frame asks to go somewhere."""
ELSEWHERE = ("newTab", "newWindow")
OPENS_S = 5.0
"""Seconds within which a tab is there that was asked for; a later one at its address is somebody's own."""

MOST_WANTED = 100
"""Tabs that are wanted at once; a page may ask for any number, and is given few."""
OF_PAGES = ("http:", "https:", "blob:", "file:")
"""What addresses of pages begin with; a new tab that somebody opens for themselves has another one."""

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    until: float
    """In seconds of `time.monotonic`."""
    session: str
    place: Place


class LedTabs:
    """The addresses for which our pages want tabs that are not there yet."""

    def __init__(self) -> None:
        self._wanted: list[_Wanted] = []
        self._tabs: dict[str, str] = {}

    def attached(self, session: str, info: Mapping[str, Any], by: str = "") -> None:
        """Note a session with a tab of ours, or with a frame of one, and which session it came by."""
        self._tabs[session] = info["targetId"] if info["type"] == "page" else self._tabs.get(by, "")

    def note(self, raw: bytes) -> None:
        """Note a message that begins with `ASKED`. Each session with a tab says the same."""
        message = json.loads(raw)
        asked, session = message["params"], message.get("sessionId", "")
        if asked.get("disposition") in ELSEWHERE and asked["url"].startswith(OF_PAGES):
            self._wanted.append(_Wanted(time.monotonic() + OPENS_S, session, _place(asked["url"])))
            del self._wanted[:-MOST_WANTED]

    def take(self, url: str) -> str:
        """Target id of our tab that wanted one at this address, "" for none; it is wanted no longer then."""
        now, place = time.monotonic(), _place(url)
        self._wanted = [each for each in self._wanted if each.until > now]
        found = {each.session: each for each in reversed(self._wanted) if each.place == place}
        for each in found.values():
            self._wanted.remove(each)
        return next((tab for session in found if (tab := self._tabs.get(session, ""))), "")


def _place(url: str) -> Place:
    """What stays the same of an address: Chromium drops names and passwords, and may turn to https."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path, parts.query
    except ValueError:
        return "", url, ""
