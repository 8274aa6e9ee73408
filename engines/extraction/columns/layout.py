"""A group of records laid out as a table: the cells of every record, brought together in columns."""

from __future__ import annotations

from functools import cache

from browser.model.page_tree import Node
from browser.model.records import Record
from browser.values.dates import day_comes_first, looks_like_date
from browser.values.numbers import uses_decimal_comma
from engines.extraction.columns.cells import Cell, Naming, cells_of, stable_hints
from engines.extraction.columns.coerce import Custom
from engines.extraction.columns.column_names import name_columns
from engines.extraction.columns.columns import Column, Table, columns_in, list_columns_in, shared_labels
from engines.extraction.page.labels import Label, hint_words, look_labels
from engines.extraction.page.records import Group, context_of, heading_before
from engines.extraction.page.tables import Headers, by_column, columns_of, read_rows, row_names

_SAMPLE = 32


def sample_of(group: Group, headers: Headers) -> Table:
    """The table of a group; of a large one a sample, that tells what its records hold in less time."""
    step = len(group) // _SAMPLE
    if step < 2 or group.records[0][0].tag == "tr":
        return lay_out(group, headers)
    some = Group(group.records[::step], group.context, group.boilerplate)
    table = lay_out(some, headers)
    table.rest = cache(lambda: lay_out(group, headers))
    return table


def lay_out(group: Group, headers: Headers) -> Table:
    """Find the pieces of every record and bring corresponding ones together."""
    if len(group.records[0]) == 1 and group.records[0][0].tag != "tr":
        headers.add(read_rows(_grid(group)))
    group.records = [record for record in group.records if record[0].ref not in headers.rows]
    rows_only = [record[0] for record in group.records if len(record) == 1 and record[0].tag == "tr"]
    spans = any(cell.element.limits.get("rowspan", "1") != "1" for row in rows_only for cell in row.children)
    numbers, reaching = columns_of(rows_only) if spans else ({}, {})
    naming = Naming(headers.names, stable_hints(group.records), numbers, reaching)
    rows = [cells_of(record, naming) for record in group.records]
    inside = frozenset(one.ref for record in group.records for node in record for one in node.walk())
    headings: dict[int, Node | None] = {}
    for row, record in zip(rows, group.records, strict=True):
        row.extend(_over(heading_before(record[0], headings), inside))
    columns = columns_in(rows)
    # A heading that stands over all of them alike says nothing of one.
    columns = [
        one for one in columns if one.key != "^" or len({cell.text for cell in one.cells.values()}) > 1
    ]
    name_columns(columns, len(rows), hint_words(group.records[0][0]))
    return Table(group.records, columns, list_columns_in(rows))


def _grid(group: Group) -> list[Node]:
    """The records, and what stands before the first: it may hold the names of the columns."""
    rows = [record[0] for record in group.records]
    parent = rows[0].parent
    before = parent.children[: rows[0].place] if parent else []
    return [*before[-1:], *rows] if before and len(before[-1].children) == len(rows[0].children) else rows


def side_by_side(node: Node) -> tuple[Group, Table] | None:
    """The records of a table that compares them column by column; None where it is no such table."""
    upright = by_column(node)
    if len(upright) < 2:
        return None
    columns = []
    for row, words in enumerate(row_names(node)):
        cells = {}
        for place, record in enumerate(upright):
            labels = [Label(words, 1.0)] if words else []
            labels += [Label(("title",), 0.85, "look")] if row == 0 else look_labels(record[row].text)
            cells[place] = Cell(f"{row}", record[row], record[row].text, tuple(labels))
        texts = [cell.text for cell in cells.values()]
        custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
        columns.append(Column(f"{row}", cells, shared_labels(list(cells.values())), custom))
    records: list[Record] = [tuple(record) for record in upright]
    group = Group(records, context_of([(node,)]), node.boilerplate)
    return group, Table(records, columns)


def _over(heading: Node | None, inside: frozenset[str]) -> list[Cell]:
    """The heading that a record stands under, if any, as a cell of the record.

    Args:
        inside: Refs of all that is in the records: the heading in one of them says nothing of the next.
    """
    if heading is None or heading.ref in inside:
        return []
    labels = [Label(("category",), 0.65, "look"), Label(("group",), 0.65, "look")]
    if looks_like_date(heading.text):
        labels.append(Label(("date",), 0.8, "look"))
    if hints := hint_words(heading):
        labels.append(Label(hints, 0.9, "hint"))
    return [Cell("^", heading, heading.text, tuple(labels))]
