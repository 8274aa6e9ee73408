"""Single values of a page: labelled ones, its title, its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.embedded.extract.cells import Cell, Naming, cells_of
from engines.embedded.extract.coerce import Custom, Nothing, coerce
from engines.embedded.extract.dates import day_comes_first
from engines.embedded.extract.labels import Label
from engines.embedded.extract.match import ENOUGH, Leaf, Match, Reading, score
from engines.embedded.extract.numbers import uses_decimal_comma
from engines.embedded.extract.records import Group
from engines.embedded.extract.slots import Slot
from engines.embedded.extract.tree import Node, Tree

_AS_GOOD = 0.02


@dataclass(frozen=True, slots=True)
class Place:
    """Where single values are looked for."""

    slots: list[Slot]
    repeated: frozenset[str]
    """Refs of the elements in groups of three and more records."""


def place_of(nodes: Sequence[Node], headers: Mapping[str, tuple[str, ...]], groups: Sequence[Group]) -> Place:
    """All pieces of this part of the page, each on its own."""
    cells = cells_of(nodes, Naming(headers, unique=True))
    texts = [cell.text for cell in cells]
    custom = Custom(uses_decimal_comma(texts), day_comes_first(texts))
    repeated = frozenset(
        one.ref
        for group in groups
        if len(group) >= 3
        for record in group.records
        for node in record
        for one in node.walk()
    )
    return Place([Slot(cell.key, {0: cell}, list(cell.labels), custom) for cell in cells], repeated)


def read_single(
    place: Place, leaves: Sequence[Leaf], tree: Tree
) -> tuple[dict[tuple[str, ...], Reading | None], list[str]]:
    """The value of every leaf and what is doubtful about them."""
    readings: dict[tuple[str, ...], Reading | None] = {}
    doubts: list[str] = []
    taken: set[str] = set()
    scored = [(leaf, _ranked(place, leaf)) for leaf in leaves]
    scored.sort(key=lambda one: -one[1][0][0] if one[1] else 0.0)
    for leaf, ranked in scored:
        free = [one for one in ranked if one[1].key + leaf.wanted.aspect not in taken or one[0] > 0.9]
        readings[leaf.path] = None
        if not free:
            readings[leaf.path] = _of_page(leaf, tree)
            continue
        points, slot = free[0]
        rivals = {
            str(coerce(leaf.wanted, other.sample, other.custom))
            for other_points, other in free
            if other_points >= points - _AS_GOOD
        }
        if len(rivals) > 1 and slot.sample.node.ref in place.repeated:
            doubts.append(f"the page has {len(rivals)} different values for {'.'.join(leaf.path)!r}")
            continue
        readings[leaf.path] = Match({leaf.path: [slot]}, {}).read(leaf, 0)
        taken.add(slot.key + leaf.wanted.aspect)
    return readings, doubts


def _ranked(place: Place, leaf: Leaf) -> list[tuple[float, Slot]]:
    ranked = []
    for slot in place.slots:
        points = score(leaf, slot, 1)
        if points >= ENOUGH:
            ranked.append((_adjusted(points, slot, leaf, place), slot))
    ranked = [one for one in ranked if one[0] >= ENOUGH]
    ranked.sort(key=lambda one: (-one[0], -_font(one[1]), one[1].sample.node.order))
    return ranked


def _adjusted(points: float, slot: Slot, leaf: Leaf, place: Place) -> float:
    cell = slot.sample
    said = any(
        label.kind == "text" and max(map(label.fits, leaf.names), default=0.0) >= 0.6 for label in cell.labels
    )
    if cell.node.ref in place.repeated and not said:
        points *= 0.75
    if cell.node.aside:
        points *= 0.75
    if cell.node.element.level == 1:
        points += 0.1
    return points


def _font(slot: Slot) -> float:
    look = slot.sample.node.element.appearance
    return look.font_px if look else 0.0


def _of_page(leaf: Leaf, tree: Tree) -> Reading | None:
    """The page's own title or address, where that is what is asked for."""
    about_page = "page" in leaf.wanted.words or "page" in leaf.wanted.told
    if leaf.wanted.aspect == "link" and (about_page or not leaf.names):
        return _read(leaf, Cell("", tree.root, tree.url, (), tree.url))
    if (
        leaf.wanted.kinds[0] == "string"
        and Label(("title",), 1.0).fits(leaf.wanted.words) >= 0.5
        and tree.title
    ):
        return _read(leaf, Cell("", tree.root, tree.title, ()))
    return None


def _read(leaf: Leaf, cell: Cell) -> Reading | None:
    value = coerce(leaf.wanted, cell, Custom())
    return None if isinstance(value, Nothing) else Reading(value, cell)
