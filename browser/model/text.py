"""Texts made comparable, and cut to a length without leaving half a character."""

from __future__ import annotations

import re
import unicodedata

_SURROGATE = re.compile("[\ud800-\udfff]")
_JOINER = "\u200d"


def squeeze(text: str) -> str:
    """The text with every run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def fold(text: str, *, accents: bool = True) -> str:
    """The text for comparing: without case and extra white space; without accents if they are not wanted."""
    folded = squeeze(text).casefold()
    if accents:
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))


def without_lone_surrogates(text: str) -> str:
    """The text with surrogate pairs joined, and each lone surrogate, which no file can hold, as U+FFFD."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def cut(text: str, longest: int, ellipsis: str = "…") -> str:
    """The text in at most `longest` code points; a longer one ends with `ellipsis`, which counts.

    No surrogate is left alone, and a letter stays with its accents or goes with them.
    """
    if len(text) <= longest:
        return without_lone_surrogates(text)
    # Surrogate pairs count as one, so that more than twice as much is never needed.
    text = without_lone_surrogates(text[: 2 * longest + 2])
    if len(text) <= longest:
        return text
    end = max(0, longest - len(ellipsis))
    while end > 0 and _belongs_before(text[end]):
        end -= 1
    return text[:end].removesuffix(_JOINER) + ellipsis[:longest]


def _belongs_before(char: str) -> bool:
    """Whether a character is drawn on the one before it: accents, variation selectors, joiners."""
    return char == _JOINER or unicodedata.category(char) in ("Mn", "Me", "Mc")
