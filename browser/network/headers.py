"""Extra headers, sent to some hosts and to no others, also where one leads to another.

Playwright's own routing sends what it adds again after a redirect, to whatever host that leads to. Here
every request is looked at by itself, each hop of a redirect too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from browser.model.addresses.origins import DEFAULT_PORTS, parse
from browser.tasks import Tasks

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

logger = logging.getLogger("agent_core." + __name__)


class HostHeaders:
    """Adds headers to the requests of tabs that go to certain hosts."""

    def __init__(self, headers: Mapping[str, str], hosts: tuple[str, ...]) -> None:
        """Args: `hosts` are names (`example.com`, any port), names with a port, or origins (`https://example.com`)."""
        self._headers = dict(headers)
        self._hosts = frozenset(host.lower() for host in hosts)
        self._tasks = Tasks()

    async def watch(self, page: Page) -> None:
        """Watch this tab from now on."""
        from playwright.async_api import Error

        try:
            session = await page.context.new_cdp_session(page)
            session.on("Fetch.requestPaused", lambda paused: self._tasks.start(self._go_on(session, paused)))
            await session.send("Fetch.enable", {"patterns": [{"requestStage": "Request"}]})
        except Error as error:
            logger.debug("a tab was gone before it got the extra headers: %s", error)

    async def _go_on(self, session: CDPSession, paused: dict[str, Any]) -> None:
        from playwright.async_api import Error

        answer: dict[str, Any] = {"requestId": paused["requestId"]}
        if self.is_meant(paused["request"]["url"]):
            answer["headers"] = self._with_ours(paused["request"]["headers"])
        try:
            await session.send("Fetch.continueRequest", answer)
        except Error as error:
            logger.debug("a request was given up before it got the extra headers: %s", error)

    def is_meant(self, url: str) -> bool:
        """Whether a request to this address gets the headers; one to a malformed address goes on as it is."""
        parsed = parse(url)
        if parsed is None or not parsed.host:
            return False
        spellings = {parsed.host, parsed.authority, f"{parsed.host}:{parsed.port}", parsed.origin}
        if parsed.scheme == "https" and parsed.port == DEFAULT_PORTS["https"]:
            spellings.add(
                f"http://{parsed.host}"
            )  # where it was asked for in clear, it may be sent better kept
        return not spellings.isdisjoint(self._hosts)

    def _with_ours(self, headers: Mapping[str, str]) -> list[dict[str, str]]:
        ours = {name.lower() for name in self._headers}
        theirs = {name: value for name, value in headers.items() if name.lower() not in ours}
        return [{"name": name, "value": value} for name, value in {**theirs, **self._headers}.items()]
