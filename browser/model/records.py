"""Repeated records of a page (rows of tables, items of lists, cards), found by how they are built."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from browser.model.observation import Element
from browser.model.page_tree import Node, PageTree

Record = tuple[Node, ...]
"""The nodes of one record: mostly one, several where a record is a run of siblings."""

_LIKE_ENOUGH = 0.5
_DEEPEST_PATH = 4
_NO_RECORDS = frozenset(("cell", "gridcell", "columnheader", "rowheader", "text"))
_RECORD_ROLES = frozenset(("row", "listitem", "article", "option", "treeitem"))


def record_around(tree: PageTree, element: Element) -> Element | None:
    """The row, list item or article that an element lies in; None where it has no sibling of its role."""
    for above in tree.ancestors(element):
        if above.role in _RECORD_ROLES:
            siblings = (one for one in tree.siblings(above) if one.role == above.role and one is not above)
            return above if next(siblings, None) else None
    return None


def records_around(tree: PageTree, element: Element) -> Iterator[Element]:
    """The repeated parts of the page that an element belongs to, whatever their roles, innermost first."""
    for candidate in (element, *tree.ancestors(element)):
        if candidate.role not in _NO_RECORDS and len(siblings_alike(tree, candidate)) > 1:
            yield candidate


def siblings_alike(tree: PageTree, element: Element) -> list[Element]:
    """The siblings with the same role, tag and author's names as this element, itself included."""
    template = _template(element)
    return [sibling for sibling in tree.siblings(element) if _template(sibling) == template]


def _template(element: Element) -> tuple[str, str, tuple[str, ...]]:
    """What two elements made by the same template have in common."""
    names = tuple(sorted(hint for hint in element.hints if not re.search(r"\d", hint)))
    return (element.role, element.tag, names[:3])


@dataclass(frozen=True, slots=True)
class Shape:
    """How an element is built: by what the records of one list resemble each other."""

    tag: str
    paths: frozenset[str]
    hints: frozenset[str]


def clusters_of(children: list[Node], shapes: dict[int, Shape]) -> list[list[Node]]:
    """The children of one node put together by likeness of shape; `shapes` keeps what was worked out."""
    clusters: list[list[Node]] = []
    for child in children:
        shape = shape_of(child, shapes)
        home = next((one for one in clusters if _alike(shape, shape_of(one[0], shapes))), None)
        if home is None:
            clusters.append([child])
        else:
            home.append(child)
    return clusters


def shape_of(node: Node, shapes: dict[int, Shape]) -> Shape:
    """The shape of a node, worked out once and kept in `shapes` by the node's id."""
    if id(node) not in shapes:
        paths = frozenset(_paths(node, "", 0))
        hints = frozenset(hint for hint in node.element.hints if not any(map(str.isdigit, hint)))
        shapes[id(node)] = Shape(node.tag, paths, hints)
    return shapes[id(node)]


def _paths(node: Node, above: str, depth: int) -> Iterable[str]:
    for child in node.children:
        if child.is_text:
            continue
        path = f"{above}/{child.tag}"
        yield path
        if depth < _DEEPEST_PATH:
            yield from _paths(child, path, depth + 1)


def _alike(one: Shape, other: Shape) -> bool:
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


def _same_ends(one: Shape, other: Shape) -> float:
    """How many of the tags inside are in both, wherever."""
    mine, theirs = ({path.rpartition("/")[2] for path in shape.paths} for shape in (one, other))
    union = mine | theirs
    return 0.8 * len(mine & theirs) / len(union) if union else 0.0


def segments_of(children: list[Node], kinds: dict[int, int], start: int) -> list[Record]:
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
