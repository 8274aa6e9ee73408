"""Single values of a page or of a part of it: labelled ones, its title, its address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from browser.model.page_tree import Node, PageTree
from browser.values.dates import day_comes_first
from browser.values.numbers import uses_decimal_comma
from engines.extraction.columns.cells import Cell, Naming, cells_of
from engines.extraction.columns.coerce import Custom, Nothing, coerce
from engines.extraction.columns.columns import Column
from engines.extraction.columns.match import ENOUGH, Leaf, Match, Reading, score
from engines.extraction.page.labels import WIDGET_ROLES, Label
from engines.extraction.page.records import Group
from engines.extraction.page.tables import Headers, is_of_one_row
from engines.extraction.page.words import concepts, split_words, word_set

_MASS = 300
"""Of so many records none is the page's own single value; leaving them out saves most of the time."""
_AS_GOOD = 0.02
_SAID = 0.6
_PLAINLY = 0.95
"""The weight of a label that leaves no doubt about what it names."""
_SHORTEST_LEAD = 40
_SUMS = word_set("total sum average mean overall altogether combined")
"""What names a value that is made of those of all records."""

Readings = dict[tuple[str, ...], Reading | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where single values are looked for."""

    columns: list[Column]
    repeated: frozenset[str]
    """Refs of the elements in groups of three and more records."""
    title: str = ""
    """The page's title: a heading that stands in it is no mere part of the page."""


def place_of(
    nodes: Sequence[Node],
    headers: Headers,
    groups: Sequence[Group],
    used: Sequence[Group] = (),
    title: str = "",
) -> Place:
    """All pieces of this part of the page, each on its own, without the records in `used`."""
    taken = _refs_in(used)
    masses = frozenset(
        node.ref for group in groups if len(group) >= _MASS for record in group.records for node in record
    )
    every = cells_of(nodes, Naming(headers.names, skipped=masses, unique=True))
    names = {
        one.ref for node in nodes for row in node.walk() if row.ref in headers.rows for one in row.walk()
    }
    cells = [cell for cell in every if cell.node.ref not in taken and cell.node.ref not in names]
    texts = [cell.text for cell in cells]
    custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
    columns = [Column(cell.key, {0: cell}, list(cell.labels), custom) for cell in cells]
    repeated = _refs_in([group for group in groups if len(group) >= 3])
    _mark_lead(columns, repeated)
    return Place(columns, repeated, title)


def _refs_in(groups: Sequence[Group]) -> frozenset[str]:
    return frozenset(
        one.ref for group in groups for record in group.records for node in record for one in node.walk()
    )


def _mark_lead(columns: Sequence[Column], repeated: frozenset[str]) -> None:
    """The first paragraph says what the page is about."""
    for column in columns:
        cell = column.sample
        long = len(cell.text) >= _SHORTEST_LEAD and cell.node.tag == "p" and cell.whole
        if long and cell.node.ref not in repeated and not cell.node.boilerplate:
            column.labels.append(Label(("description",), 0.65, "look"))
            return


def read_single(place: Place, leaves: Sequence[Leaf], tree: PageTree | None) -> tuple[Readings, list[str]]:
    """The value of every leaf and what is doubtful about them.

    Args:
        tree: The page, whose own title and address may serve; None where they may not.
    """
    readings: Readings = {}
    doubts: list[str] = []
    taken: set[str] = set()
    leaves = [_of_the_page(leaf, place.title) for leaf in leaves]
    scored = [(leaf, _ranked(place, leaf)) for leaf in leaves]
    scored.sort(key=lambda one: -one[1][0][0] if one[1] else 0.0)
    for leaf, ranked in scored:
        free = [one for one in ranked if one[1].key + leaf.wanted.aspect not in taken or one[0] > 0.9]
        if not free:
            readings[leaf.path] = _of_page(leaf, tree) if tree else None
            continue
        values = _rivals(leaf, free, place)
        if len(values) > 1:
            readings[leaf.path] = None
            doubts.append(f"the page has {len(values)} different values for {'.'.join(leaf.path)!r}")
            continue
        column = free[0][1]
        readings[leaf.path] = Match({leaf.path: [column]}, {}).read(leaf, 0)
        taken.add(column.key + leaf.wanted.aspect)
    return readings, doubts


def _of_the_page(leaf: Leaf, title: str) -> Leaf:
    """The `podcast_name` of a page that is titled `... podcast` is its heading."""
    words = leaf.wanted.words
    if len(words) != 2 or concepts(words[1:]) != {"title"} or words[0] not in split_words(title):
        return leaf
    return replace(leaf, names=(*leaf.names, words[1:]))


def _rivals(leaf: Leaf, ranked: Sequence[tuple[float, Column]], place: Place) -> set[str]:
    """The different values of repeated elements that fit as well as the best one."""
    best, column = ranked[0]
    if column.sample.node.ref not in place.repeated:
        return set()
    close = [other for points, other in ranked if points >= best - _AS_GOOD]
    return {str(coerce(leaf.wanted, other.sample, other.custom)) for other in close}


def _ranked(place: Place, leaf: Leaf) -> list[tuple[float, Column]]:
    scored = [(points, column) for column in place.columns if (points := score(leaf, column, 1)) >= ENOUGH]
    if _SUMS & {*leaf.wanted.words}:
        scored = [(points, column) for points, column in scored if _may_be_sum(column)]
    called = any(_is_called(leaf, column) for _, column in scored)
    ranked = []
    for points, column in scored:
        points = _adjusted(points, column, leaf, place, heading=not called)
        if points >= ENOUGH:
            ranked.append((points, column))
    ranked.sort(key=lambda one: (-one[0], -_font(one[1]), one[1].sample.node.order))
    return ranked


def _may_be_sum(column: Column) -> bool:
    """Whether a value may be one of all records: it says so, or it is none of one of them."""
    said = {word for label in column.labels for word in label.words}
    return bool(_SUMS & said) or not is_of_one_row(column.sample.node)


def _is_called(leaf: Leaf, column: Column) -> bool:
    """Whether a label beside the value or over its column is the very name that is wanted."""
    return not column.sample.node.boilerplate and any(
        label.kind in ("text", "column") and label.weight >= _PLAINLY and label.words in leaf.names
        for label in column.labels
    )


def _adjusted(points: float, column: Column, leaf: Leaf, place: Place, *, heading: bool) -> float:
    """The points, and what the place of the value adds or takes; `heading`: whether headings count more."""
    cell = column.sample
    if cell.node.ref in place.repeated and not _said(leaf, cell):
        points *= 0.75
    if cell.node.boilerplate:
        points *= 0.75
    if leaf.wanted.is_number and not any(map(str.isdigit, cell.text)):
        points *= 0.8
    if _in_widget(cell.node) and not cell.fragment:
        points *= 0.6
    if (
        not heading
        or cell.node.element.role != "heading"
        or Label(("title",), 1.0).fits(leaf.wanted.words) < 0.8
    ):
        return points
    if cell.node.element.level == 1:
        points += 0.1
    if len(cell.text) >= 8 and cell.text in place.title:
        points += 0.15
    return points


def _in_widget(node: Node) -> bool:
    """Whether the text is what a button or a menu says rather than something to read."""
    near = [node, *islice(node.ancestors(), 2)]
    return any(one.element.role in WIDGET_ROLES and one.element.value is None for one in near)


def _said(leaf: Leaf, cell: Cell) -> bool:
    """Whether words beside the value name it, so that it is no mere repetition of its kind."""
    names = (*leaf.names, leaf.wanted.told)
    return any(
        label.kind == "text"
        and (max(label.fits(words) for words in names) >= _SAID or _all_of(label.words, names))
        for label in cell.labels
    )


def _all_of(label: tuple[str, ...], names: Sequence[tuple[str, ...]]) -> bool:
    return bool(label) and any(set(label) <= set(words) for words in names)


def _font(column: Column) -> float:
    look = column.sample.node.element.appearance
    return look.font_px if look else 0.0


def _of_page(leaf: Leaf, tree: PageTree) -> Reading | None:
    """The page's own title or address, where that is what is asked for."""
    about_page = "page" in leaf.wanted.words or "page" in leaf.wanted.told
    own_address = not leaf.names and leaf.wanted.name.lower() in ("url", "link", "permalink", "address")
    if leaf.wanted.aspect == "link" and (about_page or own_address):
        return _read(leaf, Cell("", tree.root, tree.url, (), tree.url))
    words = tuple(word for word in leaf.wanted.words if word != "page")
    if leaf.wanted.kinds[0] == "string" and tree.title and Label(("title",), 1.0).fits(words) >= 0.8:
        return _read(leaf, Cell("", tree.root, tree.title, ()))
    return None


def _read(leaf: Leaf, cell: Cell) -> Reading | None:
    plain = replace(leaf.wanted, format="")
    value = coerce(plain, cell, Custom())
    return None if isinstance(value, Nothing) else Reading(value, cell)
