"""The rows of a long list as they come by: which are new, and which were seen already.

A set of texts would not do, since two equal rows may be two rows. What tells is the order: the rows
seen now overlap with those seen before, and where several overlaps fit, their places decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.results import Row

SAME_PLACE_PX = 2
MOST_CHANGED = 0.1
"""The share of rows that may say something else by now: times ago, counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """A row as the page shows it at one moment."""

    node: tuple[int, int]
    """Its document and its number there; lists that drop rows use one node for many."""
    key: str
    """What it says and leads to."""
    at: int
    """Where it begins in what is scrolled, CSS pixels."""
    high: int = 0
    place: int | None = None
    """Its number in the whole list, where the page counts."""
    row: Row | None = None
    """All that is in it; None where that was handed over before."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rows that were seen before and are seen now."""

    known: int
    """The first of them, among those seen before."""
    now: int
    """The first of them, among those seen now; the ones above it are newer than the list's beginning."""
    count: int


def overlap(known: Sequence[SeenRow], now: Sequence[SeenRow]) -> Overlap | None:
    """Which rows are seen again; what comes after them continues the list.

    None: the two do not touch, so rows between them may have been missed.
    """
    if not known or not now:
        return Overlap(len(known), 0, 0)
    if _leaves_gap(known, now):
        return None
    counted = _by_place(known, now)
    if counted is not None:
        return counted
    reach = max(now[-1].at + now[-1].high - now[0].at, 1)
    for begin in sorted(range(len(known)), key=lambda one: abs(known[one].at - now[0].at)):
        if abs(known[begin].at - now[0].at) > reach:
            break
        shared = min(len(known) - begin, len(now))
        if _same(known[begin : begin + shared], now[:shared]):
            return Overlap(begin, 0, shared)
    for begin in range(1, len(now)):
        shared = min(len(known), len(now) - begin)
        if abs(known[0].at - now[begin].at) <= reach and _same(known[:shared], now[begin : begin + shared]):
            return Overlap(0, begin, shared)
    end = known[-1].at + known[-1].high
    follows = known[-1].high > 0 and abs(now[0].at - end) <= SAME_PLACE_PX
    return Overlap(len(known), 0, 0) if follows else None


def _leaves_gap(known: Sequence[SeenRow], now: Sequence[SeenRow]) -> bool:
    """Whether, by the page's own count, there are rows between those seen before and these."""
    last, begin = known[-1].place, now[0].place
    return last is not None and begin is not None and begin > last + 1


def _by_place(known: Sequence[SeenRow], now: Sequence[SeenRow]) -> Overlap | None:
    """Match rows by the page's own row numbers, if it has them and equal numbers have equal rows."""
    first, last, begin = known[0].place, known[-1].place, now[0].place
    if first is None or last is None or begin is None or last - first != len(known) - 1:
        return None
    if begin < first:
        return None
    shared = min(last + 1 - begin, len(now))
    there = known[begin - first : begin - first + shared]
    alike = sum(1 for one, other in zip(there, now, strict=False) if one.key == other.key)
    return Overlap(begin - first, 0, shared) if 2 * alike >= shared else None


def _same(known: Sequence[SeenRow], now: Sequence[SeenRow]) -> bool:
    """Whether these are the same rows, a few of which may have changed where they stand."""
    changed = 0
    most = int(MOST_CHANGED * len(now))
    for one, other in zip(known, now, strict=True):
        if one.key == other.key:
            continue
        changed += 1
        if changed > most or one.node != other.node or abs(one.at - other.at) > SAME_PLACE_PX:
            return False
    return True
