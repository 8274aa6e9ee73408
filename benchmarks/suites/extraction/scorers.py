"""How a value or a text that was read is counted against the right ones, as the published scorers count.

The rules are those of `evaluate.py` in scrapinghub/article-extraction-benchmark and in
scrapinghub/product-extraction-benchmark, and of `tests/eval_common.py` in adbar/trafilatura.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

SHINGLE = 4
"""How many words in a row are compared as one."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was right, wrong and left out; shares of one text, or numbers of values."""

    right: float = 0.0
    wrong: float = 0.0
    lost: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.lost + other.lost)

    @property
    def precision(self) -> float:
        """The share of what was read that is right; 1 where there was nothing to read and nothing was."""
        return _share(self.right, self.wrong, none=self.lost == 0)

    @property
    def recall(self) -> float:
        """The share of what there was to read that was read."""
        return _share(self.right, self.lost, none=self.wrong == 0)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, all in [0, 1]."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __str__(self) -> str:
        return f"{self.f1:.3f} | {self.precision:.3f} | {self.recall:.3f}"


def shingles(right: str, read: str) -> Counts:
    """Counts of four words in a row, as shares of all: a long text weighs no more than a short one."""
    true, guessed = _shingles(right), _shingles(read)
    same = (true & guessed).total()
    counts = Counts(same, guessed.total() - same, true.total() - same)
    total = counts.right + counts.wrong + counts.lost
    return Counts(counts.right / total, counts.wrong / total, counts.lost / total) if total else counts


def segments(there: Collection[str], not_there: Collection[str], read: str) -> Counts:
    """Counts of passages that must be in a text and of those that must not, white space folded."""
    text = _folded(read)
    right = sum(_folded(one) in text for one in there)
    return Counts(right, sum(_folded(one) in text for one in not_there), len(there) - right)


def numbers(right: Iterable[str], read: object) -> Counts:
    """Counts of a price, which may be any of those that are right."""
    return values({Decimal(one.strip()) for one in right}, None if read is None else _decimal(read))


def values(right: Collection[object], read: object) -> Counts:
    """Counts of one value, which may be any of those that are right; None: nothing was read."""
    if read is None:
        return Counts(lost=1 if right else 0)
    if read in right:
        return Counts(right=1)
    return Counts(wrong=1, lost=1 if right else 0)


def mean_of_pages(counts: Iterable[Counts]) -> Score:
    """The mean over the pages, as texts are scored."""
    every = list(counts)
    precisions = [one.precision for one in every if one.right + one.wrong > 0]
    recalls = [one.recall for one in every if one.right + one.lost > 0]
    return Score(_mean(precisions), _mean(recalls))


def over_all(counts: Iterable[Counts]) -> Score:
    """What all pages together come to, as values are scored."""
    total = sum(counts, Counts())
    return Score(total.precision, total.recall)


def _share(hits: float, misses: float, *, none: bool) -> float:
    if hits + misses == 0:
        return 1.0 if none else 0.0
    return hits / (hits + misses)


def _mean(shares: list[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    runs = (tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(run for run in runs if run)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _decimal(read: object) -> Decimal | None:
    try:
        return Decimal(str(read))
    except InvalidOperation:
        return Decimal("NaN")
