"""How figures, times and states are said on a page."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from agent_core.task.run import StepRecord, TaskRun

STATUS = {
    "created": "Created",
    "queued": "Queued",
    "running": "Running",
    "completed": "Completed",
    "terminated": "Terminated",
    "failed": "Failed",
    "timed_out": "Timed out",
    "canceled": "Canceled",
}
PHASES = ("observe", "look", "decide", "act", "ask", "check", "picture")
"""The phases of a step in the order in which they are drawn."""


def duration(ms: float) -> str:
    """A time span in the unit that is read best: `340 ms`, `4.2 s`, `3 min 05 s`."""
    if ms < 1000:
        return f"{ms:.0f} ms"
    seconds = ms / 1000
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def size(count: int | None) -> str:
    """A number of bytes: `312 bytes`, `4.2 kB`, `3.1 MB`."""
    if count is None:
        return "size unknown"
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def number(count: float) -> str:
    """A number with its thousands set apart."""
    return f"{count:,}".replace(",", "\u202f")


def iso(moment: datetime | None) -> str:
    """A moment for `<time datetime>`; "" for none."""
    return moment.isoformat() if moment else ""


def plainly(moment: datetime | None) -> str:
    """A moment in UTC, for those whose browser does not put it into their own time."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def link(address: str | None) -> str:
    """The address where a person may follow it (http, https); "" for every other one."""
    try:
        return address if address and urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def step_ms(step: StepRecord) -> float:
    """How long a step took, milliseconds."""
    return sum(step.ms.values())


def phases(step: StepRecord) -> list[tuple[str, float]]:
    """The phases of a step with their milliseconds, those that are known first."""
    known = [(name, step.ms[name]) for name in PHASES if name in step.ms]
    return known + [(name, took) for name, took in step.ms.items() if name not in PHASES]


def took(run: TaskRun) -> str:
    """How long the run took; "" while it goes on, or if it never began."""
    if run.started_at is None or run.finished_at is None:
        return ""
    return duration((run.finished_at - run.started_at).total_seconds() * 1000)


def title_of(run: TaskRun) -> str:
    """What the run is called: its title, else the first line of its prompt, else its id."""
    asked = run.run_request or {}
    title = str(asked.get("title") or "").strip()
    first = next((line.strip() for line in str(asked.get("prompt") or "").splitlines() if line.strip()), "")
    return title or first or run.run_id
