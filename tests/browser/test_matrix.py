"""Every capability, in every kind of frame, by every way to act: see testbed/matrix.

Each row and each column is in the fast suite once at least, each row by each of its ways in the slow one. All
cells are a matter of minutes, and of a share that is green: `make bench-matrix` plays them and says which.
"""

from __future__ import annotations

import pytest
import pytest_asyncio

from testbed.matrix.cells import Row, Stage, Way, play
from testbed.matrix.frames import FRAMES
from testbed.matrix.misses import MISSES, miss
from testbed.matrix.rows import ROWS

COLUMNS = tuple(FRAMES)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(browser, tmp_path_factory):
    made = Stage(browser, tmp_path_factory.mktemp("matrix"))
    yield made
    await made.close()


def _cells():
    for number, row in enumerate(ROWS):
        for turn, way in enumerate(row.ways):
            fast = turn == number % len(row.ways)
            column = _column(row, way, number if fast else number + turn + 1)
            marks = [] if fast else [pytest.mark.slow]
            yield pytest.param(row, column, way, id=f"{row.name}, {column}, by {way}", marks=marks)


def _column(row: Row, way: Way, first: int) -> str:
    """The kind of frame whose turn it is, of those in which this is no known miss."""
    turns = (COLUMNS[(first + turn) % len(COLUMNS)] for turn in range(len(COLUMNS)))
    return next(column for column in turns if not miss(row.name, column, way))


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("row", "column", "way"), list(_cells()))
async def test_a_cell(stage: Stage, server, row: Row, column: str, way: Way):
    await play(stage, server, row, column, way)


def test_every_known_miss_is_a_cell():
    there = {(row.name, column, way) for row in ROWS for column in COLUMNS for way in (*row.ways, "")}
    assert set(MISSES) <= there


def test_no_row_is_a_miss_in_every_frame():
    for row in ROWS:
        assert any(not miss(row.name, column, way) for column in COLUMNS for way in row.ways), row.name
