"""What something is made with, in words: `by Ann Lee with the tags sea and salt, published 3 March 2024`.

A part has a label with its value (`genre History`, `born on 1 May 1979`), or a preposition that ties a value
to what is made (`by Clara Duarte`). A value is quoted, a number, a date, a time, or a name in capitals; in
lower case it stands behind a label of one word, as in `the tags sea and travel`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from engines.rules.reading.clauses import Clause
from engines.rules.reading.closed_words import is_closed
from engines.rules.reading.names import NotRead, is_adverb

_DATE = (
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8}\.?,? \d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
VALUE = (
    rf"‹\d+›|{_DATE}|[-+]?[$€£]?\d[\d.,:/-]*\d%?|\d%?|[A-Z][\w.'’&-]*(?: (?:[A-Z]|#?\d)[\w.'’&-]*)*"
    r"|(?=[a-z-]*\d)[a-z][\w-]*|[a-z]+(?:-[a-z\d]+){2,}"
)
"""A value that tells where it begins and ends."""
_TIE = r"(?:with|by|from|to|of|for|in|at|on)"
_LABEL = r"[a-z]+(?: [a-z]+)??"
_STRICT = re.compile(
    rf"(?:(?P<tie>{_TIE}) )?(?:the |an? |its )?"
    rf"(?:(?P<label>{_LABEL})(?: (?:of|on|at|is|to|as|until|from|by))? )??"
    rf"(?P<value>{VALUE})(?!\w)"
)
_LOOSE = re.compile(
    r"(?:with )?(?:the )?(?P<label>[a-z]+) (?P<values>[a-z][\w-]*(?:(?:,? and |, )[a-z][\w-]*)*)"
    rf"(?=,| and | {_TIE} |$)"
)
_CUT = re.compile(rf",? and |, | (?={_TIE} )|$")
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
"""What a preposition ties to an act and not to what is made: by when it is to be done."""
_TIME = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Filling:
    """One part of what something is made with."""

    label: str
    """What its field is called; "" where only a preposition ties it."""
    values: tuple[str, ...]
    tie: str = ""
    """The preposition before it."""
    time: str = ""
    """The time of day that goes with a date."""


def fillings_in(words: str, clause: Clause) -> tuple[Filling, ...]:
    """The parts that some words of a clause name, quoted strings still as marks.

    Raises:
        NotRead: A word of them was not understood.
    """
    words = words.strip(" ,.")
    found: list[Filling] = []
    at, cut = 0, ""
    while at < len(words):
        strict, loose = _STRICT.match(words, at), _LOOSE.match(words, at)
        match = strict or loose
        end = _CUT.match(words, match.end()) if match else None
        if strict is not None and end is None and loose is not None:
            match, end = loose, _CUT.match(words, loose.end())
        if match is None or end is None:
            raise NotRead(words[at:], clause)
        _add(match, cut, found, clause)
        at, cut = end.end(), end[0]
    labels = [one.label for one in found if one.label]
    if len(set(labels)) < len(labels):
        raise NotRead(words, clause)
    return tuple(found)


def _add(match: re.Match[str], cut: str, found: list[Filling], clause: Clause) -> None:
    """Take up one part: of its own, a further value of the one before it, or the time of a date."""
    part = match.groupdict()
    label = part["label"] or ""
    if any(is_closed(word) or is_adverb(word) or re.fullmatch(r"\w{2,}ing", word) for word in label.split()):
        raise NotRead(match[0], clause)
    if part.get("values"):
        values = tuple(re.split(r",? and |, ", part["values"]))
        if any(is_closed(one) or one.endswith(("ly", "ing")) for one in values):
            raise NotRead(match[0], clause)
        found.append(Filling(label, values))
        return
    value, tie = clause.spoken(part["value"]), part.get("tie") or ""
    if (label and tie not in ("", "with")) or (tie and not label and value.lower() in _DAYS):
        raise NotRead(match[0], clause)
    if found and not label and tie == "at" and _TIME.fullmatch(value):
        found[-1] = replace(found[-1], time=value)
    elif label or tie:
        found.append(Filling(label, (value,), tie))
    elif found and "and" in cut:
        found[-1] = replace(found[-1], values=(*found[-1].values, value))
    else:
        raise NotRead(match[0], clause)
