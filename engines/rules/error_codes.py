"""Which of the caller's error codes describe a failure, told by words alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from browser.model.observation import Observation

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ALTERNATIVES = re.compile(r"[,;.]|\bor\b", re.IGNORECASE)
_WITHOUT_MEANING = frozenset(
    "a an and any are as at be been but by can could did do does for from had has have he her his if in "  # noqa: SIM905
    "into is it its may no not of on or our page she site so some task that the their then there these they "
    "this to was we website were when which while will with would you your".split()
)
_LONGEST = 300
"""Characters; what tells of a failure is a sentence, not an article."""
_FEWEST_WORDS = 2
"""One word in common says nothing."""


def fitting_codes(codes: Mapping[str, str], reason: str, page: Observation | None) -> tuple[str, ...]:
    """The codes of which one meaning stands in the reason or in one text of the page, with all its words.

    Args:
        codes: Code -> its meaning. Meanings with "or" and commas are alternatives.
        reason: Why the run failed.
        page: The last page that was seen; None: none was.
    """
    names = [element.name for element in page.elements if element.name] if page else []
    texts = [_words(text) for text in (reason, *names) if len(text) <= _LONGEST]
    return tuple(
        code
        for code, meaning in codes.items()
        if any(one <= text for one in _meanings(code, meaning) for text in texts)
    )


def _meanings(code: str, meaning: str) -> list[frozenset[str]]:
    said = [code.replace("_", " ").replace("-", " "), *_ALTERNATIVES.split(meaning)]
    return [words for words in map(_words, said) if len(words) >= _FEWEST_WORDS]


def _words(text: str) -> frozenset[str]:
    return frozenset(_stems(word.casefold() for word in _WORD.findall(text)))


def _stems(words: Iterable[str]) -> Iterable[str]:
    """The words that mean something, without the `s` of a plural."""
    for word in words:
        if word not in _WITHOUT_MEANING:
            yield word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
