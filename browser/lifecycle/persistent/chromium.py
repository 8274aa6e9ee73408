"""The Chromium process of a persistent browser, at the other end of a pipe."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path

END_S = 4.0
"""Seconds that Chromium has to end by itself."""
LONGEST_MESSAGE = 1 << 28
"""In bytes. Screenshots of whole pages are long."""


class Chromium:
    """The Chromium process, at the other end of a pipe."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self._reader, self._writer = reader, writer
        self._ended = asyncio.ensure_future(asyncio.to_thread(os.waitpid, pid, 0))

    @classmethod
    async def start(cls, command: list[str], temporary: Path) -> tuple[Chromium, deque[str]]:
        """Start Chromium in a process group of its own.

        Args:
            command: The program and its arguments.
            temporary: Where it puts files of its own that are to go with it.

        Returns:
            The process, and the last lines of its standard error, which are added as they come.
        """
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        ours_err, theirs_err = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4),
                   (os.POSIX_SPAWN_DUP2, theirs_err, 2), (os.POSIX_SPAWN_DUP2, theirs_err, 1)]  # fmt: skip
        try:
            pid = os.posix_spawn(  # noqa: ASYNC221  it does not wait for its end
                command[0],
                command,
                {**os.environ, "TMPDIR": str(temporary)},
                file_actions=actions,
                setpgroup=0,
            )
        finally:
            for end in (theirs_in, theirs_out, theirs_err):
                os.close(end)
        said: deque[str] = deque(maxlen=20)
        threading.Thread(target=_listen, args=(ours_err, said), daemon=True).start()
        return cls(pid, await _reader(ours_in), await _writer(ours_out)), said

    async def send(self, message: bytes) -> None:
        """Send one message. Nothing happens if Chromium has ended."""
        self._writer.write(message + b"\0")
        with suppress(OSError):
            await self._writer.drain()

    async def receive(self) -> bytes | None:
        """Return the next message. None means that Chromium has ended."""
        try:
            return (await self._reader.readuntil(b"\0"))[:-1]
        except (asyncio.IncompleteReadError, OSError):
            return None

    async def end(self) -> None:
        """Wait `END_S` for the process to end, then kill it and all its children."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await asyncio.shield(self._ended)
        with suppress(OSError):  # they may all have ended
            os.killpg(self.pid, signal.SIGKILL)
        await self._ended
        self._writer.close()


def _listen(end: int, said: deque[str]) -> None:
    with os.fdopen(end, errors="replace") as lines:
        said.extend(line.strip() for line in lines if line.strip())


async def _reader(end: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(end, "rb")
    )
    return reader


async def _writer(end: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(end, "wb")
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)
