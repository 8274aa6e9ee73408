"""One line per episode, and what many of them say together."""

from __future__ import annotations

import json
import os
import platform
import random
import statistics
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRecord:
    """One episode of a benchmark: a line of `results/*.jsonl`."""

    run: str
    """When the run of the benchmark began, UTC; the same in all its lines."""
    task: str
    seed: int
    engine: str
    reward: int
    """1 where the page's raw reward was above 0 at the end of its episode, else 0."""
    raw_reward: float | None
    """As the page gave it; None where the episode had not ended when the run had."""
    status: str
    """The run's final status, as in the contract; `crashed` where the call raised."""
    code: str = ""
    """Why it is not `completed`, as in the contract; "" for those that are."""
    reason: str = ""
    steps: int = 0
    ms: float = 0.0
    """Wall clock of the run, milliseconds, its browser context included."""
    utterance: str = ""
    commit: str = ""
    """Commit of this project; with a `+` where the files differed from it."""
    date: str = ""
    machine: str = ""
    folder: str = ""
    """The folder of the run, where it was kept."""

    @property
    def false_completed(self) -> bool:
        """Whether success was claimed that there was not."""
        return self.status == "completed" and not self.reward


@dataclass(frozen=True, slots=True)
class Share:
    """A share of episodes with its 95% interval, all in [0, 1]."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the episodes of one run of a benchmark come to."""

    episodes: int
    tasks: int
    success: Share
    false_completed: Share
    statuses: Mapping[str, int]
    codes: Mapping[str, int]
    median_steps: float
    median_ms: float


def append(path: Path, record: DataclassInstance) -> None:
    """Add a line, at once, so that a run that is cut short leaves what it had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")


def read(path: Path) -> list[EpisodeRecord]:
    """All episodes of a file, oldest first; fields that this version does not know are left out."""
    known = {field.name for field in fields(EpisodeRecord)}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [
        EpisodeRecord(**{name: value for name, value in json.loads(line).items() if name in known})
        for line in lines
    ]


def by_run(records: Iterable[EpisodeRecord]) -> dict[str, list[EpisodeRecord]]:
    """The episodes of each run of the benchmark, in the order of the file."""
    runs: dict[str, list[EpisodeRecord]] = {}
    for record in records:
        runs.setdefault(record.run, []).append(record)
    return runs


def by_task(records: Iterable[EpisodeRecord]) -> dict[str, list[EpisodeRecord]]:
    """The episodes of each task, tasks by name."""
    tasks: dict[str, list[EpisodeRecord]] = {}
    for record in sorted(records, key=lambda record: (record.task, record.seed)):
        tasks.setdefault(record.task, []).append(record)
    return tasks


def summarise(records: Sequence[EpisodeRecord]) -> Summary:
    """Rates with their intervals, and how the episodes ended."""
    return Summary(
        episodes=len(records),
        tasks=len(by_task(records)),
        success=share(records, lambda record: record.reward == 1),
        false_completed=share(records, lambda record: record.false_completed),
        statuses=dict(Counter(record.status for record in records).most_common()),
        codes=dict(Counter(record.code for record in records if record.code).most_common()),
        median_steps=statistics.median(record.steps for record in records),
        median_ms=statistics.median(record.ms for record in records),
    )


def share(
    records: Sequence[EpisodeRecord], counts: Callable[[EpisodeRecord], bool], resamples: int = 2000
) -> Share:
    """The share of episodes that count, with a bootstrap interval over tasks.

    Tasks are resampled, not episodes: the seeds of one task resemble each other, so that treating
    them as independent would give an interval that is too narrow.
    """
    tasks = [[counts(record) for record in episodes] for episodes in by_task(records).values()]
    draw = random.Random(0)  # the same interval each time it is computed
    rates = sorted(_rate(draw.choices(tasks, k=len(tasks))) for _ in range(resamples))
    return Share(_rate(tasks), rates[int(0.025 * resamples)], rates[int(0.975 * resamples)])


def _rate(tasks: Sequence[Sequence[bool]]) -> float:
    return sum(map(sum, tasks)) / sum(map(len, tasks))


def now() -> str:
    """The present time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def commit() -> str:
    """The commit of the working tree, with a `+` where files differ from it; "" outside of git."""
    try:
        head = _git("rev-parse", "--short=10", "HEAD")
        changed = _git(
            "status", "--porcelain", "--untracked-files=no", "--", "agent_core", "browser", "engines"
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return head + ("+" if changed else "")


def machine() -> str:
    """What this runs on, as far as it matters to a time."""
    return f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
