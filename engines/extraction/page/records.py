"""Repeated records, found by likeness of structure alone."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from browser.model.page_tree import Node, PageTree
from browser.model.records import Record, clusters_of, segments_of
from engines.extraction.page.labels import Label, hint_words, label_text
from engines.extraction.page.tables import is_header_row, without_sums
from engines.extraction.page.words import telling_words

_MOST_GROUPS = 80
_MOST_CHILDREN = 3000


@dataclass(eq=False, slots=True)
class Group:
    """Records of one kind, in reading order."""

    records: list[Record]
    context: tuple[Label, ...] = ()
    """What the page calls the group: its heading, caption, name or class."""
    boilerplate: bool = False
    """Whether it belongs to the page's frame: a menu, a footer."""

    def named(self, words: tuple[str, ...]) -> float:
        """How well the page's names for the group fit these words, 0 to 1."""
        return max((label.fits(words) for label in self.context), default=0.0)

    def overlaps(self, other: Group) -> bool:
        """Whether a record of one lies in a record of the other."""
        mine, theirs = (
            sorted((node.order, node.last) for record in group.records for node in record)
            for group in (self, other)
        )
        starts = [start for start, _ in theirs]
        for start, last in mine:
            next_one = bisect_left(starts, start)
            if next_one < len(theirs) and starts[next_one] <= last:
                return True
            if next_one and theirs[next_one - 1][1] >= start:
                return True
        return False

    def __len__(self) -> int:
        return len(self.records)


def find_groups(tree: PageTree) -> list[Group]:
    """Groups of at least two like records, the weightiest first; of all pages' worth at most 80."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for node in tree.nodes:
        children = [child for child in node.children if not child.is_text and child.content]
        if 2 <= len(children) <= _MOST_CHILDREN:
            for records in _among(children):
                groups.setdefault(_identity(records), records)
    for records in _across(tree.nodes):
        groups.setdefault(_identity(records), records)
    ranked = sorted(groups.values(), key=_weight, reverse=True)[:_MOST_GROUPS]
    return [Group(records, context_of(records), records[0][0].boilerplate) for records in ranked]


def _identity(records: Sequence[Record]) -> tuple[str, ...]:
    return (*(record[0].ref for record in records), str(len(records[0])))


def _weight(records: Sequence[Record]) -> float:
    """More records, with more in each, weigh more."""
    sizes = sorted(sum(1 for node in record for one in node.walk() if one.is_text) for record in records)
    middle = sizes[len(sizes) // 2]
    return math.log2(1 + len(records)) * min(1 + middle, 12)


def _among(children: list[Node]) -> Iterable[list[Record]]:
    """Groups among the children of one element: each cluster of like ones, and repeated sequences."""
    clusters = clusters_of(children)
    for cluster in clusters:
        rows = without_sums([node for node in cluster if not (node.tag == "tr" and is_header_row(node))])
        rows = [node for node in rows if not node.boilerplate] or rows
        if len(rows) >= 2:
            yield [(node,) for node in rows]
    if len(clusters) >= 2:
        kinds = {id(node): number for number, cluster in enumerate(clusters) for node in cluster}
        for number, cluster in enumerate(clusters):
            if len(cluster) >= 2 and (segments := segments_of(children, kinds, number)):
                yield segments


def _across(nodes: Iterable[Node]) -> Iterable[list[Record]]:
    """Like elements below different parents: cards in rows, posts in sections."""
    families: dict[str, list[Node]] = {}
    paths: dict[int, str] = {}
    for node in nodes:
        above = paths.get(id(node.parent), "") if node.parent else ""
        paths[id(node)] = f"{above}/{node.tag}"
        if node.is_text or not node.content or (node.tag == "tr" and is_header_row(node)):
            continue
        hints = ".".join(sorted(node.shape.hints))
        if hints or node.tag in ("li", "tr", "article", "dt"):
            families.setdefault(f"{paths[id(node)]}:{hints}", []).append(node)
    for family in families.values():
        if len({id(node.parent) for node in family}) >= 2:
            yield [(node,) for node in family]


def context_of(records: Sequence[Record]) -> tuple[Label, ...]:
    """What the page calls these records, from their own class out to the heading over them."""
    return tuple(_context(records))


def _context(records: Sequence[Record]) -> Iterable[Label]:
    first = records[0][0]
    if words := hint_words(first):
        yield Label(words, 0.95, "hint")
    if heading := heading_before(first):
        yield Label(telling_words(heading.text), 0.95)
    for climbed, node in enumerate(first.ancestors()):
        if not node.ref or climbed == 4:
            break
        weight = 0.95 - 0.07 * climbed
        if words := hint_words(node):
            yield Label(words, weight, "hint")
        if words := label_text(node.element.name if node.element.role != "generic" else ""):
            yield Label(words, weight)
        caption = next((child for child in node.children if child.tag == "caption"), None)
        if caption is not None:
            yield Label(telling_words(caption.text), 0.95)


def heading_before(node: Node, known: dict[int, Node | None] | None = None) -> Node | None:
    """The nearest heading that stands before the node beside it or one of its ancestors.

    Args:
        known: What was found for other nodes, by their `id`; it is added to. None: no others are asked for.
    """
    known, passed, found = {} if known is None else known, [], None
    while (parent := node.parent) is not None and id(node) not in known:
        passed.append(id(node))
        if node.place == 0:
            node = parent
            continue
        node = parent.children[node.place - 1]
        if found := _heading_of(node):
            break
    else:
        found = known.get(id(node))
    known.update(dict.fromkeys(passed, found))
    return found


def _heading_of(node: Node) -> Node | None:
    """The node where it is a heading, or the heading in it where it says little else."""
    if node.element.role == "heading":
        return node
    if len(node.children) > 4:
        return None
    inner = next((one for one in node.walk() if one.element.role == "heading"), None)
    return inner if inner is not None and len(node.text) <= len(inner.text) + 60 else None
