"""Every capability x kind of frame x way to act: the cells of testbed/matrix, and how many are green.

A cell is green where the page's own record says what was to happen and our result tells it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, commit, machine, now
from browser.lifecycle.launch import launch
from browser.model.errors import BrowserError
from browser.options import LaunchOptions
from testbed.matrix.cells import Row, Stage, Way, play
from testbed.matrix.frames import FRAMES
from testbed.matrix.misses import miss
from testbed.matrix.rows import ROWS
from testbed.serving import serving

COLUMNS = tuple(FRAMES)
RED = (AssertionError, BrowserError, TimeoutError, StopIteration)


@dataclass(frozen=True, slots=True)
class Played:
    """A cell that was played."""

    row: str
    column: str
    way: str
    problem: str = ""
    """Why it is red; "" where it is green."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRun:
    """A line of `results/matrix.jsonl`."""

    cells: int
    green: int
    rows: Mapping[str, Mapping[str, str]]
    """Row -> column -> green and all ways, e.g. `2/3`."""
    red: Mapping[str, str]
    """Cell that is red -> why, as far as that is known beforehand, else what was seen."""
    rows_wholly_red: Sequence[str]
    commit: str
    date: str
    machine: str

    @property
    def share(self) -> float:
        """The part that is green, 0 to 1."""
        return self.green / self.cells if self.cells else 0.0


async def measure_matrix(
    rows: Sequence[Row], columns: Sequence[str], workers: int, on_cell: Callable[[Played], None]
) -> MatrixRun:
    """Play the cells of these rows and columns, `workers` at a time, in one browser."""
    cells = [(row, column, way) for row in rows for column in columns for way in row.ways]
    left = iter(cells)
    played: list[Played] = []
    async with await launch(LaunchOptions(on_warning=lambda _: None)) as browser:

        async def work(folder: Path) -> None:
            stage = Stage(browser, folder)
            with serving(ROOT / "testbed" / "pages") as server:
                for row, column, way in left:
                    done = await _played(stage, server, row, column, way)
                    played.append(done)
                    on_cell(done)
            await stage.close()

        with tempfile.TemporaryDirectory() as folder:
            places = [Path(folder) / str(number) for number in range(workers)]
            for place in places:
                place.mkdir()
            await asyncio.gather(*map(work, places))
    return summarised(played)


async def _played(stage: Stage, server: object, row: Row, column: str, way: Way) -> Played:
    try:
        await play(stage, server, row, column, way)  # type: ignore[arg-type]
    except RED as error:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Played(row.name, column, way, said[:600])
    return Played(row.name, column, way)


def summarised(played: Sequence[Played]) -> MatrixRun:
    """All cells of a run."""
    rows: dict[str, dict[str, str]] = {}
    for name in dict.fromkeys(row.name for row in ROWS):
        for column in COLUMNS:
            ways = [one for one in played if (one.row, one.column) == (name, column)]
            if ways:
                green = sum(not one.problem for one in ways)
                rows.setdefault(name, {})[column] = f"{green}/{len(ways)}"
    red = [one for one in played if one.problem]
    green_rows = {one.row for one in played if not one.problem}
    return MatrixRun(
        cells=len(played),
        green=len(played) - len(red),
        rows=rows,
        red={
            f"{one.row}, {one.column}, by {one.way}": miss(one.row, one.column, one.way) or one.problem
            for one in red
        },
        rows_wholly_red=[name for name in rows if name not in green_rows],
        commit=commit(),
        date=now(),
        machine=machine(),
    )


def table(run: MatrixRun) -> str:
    """Rows x columns, with how many of the ways are green; only red cells say a number."""
    columns = [column for column in COLUMNS if any(column in cells for cells in run.rows.values())]
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, cells in run.rows.items():
        lines.append(f"| {name} | " + " | ".join(_cell(cells.get(column, "")) for column in columns) + " |")
    lines += ["", *(f"* {cell}: {why}" for cell, why in run.red.items())]
    lines.append(f"\n{run.green} of {run.cells} cells green: {run.share:.1%}")
    lines.append(f"rows wholly red: {', '.join(run.rows_wholly_red) or 'none'}")
    return "\n".join(lines)


def _cell(said: str) -> str:
    green, _, all_ways = said.partition("/")
    return "+" if green == all_ways and said else said
