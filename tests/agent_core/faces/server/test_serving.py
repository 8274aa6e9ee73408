"""`agent-core serve` as a process: what it says, and how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.support.task_server import until


def serve(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "agent_core", "serve", *words],
        env={"AGENT_CORE_HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_names_the_port_that_it_has_and_a_signal_ends_it_as_it_ends_by_itself(tmp_path: Path, number: int):
    with serve(tmp_path, "--port", "0") as process:
        assert process.stderr is not None
        said = re.search(r"http://127\.0\.0\.1:(\d+)", process.stderr.readline())
        assert said
        assert int(said[1]) > 0
        # The port is open from here on; who asks before everything is ready waits.
        assert httpx2.get(f"{said[0]}/healthz", timeout=30).status_code == 200
        process.send_signal(number)
        until(lambda: process.poll() is not None, 30)
        assert (process.returncode, process.stderr.read()) == (0, "")
