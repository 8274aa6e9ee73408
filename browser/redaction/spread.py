"""Values that stand in several texts, one part in each: in the cells of a row, in fields for their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LEAST_LETTERS = 6
"""Letters and digits; a shorter value is not looked for in parts."""


def without_parts(texts: Sequence[str], values: Iterable[tuple[str, str]]) -> list[str]:
    """Texts that follow one another, with the name of a value in place of each part of it.

    Args:
        texts: In the order in which they are read.
        values: Each with its name.
    """
    masked = list(texts)
    joined = ""
    for value, shown in values:
        needle = _letters(value)
        if len(needle) < LEAST_LETTERS:
            continue
        joined = joined or "".join(map(_letters, masked))
        found = joined.rfind(needle)
        if found < 0:
            continue
        places = [
            (nth, at) for nth, text in enumerate(masked) for at, sign in enumerate(text) if sign.isalnum()
        ]
        while found >= 0:  # from the end, so that all places before stay what they are
            _mask(masked, places[found : found + len(needle)], value, shown)
            found = joined.rfind(needle, 0, found)
        joined = ""  # names stand in some of the texts now
    return masked


def _letters(text: str) -> str:
    """The letters and digits of a text, one sign for each of its own, in lower case."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    return "".join(sign.lower()[0] for sign in text if sign.isalnum())


def _mask(texts: list[str], places: Sequence[tuple[int, int]], value: str, shown: str) -> None:
    """Put the name over the part that each text has of these places, with the other signs at it."""
    touched = dict.fromkeys(nth for nth, _ in places)
    if len(touched) < 2:
        return  # a text of its own is masked as such
    others = "".join(sign for sign in value if not sign.isalnum() and not sign.isspace())
    for nth in touched:
        own = [at for each, at in places if each == nth]
        before, after = texts[nth][: own[0]], texts[nth][own[-1] + 1 :]
        texts[nth] = before.rstrip(others) + shown + after.lstrip(others)
