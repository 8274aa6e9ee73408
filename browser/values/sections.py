"""What stands over a place of a page (its heading, the header row of its table), and under a heading."""

from __future__ import annotations

from browser.model.observation import Element, Observation
from browser.model.page_tree import PageTree
from browser.model.roles import RECORD_ROLES

LANDMARKS = frozenset(
    ("main", "navigation", "complementary", "banner", "contentinfo", "region", "search", "form", "tabpanel")
)
_BOUNDS = LANDMARKS | RECORD_ROLES | {"dialog", "alertdialog", "document", "cell", "gridcell"}
"""Roles of what no section reaches out of."""
_USUAL_LEVEL = 2
"""Of a heading that says none (ARIA)."""
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

    def section(self, ref: str) -> str:
        """What the section is called that an element is in; of a heading that over it. "" for none."""
        at = self._tree.order.get(ref, -1)
        head = self._headings[at] if at >= 0 else -1
        if head >= 0 and head <= at < self._tree.ends[head]:
            head = self._higher(head)
        return self._tree.elements[head].name if head >= 0 else ""

    def _higher(self, at: int) -> int:
        """The last heading of a higher level before a heading; -1 where there is none."""
        page = self._tree.elements
        level = page[at].level or _USUAL_LEVEL
        before = (one for one in range(at - 1, -1, -1) if page[one].role == "heading")
        return next((one for one in before if (page[one].level or _USUAL_LEVEL) < level), -1)

    def header_row(self, at: int) -> int:
        """The row of headers over a row; -1 where there is none, and for what is no row."""
        return self._header_rows.get(self._table_of(at), -1) if self._tree.elements[at].role == "row" else -1

    def _table_of(self, at: int) -> int:
        while at >= 0 and self._tree.elements[at].role not in _ROLES_OF_TABLES:
            at = self._tree.parents[at]
        return at


class Sections:
    """The names of the sections that values stand in; each page is gone through once."""

    def __init__(self) -> None:
        self._pages: dict[int, tuple[Observation, Context]] = {}

    def over(self, page: Observation, ref: str) -> str:
        """What the section of a page is called that an element is in; "" where it is in none."""
        if not ref:
            return ""
        if id(page) not in self._pages:
            self._pages[id(page)] = (page, Context(PageTree(page.elements)))
        return self._pages[id(page)][1].section(ref)


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


def is_heading(element: Element) -> bool:
    """Whether it is a heading; one that is all link is that link, and has a level."""
    return element.role == "heading" or (element.role == "link" and element.level is not None)


def end_of_section(tree: PageTree, at: int) -> int:
    """The index after the last element under a heading.

    It ends where a heading of its level or a higher one comes, where what holds them ends, or where the foot
    of the page begins.
    """
    page, holder = tree.elements, tree.parents[at]
    while holder >= 0 and page[holder].role not in _BOUNDS:
        holder = tree.parents[holder]
    end = tree.ends[holder] if holder >= 0 else len(page)
    level = page[at].level or _USUAL_LEVEL
    for place in range(tree.ends[at], end):
        above = is_heading(page[place]) and (page[place].level or _USUAL_LEVEL) <= level
        if above or page[place].role == "contentinfo":
            return place
    return end
