"""What is known not to work, each with its reason; `make bench-matrix` plays it all the same."""

from __future__ import annotations

AREAS = "Chromium's Tab key passes over the areas of a picture that stands in a shadow root"

MISSES: dict[tuple[str, str, str], str] = {
    ("area of a picture", column, "keyboard"): AREAS for column in ("open root", "closed root")
}
"""(row, column, way; "" for all ways) -> why."""


def miss(row: str, column: str, way: str) -> str:
    """Why this cell is known to be red; "" where it is not."""
    return MISSES.get((row, column, way)) or MISSES.get((row, column, "")) or ""
