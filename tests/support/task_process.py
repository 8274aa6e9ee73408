"""A server or a worker in a process of its own, which can be killed: `python -m tests.support.task_process ...`.

Its runs need no browser: each writes a line when it begins, waits a moment, and is completed.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from httpx2 import Client, TransportError

from agent_core import Settings
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.serving import serve, work
from tests.support.task_server import PlayedRun, settings_in

ROOT = Path(__file__).parents[2]


class TaskProcess:
    """One that is started, killed, and started again."""

    def __init__(self, kind: str, folder: Path, takes_s: float = 0.1, **settings: Any) -> None:
        """`kind` is `serve` or `work`; `takes_s` is how long each run takes."""
        self._words = [kind, str(folder), str(takes_s), json.dumps(settings)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.support.task_process", *self._words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment)

    def kill(self) -> None:
        """SIGKILL; nothing of it can react."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self, timeout_s: float = 30.0) -> int:
        """SIGTERM; returns the exit status."""
        assert self._process is not None
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_s)
        self._process.kill()
        raise AssertionError("it did not stop")


def free_port() -> int:
    """A port of this machine at which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """`agent-core serve` as a process, at a port that it keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agent_core", "serve", "--port", str(self._port), "--concurrency", "4"],
            env={**os.environ, "AGENT_CORE_HOME": str(self._folder), "AGENT_CORE_LEASE_S": "2"},
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(60)


def answers(client: Client) -> bool:
    """Whether the server of a client is well."""
    try:
        return client.get("/healthz").status_code == 200
    except TransportError:
        return False


def begun(folder: Path) -> list[str]:
    """The ids of the runs that have begun, in their order, each as often as it has begun."""
    path = folder / "begun"
    return path.read_text().split() if path.exists() else []


def main() -> None:
    kind, folder, takes_s, settings = sys.argv[1:]
    log = os.open(Path(folder) / "begun", os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def start(job: TakenJob, _: Settings) -> PlayedRun:
        os.write(log, f"{job.run_id}\n".encode())
        return PlayedRun(job, float(takes_s))

    served = serve if kind == "serve" else work
    served(settings_in(Path(folder), **json.loads(settings)), start=start)


if __name__ == "__main__":
    main()
