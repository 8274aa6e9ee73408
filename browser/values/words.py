"""English words that count: `three`, `twenty-one`, `third`, `21st`."""

from __future__ import annotations

import re

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NTHS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_COUNTS = {word: number for number, word in enumerate(_ONES.split(), 1)} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_ORDINALS = {word: number for number, word in enumerate(_NTHS.split(), 1)} | {
    "topmost": 1, "last": -1, "final": -1, "bottommost": -1,
}  # fmt: skip
ORDINAL = r"(?:\d+(?:st|nd|rd|th)|" + "|".join(_ORDINALS) + r")"
"""A regular expression for an ordinal in lower case."""
COUNT = r"(?:\d+|(?:" + "|".join(_TENS.split()) + r")[- ](?:" + "|".join(_ONES.split()[:9]) + r")|"
COUNT += "|".join(sorted(_COUNTS, key=len, reverse=True)) + r")"
"""A regular expression for a count in lower case."""


def count(words: str) -> int | None:
    """`3`, `three` and `twenty-one` as a number; None where the words are no count from 1 to 99."""
    words = words.lower().strip()
    if words.isdecimal():
        return int(words)
    tens, _, ones = words.replace("-", " ").partition(" ")
    if ones:
        ten, one = _COUNTS.get(tens, 0), _COUNTS.get(ones, 10)
        return ten + one if ten >= 20 and one < 10 else None
    return _COUNTS.get(words)


def ordinal(word: str) -> int | None:
    """`3rd` and `third` as 3, `last` as -1; None where the word is no ordinal."""
    word = word.lower()
    if word in _ORDINALS:
        return _ORDINALS[word]
    match = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    return int(match[1]) if match else None
