"""Starts a Chromium, and owns it until it is closed.

A launched browser is ours: each session gets a context of its own, and `close` ends the process. An attached
browser (`browser.lifecycle.attach`) is somebody else's: a session gets a new tab in the browser's own
context, only that tab and those it opens are closed, and the browser is never told to end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from browser.lifecycle.driver import Driver
from browser.lifecycle.find import find_browser
from browser.model.errors import BrowserLost, LaunchFailed
from browser.model.text import cut
from browser.network.gate import Gate
from browser.network.policy import PROXIED_LOOPBACK
from browser.options import LaunchOptions, ProxySettings, SessionOptions

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser

    from browser.session import Session

logger = logging.getLogger("agent_core." + __name__)

QUIET_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
)
"""They suppress requests to the vendor and questions at the first start."""
LEFT_OUT_ARGUMENTS = ("--disable-ipc-flooding-protection",)
"""Playwright would give these. Without this one Chromium lets a page change its address 200 times in 10 s, as
for everybody else; with it, a page that does so without end keeps the whole browser from answering."""

CONNECT_S = 15.0
"""How long a browser that runs already is given to let us in."""
END_TIMEOUT_S = 4.0
"""Seconds that the browser has to end."""
KILLED_STOP_S = 1.0
"""Seconds that the driver of a browser has to end that had to be killed."""

_said_no_sandbox = False


class Browser:
    """A running Chromium, launched or attached."""

    def __init__(
        self,
        playwright: Driver,
        browser: PlaywrightBrowser,
        *,
        owned: bool,
        pid: int = 0,
        at_end: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Own the browser until `close`.

        Args:
            playwright: The driver; it is stopped at the end.
            browser: The browser itself.
            owned: Whether we started it.
            pid: Its main process, which is killed if it does not end by itself; 0 if there is none to kill.
            at_end: Closes what else was needed for it. It is called last, once.
        """
        self._playwright = playwright
        self._browser = browser
        self._owned = owned
        self._pid = pid
        self._ended = False
        self._at_end = at_end
        self._sessions: list[Session] = []

    @property
    def connected(self) -> bool:
        """Whether the browser still answers."""
        return not self._ended and self._browser.is_connected()

    @property
    def owned(self) -> bool:
        """Whether we started it. An attached browser is left running."""
        return self._owned

    @property
    def at(self) -> str:
        """The address of the page where a session would continue; "" means a blank page."""
        return ""

    async def open_session(self, options: SessionOptions | None = None) -> Session:
        """Open a session: a context of its own if the browser is ours, else a new tab.

        Raises:
            BrowserLost: The browser has ended.
        """
        from playwright.async_api import Error

        options = options or SessionOptions()
        if not self.connected:
            raise BrowserLost("the browser has ended; start another one")
        try:
            session = await self._begin_session(options)
        except Error as error:
            raise BrowserLost(f"the browser did not open a session: {error.message}") from error
        self._sessions.append(session)
        return session

    async def _begin_session(self, options: SessionOptions) -> Session:
        return await (self._own_context(options) if self._owned else self._own_tab(options))

    async def _own_context(self, options: SessionOptions) -> Session:
        from browser.session import Session

        width, height = options.viewport
        settings: dict[str, Any] = {
            "viewport": {"width": width, "height": height},
            "device_scale_factor": options.device_scale_factor,
            "accept_downloads": True,
            "ignore_https_errors": options.ignore_https_errors,
        }
        if options.locale:
            settings["locale"] = options.locale
        if options.timezone:
            settings["timezone_id"] = options.timezone
        context = await self._browser.new_context(**settings)
        return await Session.begin(context, options, own_context=True)

    async def _own_tab(self, options: SessionOptions) -> Session:
        from browser.session import Session

        contexts = self._browser.contexts
        if not contexts:
            raise BrowserLost("the attached browser has no context to open a tab in")
        return await Session.begin(contexts[0], options, own_context=False)

    async def close(self) -> None:
        """Close our sessions, and end the browser if it is ours. Never raises.

        Each part has a limit of its own: the sessions theirs, the browser `END_TIMEOUT_S`, the driver
        `STOP_S` and `SWEEP_S`, and what else was needed its own. A browser of ours whose pages do not close
        is killed at once, and its driver, which is then as busy, is given `KILLED_STOP_S`.
        """
        await asyncio.gather(*(session.close() for session in self._sessions))
        stuck = self._owned and any(session.stuck for session in self._sessions)
        self._sessions.clear()
        self._ended = True
        if stuck or not await self._ends():
            self._kill()
            await self._playwright.stop(KILLED_STOP_S)
        else:
            await self._playwright.stop()
        at_end, self._at_end = self._at_end, None
        if at_end:
            await at_end()

    async def _ends(self) -> bool:
        """End the browser, or the connection to one that is attached; False: it does not end in time."""
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(END_TIMEOUT_S):
                await self._browser.close()
        except Error as error:
            logger.debug("The browser had ended already: %s", error.message)
        except TimeoutError:
            logger.info("The browser did not end within %g s", END_TIMEOUT_S)
            return False
        return True

    def _kill(self) -> None:
        """Kill a browser of ours that does not answer, with all its processes."""
        if not self._owned or not self._pid:
            return
        with suppress(OSError):  # it may have ended just now
            if sys.platform != "win32" and os.getpgid(self._pid) == self._pid:
                os.killpg(self._pid, signal.SIGKILL)
            else:
                os.kill(self._pid, signal.SIGTERM)  # on Windows this ends it at once

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


