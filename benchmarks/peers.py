"""Measure reading and stepping beside other libraries: `make bench-peers`, or `python -m benchmarks.peers`.

One line for each run is appended to `benchmarks/results/capture.jsonl` and `steps.jsonl`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import RESULTS, ROOT, append
from benchmarks.suites import capture, steps
from benchmarks.suites.peers.pages import serving
from benchmarks.suites.peers.peer import PeerMissing, peer

PAGES = ROOT / "testbed" / "pages"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where everything was measured, 2 where the peer is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="readings of each page (default: 5)")
    parser.add_argument("--alone", action="store_true", help="without browser-use")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    made = ",".join(capture.page_paths(PAGES))
    parser.add_argument("--pages", default=made, help=f"with commas (default: {made})")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_measure(options.pages.split(","), options.rounds, options.alone, options.out))
    except PeerMissing as error:
        print(error, file=sys.stderr)
        return 2
    return 0


async def _measure(paths: Sequence[str], rounds: int, alone: bool, out: Path) -> None:
    with serving(PAGES) as pages:
        read = await capture.measure_capture(pages, paths, rounds, peers=not alone)
        append(out / "capture.jsonl", read)
        print(capture.table(read), end="\n\n", flush=True)
        if alone:
            stepped = await steps.measure_steps(pages, rounds)
        else:
            async with peer() as process:
                stepped = await steps.measure_steps(pages, rounds, process)
        append(out / "steps.jsonl", stepped)
        print(stepped)


if __name__ == "__main__":
    sys.exit(main())
