"""Where a value to be typed comes from: the prompt itself, the page, or a step before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engines.embedded.course import CannotDo
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes
from engines.embedded.skills.facts import text_below, value_of_label, word_in_text

Resolve = Callable[[Scene, Notes], str]


@dataclass(frozen=True, slots=True)
class Source:
    """A value, or a way to get it from the page when its turn comes."""

    resolve: Resolve
    words: str = ""


_HELD = re.compile(
    r"^(?:it|that|this|them|that word|the (?:value|word|text|number)|"
    r"(?:your|the) (?:answer|result|solution))$",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"^(?P<value>‹\d+›)\s*,?\s*in (?:all )?(?P<case>lower|upper)[ -]?case(?: letters)?\b", re.IGNORECASE
)
_LOOKUP = re.compile(r"^the (?:value|content|text) (?:of|for|from) (?:the )?(?P<key>.+)$", re.IGNORECASE)
_WORD = re.compile(r"^the (?P<nth>\S+) word (?:in|of) (?P<where>.+)$", re.IGNORECASE)
_BELOW = re.compile(
    r"^the (?:text|word|words|code|characters|letters|string)(?: shown| displayed)?"
    r"(?: below| above| on the page| in the image)?$",
    re.IGNORECASE,
)
_NOUN = re.compile(r"^(?:the |a |an |my |your )?[\w -]{1,30}? (?P<value>‹\d+›)$", re.IGNORECASE)


def source_of(words: str, clause: Clause) -> Source | None:
    """The source that some words of a clause name; None where they cannot be read."""
    words = words.strip(" ,.")
    if not words:
        return None
    cased = _CASE.match(words)
    if cased:
        value = clause.spoken(cased["value"])
        return _fixed(value.lower() if cased["case"].lower() == "lower" else value.upper())
    if re.fullmatch(r"‹\d+›", words):
        return _fixed(clause.spoken(words))
    noun = _NOUN.match(words)
    if noun:
        return _fixed(clause.spoken(noun["value"]))
    if _HELD.match(words):
        return Source(_held, words)
    word = _WORD.match(words)
    if word:
        return Source(lambda scene, _: word_in_text(scene, word["nth"], clause.spoken(word["where"])), words)
    lookup = _LOOKUP.match(words)
    if lookup:
        key = clause.spoken(lookup["key"])
        return Source(lambda scene, _: value_of_label(scene, key), words)
    if _BELOW.match(words):
        return Source(lambda scene, _: text_below(scene), words)
    if re.match(r"(?:the|your|an?|any|each|every|all)\s", words, re.IGNORECASE):
        return None
    return _fixed(clause.spoken(words))


def _fixed(value: str) -> Source:
    return Source(lambda _scene, _notes: value, value)


def _held(scene: Scene, notes: Notes) -> str:
    if notes.held is None:
        raise CannotDo("the prompt says 'it', and nothing before says what that is")
    return notes.held
