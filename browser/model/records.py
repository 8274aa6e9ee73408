"""Repeated records of a page (rows of tables, items of lists, cards), found by how they are built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from browser.model.observation import Element
from browser.model.page_tree import Node, PageTree, Shape
from browser.model.roles import CELL_ROLES, RECORD_ROLES

Record = tuple[Node, ...]
"""The nodes of one record: mostly one, several where a record is a run of siblings."""

_LIKE_ENOUGH = 0.5
_PLACES = frozenset(
    "left right start end leading trailing head header body foot footer main side aside info content "  # noqa: SIM905
    "meta details title actions controls buttons".split()
)
"""What an author calls the parts of one record after."""
STATES = frozenset(
    "default active inactive selected current open closed done completed disabled highlighted featured "  # noqa: SIM905
    "pinned unread read new overdue archived draft published primary first last even odd".split()
)
"""What an author calls one of several records after, beside what all of them are."""
_NO_RECORDS = CELL_ROLES | {"text"}


def enclosing_record(tree: PageTree, element: Element) -> Element | None:
    """The row, list item or article that an element is or lies in; None where there is none."""
    around = (element, *tree.ancestors(element))
    return next((one for one in around if one.role in RECORD_ROLES), None)


def record_around(tree: PageTree, element: Element) -> Element | None:
    """The row, list item or article that holds an element; None where it has no sibling of its role."""
    above = tree.parent(element)
    record = enclosing_record(tree, above) if above else None
    alike = sum(one.role == record.role for one in tree.siblings(record)) if record else 0
    return record if alike > 1 else None


def records_around(tree: PageTree, element: Element) -> Iterator[Element]:
    """The repeated parts of the page that an element belongs to, whatever their roles, innermost first."""
    for candidate in (element, *tree.ancestors(element)):
        if candidate.role not in _NO_RECORDS and len(siblings_alike(tree, candidate)) > 1:
            yield candidate


def siblings_alike(tree: PageTree, element: Element) -> list[Element]:
    """The siblings that are built as this element is, itself included."""
    shape = tree.node(element).shape

    def fits(one: Element) -> bool:
        if not one.ref or one.role != element.role or _parts_of_a_line(one, element):
            return False
        other = tree.node(one).shape
        return alike(shape, other) or _same_but_for_state(shape, other)

    return [one for one in tree.siblings(element) if one is element or fits(one)]


def _same_but_for_state(one: Shape, other: Shape) -> bool:
    """Whether two elements are called the same, but one of them by its state too: `card`, `card active`.

    Such a state adds things to a record, or leaves some out.
    """
    more = one.hints ^ other.hints
    return one.tag == other.tag and bool(one.hints & other.hints) and bool(more) and more <= STATES


def _parts_of_a_line(one: Element, other: Element) -> bool:
    """Whether two elements stand on one line and their author calls them by their places on it.

    `row left` and `row right` are the halves of one row, however alike they are built.
    """
    if not (one.box and other.box and one.box.y < other.box.bottom and other.box.y < one.box.bottom):
        return False
    return all(_PLACES & {*own.hints} - {*next_to.hints} for own, next_to in ((one, other), (other, one)))


def clusters_of(children: Iterable[Node]) -> list[list[Node]]:
    """The children of one node put together by likeness of shape."""
    clusters: list[list[Node]] = []
    for child in children:
        home = next((one for one in clusters if alike(child.shape, one[0].shape)), None)
        if home is None:
            clusters.append([child])
        else:
            home.append(child)
    return clusters


def alike(one: Shape, other: Shape) -> bool:
    """Whether two elements are built alike: by tag, by the author's words, by what is inside."""
    if one.tag != other.tag:
        return False
    if one.hints and other.hints and not one.hints & other.hints:
        return False
    if bool(one.hints) != bool(other.hints) and not one.paths and not other.paths:
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
