"""Lists: the group of records that fits the schema's items best, and its values."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.page_tree import Node
from browser.model.records import Record
from engines.extraction.built import Built, assemble, step_to
from engines.extraction.choose import choose
from engines.extraction.columns.cells import Cell
from engines.extraction.columns.coerce import NOTHING, Custom, Nothing, coerce
from engines.extraction.columns.columns import ListColumn, Table
from engines.extraction.columns.match import ENOUGH, Leaf, Match, Reading, fit, leaves_of, match
from engines.extraction.mention import mentions, named_places
from engines.extraction.page.records import Group
from engines.extraction.page.words import affinity, telling_words
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked
from engines.output_spec import JSON

_TOO_CLOSE = 0.03
_WORTH_OF_LISTS = 0.2
"""What it costs a group to lack all lists that its records are to have."""
_ADVERTS = re.compile(r"^(?:ad|ads|advert|advertisement|sponsored|promoted|anzeige)$", re.IGNORECASE)


Groups = Sequence[tuple[Group, Table]]


@dataclass(eq=False, slots=True)
class Candidate:
    """A group that may be the wanted list."""

    group: Group
    table: Table
    leaves: list[Leaf]
    match: Match
    points: float


def candidates(
    groups: Sequence[tuple[Group, Table]], wanted: Wanted, asked: Asked, any_fit: bool = False
) -> list[Candidate]:
    """Groups that hold something of what is wanted, the best first; with `any_fit` the others too."""
    every = item_leaves(wanted)
    plain = wanted.item is not None and not wanted.item.is_object
    found = []
    for group, table in groups:
        leaves = every if plain else [_also_title(leaf, wanted.words, group) for leaf in every]
        matched = match(_as_a_whole(group, table) if plain else table, leaves)
        coverage = fit(matched, leaves)
        if _is_form(group) and _tells_yes_or_no(leaves):
            continue
        if coverage > 0 or any_fit:
            points = coverage + _bonus(group, table, wanted, asked) - _lacking(table, wanted)
            found.append(Candidate(group, table, leaves, matched, points))
    named = any(_is_called(one, wanted) and len(one.match.scores) * 2 >= len(one.leaves) for one in found)
    for one in found:
        if not _wants_lists(wanted) and _holds_records(one, found):
            one.points -= 0.15
        if named and not _is_called(one, wanted):
            one.points -= 0.4
        if _is_form(one.group):
            one.points -= 0.3
    return sorted(found, key=lambda one: -one.points)


def completed(candidate: Candidate, wanted: Wanted, asked: Asked) -> Candidate:
    """The candidate with all of its records, where it was judged by a sample."""
    if candidate.table.rest is None:
        return candidate
    return candidates([(candidate.group, candidate.table.whole())], wanted, asked, any_fit=True)[0]


def _is_called(candidate: Candidate, wanted: Wanted) -> bool:
    """Whether the heading over the group is the very name of the list."""
    return any(
        label.kind == "text" and label.words == wanted.words and bool(label.words)
        for label in candidate.group.context
    )


def _is_form(group: Group) -> bool:
    """Whether the records are parts of a form, such as the filters beside a list."""
    return 2 * sum(map(_is_choice, group.records)) >= len(group.records)


def _tells_yes_or_no(leaves: Sequence[Leaf]) -> bool:
    return any(leaf.wanted.kinds[0] == "boolean" for leaf in leaves)


def _is_choice(record: Record) -> bool:
    boxes = sum(1 for node in record for one in node.walk() if one.element.role in ("checkbox", "radio"))
    return boxes >= 2 or (boxes == 1 and len(record) > 1)


def _holds_records(outer: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether the records are sections rather: most of their text is that of several records each."""
    total = sum(len(node.text) for record in outer.group.records for node in record) or 1
    for inner in found:
        if len(inner.group) < 2 * len(outer.group) or inner is outer:
            continue
        inside = [record[0] for record in inner.group.records if _within(record[0], outer.group)]
        if len(inside) == len(inner.group) and sum(len(node.text) for node in inside) * 2 > total:
            return True
    return False


def _wants_lists(wanted: Wanted) -> bool:
    """Whether each record is to hold a list, as a section holds the entries below its heading."""
    return wanted.item is not None and any(child.is_list for child in wanted.item.properties)


def _within(node: Node, group: Group) -> bool:
    return any(one is not node and one.holds(node) for record in group.records for one in record)


def item_leaves(wanted: Wanted) -> list[Leaf]:
    """What each record is to have; for a list of plain values it is the one value."""
    item = wanted.item or Wanted()
    if item.is_object:
        return leaves_of(item)
    words = wanted.words
    if item.aspect == "link":
        words = tuple(word for word in words if word not in ("link", "url", "uri", "href"))
        return [Leaf((), item, (words,) if words else ())]
    return [Leaf((), item, tuple(one for one in (words, wanted.told) if one) or (("title",),))]


