"""What is known not to work, each with its reason; the tests hold that it still does not."""

from __future__ import annotations

FOREIGN = "Chromium lets no document of another origin than the tab's open a dialog: the page itself hears no"

MISSES: dict[tuple[str, str, str], str] = {
    (row, column, ""): FOREIGN
    for row in ("alert", "confirm", "prompt")
    for column in ("cross origin", "sandboxed")
}
"""(row, column, way; "" for all ways) -> why."""


def miss(row: str, column: str, way: str) -> str:
    """Why this cell is known to be red; "" where it is not."""
    return MISSES.get((row, column, way)) or MISSES.get((row, column, "")) or ""
