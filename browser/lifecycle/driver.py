"""Playwright's driver with a folder of its own for temporary files, which goes when this process does.

Playwright and Chromium leave profiles, downloads and sockets in the system's temporary folder when they are
killed. So they are given a folder of their own there, and a process of one line that removes it as soon as
ours has ended, however it has.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserType, Playwright

logger = logging.getLogger("agent_core." + __name__)

SWEEP = (
    """cat >/dev/null; for i in 1 2 3 4 5 6 7 8; do rm -rf -- "$0"; [ -e "$0" ] || exit 0; sleep 1; done"""
)
"""Waits until its standard input ends; what was killed may still be writing for a moment."""
SWEEP_S = 10.0


WAIT_S = 0.01
"""Between two looks whether another driver has started, in whatever thread."""
LONGEST_PARENT = 38
"""Characters. Chromium makes a socket in its temporary folder; the path of one may have 103 bytes."""


_environment = threading.Lock()
"""Held while this process's environment names the folder of a driver that starts."""


def make_short_folder() -> Path:
    """Make a temporary folder with a short path, for this user alone.

    Raises:
        OSError: It cannot be made.
    """
    usual = tempfile.gettempdir()
    short = sys.platform == "win32" or len(usual) <= LONGEST_PARENT
    return Path(tempfile.mkdtemp(prefix="agent-core-", dir=usual if short else "/tmp"))


class TemporaryFolder:
    """A folder that is removed by `remove`, or when this process ends (not on Windows)."""

    def __init__(self) -> None:
        self.path = make_short_folder()
        self._sweeper: subprocess.Popen[bytes] | None = None
        if sys.platform != "win32":
            self._sweeper = subprocess.Popen(
                ["/bin/sh", "-c", SWEEP, str(self.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C at the terminal is for us
            )

    def remove(self) -> None:
        """Remove it. Never raises; it takes `SWEEP_S` at most."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._sweeper is None or self._sweeper.stdin is None:
            return
        with suppress(OSError):
            self._sweeper.stdin.close()
        try:
            self._sweeper.wait(SWEEP_S)
        except subprocess.TimeoutExpired:
            logger.info("The temporary folder %s could not be removed", self.path)
            self._sweeper.kill()
            self._sweeper.wait()


class Driver:
    """A running driver; `stop` ends it and removes what it has left."""

    def __init__(self, playwright: Playwright, folder: TemporaryFolder) -> None:
        self._playwright, self._folder = playwright, folder

    @classmethod
    async def start(cls) -> Driver:
        """Start it; a caller that is canceled meanwhile leaves no process of it behind."""
        from playwright.async_api import async_playwright

        folder = await asyncio.to_thread(TemporaryFolder)
        try:
            # The driver takes the environment as it is when it starts; there is no other way to tell it. One
            # after the other, or the folder of another driver would be put back at the end.
            while not _environment.acquire(blocking=False):  # noqa: ASYNC110  the lock is one of threads
                await asyncio.sleep(WAIT_S)
            before = os.environ.get("TMPDIR")
            os.environ["TMPDIR"] = str(folder.path)
            try:
                starting = asyncio.ensure_future(async_playwright().start())
                try:
                    playwright = await asyncio.shield(starting)
                except asyncio.CancelledError:
                    await (await starting).stop()
                    raise
            finally:
                if before is None:
                    os.environ.pop("TMPDIR", None)
                else:
                    os.environ["TMPDIR"] = before
                _environment.release()
        except BaseException:
            await asyncio.to_thread(folder.remove)
            raise
        return cls(playwright, folder)

    @property
    def chromium(self) -> BrowserType:
        """What starts or attaches to a Chromium."""
        return self._playwright.chromium

    async def stop(self) -> None:
        """End the driver and remove its folder."""
        try:
            await self._playwright.stop()
        finally:
            await asyncio.to_thread(self._folder.remove)
