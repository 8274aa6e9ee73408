"""The peer's process: started, asked, ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from browser.lifecycle.find import find_browser

CHILD = Path(__file__).with_name("child.py")
PYTHON = Path(__file__).resolve().parents[2] / "out" / "peers-venv" / "bin" / "python"
ANSWER_TIMEOUT_S = 180.0
NO_CALLS_HOME = {
    "ANONYMIZED_TELEMETRY": "false",
    "BROWSER_USE_CLOUD_SYNC": "false",
    "BROWSER_USE_VERSION_CHECK": "false",
    "BROWSER_USE_CLOUD_HINTS": "false",
    "BROWSER_USE_DISABLE_EXTENSIONS": "true",
    "BROWSER_USE_SETUP_LOGGING": "false",
    "SKIP_LLM_API_KEY_VERIFICATION": "true",
}


class PeerMissing(Exception):
    """The peers' environment is not there, or the peer does not start in it."""


class Peer:
    """browser-use, in a browser of its own."""

    def __init__(self, process: Process, version: str) -> None:
        self._process = process
        self.version = version

    async def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """Have it do something and wait for its answer.

        Raises:
            PeerMissing: It ended, or does not answer within three minutes.
        """
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self._process.stdin.drain()
        return await _line(self._process)


@asynccontextmanager
async def peer() -> AsyncIterator[Peer]:
    """Start the peer with its browser; both end with the block.

    Raises:
        PeerMissing: There is none.
    """
    if not PYTHON.exists():
        raise PeerMissing("the peers are not installed; make bench-peers does that")
    log = PYTHON.parents[2] / "peers.log"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, log.open("w") as errors:
        process = await asyncio.create_subprocess_exec(
            str(PYTHON),
            str(CHILD),
            find_browser().path,
            str(Path(home) / "profile"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=errors,
            cwd=home,
            start_new_session=True,
            env={**NO_CALLS_HOME, "PATH": os.environ["PATH"], "HOME": home, "BROWSER_USE_CONFIG_DIR": home},
        )
        try:
            yield Peer(process, (await _line(process))["version"])
        finally:
            await _end(process)


async def _line(process: Process) -> dict[str, Any]:
    assert process.stdout
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            said = await process.stdout.readline()
    except TimeoutError as error:
        raise PeerMissing(f"the peer did not answer within {ANSWER_TIMEOUT_S:g} s") from error
    if not said:
        raise PeerMissing(f"the peer ended; its log is {PYTHON.parents[2] / 'peers.log'}")
    answer: dict[str, Any] = json.loads(said)
    return answer


async def _end(process: Process) -> None:
    """Let it end by itself, then end what is left of it: its browser too, also where we are cut short."""
    assert process.stdin
    process.stdin.close()
    try:
        async with asyncio.timeout(20):
            await process.wait()
    except TimeoutError:
        pass  # it is ended below
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
