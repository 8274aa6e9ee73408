"""Repeated records, found by likeness of structure alone."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from browser.model.page_tree import Node, PageTree
from engines.embedded.extract.labels import Label, hint_words, label_text
from engines.embedded.extract.tables import is_header_row, without_sums
from engines.embedded.extract.words import telling_words

Record = tuple[Node, ...]

_LIKE_ENOUGH = 0.5
_DEEPEST_PATH = 4
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


@dataclass(frozen=True, slots=True)
class _Shape:
    tag: str
    paths: frozenset[str]
    hints: frozenset[str]


def find_groups(tree: PageTree, within: Sequence[Node] | None = None) -> list[Group]:
    """Groups of at least two like records, the weightiest first; of all pages' worth at most 80."""
    nodes = tree.nodes if within is None else [node for top in within for node in top.walk()]
    shapes: dict[int, _Shape] = {}
    groups: dict[tuple[str, ...], list[Record]] = {}
    for node in nodes:
        children = [child for child in node.children if not child.is_text and child.content]
        if 2 <= len(children) <= _MOST_CHILDREN:
            for records in _among(children, shapes):
                groups.setdefault(_identity(records), records)
    for records in _across(nodes, shapes):
        groups.setdefault(_identity(records), records)
    ranked = sorted(groups.values(), key=_weight, reverse=True)[:_MOST_GROUPS]
    return [_group(records) for records in ranked]


def _identity(records: Sequence[Record]) -> tuple[str, ...]:
    return (*(record[0].ref for record in records), str(len(records[0])))


def _weight(records: Sequence[Record]) -> float:
    """More records, with more in each, weigh more."""
    sizes = sorted(sum(1 for node in record for one in node.walk() if one.is_text) for record in records)
    middle = sizes[len(sizes) // 2]
    return math.log2(1 + len(records)) * min(1 + middle, 12)


def _group(records: list[Record]) -> Group:
    return Group(records, context_of(records), records[0][0].boilerplate)


def _among(children: list[Node], shapes: dict[int, _Shape]) -> Iterable[list[Record]]:
    """Groups among the children of one element: each cluster of like ones, and repeated sequences."""
    clusters = _clusters(children, shapes)
    for cluster in clusters:
        rows = without_sums([node for node in cluster if not (node.tag == "tr" and is_header_row(node))])
        rows = [node for node in rows if not node.boilerplate] or rows
        if len(rows) >= 2:
            yield [(node,) for node in rows]
    if len(clusters) >= 2:
        kinds = {id(node): number for number, cluster in enumerate(clusters) for node in cluster}
        for number, cluster in enumerate(clusters):
            if len(cluster) >= 2 and (segments := _segments(children, kinds, number)):
                yield segments


def _clusters(children: list[Node], shapes: dict[int, _Shape]) -> list[list[Node]]:
    clusters: list[list[Node]] = []
    for child in children:
        shape = _shape(child, shapes)
        home = next((one for one in clusters if _alike(shape, _shape(one[0], shapes))), None)
        if home is None:
            clusters.append([child])
        else:
            home.append(child)
    return clusters


def _shape(node: Node, shapes: dict[int, _Shape]) -> _Shape:
    if id(node) not in shapes:
        paths = frozenset(_paths(node, "", 0))
        hints = frozenset(hint for hint in node.element.hints if not any(map(str.isdigit, hint)))
        shapes[id(node)] = _Shape(node.tag, paths, hints)
    return shapes[id(node)]


def _paths(node: Node, above: str, depth: int) -> Iterable[str]:
    for child in node.children:
        if child.is_text:
            continue
        path = f"{above}/{child.tag}"
        yield path
        if depth < _DEEPEST_PATH:
            yield from _paths(child, path, depth + 1)


def _alike(one: _Shape, other: _Shape) -> bool:
    if one.tag != other.tag:
        return False
    if one.hints and other.hints and not one.hints & other.hints:
        return False
    if (
        one.hints != other.hints
        and bool(one.hints) != bool(other.hints)
        and not one.paths
        and not other.paths
    ):
        return False
    union = one.paths | other.paths
    likeness = len(one.paths & other.paths) / len(union) if union else 1.0
    if one.hints and other.hints and (one.hints < other.hints or other.hints < one.hints):
        # A wrapper around a single part is not in the observation; its classes are on the part then.
        likeness = max(likeness, _same_ends(one, other))
    if one.hints and one.hints == other.hints:
        return likeness >= _LIKE_ENOUGH / 2
    return likeness >= _LIKE_ENOUGH


def _same_ends(one: _Shape, other: _Shape) -> float:
    """How many of the tags inside are in both, wherever."""
    mine, theirs = ({path.rpartition("/")[2] for path in shape.paths} for shape in (one, other))
    union = mine | theirs
    return 0.8 * len(mine & theirs) / len(union) if union else 0.0


def _segments(children: list[Node], kinds: dict[int, int], start: int) -> list[Record]:
    """Runs that each begin with a child of kind `start`; [] where they are not alike."""
    runs: list[list[Node]] = []
    for child in children:
        if kinds[id(child)] == start:
            runs.append([child])
        elif runs:
            runs[-1].append(child)
    patterns = [tuple(kinds[id(node)] for node in run) for run in runs]
    usual, count = Counter(pattern[:2] for pattern in patterns).most_common(1)[0]
    if len(usual) < 2 or count < 0.6 * len(patterns):
        return []
    seen = Counter(kind for pattern in patterns for kind in set(pattern))
    shared = {kind for kind, times in seen.items() if times >= max(2, 0.3 * len(runs))}
    return [_shared_head(run, kinds, shared) for run in runs]


def _shared_head(run: list[Node], kinds: dict[int, int], shared: set[int]) -> Record:
    """The run up to the first child of a kind that other runs do not have: what follows is no record."""
    head = []
    for node in run:
        if kinds[id(node)] not in shared:
            break
        head.append(node)
    return tuple(head)


def _across(nodes: Iterable[Node], shapes: dict[int, _Shape]) -> Iterable[list[Record]]:
    """Like elements below different parents: cards in rows, posts in sections."""
    families: dict[str, list[Node]] = {}
    paths: dict[int, str] = {}
    for node in nodes:
        above = paths.get(id(node.parent), "") if node.parent else ""
        paths[id(node)] = f"{above}/{node.tag}"
        if node.is_text or not node.content or (node.tag == "tr" and is_header_row(node)):
            continue
        hints = ".".join(sorted(_shape(node, shapes).hints))
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


def heading_before(node: Node, within: Node | None = None) -> Node | None:
    """The nearest heading that stands before the node beside it or one of its ancestors."""
    while node.parent is not None and node is not within:
        siblings = node.parent.children
        for sibling in reversed(siblings[: node.place]):
            if sibling.element.role == "heading":
                return sibling
            last = None
            if len(sibling.children) <= 4:
                last = next((one for one in sibling.walk() if one.element.role == "heading"), None)
            if last is not None and len(sibling.text) <= len(last.text) + 60:
                return last
        node = node.parent
    return None
