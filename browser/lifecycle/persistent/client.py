"""The client of a persistent browser: starts its host process (see `host`) and attaches to it."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browser.cdp.client import NotAccepted, WebSocket, connect
from browser.child import ChildProcess
from browser.lifecycle.driver import Driver
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import (
    CONNECT_S,
    QUIET_ARGUMENTS,
    Browser,
    sandbox_works,
    say_no_sandbox,
)
from browser.model.errors import LaunchFailed
from browser.model.text import cut
from browser.network.policy import NetworkPolicy
from browser.options import LaunchOptions, SessionOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import Page

    from browser.session import Session

logger = logging.getLogger("agent_core." + __name__)

END_S = 10.0
"""Seconds that the host has to end its browser and itself."""
RELEASE_S = 5.0
PERSISTENT_ARGUMENTS = (
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-dev-shm-usage",
    "--disable-hang-monitor",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-renderer-backgrounding",
    "--enable-automation",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""These make a persistent browser behave like one that a run launches for itself."""


class Busy(LaunchFailed):
    """Another client works in the browser; `who` is its label."""

    def __init__(self, who: str) -> None:
        self.who = who
        super().__init__(f"{who} works in it at the moment, and one at a time may")


@dataclass(frozen=True, kw_only=True)
class HostOptions:
    """How a persistent browser is started."""

    folder: Path
    """An existing folder for this browser alone. Its profile, its lock and `session.json` lie there."""
    record: Mapping[str, Any]
    """Fields of `session.json` beside those that the host writes itself."""
    limit_s: float
    """The browser ends after this many seconds."""
    outlives: bool = False
    """Whether the browser stays when this process ends."""
    launch: LaunchOptions = field(default_factory=LaunchOptions)
    looks: SessionOptions = field(default_factory=SessionOptions)
    """Only viewport, device_scale_factor, locale, timezone and ignore_https_errors are used."""


class HostProcess:
    """A host process that this process has started."""

    def __init__(self, address: str, process: ChildProcess) -> None:
        self.address = address
        """DevTools endpoint of the browser. Whoever knows it can drive the browser."""
        self._process = process

    async def close(self) -> None:
        """End the host, unless it outlives this process. Never raises, and takes `END_S` at most."""
        await self._process.close()


async def start_host(options: HostOptions) -> HostProcess:
    """Start a host process with its Chromium.

    Raises:
        BrowserNotFound: No Chromium is installed.
        LaunchFailed: Chromium does not start, or this system cannot have persistent browsers.
    """
    if sys.platform == "win32":
        raise LaunchFailed("persistent browsers do not exist on Windows; leave browser_session_id out")
    launch = options.launch
    found = find_browser(launch.executable_path or None, launch.channel or None)
    sandbox = sandbox_works(launch.on_warning)
    try:
        return await _start(options, _command(found.path, options, sandbox))
    except LaunchFailed as error:
        if not sandbox or "no usable sandbox" not in str(error).lower():
            raise LaunchFailed(f"{found.path} did not start: {cut(str(error), 600)}") from error
    say_no_sandbox(
        launch.on_warning, "this machine does not permit it (unprivileged user namespaces are off)"
    )
    return await _start(options, _command(found.path, options, False))


def _command(path: str, options: HostOptions, sandbox: bool) -> list[str]:
    launch, (width, height) = options.launch, options.looks.viewport
    optional = {
        "--headless=new": launch.headless,
        "--no-sandbox": not sandbox,
        "--ignore-certificate-errors": options.looks.ignore_https_errors,
        f"--accept-lang={options.looks.locale}": options.looks.locale,
        f"--proxy-server={launch.proxy and launch.proxy.server}": launch.proxy,
        # Without this, Chromium does not use the proxy for addresses of this machine.
        f"--proxy-bypass-list=<-loopback>;{launch.proxy and launch.proxy.bypass}": launch.proxy,
    }
    return [
        path,
        f"--user-data-dir={options.folder / 'profile'}",
        f"--window-size={width},{height}",
        f"--force-device-scale-factor={options.looks.device_scale_factor:g}",
        *QUIET_ARGUMENTS,
        *PERSISTENT_ARGUMENTS,
        *(argument for argument, wanted in optional.items() if wanted),
        *launch.args,
    ]


async def _start(options: HostOptions, command: Sequence[str]) -> HostProcess:
    order = {
        "folder": str(options.folder),
        "record": dict(options.record),
        "command": list(command),
        "start_s": options.launch.timeout_s,
        "limit_s": options.limit_s,
        "outlives": options.outlives,
        "width": options.looks.viewport[0],
        "height": options.looks.viewport[1],
        "proxy": options.launch.proxy is not None,
        "looks": {"locale": options.looks.locale or "", "timezone": options.looks.timezone or ""},
    }
    process = ChildProcess("browser.lifecycle.persistent.host", order, END_S)
    try:
        said = await process.answer(options.launch.timeout_s + END_S)
    except BaseException:
        await process.close()
        raise
    if options.outlives:
        await process.close()
    return HostProcess(said["address"], process)


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
