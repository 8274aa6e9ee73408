"""What stands over what was found: the nearest heading, and the header row of its table."""

from __future__ import annotations

from browser.model.page_tree import PageTree
from browser.model.roles import RECORD_ROLES

_ROLES_OF_TABLES = frozenset(("table", "grid", "treegrid"))
_SMALL = 3
"""A container of so few elements with a heading in it stands over what follows it, as the heading would."""


class Context:
    """The headings and header rows of a page, by the index of what they stand over."""

    def __init__(self, tree: PageTree) -> None:
        self._tree = tree
        self._headings = _headings(tree)
        self._header_rows: dict[int, int] = {}
        for at, element in enumerate(tree.elements):
            if element.role == "columnheader":
                self._header_rows.setdefault(self._table_of(at), tree.parents[at])

    def heading(self, at: int) -> int:
        """The heading over an element; the element itself where it is one, and -1 where there is none."""
        return self._headings[at]

    def header_row(self, at: int) -> int:
        """The row of headers over a row; -1 where there is none, and for what is no row."""
        return self._header_rows.get(self._table_of(at), -1) if self._tree.elements[at].role == "row" else -1

    def _table_of(self, at: int) -> int:
        while at >= 0 and self._tree.elements[at].role not in _ROLES_OF_TABLES:
            at = self._tree.parents[at]
        return at


def _headings(tree: PageTree) -> list[int]:
    """For each element the last heading before it in what holds it, or over that; -1 for none."""
    latest: dict[int, int] = {}
    """Index of what holds headings (-1: the page) -> the last of them so far."""
    over: list[int] = []
    for at, element in enumerate(tree.elements):
        holder = tree.parents[at]
        over.append(latest.get(holder, over[holder] if holder >= 0 else -1))
        if element.role == "heading":
            over[at] = latest[holder] = at
            while holder >= 0 and _is_only_around(tree, holder):
                holder = tree.parents[holder]
                latest[holder] = at
    return over


def _is_only_around(tree: PageTree, holder: int) -> bool:
    return tree.elements[holder].role not in RECORD_ROLES and tree.ends[holder] - holder <= _SMALL
