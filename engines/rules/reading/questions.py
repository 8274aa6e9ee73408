"""A question in plain words as a schema, so that its answer is read like any other output.

A question is read whole or not at all: a word that is not understood may be the one that says which record is
meant, and an answer about another one is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from browser.model.text import squeeze
from browser.values.words import COUNT
from engines.rules.reading.closed_words import is_closed

_THIS = r"(?:it|this|(?:this|the) (?:page|site)|this [a-z]+)"
_OF_THIS = rf"(?: (?:of|for|on|in|from) {_THIS})?"
_READ = r"(?:list|extract|get|give me|show me|tell me|collect|read|return|report)"
_VALUES = re.compile(rf"(?:(?:what|who)(?:['’]s| is| are| was| were)|{_READ}) (?P<names>.+?){_OF_THIS}")
_FIRST = rf"first (?:{COUNT})"
_ROWS = (
    re.compile(
        rf"{_READ} (?:all )?(?:the )?(?:{_FIRST} )?(?P<rows>[a-z-]+) with (?:their |its )?(?P<names>.+)"
    ),
    re.compile(
        rf"{_READ} (?:the )?(?P<names>.+?) of (?:every|each|all(?: the)?|the {_FIRST}) (?P<rows>[a-z-]+)"
    ),
)
_COUNT = re.compile(
    r"how many (?P<rows>[a-z-]+)(?: (?:are there|are (?:listed|shown|on (?:this|the) page)|"
    r"does (?:this|the) page (?:have|list|show)))?(?: in total)?"
)
_WHEN = re.compile(rf"when was {_THIS} (?P<done>[a-z]+(?:ed|t|en|n))")
_SET: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"who wrote {_THIS}"), "author"),
    (re.compile(rf"how much (?:does {_THIS} cost|is {_THIS})"), "price"),
)
_ARTICLE = re.compile(r"(?:the|its|an?|this [a-z]+['’]s)\s+")
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*(?: [a-z]+(?:-[a-z]+)*){0,3}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked without a schema."""

    schema: dict[str, Any]
    """Of the answer: an object with what was asked for under its own names, all of it required."""
    wish: str
    """The question."""
    counted: str = ""
    """What is to be counted; "" where nothing is."""


def read_question(words: str) -> Question | None:
    """The question that these words are; None where they are none, or hold more than is understood.

    Understood are single values of what the page is about (`What is the licence and the current version?`,
    `When was it released?`), rows (`List the first 10 books with title and price`) and counts (`How many
    orders are there?`).
    """
    said = squeeze(words).strip(" ?.!").lower()
    if match := _COUNT.fullmatch(said):
        schema = _object({"count": {"type": "integer"}}, required=True)
        return Question(schema, words, match["rows"]) if _names(match["rows"]) else None
    for pattern in _ROWS:
        match = pattern.fullmatch(said)
        names = _names(match["names"]) if match else ()
        if match and names and not any("_" in name for name in names):
            row = _object({name: {"type": "string"} for name in names}, required=False)
            return _question({match["rows"]: {"type": "array", "items": row}}, words)
    if match := _WHEN.fullmatch(said):
        return _values([match["done"]], words)
    for pattern, name in _SET:
        if pattern.fullmatch(said):
            return _values([name], words)
    match = _VALUES.fullmatch(said)
    names = _names(match["names"]) if match else ()
    return _values(names, words) if names and not any(map(_is_plural, names)) else None


def _names(listed: str) -> Sequence[str]:
    """The names in `the title, the author and price`; () where a part of it is no plain name."""
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", listed)
    names = [_ARTICLE.sub("", part, count=1) if _ARTICLE.match(part) else part for part in parts]
    plain = all(_NAME.fullmatch(name) and not any(map(is_closed, name.split())) for name in names)
    return [name.replace(" ", "_") for name in names] if plain else ()


def _is_plural(name: str) -> bool:
    """Whether several things are meant, of which no single value is the answer."""
    return name.endswith("s") and not name.endswith(("ss", "us", "is", "address", "sales", "news"))


def _values(names: Sequence[str], words: str) -> Question:
    return _question({name: {"type": "string"} for name in names}, words)


def _question(properties: dict[str, Any], words: str) -> Question:
    return Question(_object(properties, required=True), words)


def _object(properties: dict[str, Any], *, required: bool) -> dict[str, Any]:
    told = {"required": [*properties]} if required else {}
    return {"type": "object", "properties": properties, **told}
