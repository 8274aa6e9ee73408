"""Replacing secret values by their names.

One `Redactor` serves one run. Everything that leaves a session goes through it, and whoever writes down
something of a page that did not come from a session has to put it through the same one:

    redactor.text("Welcome, hunter2")        "Welcome, {{secret:PW}}"
    redactor.of(anything)                    dataclasses, lists, tables, strings inside out; the rest as it is

Texts are to be masked before they are encoded, packed or compressed; what is found then is the value as
it is written in pages, addresses, headers, JSON and Python. For pictures see
`browser.snapshot.pictures.redaction`. A redactor that knows no value is false and changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from browser.model.text import with_texts
from browser.redaction.spellings import (
    ELLIPSIS,
    SHORT,
    SHORTEST,
    SURE_BEGINNING,
    as_pattern,
    beginnings,
    least_beginning,
    plain_pattern,
    written_forms,
)
from browser.redaction.spread import without_parts

T = TypeVar("T")

CUT_TEXT = 40
"""No text shorter than this was cut off without saying so."""
FIRST_SIGN = 0x10F000
"""Of private use: no page shows it."""
REF = re.compile(r"f\d+e\d+\+?")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A value, and how it may be found."""

    value: str = field(repr=False)
    shown: str
    plain: re.Pattern[str] = field(repr=False)
    """As a page may show it."""
    written: tuple[str, ...] = field(repr=False)
    """As it stands in addresses, markup, JSON and the like."""
    in_pages: bool = True
    """Whether a page may show it."""


class Redactor:
    """Knows the values, and puts names in their place."""

    def __init__(self) -> None:
        self._hidden: list[Hidden] = []
        """The longest first: one may be a part of another."""

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._hidden)

    def __repr__(self) -> str:
        return f"Redactor({', '.join(each.shown for each in self._hidden)})"

    def add(self, value: str, shown: str, *, in_pages: bool = True) -> None:
        """Hide a value from now on; `shown` stands in its place. Values under `SHORTEST` are not hidden.

        `in_pages` is False for a value that no page is told: it is not looked for in pictures.
        """
        value = value.strip()
        known = next((each for each in self._hidden if each.value == value), None)
        if len(value) < SHORTEST or (known and known.in_pages >= in_pages):
            return
        if known:  # a page is told of it after all
            self._hidden[self._hidden.index(known)] = replace(known, in_pages=True)
            return
        plain = re.compile(plain_pattern(value))
        self._hidden.append(Hidden(value, shown, plain, written_forms(value), in_pages))
        self._hidden.sort(key=lambda each: -len(each.value))

    @property
    def source(self) -> str:
        """A regular expression, for JavaScript, that finds every value a page may show; "" without any."""
        return "|".join(
            form
            for each in self._hidden
            if each.in_pages
            for form in (each.plain.pattern, *map(as_pattern, each.written), *beginnings(each.value))
        )

    @property
    def shown_values(self) -> tuple[str, ...]:
        """The values that a page may show, but for short ones: pictures are searched for their letters."""
        return tuple(each.value for each in self._hidden if each.in_pages and len(each.value) >= SHORT)

    @property
    def in_pages(self) -> bool:
        """Whether there is a value that a page may show."""
        return any(each.in_pages for each in self._hidden)

    def text(self, text: str) -> str:
        """The text with names in place of values."""
        if not self._hidden or len(text) < SHORTEST or REF.fullmatch(text):
            return text
        masked = text
        # First signs that occur nowhere, so that no value is found in what stands for another.
        for number, each in enumerate(self._hidden):
            sign = chr(FIRST_SIGN + number)
            masked = _without(each.plain, masked, sign)
            for form in each.written:
                masked = masked.replace(form, sign)
            masked = _without_beginnings(masked, each.value, sign)
        if masked == text:
            return text
        return masked.translate({FIRST_SIGN + at: each.shown for at, each in enumerate(self._hidden)})

    def signs(self, signs: Sequence[str]) -> list[str]:
        """Single signs that stand one after the other, with names for those that make a value together."""
        joined, masked = "".join(signs), list(signs)
        for each in self._hidden:
            for found in each.plain.finditer(joined):
                masked[found.start() : found.end()] = [each.shown] * (found.end() - found.start())
        return masked

    def parts(self, texts: Sequence[str]) -> list[str]:
        """Texts that follow one another, with names for the parts of a value that several of them hold."""
        return without_parts(texts, ((each.value, each.shown) for each in self._hidden))

    def json(self, value: Any) -> Any:
        """JSON values with names in place of values, in keys too; a number that is one becomes its name."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return next((each.shown for each in self._hidden if each.value == str(value)), value)
        if isinstance(value, list):
            return [self.json(each) for each in value]
        if isinstance(value, dict):
            return {self.text(key): self.json(each) for key, each in value.items()}
        return self.of(value)

    def of(self, value: T) -> T:
        """The same with every text in it masked; numbers and bytes are left alone."""
        if not self._hidden:
            return value
        known: dict[str, str] = {}
        """Roles, tags and colours stand thousands of times in what is seen of a long page."""

        def masked(text: str) -> str:
            if text not in known:
                known[text] = self.text(text)
            return known[text]

        return with_texts(value, masked)


def _without(pattern: re.Pattern[str], text: str, sign: str) -> str:
    """The text with a sign for each match, also where letters are written in other shapes."""
    plain = text if text.isascii() else text.translate(_shapes())
    if plain == text:
        return pattern.sub(sign, text)
    parts, at = [], 0
    for found in pattern.finditer(plain):
        parts += [text[at : found.start()], sign]
        at = found.end()
    return "".join([*parts, text[at:]])


@cache
def _shapes() -> dict[int, str]:
    """Wide, circled, mathematical and other shapes of letters and digits, each with the plain one."""
    ranges = ((0x2100, 0x2150), (0x2460, 0x24EB), (0xFF01, 0xFF5F), (0x1D400, 0x1D800), (0x1F130, 0x1F150))
    signs = (chr(code) for first, end in ranges for code in range(first, end))
    plain = {ord(sign): unicodedata.normalize("NFKC", sign) for sign in signs}
    return {code: sign for code, sign in plain.items() if len(sign) == 1 and sign.isascii()}


def _without_beginnings(text: str, value: str, sign: str) -> str:
    """The text without the beginnings of a value that are left where it was shortened."""
    least = least_beginning(value)
    if len(value) <= least:
        return text
    head, done, at = value[:least], [], 0
    while (found := text.find(head, at)) >= 0:
        end = found + least
        while end < len(text) and end - found < len(value) and text[end] == value[end - found]:
            end += 1
        at_end = end == len(text) and len(text) >= CUT_TEXT
        hidden = end - found >= SURE_BEGINNING or at_end or ELLIPSIS.match(text, end) is not None
        done.append(text[at:found] + (sign if hidden else text[found:end]))
        at = end
    return "".join(done) + text[at:]