def _also_title(leaf: Leaf, record: tuple[str, ...], group: Group) -> Leaf:
    """The `plan` of a plan is its name; so is the `hotel` below the heading `Hotels in Trieste`."""
    words = leaf.wanted.words
    if leaf.wanted.aspect != "text" or leaf.wanted.kinds[0] != "string" or not words:
        return leaf
    said = any(set(words) <= set(label.words) for label in group.context if label.kind == "text")
    return replace(leaf, names=(*leaf.names, ("title",))) if words == record or said else leaf


def _as_a_whole(group: Group, table: Table) -> Table:
    """The table for a list of plain values: a record as a whole is called what the group is called."""
    columns = []
    for column in table.columns:
        if column.key in ("", _only_key(table)):
            column = replace(column, labels=[*column.labels, *group.context])
        columns.append(column)
    return Table(table.records, columns, table.lists)


def _only_key(table: Table) -> str:
    """The key of the one column that says all of a record; "" where there is none."""
    whole = next((column for column in table.columns if column.key == ""), None)
    if whole is None:
        return ""
    texts = {place: cell.text for place, cell in whole.cells.items()}
    same = [
        column
        for column in table.columns
        if column is not whole and {place: cell.text for place, cell in column.cells.items()} == texts
    ]
    return same[-1].key if same else ""


def _bonus(group: Group, table: Table, wanted: Wanted, asked: Asked) -> float:
    """More records, a fitting heading or class, and the page's middle speak for a group."""
    names = (wanted.words, wanted.told)
    named = max(group.named(words) for words in names)
    mentioned = telling_words(asked.text)
    wished = max(
        (affinity(one.words, mentioned) for one in group.context if len(one.words) <= 3), default=0.0
    )
    bonus = 0.05 * math.log2(min(len(group), 32)) + 0.35 * named + 0.1 * wished
    return bonus - (0.15 if group.boilerplate else 0.0)


def _lacking(table: Table, wanted: Wanted) -> float:
    """What speaks against records without a list that each of them is to have."""
    item = wanted.item or Wanted()
    lists = [child for child in item.properties if child.is_list and child.item and not child.item.is_object]
    lost = sum(
        1 for child in lists if _column_of(table, child, len(lists) == 1) is None and not child.nullable
    )
    return _WORTH_OF_LISTS * lost / (len(lists) or 1)


def build_list(
    groups: Sequence[tuple[Group, Table]], wanted: Wanted, asked: Asked
) -> tuple[Built, Candidate | None]:
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


def real_places(candidate: Candidate) -> list[int]:
    """The records without adverts that say so, and without rows that hold hardly anything wanted."""
    matched = [leaf for leaf in candidate.leaves if leaf.path in candidate.match.scores]
    count = len(candidate.table.records)
    held = {
        place: sum(1 for leaf in matched if candidate.match.read(leaf, place) is not None)
        for place in range(count)
    }
    adverts = {place for place in range(count) if _is_advert(candidate.table, place)}
    if len(adverts) * 2 >= count:
        adverts = set()
    return [
        place
        for place in range(count)
        if place not in adverts and held[place] > 0 and held[place] * 2 >= len(matched) * 0.6
    ]


def _is_advert(table: Table, place: int) -> bool:
    return any(
        _ADVERTS.match(one.text.strip())
        for node in table.records[place]
        for one in node.walk()
        if one.is_text
    )


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
    best = _column_of(table, wanted, alone)
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


def _column_of(table: Table, wanted: Wanted, alone: bool) -> ListColumn | None:
    """The column that holds this list in every record; `alone`: no other list is wanted of the records."""
    item = wanted.item or Wanted()
    best = max(table.lists, key=lambda column: _list_points(column, wanted, item), default=None)
    if best is not None and _list_points(best, wanted, item) < ENOUGH:
        best = _only_list(table) if alone and item.kinds[0] == "string" else None
    return best


def _only_list(table: Table) -> ListColumn | None:
    """The one list that the records have in them, where they have one only."""
    several = [
        column
        for column in table.lists
        if all(cell.node.tag == "li" for some in column.cells.values() for cell in some)
        and sum(1 for some in column.cells.values() if len(some) > 1) * 2 >= len(table.records)
    ]
    return several[0] if len(several) == 1 else None


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


def _list_points(column: ListColumn, wanted: Wanted, item: Wanted) -> float:
    named = max(column.best(wanted.words), 0.8 * column.best(wanted.told))
    cells = [cell for some in column.cells.values() for cell in some]
    fitting = sum(1 for cell in cells if coerce(item, cell, Custom()) is not NOTHING) / len(cells)
    several = sum(1 for some in column.cells.values() if len(some) > 1) / len(column.cells)
    split = sum(1 for some in column.cells.values() if "," in some[0].text) / len(column.cells)
    return named * fitting * (0.75 + 0.25 * max(several, 0.8 * split))
