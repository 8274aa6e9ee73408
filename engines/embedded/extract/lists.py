"""Lists: the group of records that fits the schema's items best, and its values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from engines.base import JSON
from engines.embedded.extract.built import Built, assemble, step_to
from engines.embedded.extract.cells import Cell
from engines.embedded.extract.choose import choose
from engines.embedded.extract.coerce import NOTHING, Custom, Nothing, coerce
from engines.embedded.extract.match import ENOUGH, Leaf, Match, Reading, fit, leaves_of, match
from engines.embedded.extract.records import Group
from engines.embedded.extract.slots import ListSlot, Sheet
from engines.embedded.extract.wanted import Wanted
from engines.embedded.extract.wish import Asked
from engines.embedded.extract.words import affinity, telling_words

_TOO_CLOSE = 0.03
_ADVERTS = re.compile(r"^(?:ad|ads|advert|advertisement|sponsored|promoted|anzeige)$", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Candidate:
    """A group that may be the wanted list."""

    group: Group
    sheet: Sheet
    leaves: list[Leaf]
    match: Match
    points: float


def candidates(groups: Sequence[tuple[Group, Sheet]], wanted: Wanted, asked: Asked) -> list[Candidate]:
    """Groups that hold something of what is wanted, the best first."""
    leaves = item_leaves(wanted)
    found = []
    for group, sheet in groups:
        matched = match(sheet, leaves)
        coverage = fit(matched, leaves)
        if coverage > 0:
            points = coverage + _bonus(group, sheet, wanted, asked)
            found.append(Candidate(group, sheet, leaves, matched, points))
    return sorted(found, key=lambda one: -one.points)


def item_leaves(wanted: Wanted) -> list[Leaf]:
    """What each record is to have; for a list of plain values it is the one value."""
    item = wanted.item or Wanted()
    if item.is_object:
        return leaves_of(item)
    return [Leaf((), item, (wanted.words,) if wanted.words else (("title",),))]


def _bonus(group: Group, sheet: Sheet, wanted: Wanted, asked: Asked) -> float:
    """More records, a fitting heading or class, and the page's middle speak for a group."""
    names = (wanted.words, wanted.told)
    named = max((affinity(words, label) for words in names for label in group.context), default=0.0)
    mentioned = telling_words(asked.text)
    wished = max((affinity(label, mentioned) for label in group.context if len(label) <= 3), default=0.0)
    bonus = 0.05 * math.log2(min(len(group), 32)) + 0.2 * named + 0.1 * wished
    return bonus - (0.15 if group.aside else 0.0)


def build_list(
    groups: Sequence[tuple[Group, Sheet]], wanted: Wanted, asked: Asked
) -> tuple[Built, Candidate | None]:
    """The list and the group it was read from; no group, no list: that is missing, not empty."""
    ranked = candidates(groups, wanted, asked)
    if not ranked or not _enough(ranked[0], wanted):
        return Built(None if wanted.nullable else NOTHING, missing=[""]), None
    best = ranked[0]
    built = Built([])
    if rival := _rival(best, ranked[1:]):
        built.doubts.append(
            f"groups of {len(best.group)} and of {len(rival.group)} records fit "
            f"{wanted.name or 'the list'!r} equally well"
        )
    chosen = choose(best.sheet, _real_places(best), best.leaves, best.match, asked)
    built.doubts.extend(chosen.doubts)
    places = chosen.places if wanted.most is None else chosen.places[: wanted.most]
    values: list[JSON] = []
    for place in places:
        part = _record(best, wanted, place)
        if isinstance(part.value, Nothing):
            continue
        built.take(step_to(len(values)), part)
        values.append(part.value)
    built.value = values
    return built, best


def _enough(candidate: Candidate, wanted: Wanted) -> bool:
    needed = [leaf for leaf in candidate.leaves if leaf.wanted.required] or candidate.leaves
    held = sum(1 for leaf in needed if leaf.path in candidate.match.scores)
    return held * 2 >= len(needed) and candidate.points >= ENOUGH * 0.6


def _rival(best: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """Another group elsewhere on the page that fits as well, with other values."""
    for other in others:
        if other.points < best.points - _TOO_CLOSE:
            return None
        apart = not any(
            one.holds(two) or two.holds(one)
            for record in best.group.records
            for one in record
            for two in other.group.records[0]
        )
        if apart:
            return other
    return None


def _real_places(candidate: Candidate) -> list[int]:
    """The records without adverts that say so, and without rows that hold hardly anything wanted."""
    matched = [leaf for leaf in candidate.leaves if leaf.path in candidate.match.scores]
    count = len(candidate.sheet.records)
    held = {
        place: sum(1 for leaf in matched if candidate.match.read(leaf, place) is not None)
        for place in range(count)
    }
    adverts = {place for place in range(count) if _is_advert(candidate.sheet, place)}
    if len(adverts) * 2 >= count:
        adverts = set()
    return [
        place
        for place in range(count)
        if place not in adverts and held[place] > 0 and held[place] * 2 >= len(matched) * 0.6
    ]


def _is_advert(sheet: Sheet, place: int) -> bool:
    return any(
        _ADVERTS.match(one.text.strip())
        for node in sheet.records[place]
        for one in node.walk()
        if one.is_text
    )


def _record(candidate: Candidate, wanted: Wanted, place: int) -> Built:
    item = wanted.item or Wanted()
    readings = {leaf.path: candidate.match.read(leaf, place) for leaf in candidate.leaves}
    if not item.is_object:
        reading = readings.get(())
        if reading is None:
            return Built(NOTHING)
        return Built(reading.value, {"": reading.cell.node.ref})
    return assemble(item, readings, inner_lists(candidate.sheet, item, place))


def inner_lists(
    sheet: Sheet, item: Wanted, place: int, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], Built]:
    """Lists of plain values inside one record: its tags, its links."""
    lists: dict[tuple[str, ...], Built] = {}
    for child in item.properties:
        at = (*path, child.name)
        if child.is_object:
            lists.update(inner_lists(sheet, child, place, at))
        elif child.is_list and child.item is not None and not child.item.is_object:
            lists[at] = _plain_list(sheet, child, place)
    return lists


def _plain_list(sheet: Sheet, wanted: Wanted, place: int) -> Built:
    item = wanted.item or Wanted()
    best = max(sheet.lists, key=lambda slot: _list_points(slot, wanted, item), default=None)
    if best is None or _list_points(best, wanted, item) < ENOUGH:
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


def _list_points(slot: ListSlot, wanted: Wanted, item: Wanted) -> float:
    named = max(slot.best(wanted.words), 0.8 * slot.best(wanted.told))
    cells = [cell for some in slot.cells.values() for cell in some]
    fitting = sum(1 for cell in cells if coerce(item, cell, Custom()) is not NOTHING) / len(cells)
    several = sum(1 for some in slot.cells.values() if len(some) > 1) / len(slot.cells)
    split = sum(1 for some in slot.cells.values() if "," in some[0].text) / len(slot.cells)
    return named * fitting * (0.75 + 0.25 * max(several, 0.8 * split))
