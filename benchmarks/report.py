"""Write RESULTS.md from the lines in `results/`: `python -m benchmarks.report`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import RESULTS, EpisodeRecord, by_run, by_task, read, summarise
from benchmarks.report_apps import report_on_apps
from benchmarks.report_browser import report_on as report_on_browser
from benchmarks.report_tars import read_runs
from benchmarks.report_tars import report_on as report_on_tars
from benchmarks.suites.imports import ImportTimes
from benchmarks.suites.miniwob import MAX_STEPS
from benchmarks.suites.miniwob_pages import REPORT_SEEDS, TASKS
from benchmarks.suites.replay import ReplayRecord

HEAD = """# Results

Written by `python -m benchmarks.report` from `results/*.jsonl`; not by hand.
"""

HOW = """The {tasks} MiniWoB++ tasks that BrowserGym registers, {seeds} seeds each, at most {steps} steps.
The pages are served under random addresses with blank titles; the engine gets the page and the
instruction, nothing else. An episode counts as won where the page's own raw reward is above 0 at its
end. *Falsely completed* is the share of all episodes in which the run said `completed` and the page did
not reward it. Intervals: 95%, bootstrap over tasks. The seeds {first} to {last} are kept for this report.
"""


def main() -> int:
    """Write the report; 0 once it is written."""
    target = RESULTS.parent / "RESULTS.md"
    parts = [HEAD, report(read(RESULTS / "miniwob.jsonl")), report_on_imports(RESULTS / "imports.jsonl")]
    parts.append(report_on_apps(RESULTS / "webarena_infinity.jsonl"))
    parts.append(report_on_tars(read_runs(RESULTS / "ui_tars.jsonl")))
    parts.append(report_on_replays(RESULTS / "replay.jsonl"))
    parts.append(report_on_browser(RESULTS))
    target.write_text("\n".join(parts), encoding="utf-8")
    print(f"wrote {target}")
    return 0


def report(records: Sequence[EpisodeRecord]) -> str:
    """The report on the newest complete run with the report seeds, and a line for each earlier one."""
    runs = {run: episodes for run, episodes in by_run(records).items() if _is_complete(episodes)}
    if not runs:
        return "## MiniWoB++\n\nThere is no complete run yet: `make bench-miniwob` makes one.\n"
    newest = runs[max(runs)]
    parts = [
        "## MiniWoB++\n",
        HOW.format(
            tasks=len(TASKS),
            seeds=len(REPORT_SEEDS),
            steps=MAX_STEPS,
            first=REPORT_SEEDS[0],
            last=REPORT_SEEDS[-1],
        ),
        _table_of_runs(runs),
        _endings(newest),
    ]
    return "\n".join([*parts, _table_of_tasks(newest)])


def report_on_imports(file: Path) -> str:
    """The newest line of `python -m benchmarks.run imports`."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if not lines:
        return "## Import\n\nNot measured yet: `python -m benchmarks.run imports` does.\n"
    newest = ImportTimes(**json.loads(lines[-1]))
    return (
        f"## Import\n\nMedians over fresh interpreters, in turn: {newest}.\n"
        f"({newest.date}, `{newest.commit}`, {newest.machine})\n"
    )


def report_on_replays(file: Path) -> str:
    """The newest line of each kind that `python -m benchmarks.replays` wrote."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    newest = {record.what: record for record in (ReplayRecord(**json.loads(line)) for line in lines)}
    if not newest:
        return "## Replay\n\nNot measured yet: `make bench-replay` does.\n"
    said = (f"* {one} ({one.date}, `{one.commit}`, {one.machine})\n" for one in newest.values())
    return "## Replay\n\n" + "".join(said)


def _is_complete(episodes: Sequence[EpisodeRecord]) -> bool:
    """Whether every task was played once with every report seed."""
    played = sorted((episode.task, episode.seed) for episode in episodes)
    return played == sorted((task, seed) for task in TASKS for seed in REPORT_SEEDS)


def _table_of_runs(runs: dict[str, list[EpisodeRecord]]) -> str:
    lines = [
        "| date | commit | engine | episodes | won | falsely completed | steps (median) | s (median) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for run in sorted(runs, reverse=True):
        first, summary = runs[run][0], summarise(runs[run])
        lines.append(
            f"| {run} | `{first.commit}` | {first.engine} | {summary.episodes} | {summary.success} "
            f"| {summary.false_completed} | {summary.median_steps:g} | {summary.median_ms / 1000:.2f} |"
        )
    return "\n".join(lines) + "\n"


def _endings(episodes: Sequence[EpisodeRecord]) -> str:
    summary = summarise(episodes)
    statuses = ", ".join(f"{status} {count}" for status, count in summary.statuses.items())
    codes = ", ".join(f"{code} {count}" for code, count in summary.codes.items())
    return f"The newest run, on {episodes[0].machine}: {statuses}. Codes: {codes or 'none'}.\n"


def _table_of_tasks(episodes: Sequence[EpisodeRecord]) -> str:
    lines = ["| task | won | falsely completed | endings |", "|---|---|---|---|"]
    for task, played in by_task(episodes).items():
        endings = sorted({episode.code or episode.status for episode in played if not episode.reward})
        lines.append(
            f"| {task} | {sum(episode.reward for episode in played)}/{len(played)} "
            f"| {sum(episode.false_completed for episode in played) or ''} | {', '.join(endings)} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
