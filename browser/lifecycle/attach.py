"""Joining a browser that is somebody's, by way of a gate that keeps their tabs out of reach."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from browser.lifecycle.driver import Driver
from browser.lifecycle.launch import Browser
from browser.model.errors import LaunchFailed
from browser.model.origins import with_credentials_masked

START = "import sys; sys.path.insert(0, sys.argv[1]); from browser.cdp.proxy import main; main()"
END_S = 5.0
"""How long the gate is given to close the tabs that are left, and end."""


class GateProcess:
    """`browser.cdp.proxy` as a process of its own, which ends with this one, however this one ends."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        """Start it; `address` is the browser's, `http(s)://` or `ws(s)://`."""
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is for us
        )
        # Headers may hold keys: not on the command line, where every user of the machine can read them.
        self._write({"address": address, "headers": dict(headers)})

    def _write(self, what: object) -> None:
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.write(json.dumps(what).encode() + b"\n")
                self._process.stdin.flush()

    async def address(self) -> str:
        """Where Playwright is to connect to.

        Raises:
            LaunchFailed: The browser does not let us in; the message is why.
        """
        assert self._process.stdout
        line = await asyncio.to_thread(self._process.stdout.readline)
        said = json.loads(line or '{"error": "the process between us and it ended"}')
        if "error" in said:
            raise LaunchFailed(said["error"])
        return str(said["address"])

    async def close(self) -> None:
        """End it, with what is left of our tabs. Never raises; it takes `END_S` at most."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


async def join(address: str, headers: Mapping[str, str] | None = None) -> Browser:
    """Join a running Chromium over CDP: `http(s)://`, `ws(s)://` or `host:port`.

    Raises:
        LaunchFailed: Nothing answers there, or it does not let us in.
    """
    from playwright.async_api import Error

    gate = GateProcess(address if "://" in address else f"http://{address}", headers or {})
    try:
        inside = await gate.address()
    except LaunchFailed as error:
        await gate.close()
        raise LaunchFailed(_refused(address, str(error))) from error
    playwright = await Driver.start()
    try:
        joined = await playwright.chromium.connect_over_cdp(inside, timeout=15_000)
    except Error as error:
        await playwright.stop()
        await gate.close()
        raise LaunchFailed(_refused(address, error.message.splitlines()[0])) from error
    return Browser(playwright, joined, owned=False, at_end=gate.close)


def _refused(address: str, said: str) -> str:
    shown = with_credentials_masked(address, "***")
    return (
        f"no browser let us in at {shown}: {said}. Chrome 136 and later refuses "
        "remote debugging on its default profile; start it with a profile folder of its own: "
        "google-chrome --remote-debugging-port=9222 --user-data-dir=$HOME/chrome-for-agents"
    )
