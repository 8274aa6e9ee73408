"""Header cells: which words stand over which cell, in tables and in grids made of plain boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from browser.model.page_tree import Node, PageTree
from browser.model.roles import CELL_ROLES
from engines.extraction.page.labels import label_text

_TABLES = frozenset({"table", "grid", "treegrid"})
_SUM = re.compile(r"(?:grand |sub-?)?total\b[^a-z]*$|sum$|summe$|gesamt(?:summe|betrag)?$", re.IGNORECASE)
_MOST_SPANNED = 1000


@dataclass(slots=True)
class Headers:
    """What is known of header cells."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ref of a cell -> words of the header cells above it."""
    rows: set[str] = field(default_factory=set)
    """Refs of the rows that hold names of columns only."""

    def add(self, other: Headers) -> None:
        """Add the headers of another table; headers that are known already stay."""
        self.names = {**other.names, **self.names}
        self.rows |= other.rows


def rows_of(table: Node) -> list[Node]:
    """The rows of a table, without those of tables inside it."""
    rows = []
    stack = list(reversed(table.children))
    while stack:
        node = stack.pop()
        if node.tag == "tr" or node.element.role == "row":
            rows.append(node)
        elif node.element.role not in _TABLES and node.tag != "table":
            stack.extend(reversed(node.children))
    return rows


def is_table(node: Node) -> bool:
    """Whether the node is a table or a grid by tag or role."""
    return node.tag == "table" or node.element.role in _TABLES


def cells_in(row: Node) -> list[Node]:
    """The cells of a row; in a grid of plain boxes its children."""
    cells = [child for child in row.children if child.tag in ("td", "th") or child.element.role in CELL_ROLES]
    boxes = cells or [child for child in row.children if not child.is_text]
    return boxes if len(boxes) > 1 else row.children


def columns_of(rows: Sequence[Node]) -> tuple[dict[str, int], dict[str, list[Node]]]:
    """The column of every cell by its ref, and for every row the cells that reach into it from above."""
    columns: dict[str, int] = {}
    reaching: dict[str, list[Node]] = {}
    open_cells: dict[int, tuple[Node, int]] = {}
    for row in rows:
        column = 0
        still: dict[int, tuple[Node, int]] = {}
        for place, (cell, left) in open_cells.items():
            if columns[cell.ref] == place:
                reaching.setdefault(row.ref, []).append(cell)
            if left > 1:
                still[place] = (cell, left - 1)
        for cell in cells_in(row):
            while column in open_cells:
                column += 1
            columns[cell.ref] = column
            for _ in range(_spanned(cell, "colspan")):
                if (down := _spanned(cell, "rowspan")) > 1:
                    still[column] = (cell, down - 1)
                column += 1
        open_cells = still
    return columns, reaching


def _spanned(cell: Node, way: str) -> int:
    said = cell.element.limits.get(way, "1")
    return min(max(int(said), 1), _MOST_SPANNED) if said.isdigit() else 1


def is_header_cell(cell: Node) -> bool:
    """Whether the cell names a column or row."""
    return cell.tag == "th" or cell.element.role in ("columnheader", "rowheader")


def is_header_row(row: Node) -> bool:
    """Whether the row holds marked names of columns only."""
    cells = cells_in(row)
    return len(cells) > 1 and all(is_header_cell(cell) for cell in cells)


def without_sums(rows: list[Node]) -> list[Node]:
    """The rows of a table without those that sum up the others."""
    if not rows or any(row.tag != "tr" for row in rows):
        return rows
    plain = [row for row in rows if not sums_up(row)]
    return plain if len(plain) * 2 > len(rows) or len(plain) >= 2 else rows


def is_of_one_row(node: Node) -> bool:
    """Whether something stands in one row of a table among others, and not in one that sums them up."""
    row = next((one for one in (node, *node.ancestors()) if one.tag == "tr"), None)
    table = next((one for one in row.ancestors() if is_table(one)), None) if row is not None else None
    if row is None or table is None or sums_up(row):
        return False
    return len([one for one in rows_of(table) if not is_header_row(one)]) > 1


def sums_up(row: Node) -> bool:
    """Whether the row stands in the table's foot, has joined cells for its name, or is called a total."""
    if row.parent is not None and row.parent.tag == "tfoot":
        return True
    cells = cells_in(row)
    if any(_spanned(cell, "colspan") > 1 for cell in cells):
        return True
    return bool(cells) and _SUM.match(cells[0].text.strip()) is not None


