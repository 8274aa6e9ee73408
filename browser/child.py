"""A Python process of ours that is told one line of JSON, answers with one, and ends when its input does."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from browser.model.errors import LaunchFailed

logger = logging.getLogger("agent_core." + __name__)

START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from importlib import import_module; "
    "import_module(sys.argv[2]).main()"
)


class ChildProcess:
    """The process. It ends with this one, even if this one is killed, unless it is told to outlive it."""

    def __init__(self, module: str, told: Mapping[str, Any], end_s: float) -> None:
        """Start `main` of a module.

        Args:
            module: Its full name.
            told: What its standard input holds: what every user of the machine could read on a command line.
            end_s: How long `close` waits for its end.

        Raises:
            LaunchFailed: It cannot be started.
        """
        self._end_s = end_s
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", START, str(Path(__file__).parents[1]), module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C at the terminal is for this process
            )
        except OSError as error:
            raise LaunchFailed(f"a process of {module} cannot be started: {error}") from error
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(told).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:  # it has ended, which `answer` finds
            logger.debug("A process of %s ended at its start: %s", module, error)

    async def answer(self, timeout_s: float) -> dict[str, str]:
        """What it says.

        Raises:
            LaunchFailed: It says that something does not work, or says nothing.
        """
        assert self._process.stdout
        try:
            async with asyncio.timeout(timeout_s):
                line = await asyncio.to_thread(self._process.stdout.readline)
        except TimeoutError as error:
            raise LaunchFailed(f"it does not answer within {timeout_s:g} s") from error
        said: dict[str, str] = json.loads(line or '{"error": "the process between us and it ended"}')
        if "error" in said:
            raise LaunchFailed(said["error"])
        return said

    def kill(self) -> None:
        """End it at once, also where it waits for a browser that does not answer."""
        self._process.kill()

    async def close(self) -> None:
        """Close its standard input and wait for its end. Never raises, and takes `end_s` at most."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        with suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
        try:
            self._process.wait(self._end_s)
        except subprocess.TimeoutExpired:
            logger.info("A process of ours did not end within %g s and was killed", self._end_s)
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


# --- in the process itself ----------------------------------------------------------------------------


def told() -> Any:
    """What this process was told at its start."""
    return json.loads(sys.stdin.buffer.readline())


def say(**what: str) -> None:
    """Answer, once: with what was wanted, or with an `error`."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def when_parent_ends(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    """Call this when our standard input ends, which happens when the parent closes it or ends."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(call)

    threading.Thread(target=wait, daemon=True).start()
