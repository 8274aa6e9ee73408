"""Keeps a session to the hosts it may go to, where its requests leave the browser.

In a browser of ours the whole browser is watched, so that windows, frames, redirects and forms have no way
round; of a browser that was joined our own tabs are, and a window that a page opens from the moment on at
which we hear of it: if it is at a forbidden address by then, it is closed. A document that is refused
leaves the tab as it was.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from browser.network.policy import NetworkPolicy

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page

MOST_TOLD = 3
"""How many refused addresses one sentence names."""


class PolicyEnforcer:
    """Refuses what the rules forbid. With no rules it does nothing, and nothing is slower for it."""

    def __init__(self, policy: NetworkPolicy) -> None:
        self._policy = policy
        self._tasks: set[asyncio.Task[None]] = set()
        self._sessions: list[CDPSession] = []
        self._refused: dict[str, None] = {}

    def objection(self, url: str) -> str:
        """Why an address is not opened; "" where it may be."""
        return self._policy.objection(url)

    def news(self) -> str:
        """What was refused since this was asked last, as a sentence; "" where nothing was."""
        told, self._refused = list(self._refused), {}
        more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
        return "; ".join(told[:MOST_TOLD]) + more

    async def begin(self, context: BrowserContext, page: Page, *, own_context: bool) -> None:
        """Watch from now on."""
        if not self._policy:
            return
        if own_context and context.browser is not None:
            await self._watch(await context.browser.new_browser_cdp_session())
            return
        await self._watch_tab(page)

    async def close(self) -> None:
        """Watch no longer."""
        from playwright.async_api import Error

        for session in self._sessions:
            with suppress(Error):  # the tab or the browser went before
                await session.detach()
        self._sessions.clear()

    async def _watch(self, session: CDPSession) -> None:
        self._sessions.append(session)
        session.on("Fetch.requestPaused", lambda paused: self._later(self._judge(session, paused)))
        await session.send("Fetch.enable", {"patterns": self._patterns()})

    def _patterns(self) -> list[dict[str, str]]:
        """Only these requests are held up: documents, and what may be at a blocked host."""
        documents = [{"resourceType": "Document", "requestStage": "Request"}]
        return documents + [
            {"urlPattern": f"*{rule.host}*", "requestStage": "Request"} for rule in self._policy.blocked
        ]

    async def _watch_tab(self, page: Page) -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the tab may be gone again
            page.on("popup", lambda window: self._later(self._watch_window(window)))
            await self._watch(await page.context.new_cdp_session(page))

    async def _watch_window(self, page: Page) -> None:
        from playwright.async_api import Error

        await self._watch_tab(page)
        why = self._policy.objection(page.url)
        if why:
            self._refused[why] = None
            with suppress(Error):
                await page.close()

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _judge(self, session: CDPSession, paused: dict[str, Any]) -> None:
        from playwright.async_api import Error

        document = paused.get("resourceType") == "Document"
        why = self._policy.objection(paused["request"]["url"], document=document)
        answer: dict[str, Any] = {"requestId": paused["requestId"]}
        if why and document:
            self._refused[why] = None
        with suppress(Error):  # the request may have been given up meanwhile
            if why:
                await session.send("Fetch.failRequest", {**answer, "errorReason": "Aborted"})
            else:
                await session.send("Fetch.continueRequest", answer)
