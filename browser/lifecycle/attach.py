"""Attaches to a browser that somebody else has started, through the CDP proxy that hides their tabs."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from browser.lifecycle.driver import Driver
from browser.lifecycle.launch import CONNECT_S, Browser
from browser.model.errors import LaunchFailed
from browser.model.origins import with_credentials_masked

logger = logging.getLogger("agent_core." + __name__)


START = "import sys; sys.path.insert(0, sys.argv[1]); from browser.cdp.proxy import main; main()"
END_S = 5.0
"""Seconds that the proxy has to close our remaining tabs and to end."""


class ProxyProcess:
    """The process that runs `browser.cdp.proxy`. It ends with this process, even if this one is killed."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        """Start the process. `address` is the browser's: `http(s)://` or `ws(s)://`."""
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C at the terminal is for this process
        )
        # Headers may hold keys, and every user of the machine can read a command line.
        self._write({"address": address, "headers": dict(headers)})

    def _write(self, what: object) -> None:
        if self._process.stdin:
            try:
                self._process.stdin.write(json.dumps(what).encode() + b"\n")
                self._process.stdin.flush()
            except OSError as error:  # `address` then says that it ended
                logger.debug("The CDP proxy ended at its start: %s", error)

    async def address(self) -> str:
        """Return the address that Playwright connects to.

        Raises:
            LaunchFailed: The browser refuses the connection; the message says why.
        """
        assert self._process.stdout
        line = await asyncio.to_thread(self._process.stdout.readline)
        said = json.loads(line or '{"error": "the process between us and it ended"}')
        if "error" in said:
            raise LaunchFailed(said["error"])
        return str(said["address"])

    def kill(self) -> None:
        """End it at once, also where it waits for a browser that does not answer."""
        self._process.kill()

    async def close(self) -> None:
        """End the proxy and our remaining tabs. Never raises, and takes `END_S` at most."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            logger.info("The CDP proxy did not end within %g s and was killed", END_S)
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


async def attach(
    address: str, headers: Mapping[str, str] | None = None, timeout_s: float = CONNECT_S
) -> Browser:
    """Attach to a running Chromium over CDP.

    Args:
        address: `http(s)://`, `ws(s)://` or `host:port`.
        headers: Sent with each request to the browser, for example a key.
        timeout_s: Seconds that the browser is given to let us in.

    Raises:
        LaunchFailed: Nothing answers there, or the browser refuses the connection.
    """
    from playwright.async_api import Error

    proxy = ProxyProcess(address if "://" in address else f"http://{address}", headers or {})
    playwright: Driver | None = None
    try:
        async with asyncio.timeout(timeout_s):
            inside = await proxy.address()
        playwright = await Driver.start()
        attached = await playwright.chromium.connect_over_cdp(inside, timeout=timeout_s * 1000)
    except BaseException as error:
        proxy.kill()
        if playwright is not None:
            await playwright.stop()
        await proxy.close()
        if isinstance(error, LaunchFailed | Error | TimeoutError):
            said = str(error).partition("\n")[0] or f"it does not answer within {timeout_s:g} s"
            raise LaunchFailed(_refused(address, said)) from error
        raise
    return Browser(playwright, attached, owned=False, at_end=proxy.close)


def _refused(address: str, said: str) -> str:
    shown = with_credentials_masked(address, "***")
    return (
        f"no browser let us in at {shown}: {said}. Chrome 136 and later refuses "
        "remote debugging on its default profile; start it with a profile folder of its own: "
        "google-chrome --remote-debugging-port=9222 --user-data-dir=$HOME/chrome-for-agents"
    )
