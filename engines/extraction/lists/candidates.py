"""Groups of records that may be the wanted list, judged by what they hold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from browser.model.page_tree import Node
from browser.model.records import Record
from engines.extraction.columns.columns import Table
from engines.extraction.columns.match import Leaf, Match, fit, leaves_of, list_column, match
from engines.extraction.page.records import Group
from engines.extraction.page.words import affinity, telling_words
from engines.extraction.schema.wanted import Wanted
from engines.extraction.schema.wish import Asked

_WORTH_OF_LISTS = 0.2
"""What it costs a group to lack all lists that its records are to have."""
_ADVERTS = re.compile(r"^(?:ad|ads|advert|advertisement|sponsored|promoted|anzeige)(?::.*)?$", re.IGNORECASE)

Groups = Sequence[tuple[Group, Table]]


@dataclass(eq=False, slots=True)
class Candidate:
    """A group that may be the wanted list."""

    group: Group
    table: Table
    leaves: list[Leaf]
    match: Match
    points: float


def candidates(groups: Groups, wanted: Wanted, asked: Asked, any_fit: bool = False) -> list[Candidate]:
    """Groups that hold something of what is wanted, the best first; with `any_fit` the others too."""
    every = item_leaves(wanted)
    plain = wanted.item is not None and not wanted.item.is_object
    found = []
    for group, table in groups:
        leaves = every if plain else [_also_title(leaf, wanted.words, group) for leaf in every]
        matched = match(_as_a_whole(group, table) if plain else table, leaves)
        coverage = fit(matched, leaves)
        if _is_form(group) and any(leaf.wanted.kinds[0] == "boolean" for leaf in leaves):
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
        1 for child in lists if list_column(table, child, len(lists) == 1) is None and not child.nullable
    )
    return _WORTH_OF_LISTS * lost / (len(lists) or 1)


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
