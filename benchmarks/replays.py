"""Recordings done again, measured: `python -m benchmarks.replays changed --seeds 101-105`, speed, miniwob."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.measure import RESULTS, append, commit, now, read
from benchmarks.run import seeds_of
from benchmarks.suites.miniwob_pages import serving
from benchmarks.suites.replay import Again, ReplayRecord, measure_changed, measure_miniwob, measure_speed
from engines.rules.reading.clauses import mask


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where it was measured, whatever came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replays", description=__doc__)
    parser.add_argument("what", choices=("changed", "speed", "miniwob"), nargs="+")
    parser.add_argument("--seeds", type=seeds_of, default=[101, 102, 103, 104, 105], help="of the changes")
    parser.add_argument(
        "--budget-s", type=float, default=540, help="of miniwob, after which no task is begun"
    )
    options = parser.parse_args(arguments)
    for what in options.what:
        line = _measure(what, options.seeds, now(), options.budget_s)
        append(RESULTS / "replay.jsonl", line)
        print(line)
    return 0


def _measure(what: str, seeds: Sequence[int], run: str, budget_s: float) -> ReplayRecord:
    if what == "changed":
        return asyncio.run(measure_changed(seeds, run))[0]
    if what == "speed":
        return asyncio.run(measure_speed(5, run))
    return _measure_miniwob(run, budget_s)


def _measure_miniwob(run: str, budget_s: float) -> ReplayRecord:
    """Goes on where a call of the same commit was cut short."""
    path = RESULTS / "replay-miniwob.jsonl"
    before = [one for one in read(path) if one.commit == commit()] if path.is_file() else []
    with serving() as server:
        again = Again(
            run=run,
            shape_of=lambda said: mask(said)[0],
            known=before,
            budget_s=budget_s,
            on_episode=lambda one: append(path, one),
        )
        line, whole = asyncio.run(measure_miniwob(server, again))
    return line if whole else replace(line, note=f"{line.note}; not all tasks were played: call it again")


if __name__ == "__main__":
    sys.exit(main())
