"""Folders that go with this process, however it ends: a process of one script sees to it."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger("agent_core." + __name__)

SCRIPT = """
trap '' INT TERM HUP
while read -r line; do group=$line; done
[ -z "$group" ] || kill -s KILL -- "-$group"
for i in 1 2 3 4 5 6 7 8; do
  rm -rf -- "$@"
  left=
  for folder; do [ ! -e "$folder" ] || left=1; done
  [ -n "$left" ] || exit 0
  sleep 1
done
"""
"""Waits until its standard input ends. What was killed may still be writing for a moment."""
SWEEP_S = 10.0
LONGEST_PARENT = 38
"""In bytes. Chromium makes a socket in its temporary folder; the path of one may have 103 bytes."""


def make_short_folder(short: Sequence[str] = ("/tmp", "/var/tmp")) -> Path:
    """Make a temporary folder for this user alone: in the usual place, or in a short one where that is long.

    Raises:
        OSError: None can be made.
    """
    usual = tempfile.gettempdir()
    is_short = sys.platform == "win32" or len(os.fsencode(usual)) <= LONGEST_PARENT
    for parent in () if is_short else short:
        try:
            return Path(tempfile.mkdtemp(prefix="agent-core-", dir=parent))
        except OSError as error:
            logger.info("No temporary folder can be made in %s: %s", parent, error)
    return Path(tempfile.mkdtemp(prefix="agent-core-", dir=usual))


class Sweeper:
    """Removes folders by `sweep`, or when this process ends (not on Windows)."""

    def __init__(self, *folders: Path, holding: Sequence[int] = ()) -> None:
        """Start the process; `holding` are file descriptors, such as a lock, that it keeps open until then.

        Raises:
            OSError: It cannot be started.
        """
        self._folders = folders
        self._process: subprocess.Popen[bytes] | None = None
        if sys.platform != "win32":
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", SCRIPT, "sweeper", *map(str, folders)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C at the terminal is for us
                pass_fds=holding,
            )

    def kill_first(self, group: int | None) -> None:
        """Have it kill this process group before it removes anything; None: no group any more."""
        if self._process and self._process.stdin:
            with suppress(OSError):
                self._process.stdin.write(f"{group or ''}\n".encode())
                self._process.stdin.flush()

    def sweep(self) -> None:
        """Remove the folders. Never raises, and takes `SWEEP_S` at most."""
        if self._process is None or self._process.stdin is None:
            for folder in self._folders:
                shutil.rmtree(folder, ignore_errors=True)
            return
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(SWEEP_S)
        except subprocess.TimeoutExpired:
            logger.info("%s could not be removed within %g s", self._folders, SWEEP_S)
            self._process.kill()
            self._process.wait()
