"""Whether a field holds what was typed into it, whatever form the page has given that."""

from __future__ import annotations

import re

from browser.values.dates import possible_days
from browser.values.numbers import looks_grouped, number_readings

LONG_NUMBER = 7
"""Digits of a number that a page may show without what parts its groups."""
_LEADING_ZERO = re.compile(r"\s*[-+]?0\d")
_TELLING = re.compile(r"\d[.,:/]\d")
"""Marks between digits that say more than where a group ends."""


def squeezed(text: str) -> str:
    """A text without white space and case."""
    return re.sub(r"[\s\u200b\ufeff]+", "", text).casefold()


def holds(asked: str, shown: str) -> bool:
    """Whether a field that shows one text holds another, which was typed into it.

    Case and white space may differ, and a page may write a number or a day in its own form, or put signs
    between groups of digits and letters: `5551234567` is held by a field that shows `(555) 123-4567`.
    `1234` is not held by `12.34`, nor `2025-12-31` by `20/25/1231`, nor `C++` by `C`.
    """
    if squeezed(asked) == squeezed(shown):
        return True
    if possible_days(asked) & possible_days(shown):
        return True
    if not _LEADING_ZERO.match(asked) and (numbers := _numbers(asked)) and (others := _numbers(shown)):
        return bool(numbers & others)
    return _same_signs(asked, shown)


def _numbers(text: str) -> set[float]:
    """What a text that is nothing but a number may mean; it is empty for any other text."""
    if re.search(r"[^\W\d_]", text):
        return set()
    found = number_readings(text)
    return {
        float(one.replace(".", "") if grouped else one)
        for one in found
        for grouped in (False, looks_grouped(one))
    }


def _same_signs(asked: str, shown: str) -> bool:
    """Whether both have the same letters and digits, and a page has only parted them in another way.

    It may put signs between groups, and leave out those that only part a long number, such as that of a
    telephone or card. Signs that say something (`user@example.com`, `C++`, `10.0.0.1`) have to be there.
    """
    (mine, my_ends), (theirs, their_ends) = _groups(asked), _groups(shown)
    if mine != theirs or not mine:
        return False
    if not mine.isdigit():
        signs = iter(squeezed(shown))
        return all(sign in signs for sign in squeezed(asked))
    if their_ends <= my_ends:
        return their_ends == my_ends or (len(mine) >= LONG_NUMBER and not _TELLING.search(asked))
    return my_ends <= their_ends and not possible_days(asked)  # else it would show that day


def _groups(text: str) -> tuple[str, frozenset[int]]:
    """The letters and digits of a text, and where among them its groups end."""
    groups = re.findall(r"[^\W_]+", text.casefold())
    ends, length = set(), 0
    for group in groups:
        length += len(group)
        ends.add(length)
    return "".join(groups), frozenset(ends)


def differs(what: str, asked: str, shown: str, *, before: str | None = None, secret: bool = False) -> str:
    """The sentence for a field that holds something else than what was typed; `before`: what it held then."""
    if shown == before != "":
        return f"{what} did not take the text: it still shows {'the same' if secret else repr(shown)}"
    if secret:
        return f"{what} does not hold what was typed: it holds {len(shown)} characters, not {len(asked)}"
    if not shown:
        return f"{what} did not keep the text: it is empty"
    return f"{what} did not take the text as it is: it holds {shown!r}, not {asked!r}"
