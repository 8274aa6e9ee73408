"""Run a benchmark: `python -m benchmarks.run miniwob --seeds 1-3 --tasks click-test,enter-text`.

One line per episode is appended to `benchmarks/results/` (or to the folder of `--out`) as it ends, so a
run that is cut short leaves what it had.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.measure import RESULTS, EpisodeRecord, append, commit, machine, now, summarise
from benchmarks.report_apps import table_of_apps
from benchmarks.suites import imports, matrix, miniwob, sessions, webarena_infinity
from benchmarks.suites.miniwob_pages import TASKS, MiniwobMissing, serving


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where everything was measured, whatever came of it."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False)
    if options.suite == "imports":
        return _run_imports(console)
    if options.suite == "matrix":
        return _run_matrix(options, console)
    if options.suite == "sessions":
        return _run_sessions(console, options.runs)
    try:
        if options.suite == "webarena_infinity":
            return _run_apps(options, console)
        return _run_miniwob(options, console)
    except (MiniwobMissing, webarena_infinity.DataMissing) as error:
        console.print(str(error), style="red")
        return 2


def seeds_of(text: str) -> list[int]:
    """`1-3,7` -> [1, 2, 3, 7].

    Raises:
        ValueError: It is no list of numbers and ranges.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return seeds


def tasks_of(text: str) -> list[str]:
    """Names, or `*` patterns of names, separated by commas, as a list of tasks; "" for all of them.

    Raises:
        ValueError: A name or pattern fits no task.
    """
    chosen: list[str] = []
    for pattern in filter(None, (part.strip() for part in text.split(","))):
        fitting = [task for task in TASKS if Path(task).match(pattern)]
        if not fitting:
            raise ValueError(f"no task is called {pattern!r}")
        chosen += [task for task in fitting if task not in chosen]
    return chosen or list(TASKS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    suites = parser.add_subparsers(dest="suite", required=True)
    suites.add_parser("imports", help="what `import agent_core` costs, against `import pydantic`")
    acts = suites.add_parser("matrix", help="every capability x kind of frame x way to act")
    acts.add_argument("--rows", default="*", help="a * pattern of names of rows")
    acts.add_argument("--columns", default=",".join(matrix.COLUMNS), help="with commas (default: all)")
    acts.add_argument("--workers", type=int, default=2, help="cells at a time (default: 2)")
    acts.add_argument("--out", type=Path, default=RESULTS, help="folder for matrix.jsonl; only of all rows")
    kept = suites.add_parser("sessions", help="a browser session handed from run to run, and killed once")
    kept.add_argument("--runs", type=int, default=50, help="how many runs (default: 50)")
    web = suites.add_parser("miniwob", help="MiniWoB++ through run_task, judged by its own pages")
    web.add_argument("--tasks", type=tasks_of, default=list(TASKS), help="names or * patterns, with commas")
    web.add_argument("--seeds", type=seeds_of, default=[1, 2, 3], help="e.g. 1-3 or 1,5 (default: 1-3)")
    web.add_argument("--workers", type=int, default=2, help="episodes at a time (default: 2)")
    web.add_argument("--engine", default="embedded")
    web.add_argument("--out", type=Path, default=RESULTS, help="folder for miniwob.jsonl")
    web.add_argument("--keep-runs", action="store_true", help="keep every run's folder, under --out/runs")
    apps = suites.add_parser("webarena_infinity", help="function tasks of WebArena-Infinity's applications")
    apps.add_argument("--data", type=Path, required=True, help="the folder that holds the applications")
    apps.add_argument("--apps", required=True, help="names of applications, with commas")
    apps.add_argument("--tasks", default="", help="names of tasks, e.g. task_1,task_2 (default: all)")
    apps.add_argument("--workers", type=int, default=2, help="tasks at a time (default: 2)")
    apps.add_argument("--engine", default="embedded")
    apps.add_argument("--out", type=Path, default=RESULTS, help="folder for webarena_infinity.jsonl")
    apps.add_argument("--keep-runs", action="store_true", help="keep every run's folder, under --out/runs")
    return parser


def _run_imports(console: Console) -> int:
    times = imports.measure_imports()
    append(RESULTS / "imports.jsonl", times)
    console.print(str(times))
    return 0


def _run_matrix(options: argparse.Namespace, console: Console) -> int:
    rows = [row for row in matrix.ROWS if Path(row.name).match(options.rows)]
    columns = options.columns.split(",")

    def on_cell(cell: matrix.Played) -> None:
        if cell.problem:
            console.print(f"{cell.row}, {cell.column}, by {cell.way}: {cell.problem}", markup=False)

    run = asyncio.run(matrix.measure_matrix(rows, columns, options.workers, on_cell))
    if len(rows) == len(matrix.ROWS):
        append(options.out / "matrix.jsonl", run)
    console.print(matrix.table(run), markup=False, soft_wrap=True)
    return 0


def _run_sessions(console: Console, runs: int) -> int:
    handovers = asyncio.run(sessions.hand_over(runs))
    append(RESULTS / "sessions.jsonl", handovers)
    console.print(str(handovers))
    return 0


def _template(engine: str) -> EpisodeRecord:
    """What all records of this run of the benchmark have in common."""
    return EpisodeRecord(
        run=now(),
        task="",
        seed=0,
        engine=engine,
        reward=0,
        raw_reward=None,
        status="",
        commit=commit(),
        machine=machine(),
    )


def _run_apps(options: argparse.Namespace, console: Console) -> int:
    wanted = [name for name in options.tasks.split(",") if name]
    template = _template(options.engine)
    runs = (options.out / "runs").resolve() if options.keep_runs else None
    records: list[EpisodeRecord] = []

    def on_record(record: EpisodeRecord) -> None:
        records.append(record)
        append(options.out / "webarena_infinity.jsonl", record)
        outcome = "right  " if record.reward else "WRONG  " if record.false_completed else "refused"
        console.print(f"{outcome} {_line(record)}", markup=False, soft_wrap=True)

    for app in options.apps.split(","):
        tasks = webarena_infinity.tasks_in(options.data, app, wanted)
        asyncio.run(webarena_infinity.play(tasks, template, options.workers, on_record, runs))
    console.print(table_of_apps(records), markup=False, soft_wrap=True)
    return 0


def _run_miniwob(options: argparse.Namespace, console: Console) -> int:
    episodes = [(task, seed) for seed in options.seeds for task in options.tasks]
    template = _template(options.engine)
    file: Path = options.out / "miniwob.jsonl"
    records: list[EpisodeRecord] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with serving() as server, Progress(*columns, console=console) as progress:
        bar = progress.add_task("reading the instructions", total=len(episodes))

        def on_record(record: EpisodeRecord) -> None:
            records.append(record)
            append(file, record)
            won = sum(one.reward for one in records)
            false = sum(one.false_completed for one in records)
            progress.update(bar, advance=1, description=f"{won} won, {false} falsely completed")
            if not record.reward:
                progress.console.print(_line(record), style="yellow" if record.false_completed else None)

        playing = miniwob.Playing(
            engine=options.engine,
            workers=options.workers,
            template=template,
            on_record=on_record,
            runs_folder=(options.out / "runs").resolve() if options.keep_runs else None,
        )
        asyncio.run(miniwob.play_all(episodes, server, playing))
    summary = summarise(records)
    console.print(f"{summary.episodes} episodes of {summary.tasks} tasks, in {file}")
    console.print(f"success {summary.success}, falsely completed {summary.false_completed}")
    return 0


def _line(record: EpisodeRecord) -> str:
    """Why an episode was not won, in one line."""
    reason = " ".join((record.reason.strip().splitlines() or [""])[-1].split())
    code = record.code or record.status
    return f"{record.task} {record.seed}: {code} after {record.steps}: {reason or '-'}"[:200]


if __name__ == "__main__":
    sys.exit(main())
