"""What a video costs: wall time of the same runs with and without one, and megabytes a minute.

An engine that answers at once clicks and scrolls its way through the demo's site; runs with and without a
video take turns. A second page moves all the time, to see how large a video becomes at the most.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from agent_core import run_task
from agent_core.demo_site import DemoSite
from agent_core.task.fields import Recorded
from agent_core.task.run import TaskRun
from agent_core.testing import Scripted
from benchmarks.measure import RESULTS, append, commit, machine, now
from browser.model.actions import Action, Click, Scroll
from browser.model.observation import View
from engines.protocol import Act, Decision, Finish, Turn

ROUNDS = 7
TURNS = 12
BUSY_S = 30.0
BUSY = """<body style="margin:0;font:16px sans-serif"><script>
let line = 0; const words = 'quay tide sail rope harbour keel mast buoy'.split(' ');
setInterval(() => { const p = document.createElement('p'); p.style.color = `hsl(${line * 37 % 360} 70% 40%)`;
  p.textContent = Array.from({length: 24}, (_, i) => words[(line * 7 + i * i) % 8]).join(' ') + ' ' + line++;
  document.body.append(p); scrollTo(0, 1e9) }, 60)</script>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRun:
    """A line of `results/recording.jsonl`."""

    plain_s: float
    """Median wall time of a run without a video, its browser's start and end included."""
    filmed_s: float
    more: float
    """How much longer a filmed run takes: 0.1 is a tenth."""
    rounds: int
    mb_per_minute: float
    """Of the films of these runs, together."""
    busy_mb_per_minute: float
    """Of a page that never stands still."""
    load: float
    commit: str
    date: str
    machine: str

    def __str__(self) -> str:
        return (
            f"a run takes {self.plain_s:.2f} s, filmed {self.filmed_s:.2f} s: {self.more:+.1%}; "
            f"{self.mb_per_minute:.2f} MB a minute, {self.busy_mb_per_minute:.2f} where all moves"
        )


async def measure_recording(rounds: int = ROUNDS) -> RecordingRun:
    """Take turns, `rounds` times."""
    plain: list[float] = []
    filmed: list[float] = []
    films: list[tuple[float, int]] = []
    with DemoSite() as site, tempfile.TemporaryDirectory() as folder:
        await _run(site.url, folder, ())  # what is needed once is read from the disk
        for _ in range(rounds):
            plain.append((await _run(site.url, folder, ()))[0])
            seconds, size = await _run(site.url, folder, ("video",))
            filmed.append(seconds)
            films.append((seconds, size))
        busy_s, busy_bytes = await _busy(folder)
    minutes, size = sum(seconds for seconds, _ in films) / 60, sum(size for _, size in films)
    before, after = statistics.median(plain), statistics.median(filmed)
    return RecordingRun(
        plain_s=round(before, 3),
        filmed_s=round(after, 3),
        more=round(after / before - 1, 4),
        rounds=rounds,
        mb_per_minute=round(size / 1e6 / minutes, 3),
        busy_mb_per_minute=round(busy_bytes / 1e6 / (busy_s / 60), 3),
        load=round(os.getloadavg()[0], 1),
        commit=commit(),
        date=now(),
        machine=machine(),
    )


async def _run(url: str, folder: str, record: tuple[Recorded, ...]) -> tuple[float, int]:
    """Wall time in seconds, and the size of the film in bytes."""
    engine = Scripted([_wander] * TURNS + [Finish()], view=View(screenshots="viewport"))
    began = time.perf_counter()
    run = await run_task("Look around", url, engine=engine, record=record, run_dir=folder)
    took = time.perf_counter() - began
    if run.status != "completed":
        raise AssertionError(f"the run was not what was asked for: {run.status}, {run.failure_reason}")
    return took, _size(run)


def _wander(turn: Turn) -> Decision:
    """Follow a link, scroll, go on with the next one."""
    step = TURNS - turn.steps_left
    links = [element for element in turn.observation.elements if element.role == "link"]
    action: Action = Click(links[step % min(4, len(links))].ref) if step % 2 and links else Scroll(dy=300)
    return Act(actions=(action,))


async def _busy(folder: str) -> tuple[float, int]:
    async def watch(turn: Turn) -> Decision:
        await asyncio.sleep(BUSY_S)
        return Finish()

    page = Path(folder) / "busy.html"
    await asyncio.to_thread(page.write_text, BUSY, "utf-8")
    began = time.perf_counter()
    engine = Scripted([watch])
    run = await run_task("Watch", page.as_uri(), engine=engine, record=("video",), run_dir=folder)
    return time.perf_counter() - began, _size(run)


def _size(run: TaskRun) -> int:
    return Path(urlsplit(run.recording_url).path).stat().st_size if run.recording_url else 0


if __name__ == "__main__":
    measured = asyncio.run(measure_recording())
    append(RESULTS / "recording.jsonl", measured)
    print(measured)
