"""`agent-core serve` as a process: what it says, and how it ends."""

from __future__ import annotations

import os
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_before_the_server_has_begun_ends_it_all_the_same(tmp_path: Path, number: int):
    early = (
        "import os\n"
        "from agent_core.faces.server.serving import serve\n"
        "from agent_core.faces.server.settings import ServerSettings\n"
        f"serve(ServerSettings.from_env(port=0), listens=lambda address: os.kill(os.getpid(), {int(number)}))"
    )
    environ = {"AGENT_CORE_HOME": str(tmp_path), "PATH": os.defpath, "PYTHONPATH": ":".join(sys.path)}
    ended = subprocess.run(
        [sys.executable, "-c", early], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
