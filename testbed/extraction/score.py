"""Compare what was read from a page with what is expected, property by property.

Every plain value that is expected and not null is one property. A value that was read and is not the
expected one is wrong, also where null was expected; one that was not read is missing. Records of a list
are compared with those they are most like, so that one record too many costs its own values only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browser.model.observation import Observation
from engines.extraction import extract
from engines.output_spec import JSON

PAGES = Path(__file__).parent
"""Holds `unseen` and `unseen_later`: the rules were measured on both before they were tuned on them."""
Case = dict[str, Any]


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