def column_headers(tree: PageTree) -> Headers:
    """What the tables of the page say of their columns."""
    headers = Headers()
    for node in tree.nodes:
        if is_table(node):
            headers.add(read_rows(rows_of(node)))
    return headers


def read_rows(rows: Sequence[Node]) -> Headers:
    """The names over the cells of these rows; a new header row begins a new set of names."""
    found = Headers()
    over: list[Node] = []
    after_header = False
    columns = columns_of(rows)[0] if all(row.tag == "tr" for row in rows) else {}
    for place, row in enumerate(rows):
        header = is_header_row(row) or (place == 0 and _looks_like_header(row, rows[1:]))
        if header:
            over = [*(over if after_header else ()), *cells_in(row)]
            found.rows.add(row.ref)
        else:
            first = cells_in(rows[0]) if after_header or over else []
            cells = cells_in(row)
            counted = bool(columns) and bool(over) and _reach(cells, columns) == _reach(over, columns)
            for number, cell in enumerate(cells):
                above = (
                    _text_in_column(columns[cell.ref], over, columns)
                    if counted
                    else _text_over(cell, number, over, len(first))
                )
                if words := label_text(above):
                    found.names[cell.ref] = words
        after_header = header
    return found


def _reach(cells: Sequence[Node], columns: Mapping[str, int]) -> int:
    """How many columns some cells reach over, from the first column on."""
    return max((columns[cell.ref] + _spanned(cell, "colspan") for cell in cells), default=0)


def _text_in_column(column: int, over: Sequence[Node], columns: Mapping[str, int]) -> str:
    """The header texts of a column by its number: on a later page of a list, columns have other widths."""
    above = [one for one in over if 0 <= column - columns[one.ref] < _spanned(one, "colspan")]
    return " ".join(one.text for one in above)


def _text_over(cell: Node, number: int, over: Sequence[Node], width: int) -> str:
    """The header texts above a cell by position on the page, else by count."""
    if cell.box is None or cell.box.width <= 0:
        return over[number].text if len(over) == width and number < len(over) else ""
    middle = cell.box.x + min(cell.box.width / 2, 20)
    above = [one for one in over if one.box is not None and one.box.x <= middle < one.box.right]
    return " ".join(one.text for one in above)


def _looks_like_header(row: Node, others: Sequence[Node]) -> bool:
    """Whether a first row of plain cells names the columns: no digits, and set apart from the rest."""
    cells = cells_in(row)
    if len(cells) < 2 or len(others) < 2 or any(is_header_cell(cell) for cell in cells):
        return False
    texts = [cell.text for cell in cells]
    if not all(text and len(text) <= 40 for text in texts) or _has_digit(texts):
        return False
    if any(cell.element.interactive and cell.element.href for cell in cells):
        return False
    below = [cells_in(other) for other in others]
    if sum(1 for other in below if len(other) == len(cells)) * 2 < len(below):
        return False
    numeric = sum(1 for other in below if _has_digit([cell.text for cell in other]))
    return numeric == len(below) or _set_apart(cells, below)


def _has_digit(texts: Sequence[str]) -> bool:
    return any(sign.isdigit() for text in texts for sign in text)


def _set_apart(cells: Sequence[Node], below: Sequence[Sequence[Node]]) -> bool:
    def bold(cell: Node) -> bool:
        return any(one.element.appearance and one.element.appearance.bold for one in cell.walk())

    rest = [bold(cell) for other in below for cell in other]
    return all(map(bold, cells)) and sum(rest) * 2 < len(rest)


def by_column(table: Node) -> list[list[Node]]:
    """The cells of each column, header first, of a table whose records stand side by side; else [].

    Such a table names its rows in the first column and has a header over every other column.
    """
    rows = [cells_in(row) for row in rows_of(table)]
    if len(rows) < 3 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 3:
        return []
    head, body = rows[0], rows[1:]
    named = all(is_header_cell(row[0]) for row in body) or not head[0].text.strip()
    if not named or not all(cell.text for cell in head[1:]) or not all(row[0].text for row in body):
        return []
    if not all(map(is_header_cell, head[1:])) and not all(is_header_cell(row[0]) for row in body):
        return []
    return [[row[column] for row in rows] for column in range(1, len(head))]


def row_names(table: Node) -> list[tuple[str, ...]]:
    """The words in the first cell of every row."""
    return [label_text(cells_in(row)[0].text) for row in rows_of(table)]
