"""A browser session handed from run to run, and its browser killed in between: what is lost by that.

The page counts. What it has counted since it was opened it keeps in memory, so that a run sees whether it
is still the page that the last run left; what it has counted in all it keeps in localStorage, which the
session's profile keeps in turn.
"""

from __future__ import annotations

import asyncio
import http.server
import os
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agent_core import Settings, TaskRun, create_browser_profile, open_browser_session, run_task
from agent_core.demo_site.server import LoopbackServer
from agent_core.testing import Scripted
from benchmarks.measure import commit, machine, now
from browser.model.actions import Click, Reload
from engines.protocol import Act, Finish, Turn

PAGE = b"""<!doctype html><title>-</title><button>Add</button><script>
let here = 0; const show = () => document.title = here + ' of ' + (localStorage.all || 0);
document.querySelector('button').onclick = () => {
  here++; localStorage.all = Number(localStorage.all || 0) + 1; show() };
show()</script>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handovers:
    """What came of handing a session from run to run."""

    runs: int
    """Runs in a session, without the one whose browser was killed."""
    went_on: int
    """Runs that found page and storage as the run before them had left them."""
    killed_says: str
    """What the run said whose browser was killed: code and reason."""
    refused: bool
    """Whether the session that has ended was refused to the next run, with the reason."""
    counted_after_kill: int
    """What the page had counted by the time it was opened again with the profile: as many as runs before."""
    left_processes: int
    left_profiles: int
    """Folders of Chromium's that were left."""
    run_ms: float
    """Median wall clock of a run in a session: attaching, two looks, a click, saving the profile, leaving."""
    commit: str = ""
    date: str = ""
    machine: str = ""

    def __str__(self) -> str:
        return (
            f"{self.went_on} of {self.runs} runs found everything as it was left; the killed one: "
            f"{self.killed_says}; the next was {'refused' if self.refused else 'NOT refused'}; "
            f"counted by then {self.counted_after_kill}; left behind: {self.left_processes} processes, "
            f"{self.left_profiles} profiles; {self.run_ms:.0f} ms a run"
        )


class _Counting(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        with suppress(ConnectionError):  # the browser may just have been killed
            self.wfile.write(PAGE)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _page() -> Iterator[str]:
    server = LoopbackServer(_Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


async def hand_over(runs: int = 50) -> Handovers:
    """Hand a session from run to run, half of them before its browser is killed and half after."""
    with tempfile.TemporaryDirectory() as home, _page() as url:
        settings = Settings(home=Path(home), screenshots=False)
        await create_browser_profile("counting", settings=settings)
        before, after = runs // 2, runs - runs // 2
        times: list[float] = []
        async with await open_browser_session(url, browser_profile_id="counting", settings=settings) as first:
            went_on = [await _add(first.id, settings, n, n, times) for n in range(before)]
            killed = await _killed(first.id, settings)
            refused = await _is_refused(first.id, settings)
        async with await open_browser_session(
            url, browser_profile_id="counting", settings=settings
        ) as second:
            counted = await _counted(second.id, settings)
            went_on += [await _add(second.id, settings, n, counted + n, times) for n in range(after)]
        await asyncio.sleep(1)
        return Handovers(
            runs=len(went_on),
            went_on=sum(went_on),
            killed_says=f"{killed.failure_code}: {killed.failure_reason}",
            refused=refused,
            counted_after_kill=counted,
            left_processes=len(_processes_of(home)),
            left_profiles=_profiles_in(Path(home)),
            run_ms=statistics.median(times) * 1000,
            commit=commit(),
            date=now(),
            machine=machine(),
        )


async def _add(session_id: str, settings: Settings, here: int, counted: int, times: list[float]) -> bool:
    """Whether a run finds these counts, and leaves them one higher."""

    def click(turn: Turn) -> Act:
        return Act(
            actions=(Click(next(one.ref for one in turn.observation.elements if one.role == "button")),)
        )

    engine = Scripted([click, Finish()])
    began = time.monotonic()
    run = await run_task("Add one", engine=engine, settings=settings, browser_session_id=session_id)
    times.append(time.monotonic() - began)
    titles = [turn.observation.title for turn in engine.turns]
    return run.status == "completed" and titles == [f"{here} of {counted}", f"{here + 1} of {counted + 1}"]


async def _counted(session_id: str, settings: Settings) -> int:
    engine = Scripted([Finish()])
    await run_task("Look", engine=engine, settings=settings, browser_session_id=session_id)
    return int(engine.turns[0].observation.title.rpartition(" ")[2])


async def _killed(session_id: str, settings: Settings) -> TaskRun:
    """A run in the midst of which the session's browser is killed."""

    def kill(turn: Turn) -> Act:
        for pid in _processes_of(f"sessions/{session_id}/profile"):
            if "--remote-debugging-pipe" in (command := _command(pid)) and "--type=" not in command:
                os.kill(pid, signal.SIGKILL)
        return Act(actions=(Reload(),))

    return await run_task(
        "Be killed", engine=Scripted([kill, kill]), settings=settings, browser_session_id=session_id
    )


async def _is_refused(session_id: str, settings: Settings) -> bool:
    try:
        await run_task("Look", engine=Scripted([]), settings=settings, browser_session_id=session_id)
    except ValueError as error:
        return f"{session_id} has ended: its browser ended" in str(error)
    return False


def _profiles_in(home: Path) -> int:
    return len(list(home.glob("sessions/*/profile")))


def _processes_of(folder: str) -> list[int]:
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in pids if folder in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
