"""Recordings done again, measured: `python -m benchmarks.replays changed --seeds 101-105`, speed, miniwob."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from benchmarks.measure import RESULTS, append, now
from benchmarks.run import seeds_of
from benchmarks.suites.miniwob_pages import serving
from benchmarks.suites.replay import ReplayRecord, measure_changed, measure_miniwob, measure_speed
from engines.embedded.reading.clauses import mask


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where it was measured, whatever came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replays", description=__doc__)
    parser.add_argument("what", choices=("changed", "speed", "miniwob"), nargs="+")
    parser.add_argument("--seeds", type=seeds_of, default=[101, 102, 103, 104, 105], help="of the changes")
    options = parser.parse_args(arguments)
    for what in options.what:
        line = _measure(what, options.seeds, now())
        append(RESULTS / "replay.jsonl", line)
        print(line)
    return 0


def _measure(what: str, seeds: Sequence[int], run: str) -> ReplayRecord:
    if what == "changed":
        return asyncio.run(measure_changed(seeds, run))[0]
    if what == "speed":
        return asyncio.run(measure_speed(5, run))
    with serving() as server:
        line, episodes = asyncio.run(measure_miniwob(server, lambda said: mask(said)[0], run))
    for episode in episodes:
        append(RESULTS / "replay-miniwob.jsonl", episode)
    return line


if __name__ == "__main__":
    sys.exit(main())
