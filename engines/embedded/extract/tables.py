"""Header cells of tables: which words stand over, or beside, which cell."""

from __future__ import annotations

from engines.embedded.extract.labels import label_text
from engines.embedded.extract.tree import Node, Tree
from engines.embedded.extract.words import word_set

_TABLES = word_set("table grid treegrid")
_CELLS = word_set("gridcell rowheader cell columnheader")


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


def cells_in(row: Node) -> list[Node]:
    """The cells of a row."""
    return [child for child in row.children if child.tag in ("td", "th") or child.element.role in _CELLS]


def is_header_cell(cell: Node) -> bool:
    """Whether the cell names a column or row."""
    return cell.tag == "th" or cell.element.role in ("columnheader", "rowheader")


def is_header_row(row: Node) -> bool:
    """Whether the row holds names of columns only."""
    cells = cells_in(row)
    return len(cells) > 0 and all(is_header_cell(cell) for cell in cells)


def _span(cell: Node, which: str) -> int:
    written = cell.element.limits.get(which, "1")
    return max(1, int(written)) if written.isdigit() else 1


def column_headers(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Ref of every table cell -> words of the header cells above it."""
    headers: dict[str, tuple[str, ...]] = {}
    for node in tree.nodes:
        if node.tag == "table" or node.element.role in _TABLES:
            headers.update(_headers_of(rows_of(node)))
    return headers


def _headers_of(rows: list[Node]) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    over: dict[int, str] = {}
    after_header = False
    for place, row in enumerate(rows):
        header = is_header_row(row) or (place == 0 and _looks_like_header(row, rows[1:]))
        if header and not after_header:
            over = {}
        column = 0
        for cell in cells_in(row):
            width = _span(cell, "colspan")
            if header:
                for at in range(column, column + width):
                    over[at] = f"{over.get(at, '')} {cell.text}".strip()
            elif words := label_text(over.get(column, "")):
                named[cell.ref] = words
            column += width
        after_header = header
    return named


def _looks_like_header(row: Node, others: list[Node]) -> bool:
    """Whether a first row of plain cells names the columns: bold or set apart, no digits, unlike the rest."""
    cells = cells_in(row)
    if len(cells) < 2 or len(others) < 2 or any(cell.tag == "th" for cell in cells):
        return False
    texts = [cell.text for cell in cells]
    if not all(texts) or any(sign.isdigit() for text in texts for sign in text):
        return False
    below = [cell.text for other in others for cell in cells_in(other)]
    if any(sign.isdigit() for text in below for sign in text):
        return True
    looks = [cell.element.appearance for cell in cells]
    rest = [cell.element.appearance for other in others for cell in cells_in(other)]
    return all(look and look.bold for look in looks) and not all(look and look.bold for look in rest)
