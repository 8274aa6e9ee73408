"""Measure UI-TARS in this process: `make bench-ui-tars`, or `python -m benchmarks.tars`.

One line for each run is appended to `benchmarks/results/ui_tars.jsonl`. On a CPU with a small random model;
with `--device cuda` in the true shape of UI-TARS-1.5-7B, its random weights made on the GPU.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import RESULTS, ROOT, append
from benchmarks.report_tars import report_on
from benchmarks.suites.ui_tars import measure
from testbed.random_tars import SEVEN_B, SMALL

MADE = ROOT / "benchmarks" / "out" / "ui_tars"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 where everything was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tars", description=__doc__)
    parser.add_argument("--device", default="cpu", help="cpu (default), cuda, cuda:1, ...")
    parser.add_argument("--family", default="qwen2_5_vl", choices=["qwen2_5_vl", "qwen2_vl"])
    parser.add_argument("--steps", type=int, default=20, help="steps of the long run (default: 20)")
    parser.add_argument("--pictures", default="1,2,3,4,5", help="screenshots in a conversation, with commas")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    options = parser.parse_args(arguments)
    shape, name = (SMALL, "small") if options.device == "cpu" else (SEVEN_B, "7b")
    folder = MADE / f"{name}-{options.family}"
    counts = [int(each) for each in options.pictures.split(",")]
    run = measure(shape, options.family, folder, device=options.device, counts=counts, steps=options.steps)
    append(options.out / "ui_tars.jsonl", run)
    print(report_on([run]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
