"""All rows of the matrix."""

from __future__ import annotations

from testbed.matrix import beyond, choosing, filling, moving, pressing
from testbed.matrix.cells import Row

ROWS: tuple[Row, ...] = (*pressing.ROWS, *filling.ROWS, *choosing.ROWS, *moving.ROWS, *beyond.ROWS)
