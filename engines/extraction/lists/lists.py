"""Lists: the records of the group that fits the schema's items best, and the lists inside of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from browser.model.records import Record
from engines.extraction.built import Built, assemble, step_to
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import NOTHING, Custom, Nothing, coerce
from engines.extraction.columns.columns import Table
from engines.extraction.columns.match import ENOUGH, Reading, list_column
from engines.extraction.lists.candidates import Candidate, Groups, candidates, completed, real_places
from engines.extraction.lists.choose import choose
from engines.extraction.lists.mention import mentions, named_places
from engines.extraction.page.records import Group
from engines.extraction.page.words import affinity
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked
from engines.output_spec import JSON

_TOO_CLOSE = 0.03


def build_list(groups: Groups, wanted: Wanted, asked: Asked) -> tuple[Built, Candidate | None]:
    """The list and the group it was read from; no group, no list: that is missing, not empty."""
    ranked = candidates(groups, wanted, asked)
    if not ranked or not _enough(ranked[0], wanted):
        return Built(None if wanted.nullable else NOTHING, missing=[""]), None
    best = completed(ranked[0], wanted, asked)
    built = Built([])
    if rival := _rival(best, ranked[1:]):
        built.doubts.append(
            f"groups of {len(best.group)} and of {len(rival.group)} records fit "
            f"{wanted.name or 'the list'!r} equally well"
        )
    chosen = choose(
        best.table, _meant(best, wanted, asked), best.leaves, best.match, _for_list(wanted, asked)
    )
    built.doubts.extend(chosen.doubts)
    places = chosen.places if wanted.most is None else chosen.places[: wanted.most]
    values: list[JSON] = []
    for place in places:
        part = _record(best, wanted, place, groups)
        if isinstance(part.value, Nothing):
            continue
        built.take(step_to(len(values)), part)
        values.append(part.value)
    built.value = values
    return built, best


def _enough(candidate: Candidate, wanted: Wanted) -> bool:
    needed = [leaf for leaf in candidate.leaves if leaf.wanted.required] or candidate.leaves
    held = sum(1 for leaf in needed if leaf.path in candidate.match.scores)
    most = len(candidate.match.scores) * 2 >= len(candidate.leaves) and held > 0
    return (most or held * 2 >= len(needed)) and candidate.points >= ENOUGH * 0.6


def _rival(best: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """Another group elsewhere on the page that fits as well, with other values and no fewer of them."""
    for other in others:
        if other.points < best.points - _TOO_CLOSE:
            return None
        if not best.group.overlaps(other.group) and len(other.match.scores) >= len(best.match.scores):
            return other
    return None


def _meant(candidate: Candidate, wanted: Wanted, asked: Asked) -> list[int]:
    """The records that the wish names, or all."""
    places = real_places(candidate)
    nouns = {*wanted.words, *wanted.told}
    own = nouns | {word for leaf in candidate.leaves for word in (*leaf.wanted.words, *leaf.wanted.told)}
    named = set(named_places(mentions(candidate.table, asked.text, own, nouns)))
    return [place for place in places if place in named] or places


def _for_list(wanted: Wanted, asked: Asked) -> Asked:
    """The wish without an order that is only the list's name: `most_read` does not ask for sorting."""
    if asked.order and affinity(asked.order.words, wanted.words) > 0:
        return replace(asked, order=None, first=None if asked.first == 1 else asked.first)
    return asked


def _record(candidate: Candidate, wanted: Wanted, place: int, groups: Groups) -> Built:
    item = wanted.item or Wanted()
    readings = {leaf.path: candidate.match.read(leaf, place) for leaf in candidate.leaves}
    if not item.is_object:
        reading = readings.get(())
        if reading is None:
            return Built(NOTHING)
        return Built(reading.value, {"": reading.cell.node.ref})
    return assemble(item, readings, inner_lists(candidate.table, item, place, groups))


def inner_lists(
    table: Table, item: Wanted, place: int, groups: Groups, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], Built]:
    """Lists inside one record: its tags, its links, the lines of an order."""
    lists: dict[tuple[str, ...], Built] = {}
    for child in item.properties:
        at = (*path, child.name)
        if child.is_object:
            lists.update(inner_lists(table, child, place, groups, at))
        elif child.is_list and child.item is not None and not child.item.is_object:
            alone = sum(1 for one in item.properties if one.is_list) == 1
            lists[at] = _plain_list(table, child, place, alone)
        elif child.is_list:
            lists[at] = _record_list(table.records, child, place, groups)
    return lists


def _record_list(outer: Sequence[Record], wanted: Wanted, place: int, groups: Groups) -> Built:
    """The records inside one record, of the group that fits best over all of the outer records."""
    inside = [(group, table) for group, table in groups if _lies_in(group, outer)]
    ranked = [one for one in candidates(inside, wanted, Asked(text="")) if _enough(one, wanted)]
    if not ranked:
        return Built(None if wanted.nullable else NOTHING, missing=[""])
    best = completed(ranked[0], wanted, Asked(text=""))
    values: list[JSON] = []
    built = Built(values)
    for number in real_places(best):
        if not any(node.holds(best.group.records[number][0]) for node in outer[place]):
            continue
        part = _record(best, wanted, number, groups)
        if not isinstance(part.value, Nothing):
            built.take(step_to(len(values)), part)
            values.append(part.value)
    if not values:
        return Built(None if wanted.nullable else NOTHING, missing=[""])
    return built


def _lies_in(group: Group, outer: Sequence[Record]) -> bool:
    """Whether most of the records lie in the outer ones, and in several of those where they can."""
    homes = [
        next(
            (
                number
                for number, record in enumerate(outer)
                if any(node is not one[0] and node.holds(one[0]) for node in record)
            ),
            None,
        )
        for one in group.records
    ]
    within = [home for home in homes if home is not None]
    return 2 * len(within) > len(homes) and len(set(within)) >= min(2, len(outer))


def _plain_list(table: Table, wanted: Wanted, place: int, alone: bool) -> Built:
    item = wanted.item or Wanted()
    best = list_column(table, wanted, alone)
    if best is None:
        return Built(None if wanted.nullable else NOTHING, missing=[""])
    cells = best.cells.get(place, [])
    values: list[JSON] = []
    built = Built(values)
    for reading in _readings(cells, item):
        built.sources[step_to(len(values))] = reading.cell.node.ref
        values.append(reading.value)
    if not values:
        return Built([] if wanted.least == 0 else NOTHING, missing=[] if wanted.least == 0 else [""])
    return built


def _readings(cells: Sequence[Cell], item: Wanted) -> list[Reading]:
    """The values of the cells; a single cell of texts with commas between them is taken apart."""
    parts = cells
    if len(cells) == 1 and item.aspect == "text" and "," in cells[0].text:
        only = cells[0]
        parts = [
            Cell(only.key, only.node, piece.strip(), only.labels, fragment=True)
            for piece in only.text.rpartition(":")[2].split(",")
            if piece.strip()
        ]
    read = ((coerce(item, cell, Custom()), cell) for cell in parts)
    return [Reading(value, cell) for value, cell in read if not isinstance(value, Nothing)]
