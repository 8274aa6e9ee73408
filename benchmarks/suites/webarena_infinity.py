"""The function tasks of WebArena-Infinity through the public API, judged by its own verifiers.

Its `apps` folder is read where the user says it lies (https://github.com/web-arena-x/webarena-infinity), and
nothing of it is kept here. Every task gets a server of its own at a new port, so that it begins with the
seed state in a browser that was never there. Once its run has ended, its verifier reads that server's state.
The verifiers are programs of that folder and run in this process.
"""

from __future__ import annotations

import importlib.util
import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent_core import Settings, TaskRun, run_tasks
from agent_core.loop.events import Event, RunEnded
from benchmarks.measure import EpisodeRecord, now

MAX_STEPS = 40
TIMEOUT_S = 180.0
"""Wall clock of one run."""
_START_S = 20.0
"""A server that does not answer after so many seconds will not."""


class DataMissing(Exception):
    """The folder does not hold what the benchmark needs; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class AppTask:
    """One task of one application."""

    app: str
    name: str
    """As the application's list calls it: `task_7`."""
    instruction: str
    folder: Path
    """Of the application."""
    verifier: Path

    @property
    def full_name(self) -> str:
        """`gmail/task_7`, as it stands in the records."""
        return f"{self.app}/{self.name}"


def tasks_in(data: Path, app: str, names: Sequence[str] = ()) -> list[AppTask]:
    """The function tasks of an application; with `names`, only those that are called so.

    Raises:
        DataMissing: The application, or what the verifiers need, is not there.
    """
    if importlib.util.find_spec("requests") is None:
        raise DataMissing("the verifiers of WebArena-Infinity need requests; pip install requests")
    folder = (data / "apps" if (data / "apps").is_dir() else data) / app
    listed = folder / "function-tasks.json"
    if not listed.is_file() or not (folder / "server.py").is_file():
        raise DataMissing(f"{folder} is no application with function tasks")
    return [
        AppTask(app, task["id"], task["instruction"], folder, folder / task["verify"])
        for task in json.loads(listed.read_text(encoding="utf-8"))
        if not names or task["id"] in names
    ]


async def play(
    tasks: Sequence[AppTask],
    template: EpisodeRecord,
    workers: int,
    on_record: Callable[[EpisodeRecord], None],
    runs_folder: Path | None = None,
) -> None:
    """Play each task once, `workers` at a time, in one browser.

    Args:
        tasks: All of them have a server at the same time, of some 15 MiB each.
        template: What is the same in all records, the engine's name among it.
        workers: How many runs at a time.
        on_record: Called as soon as a run has ended and was judged.
        runs_folder: Where the runs' folders are kept, with pictures; None: they are not kept.
    """
    with ExitStack() as stack:
        addresses = [stack.enter_context(_serving(task.folder)) for task in tasks]
        passing = stack.enter_context(tempfile.TemporaryDirectory())

        def on_event(place: int, event: Event) -> None:
            if isinstance(event, RunEnded):
                record = _record(tasks[place], template, event.run, addresses[place])
                on_record(replace(record, folder=event.run.folder or "" if runs_folder else ""))

        await run_tasks(
            [
                {
                    "prompt": task.instruction,
                    "url": address,
                    "engine": template.engine,
                    "max_steps": MAX_STEPS,
                    "timeout_s": TIMEOUT_S,
                }
                for task, address in zip(tasks, addresses, strict=True)
            ],
            concurrency=workers,
            settings=Settings(screenshots=runs_folder is not None),
            run_dir=runs_folder or passing,
            on_event=on_event,
        )


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """The address of a server of its own, which ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "server.py", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.kill()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_S
    while server.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise DataMissing(f"the server of {server.args!r} did not answer at {address}")


def _record(task: AppTask, template: EpisodeRecord, run: TaskRun, address: str) -> EpisodeRecord:
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0.0
    held, said = verified(task.verifier, address)
    return replace(
        template,
        task=task.full_name,
        reward=int(held and run.status == "completed"),
        raw_reward=float(held),
        status=run.status,
        code=run.failure_code or "",
        reason=run.failure_reason or ("" if held else said),
        steps=run.step_count or 0,
        ms=round(took * 1000, 1),
        utterance=task.instruction,
        date=now(),
    )


def verified(verifier: Path, address: str) -> tuple[bool, str]:
    """Whether the task's verifier is content with the state of this server, and what it says of it."""
    spec = importlib.util.spec_from_file_location("verifier", verifier)
    if spec is None or spec.loader is None:
        raise DataMissing(f"{verifier} is no verifier")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        held, said = module.verify(address)
    except Exception as error:  # noqa: BLE001 - a verifier that raises did not find what it looks for
        return False, f"{type(error).__name__}: {error}"
    return bool(held), str(said)
