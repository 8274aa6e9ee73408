"""An observed page and its parts, each of which is found when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from browser.model.observation import Observation
from browser.model.page_tree import PageTree
from engines.extraction.columns.columns import Table
from engines.extraction.columns.layout import sample_of, side_by_side
from engines.extraction.page.boilerplate import mark_boilerplate
from engines.extraction.page.records import Group, find_groups
from engines.extraction.page.tables import Headers, column_headers, is_table


class Page:
    """A page that is read. An article needs none of its groups, and finding them takes the most time."""

    def __init__(self, observation: Observation) -> None:
        self.observation = observation

    @cached_property
    def tree(self) -> PageTree:
        """Its elements, menus and the like marked."""
        tree = PageTree.of(self.observation)
        mark_boilerplate(tree)
        return tree

    @cached_property
    def headers(self) -> Headers:
        """What its tables say of their columns."""
        return column_headers(self.tree)

    @cached_property
    def groups(self) -> list[tuple[Group, Table]]:
        """Its repeated records."""
        groups = []
        for group in find_groups(self.tree):
            table = sample_of(group, self.headers)
            if len(group) >= 2 and not _is_one_row(group, self.headers):
                groups.append((group, table))
        groups += [pair for node in self.tree.nodes if is_table(node) and (pair := side_by_side(node))]
        return groups


def _is_one_row(group: Group, headers: Headers) -> bool:
    """Whether these are in a row of names of columns, or the cells of one row that has names over it."""
    firsts = [record[0] for record in group.records]
    if all(any(above.ref in headers.rows for above in first.ancestors()) for first in firsts):
        return True
    return len({id(first.parent) for first in firsts}) == 1 and all(
        first.ref in headers.names for first in firsts
    )
