"""A PostgreSQL of the test's own, reached by a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NOT_ROOT = "nobody"
"""PostgreSQL does not run as root."""


@dataclass(frozen=True)
class Postgres:
    """One that can be stopped and started again."""

    folder: Path

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop it as a crash would."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        _as_somebody(["pg_ctl", "-w", "-D", str(self.folder / "data"), *words])


@contextmanager
def postgres() -> Iterator[Postgres]:
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, NOT_ROOT)
    made = Postgres(folder)
    try:
        _as_somebody(["initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync"])
        made.start()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody(command: Sequence[str]) -> None:
    if os.geteuid() == 0:
        command = ["runuser", "-u", NOT_ROOT, "--", *command]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/", timeout=60
    )
    assert done.returncode == 0, done.stderr
