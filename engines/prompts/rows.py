"""A long list that was collected, as text for a model: one row a line, numbered, its columns named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.addresses.origins import within_origin
from browser.model.results import ActionResult, Collected, Row
from browser.model.text import cut, squeeze
from engines.models.tokens import estimated_tokens

_LONGEST_ROW = 1200
_MOST_LINKS = 2


@dataclass(frozen=True, slots=True)
class RowsText:
    """The beginning of a list, as far as there is room."""

    text: str
    shown: int
    """How many rows stand in it."""


def last_collected(history: Sequence[Sequence[ActionResult]]) -> Collected | None:
    """The list that was read last; None: none was."""
    for results in reversed(history):
        for result in reversed(results):
            if result.collected is not None:
                return result.collected
    return None


def rows_text(collected: Collected, budget_tokens: int) -> RowsText:
    """The rows from the first on, as many as fit."""
    lines = [heading(collected.rows)]
    left = budget_tokens - estimated_tokens(lines[0])
    for number, row in enumerate(collected.rows, start=1):
        line = row_line(number, row, named=not columns_of(collected.rows))
        left -= estimated_tokens(line) + 1
        if left < 0:
            return RowsText("\n".join(filter(None, lines)), number - 1)
        lines.append(line)
    return RowsText("\n".join(filter(None, lines)), len(collected.rows))


def heading(rows: Sequence[Row]) -> str:
    """The names of the columns; "" where the rows have none, or not the same ones."""
    columns = columns_of(rows)
    return f"columns: {' | '.join(columns)}" if columns else ""


def columns_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The names of the columns that all rows share."""
    names = {tuple(name for name, _ in row.cells) for row in rows}
    return names.pop() if len(names) == 1 else ()


def row_line(number: int, row: Row, *, named: bool) -> str:
    """One row; `named` repeats the names of its columns in it."""
    if row.cells:
        said = " | ".join(f"{name}: {text}" if named and name else text for name, text in row.cells)
    else:
        said = " | ".join(row.text.splitlines())
    links = dict.fromkeys(one.href for one in row.elements if one.href and one.role == "link")
    addresses = "".join(f" -> {_short(link, row.url)}" for link in list(links)[:_MOST_LINKS])
    line = f"{number}. {squeeze(said)}{addresses}"
    return cut(line, _LONGEST_ROW)


def _short(link: str, here: str) -> str:
    short = within_origin(link, here)
    return short if short == link else short.partition("#")[0]
