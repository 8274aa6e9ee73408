"""What runs on whole applications come to, application by application, for RESULTS.md and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import EpisodeRecord, by_run, read

HEAD = "## WebArena-Infinity, function tasks\n"
NOT_YET = f"{HEAD}\nNot measured yet: `python -m benchmarks.run webarena_infinity --data FOLDER` does.\n"


def report_on_apps(file: Path) -> str:
    """The newest run of each engine over each set of applications."""
    newest: dict[tuple[str, ...], list[EpisodeRecord]] = {}
    for records in by_run(read(file)).values():
        newest[(records[0].engine, *sorted({_app(record) for record in records}))] = records
    parts = [_one(records) for records in newest.values()]
    return "\n".join([HEAD, *parts]) if parts else NOT_YET


def table_of_apps(records: Sequence[EpisodeRecord]) -> str:
    """How many tasks of each application were right, completed but wrong, or refused."""
    apps: dict[str, list[EpisodeRecord]] = {}
    for record in records:
        apps.setdefault(_app(record), []).append(record)
    lines = ["| application | tasks | right | completed but wrong | refused |", "|---|---|---|---|---|"]
    lines += [_line(app, own) for app, own in apps.items()]
    return "\n".join([*lines, _line("all", records)]) + "\n"


def _app(record: EpisodeRecord) -> str:
    return record.task.partition("/")[0]


def _line(name: str, records: Sequence[EpisodeRecord]) -> str:
    right = sum(record.reward for record in records)
    wrong = sum(record.false_completed for record in records)
    return f"| {name} | {len(records)} | {right} | {wrong} | {len(records) - right - wrong} |"


def _one(records: Sequence[EpisodeRecord]) -> str:
    first = records[0]
    head = f"{first.run}, `{first.commit}`, engine {first.engine}, on {first.machine}:"
    return f"{head}\n\n{table_of_apps(records)}"
