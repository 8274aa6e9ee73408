"""Where a value to be typed comes from: the prompt itself, or a label on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engines.rules.reading.clauses import Clause
from engines.rules.reading.names import MARK, name_in
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
_HOW_OFTEN = frozenset("hourly daily weekly biweekly fortnightly monthly quarterly yearly annually".split())  # noqa: SIM905
"""Adverbs that are values: a frequency is `monthly`."""
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
    if (
        words.lower() in _HOW_OFTEN
        or MARK.fullmatch(words)
        or _NUMBER.fullmatch(words)
        or _ADDRESS.fullmatch(words)
    ):
        return clause.spoken(words)
    return name_in(words, clause)
