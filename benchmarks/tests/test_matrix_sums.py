"""What a run of the matrix comes to: shares, rows that are wholly red, and why."""

from __future__ import annotations

from benchmarks.suites.matrix import Played, summarised, table
from testbed.matrix.misses import AREAS


def test_a_run_counts_its_cells_and_names_what_is_red():
    played = [
        Played("button", "top", "ref"),
        Played("button", "top", "point"),
        Played("button", "late", "ref", "AssertionError: no"),
        Played("area of a picture", "open root", "keyboard", "AssertionError: no"),
    ]
    run = summarised(played)
    assert (run.cells, run.green, run.share) == (4, 2, 0.5)
    assert run.rows == {"button": {"top": "2/2", "late": "0/1"}, "area of a picture": {"open root": "0/1"}}
    assert run.rows_wholly_red == ["area of a picture"]
    assert run.red["area of a picture, open root, by keyboard"] == AREAS
    assert "2 of 4 cells green: 50.0%" in table(run)
