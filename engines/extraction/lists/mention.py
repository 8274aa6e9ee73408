"""Which records a wish names: `the price of the Wool blanket`, `only the open issues`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engines.extraction.columns.columns import Table
from engines.extraction.page.words import split_words, telling_words, word_match, word_set

_BEFORE = word_set(
    "in by from of for with is are as on at to named called titled about whose status category "
    "tagged marked labelled labeled where equals than like only"
)
_PLAIN_WORDS = word_set(
    "extract get find list show give return collect tell read all every each any the a an of and or to me "
    "please what which who how many much is are do does on in for from by with page their its "
    "more less than next previous over under above below first last top most least other new"
)
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Mention:
    """A text of some records that the wish quotes."""

    text: str
    key: str
    """The column it stands in."""
    places: frozenset[int]
    start: int
    end: int


def mentions(table: Table, wish: str, own_words: Iterable[str], nouns: Iterable[str]) -> list[Mention]:
    """The texts of records that the wish quotes in full, the longest where they overlap.

    Args:
        own_words: Words of the schema: that `price` is asked for does not name a record.
        nouns: What one record is called: `open issues` names the state because of what follows.
    """
    own = {*own_words, *_PLAIN_WORDS}
    found: dict[tuple[int, int, str], set[int]] = {}
    for column in table.columns:
        for place, cell in column.cells.items():
            for span in _spans(cell.text, wish, own, frozenset(nouns)):
                found.setdefault((*span, column.key), set()).add(place)
    count = len(table.records)
    every = [
        Mention(wish[start:end], key, frozenset(places), start, end)
        for (start, end, key), places in found.items()
        if len(places) < count
    ]
    return _longest(every)


def _spans(text: str, wish: str, own: set[str], nouns: frozenset[str]) -> list[tuple[int, int]]:
    text = text.strip().strip(".:;()“”\"'")
    if not 2 <= len(text) <= _LONGEST or text.casefold() not in wish.casefold():
        return []
    if all(word in own for word in split_words(text)):
        return []
    found = re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", wish, re.IGNORECASE)
    return [match.span() for match in found if _names(match, wish, nouns)]


def _names(match: re.Match[str], wish: str, nouns: frozenset[str]) -> bool:
    """Whether the words are used as a name rather than happen to occur."""
    said = match.group()
    before, after = wish[: match.start()], wish[match.end() :]
    if before.endswith(('"', "'", "“", "‘")):
        return True
    starts = not before.strip() or before.rstrip().endswith((".", "!", "?", ":"))
    if said.isdigit() or re.fullmatch(r"[\d.,]+", said):
        return before.rstrip().endswith("#")
    if not starts and (any(sign.isupper() for sign in said) or any(sign.isdigit() for sign in said)):
        return True
    if len(said.split()) >= 3:
        return True
    following = split_words(after)[:1]
    preceding = split_words(before)[-1:]
    skipped = (preceding == ("the",) and split_words(before)[-2:-1]) or preceding
    return bool(following and following[0] in nouns) or bool(skipped and skipped[0] in _BEFORE)


def _longest(every: list[Mention]) -> list[Mention]:
    """Leave out mentions inside a longer one; if several columns have the text, keep the rarer."""
    every.sort(key=lambda one: (one.start - one.end, len(one.places)))
    kept: list[Mention] = []
    for one in every:
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return kept


def named_places(found: list[Mention]) -> list[int]:
    """The records that all the mentions name: any of those in one column, in every column."""
    by_column: dict[str, set[int]] = {}
    for one in found:
        by_column.setdefault(one.key, set()).update(one.places)
    return sorted(set.intersection(*by_column.values())) if by_column else []


def nearly_named(table: Table, wish: str, own_words: Iterable[str]) -> int | None:
    """The one record most of whose name the wish says; None where there is none or more than one."""
    column = max(table.columns, key=lambda one: one.best(("title",)), default=None)
    if column is None or column.best(("title",)) < 0.6:
        return None
    said = set(telling_words(wish)) - {*own_words, *_PLAIN_WORDS}
    shares = []
    for place, cell in column.cells.items():
        words = telling_words(cell.text)
        hits = [word for word in words if any(word_match(word, other) >= 1.0 for other in said)]
        if len(hits) >= 2 or (hits and len(hits) == len(words)):
            shares.append((len(hits) / len(words), place))
    shares.sort(reverse=True)
    if not shares or shares[0][0] < 0.6 or (len(shares) > 1 and shares[1][0] == shares[0][0]):
        return None
    return shares[0][1]
