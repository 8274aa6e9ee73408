"""The client of a persistent browser: attaches to it, by its host (see `host`), and may end it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from browser.cdp.client import NotAccepted, WebSocket, connect
from browser.lifecycle.driver import Driver
from browser.lifecycle.launch import CONNECT_S, Browser
from browser.lifecycle.persistent.host_process import END_S
from browser.model.errors import LaunchFailed
from browser.network.policy import NetworkPolicy
from browser.options import SessionOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import Page

    from browser.session import Session

logger = logging.getLogger("agent_core." + __name__)

RELEASE_S = 5.0


class Busy(LaunchFailed):
    """Another client works in the browser; `who` is its label."""

    def __init__(self, who: str) -> None:
        self.who = who
        super().__init__(f"{who} works in it at the moment, and one at a time may")


class Lease:
    """The exclusive right to work in a persistent browser, until it is released."""

    def __init__(self, socket: WebSocket, tabs: Sequence[str], front: str) -> None:
        self._socket = socket
        self.tabs, self.front = tuple(tabs), front
        """Target ids of the tabs in the order in which the last client left them, and the one in front."""

    @classmethod
    async def acquire(cls, address: str, who: str) -> Lease:
        """Acquire the lease. `who` is the label that other clients are shown.

        Raises:
            Busy: Another client has it.
            LaunchFailed: The browser has ended.
        """
        socket = await _connect(address)
        try:
            said = await _ask(socket, {"ask": "acquire", "who": who})
            if "busy" in said:
                raise Busy(said["busy"])
            if "tabs" not in said:
                raise LaunchFailed("its browser has ended")
            return cls(socket, said["tabs"], said["front"])
        except BaseException:
            await socket.close()
            raise

    async def hold(self, policy: NetworkPolicy) -> None:
        """Have the host hold the browser to this policy until the next one is given, whoever works in it."""
        lists = {name: [rule.text for rule in getattr(policy, name)] for name in ("allowed", "blocked")}
        await _ask(self._socket, {"ask": "hold", **lists, "public": policy.public})

    async def release(self, tabs: Sequence[str], front: str) -> None:
        """Give the lease back, and tell the host the order of the tabs. Never raises."""
        try:
            async with asyncio.timeout(RELEASE_S):
                await _ask(self._socket, {"ask": "release", "tabs": list(tabs), "front": front})
        except TimeoutError:
            logger.info("The host did not confirm the end of a lease within %g s", RELEASE_S)
        await self._socket.close()


async def _connect(address: str) -> WebSocket:
    try:
        return await connect(address)
    except (OSError, NotAccepted) as error:
        raise LaunchFailed("its browser has ended, or does not answer") from error


async def _ask(socket: WebSocket, what: Mapping[str, Any]) -> dict[str, Any]:
    """Send the host a request, and return its answer; {} if the host has ended."""
    await socket.send(json.dumps(what).encode())
    return dict(json.loads(await socket.receive() or b"{}"))


async def end(address: str, why: str) -> None:
    """Tell the host to end its browser, even while a client works in it; `why` is written to its record.

    Raises:
        LaunchFailed: The host does not answer.
    """
    socket = await _connect(address)
    try:
        async with asyncio.timeout(END_S):
            await socket.send(json.dumps({"ask": "end", "why": why}).encode())
            await socket.receive()  # the host closes the connection when it ends
    except TimeoutError:
        logger.info("The host of a persistent browser did not end within %g s", END_S)
    finally:
        await socket.close()


async def extend(address: str, left_s: float, record: Mapping[str, Any]) -> None:
    """Have the host end its browser so many seconds from now instead; `record` is news for its record.

    `record` names the new limit as `timeout_minutes`, counted from the session's beginning.

    Raises:
        LaunchFailed: The host does not answer.
    """
    socket = await _connect(address)
    try:
        async with asyncio.timeout(END_S):
            said = await _ask(socket, {"ask": "extend", "left_s": left_s, "record": dict(record)})
    except TimeoutError as error:
        raise LaunchFailed(f"its host does not answer within {END_S:g} s") from error
    finally:
        await socket.close()
    if "extended" not in said:
        raise LaunchFailed("its browser has ended")


class PersistentBrowser(Browser):
    """A persistent browser with the lease of one client. Its tabs stay open when the client leaves."""

    def __init__(self, playwright: Driver, browser: PlaywrightBrowser, lease: Lease) -> None:
        super().__init__(playwright, browser, owned=False)
        self._lease = lease
        self._pages: list[Page] = []
        """Its tabs in the order in which the last client left them; newer tabs come last."""
        self._front: Page | None = None

    async def find_tabs(self) -> None:
        """Read which tabs there are."""
        ids = {page: await _id_of(page) for page in self._browser.contexts[0].pages}
        places = {tab: place for place, tab in enumerate(self._lease.tabs)}
        self._pages = sorted(ids, key=lambda page: places.get(ids[page], len(places)))
        in_front = [page for page in self._pages if ids[page] == self._lease.front]
        self._front = next(iter([*in_front, *reversed(self._pages)]), None)

    @property
    def at(self) -> str:
        """The address of the page in front; "" if no page was opened yet."""
        url = self._front.url if self._front else ""
        return "" if url == "about:blank" else url

    async def _begin_session(self, options: SessionOptions) -> Session:
        from browser.session import Session

        # Its pages have the scale factor of the screen, at which screenshots are taken.
        options = replace(options, device_scale_factor=1.0)
        await self._lease.hold(options.rules)
        return await Session.go_on(self._browser.contexts[0], options, self._pages, self._front)

    async def close(self) -> None:
        """Leave the browser as it is for the next client. Never raises.

        It takes `2 * RELEASE_S` at most beside what `Browser.close` takes.
        """
        from playwright.async_api import Error

        tabs, front = list(self._lease.tabs), self._lease.front
        try:
            async with asyncio.timeout(RELEASE_S):
                for session in self._sessions:
                    tabs = [await _id_of(page) for page in session.pages]
                    front = await _id_of(session.front) if session.front else ""
        except (Error, TimeoutError) as error:
            logger.info("The order of the tabs could not be read: %r", error)
        try:
            await super().close()
        finally:
            await self._lease.release(tabs, front)


async def _id_of(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    info = (await session.send("Target.getTargetInfo"))["targetInfo"]
    await session.detach()
    return str(info["targetId"])


async def attach_persistent(address: str, who: str, timeout_s: float = CONNECT_S) -> PersistentBrowser:
    """Attach to a persistent browser as its only client.

    Args:
        address: Its DevTools endpoint.
        who: The label that other clients are shown.
        timeout_s: Seconds that it is given to let us in.

    Raises:
        Busy: Another client works in it.
        LaunchFailed: The browser has ended.
    """
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(timeout_s):
            lease = await Lease.acquire(address, who)
    except TimeoutError as error:
        raise LaunchFailed(f"it does not answer within {timeout_s:g} s") from error
    playwright: Driver | None = None
    try:
        playwright = await Driver.start()
        browser = await playwright.chromium.connect_over_cdp(address, timeout=timeout_s * 1000)
        attached = PersistentBrowser(playwright, browser, lease)
        await attached.find_tabs()
    except BaseException as error:
        if playwright is not None:
            await playwright.stop()
        await lease.release(lease.tabs, lease.front)
        if isinstance(error, Error):
            raise LaunchFailed(f"it does not answer: {error.message.splitlines()[0]}") from error
        raise
    return attached
