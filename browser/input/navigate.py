"""Opening addresses, and going back and forward in the history."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.model.actions import Goto
from browser.model.errors import BadTarget, NavigationFailed
from browser.tabs.settle import NAVIGATION_CEILING_S

if TYPE_CHECKING:
    from playwright.async_api import Response

PROXY_ASKS = 407


async def goto(context: InputContext, action: Goto) -> Outcome:
    """Open an address in the active tab."""
    return await load(context, action.url, Outcome(f"opened {action.url}"))


@contextmanager
def _told_when_it_comes(context: InputContext, asked: str, outcome: Outcome) -> Iterator[asyncio.Event]:
    """Report what is asked for, and the outcome once another document is there, which the event says, too.

    The present one may ask first whether it is to be left, which cuts the act short, or change its address.
    """

    there = asyncio.Event()

    def came() -> None:
        there.set()
        context.on_progress(outcome)

    hearing = context.tab.worlds.hear_of_documents
    context.report(asked)
    hearing.append(came)
    try:
        yield there
    finally:
        hearing.remove(came)
    context.on_progress(outcome)


async def load(context: InputContext, url: str, outcome: Outcome) -> Outcome:
    """Wait for the document, not for all it refers to; `outcome` is how opening it is told.

    Raises:
        NavigationFailed: It does not answer, or answers with what is not a page.
    """
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as NoAnswer

    tab, since = context.tab, time.monotonic()
    try:
        with _told_when_it_comes(context, f"asked for {url}", outcome) as there:
            answer = await tab.page.goto(url, wait_until="commit", timeout=context.page_timeout_s * 1000)
    except NoAnswer as error:
        if not there.is_set():
            raise NavigationFailed(url, f"no answer within {context.page_timeout_s:g} s") from error
    except Error as error:
        if "Download is starting" in error.message:
            return outcome.and_then(", which is a download")
        raise NavigationFailed(url, why(error.message)) from error
    else:
        if answer is not None and answer.status == PROXY_ASKS:
            raise NavigationFailed(url, "the proxy wants a user and a password, or refuses these (407)")
    await context.rest(since, NAVIGATION_CEILING_S)
    return outcome.rested()


def why(message: str) -> str:
    """The reason in one of Playwright's messages, in words where the code is a common one."""
    line = message.splitlines()[0].removeprefix("Page.goto: ")
    code = next((word.strip(":,") for word in line.split() if word.startswith("net::")), "")
    return f"{WORDS[code]} ({code})" if code in WORDS else line


IGNORE_CERTIFICATES = (
    "AGENT_CORE_IGNORE_HTTPS_ERRORS=1 opens it in a browser that is started for the run, and in a session "
    "that is opened with it"
)
WORDS = {
    "net::ERR_NAME_NOT_RESOLVED": "there is no host of that name",
    "net::ERR_CONNECTION_REFUSED": "nothing answers there",
    "net::ERR_CONNECTION_TIMED_OUT": "it does not answer",
    "net::ERR_INTERNET_DISCONNECTED": "this machine has no network",
    "net::ERR_ADDRESS_UNREACHABLE": "it cannot be reached",
    "net::ERR_EMPTY_RESPONSE": "it answers with nothing",
    "net::ERR_TOO_MANY_REDIRECTS": "it redirects in a circle",
    "net::ERR_CERT_AUTHORITY_INVALID": f"its certificate is not trusted; {IGNORE_CERTIFICATES}",
    "net::ERR_CERT_COMMON_NAME_INVALID": f"its certificate is for another host; {IGNORE_CERTIFICATES}",
    "net::ERR_CERT_DATE_INVALID": f"its certificate is not valid at this date; {IGNORE_CERTIFICATES}",
    "net::ERR_ABORTED": "it answers without a page, as with HTTP 204, or was left at once",
    "net::ERR_PROXY_CONNECTION_FAILED": "the proxy does not answer",
    "net::ERR_TUNNEL_CONNECTION_FAILED": "the proxy does not let this through",
    "net::ERR_INVALID_AUTH_CREDENTIALS": (
        "the proxy, or the site, wants a user and a password, or refuses these; a site gets them by "
        'extra_http_headers, as "Authorization": "Basic ..."'
    ),
    "net::ERR_PROXY_AUTH_UNSUPPORTED": "the proxy asks for a kind of login that Chromium does not have",
    "net::ERR_SOCKS_CONNECTION_FAILED": "the proxy does not let this through, or speaks no SOCKS",
    "net::ERR_SOCKS_CONNECTION_HOST_UNREACHABLE": "the proxy does not find the host",
}


async def history(context: InputContext, what: str) -> Outcome:
    """Go back, go forward or reload."""
    page = context.tab.page
    ways: dict[str, tuple[str, str, Callable[..., Awaitable[Response | None]]]] = {
        "back": ("asked to go back", "went back", page.go_back),
        "forward": ("asked to go forward", "went forward", page.go_forward),
        "reload": ("asked to load the page again", "loaded the page again", page.reload),
    }
    asked, did, go = ways[what]
    if what != "reload" and not await _can_go(context, -1 if what == "back" else 1):
        raise BadTarget(f"there is nothing to go {what} to")
    since, before = time.monotonic(), page.url
    with _told_when_it_comes(context, asked, Outcome(did)):
        await go(wait_until="commit", timeout=context.page_timeout_s * 1000)
    await context.rest(since, NAVIGATION_CEILING_S)
    outcome = Outcome(did).rested()
    return outcome.and_then(f" to {page.url}") if page.url != before else outcome


async def _can_go(context: InputContext, steps: int) -> bool:
    session = (await context.tab.worlds.main()).session
    answer = await session.send("Page.getNavigationHistory")
    return bool(0 <= answer["currentIndex"] + steps < len(answer["entries"]))