async def launch(options: LaunchOptions | None = None) -> Browser:
    """Start a Chromium.

    Raises:
        BrowserNotFound: No Chromium is installed.
        LaunchFailed: It does not start; the message holds its own error.
    """
    from playwright.async_api import Error

    options = options or LaunchOptions()
    # In a thread: the browser is asked for its version.
    found = await asyncio.to_thread(find_browser, options.executable_path or None, options.channel or None)
    sandbox = sandbox_works(options.on_warning)
    playwright = await Driver.start()
    settings: dict[str, Any] = {
        "executable_path": found.path,
        "headless": options.headless,
        "chromium_sandbox": sandbox,
        "args": [*QUIET_ARGUMENTS, *options.args],
        "ignore_default_args": [*LEFT_OUT_ARGUMENTS],
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
        "timeout": options.timeout_s * 1000,
    }
    gate = Gate(options.rules) if options.rules.public and not options.proxy else None
    if options.proxy:
        settings["proxy"] = _proxy(options.proxy)
    if options.downloads_dir:
        settings["downloads_path"] = str(options.downloads_dir)
    try:
        if gate is not None:
            settings["proxy"] = {"server": await gate.open(), "bypass": PROXIED_LOOPBACK}
        started = await _start(playwright, settings, options.on_warning)
        return Browser(
            playwright,
            started,
            owned=True,
            pid=await _main_process(started),
            at_end=_closing(gate) if gate else None,
        )
    except BaseException as error:
        await playwright.stop()  # which ends the browser, too
        if gate is not None:
            gate.close()
        if isinstance(error, Error):
            raise LaunchFailed(f"{found.path} did not start: {_said(error.message)}") from error
        raise


def _closing(gate: Gate) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        gate.close()

    return close


async def _main_process(browser: PlaywrightBrowser) -> int:
    """Return the process id of a browser that was just started; 0 if it does not tell."""
    from playwright.async_api import Error

    try:
        session = await browser.new_browser_cdp_session()
        processes = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
        await session.detach()
    except Error as error:
        logger.info("The browser does not tell its process id: %s", error.message)
        return 0
    return next((int(process["id"]) for process in processes if process["type"] == "browser"), 0)


async def _start(
    playwright: Driver, settings: dict[str, Any], on_warning: Callable[[str], None]
) -> PlaywrightBrowser:
    """Start Chromium, without its sandbox only if it says that this machine does not permit one."""
    from playwright.async_api import Error

    try:
        return await playwright.chromium.launch(**settings)
    except Error as error:
        if not settings["chromium_sandbox"] or "no usable sandbox" not in error.message.lower():
            raise
    say_no_sandbox(on_warning, "this machine does not permit it (unprivileged user namespaces are off)")
    return await playwright.chromium.launch(**{**settings, "chromium_sandbox": False})


def _proxy(proxy: ProxySettings) -> dict[str, str]:
    given = {
        "server": proxy.server,
        "username": proxy.username,
        "password": proxy.password,
        "bypass": proxy.bypass,
    }
    return {name: value for name, value in given.items() if value}


def _said(message: str) -> str:
    """Shorten an error of Playwright: without its method's name and its log of calls."""
    message = re.sub(r"^\w+\.\w+: ", "", message.partition("Call log:")[0])
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return cut(" ".join(lines[:3]), 600)


def sandbox_works(on_warning: Callable[[str], None]) -> bool:
    """Return False for root on Linux, where Chromium refuses its sandbox; everywhere else it is tried."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return True
    say_no_sandbox(on_warning, "root cannot have it; run as another user for that")
    return False


def say_no_sandbox(on_warning: Callable[[str], None], why: str) -> None:
    """Warn once in this process that the sandbox is off."""
    global _said_no_sandbox
    if not _said_no_sandbox:
        _said_no_sandbox = True
        on_warning(f"Chromium's own sandbox is off, since {why}")
