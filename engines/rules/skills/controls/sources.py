"""Where a value to be typed comes from: the prompt itself, or a label on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, NotRead, name_in
from engines.rules.scene import Scene
from engines.rules.skills.lists.facts import value_of_label


@dataclass(frozen=True, slots=True)
class Source:
    """A value, or the label on the page that it stands beside."""

    words: str
    looked_up: bool = False

    def resolve(self, scene: Scene) -> str:
        """The value as it is to be typed; raises `NotFound` where the page does not show it."""
        return value_of_label(scene, self.words) if self.looked_up else self.words


_LOOKUP = re.compile(r"^the (?:value|content|text) (?:of|for|from) (?:the )?(?P<key>.+)$", re.IGNORECASE)
_NOUN = re.compile(
    r"^(?:the )?(?:text|word|words|value|string|number|phrase|term) (?P<value>.+)$", re.IGNORECASE
)
_NUMBER = re.compile(r"[-+]?[$€£]?\d[\d.,:/-]*%?")
_HOW_OFTEN = re.compile(
    r"every (?:\d+ )?(?:minute|hour|day|week|month|year)s?"
    r"|hourly|(?:bi)?weekly|daily|fortnightly|monthly|quarterly|yearly|annually",
    re.IGNORECASE,
)
"""Adverbs that are values: a frequency is `monthly`."""
_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8}\.?,? \d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
"""A date in words."""
_LIMITS = frozenset(
    "unless if except but when whenever while until till before after because so once twice thrice again "  # noqa: SIM905
    "never only instead rather without provided case times time or not".split()
)
"""Words that say when an act is to be done, or how often; they may be meant so, and not as part of a text."""
_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def source_of(words: str, clause: Clause) -> Source:
    """The source that some words of a clause name.

    Raises:
        NotRead: They are more than one value.
    """
    words = words.strip(" ,.")
    lookup = _LOOKUP.match(words)
    if lookup:
        return Source(name_in(lookup["key"], clause), looked_up=True)
    noun = _NOUN.match(words)
    if noun:
        words = noun["value"]
    return Source(value_in(words, clause))


def value_in(words: str, clause: Clause) -> str:
    """The value that some words are: quoted, a number or a date in figures, an address, or a name.

    Raises:
        NotRead: They are more than one value.
    """
    words = words.strip(" ,")
    if any(shape.fullmatch(words) for shape in (MARK, _NUMBER, _ADDRESS, _DAY, _HOW_OFTEN)):
        return clause.spoken(words)
    return name_in(words, clause) + ("." if words.endswith(".") else "")


def prose_in(words: str, clause: Clause, *, ended: bool = False) -> str:
    """A text that begins with a capital and goes on to the end of a clause.

    Args:
        words: The text.
        clause: Whose words they are.
        ended: Whether the words behind it say where it ends; else a word that limits an act is none of its.

    Raises:
        NotRead: It is no text, or it may hold more than one.
    """
    limits = [word for word in words.split() if word.lower().strip(".,;:!?") in _LIMITS]
    if not words[:1].isupper() or (limits and not ended):
        raise NotRead(" ".join(limits) or words, clause)
    return clause.spoken(words)
