"""Keeps a session to the hosts it may use, where its requests leave the browser.

The whole browser is watched, so that windows, frames in processes of their own, workers, redirects, forms
and what is sent as a page goes have no way round. Of an attached browser `browser.cdp.attached.proxy` shows
us only the requests of our own tabs, and those of shared and service workers. A document that is refused
leaves the tab as it was. What no request shows is held in the pages (`browser.network.in_page`), and by
arguments of the launch or the host of a browser that stays.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from browser.model.errors import BrowserLost
from browser.network.in_page import RUN_FIRST, Kind, in_page
from browser.network.policy import NetworkPolicy
from browser.tasks import Tasks

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Request

logger = logging.getLogger("agent_core." + __name__)

MOST_TOLD = 3
"""How many refused addresses one sentence names."""
NO_SIDE_REQUESTS = {"name": "Permissions-Policy", "value": "payment=(), identity-credentials-get=()"}
LINGER_S = 0.3
"""How long the requests are watched that pages make as they are closed."""
DETACH_S = 2.0
"""How long the browser may take to end the watch."""


class PolicyEnforcer:
    """Refuses what the policy forbids. Without a policy it does nothing, and nothing is slower for it."""

    def __init__(self, policy: NetworkPolicy) -> None:
        self._policy = policy
        self._tasks = Tasks()
        self._kind: Kind = "launched"
        self._session: CDPSession | None = None
        self._refused: dict[str, None] = {}

    def objection(self, url: str) -> str:
        """Why an address is not opened; "" where it may be."""
        return self._policy.objection(url)

    def news(self) -> str:
        """What was refused since this was asked last, as a sentence; "" where nothing was."""
        told, self._refused = list(self._refused), {}
        more = f"; and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
        return "; ".join(told[:MOST_TOLD]) + more

    async def begin(self, context: BrowserContext, kind: Kind) -> None:
        """Watch from now on; the session has no tab yet, or its browser was watched before.

        Args:
            context: The tabs of the session are in it.
            kind: What the browser is.

        Raises:
            BrowserLost: Nothing of the browser can be watched but its tabs.
        """
        if not self._policy:
            return
        if kind == "persistent":  # its host refuses; this only hears of it
            context.on("requestfailed", self._note)
            return
        if context.browser is None:
            raise BrowserLost("allowed_domains and blocked_domains cannot be held in this browser")
        self._kind = kind
        self._session = session = await context.browser.new_browser_cdp_session()
        session.on("Fetch.requestPaused", lambda paused: self._tasks.start(self._judge(session, paused)))
        await session.send("Fetch.enable", {"patterns": patterns(self._policy)})
        script = in_page(self._policy, kind)
        if script and kind == "joined":
            await session.send(RUN_FIRST, {"script": script})
        elif script:
            await context.add_init_script(script)

    def _note(self, request: Request) -> None:
        if request.is_navigation_request() and (why := self._policy.objection(request.url)):
            self._refused[why] = None

    async def close(self) -> None:
        """Watch no longer, once what the pages sent as they were closed is over."""
        from playwright.async_api import Error

        session, self._session = self._session, None
        if session is None:
            return
        await asyncio.sleep(LINGER_S)
        try:
            async with asyncio.timeout(DETACH_S):
                await session.detach()
        except (Error, TimeoutError) as error:
            logger.debug("the browser went before it was watched no longer: %s", error)

    async def _judge(self, session: CDPSession, paused: dict[str, Any]) -> None:
        from playwright.async_api import Error

        method, answer, why = verdict(self._policy, paused, self._kind)
        if why and paused.get("resourceType") == "Document":
            self._refused[why] = None
        if why:
            logger.info("%s", why)
        try:
            await session.send(method, answer)
        except Error as error:
            logger.debug("a request was given up before it was judged: %s", error)


def patterns(policy: NetworkPolicy) -> list[dict[str, str]]:
    """What DevTools is to hold up: documents as they are asked for and come, and what may be blocked."""
    documents = [{"resourceType": "Document", "requestStage": stage} for stage in ("Request", "Response")]
    hosts = [host for rule in policy.blocked for host in rule.spellings]
    return documents + [{"urlPattern": f"*{host}*", "requestStage": "Request"} for host in hosts]


def verdict(policy: NetworkPolicy, paused: dict[str, Any], kind: Kind) -> tuple[str, dict[str, Any], str]:
    """How to answer a `Fetch.requestPaused`: the method, its parameters, and why it is refused, or "".

    A document that comes is let in without the header that names speculation rules, and in somebody's
    browser without leave to have addresses of payment methods and identity providers asked for.
    """
    answer: dict[str, Any] = {"requestId": paused["requestId"]}
    if "responseStatusCode" in paused:
        headers = paused.get("responseHeaders", [])
        kept = [each for each in headers if each["name"].lower() != "speculation-rules"]
        kept += [NO_SIDE_REQUESTS] if kind == "joined" and policy.blocked else []
        if kept == headers:
            return "Fetch.continueRequest", answer, ""
        return (
            "Fetch.continueResponse",
            {**answer, "responseCode": paused["responseStatusCode"], "responseHeaders": kept},
            "",
        )
    if "responseErrorReason" in paused:
        return "Fetch.continueRequest", answer, ""
    why = policy.objection(paused["request"]["url"], document=paused.get("resourceType") == "Document")
    if why:
        return "Fetch.failRequest", {**answer, "errorReason": "Aborted"}, why
    return "Fetch.continueRequest", answer, ""
