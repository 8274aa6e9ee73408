"""What went wrong in a tab without a word on the page: parts that did not load, errors of its scripts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from browser.cdp.scripts import ScriptFailed, send
from browser.model.addresses.origins import host_of, parse
from browser.model.text import cut, squeeze, without_lone_surrogates
from browser.redaction.redactor import Redactor
from browser.tabs.logged import MOST_READ, logged_error

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

logger = logging.getLogger("agent_core." + __name__)

MOST_KEPT = 50
"""Kinds of trouble that are kept until they are told; a page in a loop has no end of them."""
MOST_TOLD = 3
LONGEST_TOLD = 60
"""Characters of an address, or of what a script said."""
MOST_HEARD = 200
"""Calls of `console.error` that are read until they are told: a page that logs without end costs no more."""


class Troubles:
    """What went wrong in one tab and was not told yet.

    Only what the page's own server owes it counts: requests of advertisers and counters fail everywhere, and
    change nothing for whoever uses the page.
    """

    def __init__(self, page: Page, redactor: Redactor) -> None:
        """`redactor` hides secrets before a text is cut: of a part nobody knows what it is a part of."""
        self._page, self._redactor = page, redactor
        self._not_loaded: dict[str, None] = {}
        self._errors: dict[str, None] = {}
        self._logs: dict[str, None] = {}
        self._heard = 0
        page.on("pageerror", lambda error: self._threw(str(error)))

    async def watch(self, session: CDPSession) -> None:
        """Hear of what does not load, and of what is logged as an error, from now on."""
        # DevTools tells the session of every call anyway, since it follows the page's contexts.
        session.on("Runtime.consoleAPICalled", self._called_console)
        session.on("Log.entryAdded", lambda said: self._logged(said.get("entry", {})))
        try:
            await send(session, "Log.enable")
        except ScriptFailed as error:
            logger.debug("of %s it is not heard what fails to load: %s", self._page.url, error)

    def take(self) -> str:
        """What was not told yet, as one line; it counts as told from now on. "" for nothing."""
        parts = [
            f"{label}: {_first(found)}"
            for label, found in (
                ("did not load", self._not_loaded),
                ("errors of scripts", self._errors),
                ("logged as errors", {what: None for what in self._logs if what not in self._errors}),
            )
            if found
        ]
        self._not_loaded, self._errors, self._logs, self._heard = {}, {}, {}, 0
        return "; ".join(parts)

    def _logged(self, entry: Mapping[str, Any]) -> None:
        url = str(entry.get("url") or "")
        parts = parse(url)
        if entry.get("level") != "error" or entry.get("source") != "network" or parts is None:
            return
        if parts.host != host_of(self._page.url) or parts.path.endswith("/favicon.ico"):
            return
        why = (
            str(entry.get("text") or "").rpartition("status of ")[2].removeprefix("Failed to load resource: ")
        )
        if "ERR_ABORTED" not in why and "ERR_BLOCKED_BY_CLIENT" not in why:
            self._keep(self._not_loaded, parts.path, "?..." if parts.query else "", why.removesuffix(" ()"))

    def _called_console(self, call: Mapping[str, Any]) -> None:
        if call.get("type") != "error" or self._heard >= MOST_HEARD:
            return
        self._heard += 1
        message, script = logged_error(call, self._redactor.text)
        if message and host_of(script) == host_of(self._page.url):
            self._keep(self._logs, message)

    def _threw(self, message: str) -> None:
        self._keep(self._errors, message.strip().partition("\n")[0])

    def _keep(self, found: dict[str, None], what: str, more: str = "", why: str = "") -> None:
        if len(found) < MOST_KEPT and (told := self._told(what) + more):
            found[f"{told} ({self._told(why)})" if why else told] = None

    def _told(self, text: str) -> str:
        return cut(squeeze(self._redactor.text(without_lone_surrogates(text[:MOST_READ]))), LONGEST_TOLD)


def _first(found: Mapping[str, None]) -> str:
    more = len(found) - MOST_TOLD
    return ", ".join([*found][:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
