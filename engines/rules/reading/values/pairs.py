"""Labels with their values in a row: `the reason "Too late", quantity 30 and due date 2026-05-01`."""

from __future__ import annotations

import re

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import MARK, NotRead
from engines.rules.reading.things import label_in

_CUT = re.compile(r",? and |, ")
_VALUE = r"‹\d+›|#[0-9a-fA-F]{3,8}|[-+]?[$€£]?\d[\d.,:/-]*%?|[A-Z][\w.'’&-]*(?: [A-Z][\w.'’&-]*)*"
"""Quoted, a colour in figures, a number, a date in figures, or a name in capitals."""
_PAIR = re.compile(
    r"(?:the |an? |its )?(?P<label>‹\d+›|[A-Za-z][a-z]*(?: [a-z]+)*?)(?: (?:set to|of|to|as|is|=)|:)?"
    rf" (?P<value>{_VALUE})"
)
_IN_LABELS = frozenset({"of", "per", "no", "first", "last", "next"})
"""Words of closed classes that a label in a row of pairs may have."""


def pairs_in(words: str, clause: Clause) -> tuple[tuple[str, str], ...]:
    """The labels and values that some words of a clause name, quoted strings still as marks.

    Raises:
        NotRead: A part of it is no label with a value.
    """
    found: list[tuple[str, str]] = []
    for part in _CUT.split(words.strip(" ,.")):
        match = _PAIR.fullmatch(part)
        if match is None:
            raise NotRead(part, clause)
        found.append((_label(match["label"], clause), clause.spoken(match["value"])))
    labels = [label.casefold() for label, _ in found]
    if len(set(labels)) < len(labels):
        raise NotRead(words, clause)
    return tuple(found)


def _label(words: str, clause: Clause) -> str:
    if MARK.fullmatch(words):
        return clause.spoken(words)
    if any(is_closed(word) and word not in _IN_LABELS for word in words.split()):
        raise NotRead(words, clause)
    return label_in(words, clause)
