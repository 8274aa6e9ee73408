"""All rows of the matrix."""

from __future__ import annotations

from tests.browser.matrix import beyond, choosing, filling, moving, pressing
from tests.browser.matrix.cells import Row

ROWS: tuple[Row, ...] = (*pressing.ROWS, *filling.ROWS, *choosing.ROWS, *moving.ROWS, *beyond.ROWS)
