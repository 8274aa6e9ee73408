"""Score extraction over folders of pages: `python -m benchmarks.score_extraction [-v] [FOLDER ...]`.

Every plain value that is expected and not null is one property. A value that was read and is not the
expected one is wrong, also where null was expected; one that was not read is missing. Records of a list
are compared with those they are most like, so that one record too many costs its own values only.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import http.server
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_core.demo_site.server import LoopbackServer
from browser.lifecycle.find import find_browser
from browser.lifecycle.launch import launch
from browser.model.observation import Observation, View
from browser.options import LaunchOptions, SessionOptions
from engines.extraction import extract
from engines.output_spec import JSON

PAGES = Path(__file__).parents[1] / "tests/engines/extraction/pages"
Case = dict[str, Any]
Seen = tuple[str, list[Case], Observation]


@dataclass
class Score:
    """Counts of properties and of tasks."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tasks: int = 0
    exact: int = 0
    misled: list[str] = field(default_factory=list)
    """Tasks whose output is not the expected one although the extraction is confident."""
    slowest_s: float = 0.0

    @property
    def precision(self) -> float:
        """Of the values that were read, how many are right."""
        return self.right / ((self.right + len(self.wrong)) or 1)

    @property
    def recall(self) -> float:
        """Of the values on the pages, how many were read rightly."""
        return self.right / ((self.right + len(self.missing)) or 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return (
            f"F1 {self.f1:.3f}  precision {self.precision:.3f}  recall {self.recall:.3f}  "
            f"wrong {len(self.wrong)}  missing {len(self.missing)}  of {self.right + len(self.missing)}  "
            f"tasks exact {self.exact}/{self.tasks}  confident but not exact {len(self.misled)}  "
            f"slowest {self.slowest_s:.2f} s"
        )


def leaves(value: JSON, pointer: str = "") -> Iterator[tuple[str, JSON]]:
    """Every plain value that is not null, with its JSON pointer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{pointer}/{place}")
    elif value is not None:
        yield pointer, value


def compare(expected: JSON, got: JSON, score: Score, pointer: str) -> None:
    """Count what is right, wrong and missing in one output."""
    if isinstance(expected, list) and isinstance(got, list):
        for one, other in _pairs(expected, got):
            compare(one, other, score, f"{pointer}/*")
    elif isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            compare(expected.get(key), got.get(key), score, f"{pointer}/{key}")
    elif isinstance(expected, dict | list) or isinstance(got, dict | list):
        score.missing.extend(f"{pointer}{at}: {value!r}" for at, value in leaves(expected))
        score.wrong.extend(f"{pointer}{at}: {value!r}" for at, value in leaves(got))
    elif expected == got:
        score.right += expected is not None
    else:
        if expected is not None:
            score.missing.append(f"{pointer}: {expected!r}")
        if got is not None:
            score.wrong.append(f"{pointer}: {got!r}, not {expected!r}")


def _pairs(expected: list[JSON], got: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    likeness = sorted(
        (
            (_alike(one, other), -abs(a - b), a, b)
            for a, one in enumerate(expected)
            for b, other in enumerate(got)
        ),
        reverse=True,
    )
    left, over = dict(enumerate(expected)), dict(enumerate(got))
    for alike, _near, a, b in likeness:
        if a in left and b in over and alike:
            yield left.pop(a), over.pop(b)
    yield from ((one, None) for one in left.values())
    yield from ((None, one) for one in over.values())


def _alike(one: JSON, other: JSON) -> int:
    return len({str(leaf) for leaf in leaves(one)} & {str(leaf) for leaf in leaves(other)})


def judge(name: str, cases: list[Case], observation: Observation, score: Score) -> list[str]:
    """Count one page's tasks; lines that tell what was wrong with it."""
    told = []
    for case in cases:
        mine = Score()
        began = time.perf_counter()
        got = extract(case["schema"], str(case["wish"]), observation)
        score.slowest_s = max(score.slowest_s, time.perf_counter() - began)
        compare(case["output"], got.output, mine, "")
        score.tasks += 1
        exact = not mine.wrong and not mine.missing
        score.exact += exact
        if not exact and got.confident:
            score.misled.append(f"{name}: {case['wish']}")
        score.right += mine.right
        score.wrong += [f"{name}{one}" for one in mine.wrong]
        score.missing += [f"{name}{one}" for one in mine.missing]
        if not exact:
            told.append(f"{name}: {case['wish']}  [{'confident' if got.confident else got.reason}]")
            told += [f"    wrong   {one}" for one in mine.wrong] + [
                f"    missing {one}" for one in mine.missing
            ]
    return told


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Requests are of no interest here."""


async def observe_all(folder: Path, paths: list[Path]) -> list[Seen]:
    """Open every page of a folder; its name, its tasks, and what is seen."""
    server = LoopbackServer(functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    browser = await launch(LaunchOptions(executable_path=find_browser().path))
    seen: list[Seen] = []
    try:
        session = await browser.open_session(SessionOptions())
        for path in paths:
            await session.goto(f"{base}/{path.stem}.html")
            observation = await session.observe(View(budget_tokens=None, appearance=True))
            cases = json.loads(path.read_text("utf-8").replace("{base}", base))
            seen.append((path.stem, cases, observation))
    finally:
        await browser.close()
        server.shutdown()
    return seen


def main() -> None:
    """Print one line for every folder, and with -v one for every wrong or missing value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[PAGES / "unseen"])
    parser.add_argument("-v", "--verbose", action="store_true", help="tell what is wrong, value by value")
    options = parser.parse_args()
    for folder in options.folders:
        score = Score()
        for name, cases, observation in asyncio.run(observe_all(folder, sorted(folder.glob("*.json")))):
            told = judge(name, cases, observation, score)
            for line in told if options.verbose else ():
                print(line)
        print(f"{folder.name}: {score}")


if __name__ == "__main__":
    main()
