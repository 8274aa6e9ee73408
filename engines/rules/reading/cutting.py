"""What all parts of the reading share: where phrases are cut; articles, names and superlatives."""

from __future__ import annotations

import re
from collections.abc import Iterable

ARTICLE = re.compile(r"^\s*(?:the|an?|my|our|your|this|its|their|his|her) (?=\S)")
"""One before a noun; with a capital it is part of a name: `The Hidden Harbour`."""
NAME = re.compile(
    r"[#@$€£]?[A-Z0-9][\w.,'’/:#&+%@-]*|[a-z]+(?:[A-Z]\w*|[-_.]\d\w*)|&"
    r"|[@#][a-z][\w.-]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w-]+(?:\.[\w-]+)*\.[a-z]\w{1,4}|[\w-]+/[\w./-]+"
)
"""A word that is a name, or part of one, wherever it stands."""
SUPERLATIVE = re.compile(
    r"\b(?!(?:request|test|guest|interest|quest|digest|forest|contest|manifest|harvest)\b)[a-z]{3,}est\b"
)
PARTICLES = ("out", "up", "off", "over", "down", "back", "away")
"""What may stand behind a verb as a part of it."""
CALLED = "called|named|titled|entitled|labell?ed"


def bare(words: str) -> str:
    """Some words without the article before them."""
    return ARTICLE.sub("", words)


def cut(words: str, ties: Iterable[re.Match[str]]) -> list[tuple[re.Match[str] | None, str, int]]:
    """The phrases of some words: what ties each to the one before (None: nothing), its words, its end."""
    found = [*ties]
    starts = [0, *(tie.end() for tie in found)]
    ends = [*(tie.start() for tie in found), len(words)]
    return [
        (tie, words[start:end].strip(" ,"), end)
        for tie, start, end in zip((None, *found), starts, ends, strict=True)
    ]
