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

import base64
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from browser.model.text import with_texts
from browser.redaction.spread import without_parts

T = TypeVar("T")

SHORTEST = 3
"""Characters; what is shorter stands everywhere, and cannot be hidden."""
SHORT = 4
"""Values shorter than this are hidden where they stand alone: not inside of longer words and numbers."""
LEAST_BEGINNING = 8
"""So many characters of a value, at least half of it, are hidden where a text was cut off after them."""
SURE_BEGINNING = 16
"""So many are hidden wherever they stand."""
CUT_TEXT = 40
"""No text shorter than this was cut off without saying so."""
LEAST_BASE64 = 8
FIRST_SIGN = 0x10F000
"""Of private use: no page shows it."""

_UNSEEN = "\u00ad\u0300-\u036f\u200b-\u200f\u2060-\u2064\ufe0f\ufeff"
UNSEEN = f"[{_UNSEEN}]{{0,3}}"
"""Characters that are not seen, or only drawn on the one before, may stand between any two."""
_PARTS = rf"[\s{_UNSEEN},.;:|_/*+'\"\-\u00b7\u2010-\u2015\u2022]"
"""What parts the letters of a value that is spelled."""
SPREAD = rf"(?:{_PARTS}|<[^<>]{{1,40}}>)"
"""The same, also of one that is spread over several elements."""
LEAST_SPREAD = 10
"""Characters; no shorter value is looked for where only some of its letters are parted."""
LEAST_SPREAD_LETTERS = 8
"""Nor one with fewer characters that are not such parts themselves."""
LEAST_SPELLED = 6
"""Characters that are no such parts; a value with fewer is not looked for spelled or backwards."""
GROUPING = r"[\s\u00ad\u200b-\u200d\u2060\ufeff().\-/]{0,2}"
"""Numbers may be shown in groups."""
REF = re.compile(r"f\d+e\d+\+?")
ELLIPSIS = re.compile(r"\s?(?:\u2026|\.\.\.)")


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
        self._hidden.append(Hidden(value, shown, re.compile(_plain(value)), _written(value), in_pages))
        self._hidden.sort(key=lambda each: -len(each.value))

    @property
    def source(self) -> str:
        """A regular expression, for JavaScript, that finds every value a page may show; "" without any."""
        return "|".join(
            form
            for each in self._hidden
            if each.in_pages
            for form in (each.plain.pattern, *map(_literally, each.written), *_beginnings(each.value))
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


# --- how a value may be written ----------------------------------------------------------------------


def _written(value: str) -> tuple[str, ...]:
    """All the ways a value may be written where a page does not just show it."""
    if len(value) < SHORT:
        return ()
    forms = dict.fromkeys((*_encoded(value), *_in_base64(value)))
    return tuple(form for form in forms if form != value)


def _plain(value: str) -> str:
    """The forms in which a page may show a value: other case, other spaces, digits in groups, letters apart.

    No two neighbours in them match the same characters, so that each place of a text is looked at once.
    """
    literally, value = value, re.sub(f"[{_UNSEEN}]", "", value) or value
    any_case = not value.isalpha() or value not in (value.lower(), value.upper())
    between = GROUPING if value.isdecimal() and len(value) > SHORT else UNSEEN
    words = [[_letter(char, any_case) for char in word] for word in value.split()]
    forms = [r"\s+".join(map(between.join, words))]
    if len(value) < SHORT:
        return rf"(?<!\w){forms[0]}(?!\w)"
    if value != literally:
        forms.insert(0, _literally(literally))
    count = len(re.sub(_PARTS, "", value))
    if len(value) >= LEAST_SPREAD and count >= LEAST_SPREAD_LETTERS and not value.isalpha():
        forms.append(_apart(value, any_case, SPREAD, 0))
    if count >= LEAST_SPELLED:
        backwards = UNSEEN.join(_letter(char, any_case) for char in reversed("".join(value.split())))
        forms += [_apart(value, any_case, _PARTS, 1), backwards, _apart(value[::-1], any_case, _PARTS, 1)]
    if not any_case:
        # A plain word is hidden as it is written and in capitals: "Password" is not the value "password".
        forms.append(r"\s+".join(_literally(word.upper()) for word in value.split()))
    return f"(?:{'|'.join(forms)})"


def _apart(value: str, any_case: bool, part: str, least: int) -> str:
    """The letters of a value with up to four parts between any two, at least `least`.

    Where the value has parts of its own, others may stand for them.
    """
    pattern, own = "", 0
    for char in value:
        if re.fullmatch(_PARTS, char):
            own += 1
            continue
        if pattern:
            pattern += f"{part}{{{own or least},{4 + 5 * own}}}"
        elif own:
            pattern = f"{part}{{{own}}}"
        pattern, own = pattern + _letter(char, any_case), 0
    return pattern + (f"{part}{{{own}}}" if own else "")


def _letter(char: str, any_case: bool) -> str:
    lower, upper = char.lower(), char.upper()
    if any_case and lower != upper and len(lower) == len(upper) == 1:
        return f"[{lower}{upper}]"
    return _literally(char)


SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}/\-]")


def _literally(text: str) -> str:
    """The text as a regular expression that JavaScript understands too."""
    return SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _encoded(value: str) -> Iterator[str]:
    for form in dict.fromkeys((value, *(unicodedata.normalize(how, value) for how in ("NFC", "NFD")))):
        yield form
        yield from _escaped(form)
        for safe in ("", "/", "!'()*~", "!'()*~;,/?:@&=+$#"):  # two of Python's, two of JavaScript's
            percent = quote(form, safe=safe)
            yield percent
            yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent)
            yield quote(percent)
            yield quote(percent, safe="")
        yield quote_plus(form)
        yield from _as_numbers(form)
        yield base64.b32encode(form.encode()).decode().rstrip("=")
        if not form.isalpha():  # of a word, another word may come
            yield codecs.encode(form, "rot13")


def _as_numbers(form: str) -> Iterator[str]:
    """Its bytes or its characters, each as a number."""
    for case in (str.lower, str.upper):
        pairs = [case(f"{byte:02x}") for byte in form.encode()]
        for before, between in (
            ("", ""),
            ("", " "),
            ("", ":"),
            ("\\x", ""),
            ("%", ""),
            ("0x", ", "),
            ("0x", ","),
        ):
            yield between.join(before + pair for pair in pairs)
        yield "".join(f"&#x{case(f'{ord(char):x}')};" for char in form)
        yield "".join("\\u" + case(f"{ord(char):04x}") for char in form)
    for between in (" ", ",", ", "):
        yield between.join(str(ord(char)) for char in form)
    yield "".join(f"&#{ord(char)};" for char in form)


def _escaped(form: str) -> Iterator[str]:
    marked = html.escape(form, quote=False)
    yield marked
    yield html.escape(form)
    yield marked.replace('"', "&quot;")
    yield html.escape(form).replace("&#x27;", "&#39;")
    yield html.escape(form).replace("&#x27;", "&apos;")
    for ascii_only in (True, False):
        told = json.dumps(form, ensure_ascii=ascii_only)[1:-1]
        yield told
        yield told.replace("/", "\\/")
        yield json.dumps(told)[1:-1]
    yield repr(form)[1:-1]
    yield "".join(char if char.isalnum() else f"\\u{ord(char):04x}" for char in form)


def _in_base64(value: str) -> Iterator[str]:
    """What of a value is the same in base 64 wherever in the encoded text it stands."""
    raw = value.encode()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        # The first signs hold bits of what stands before, the last one perhaps of what comes after.
        begin = (0, 2, 3)[before]
        end = len(whole) if (before + len(raw)) % 3 == 0 else len(whole) - 1
        sure = whole[begin:end]
        if len(sure) >= LEAST_BASE64:
            yield sure
            yield sure.replace("+", "-").replace("/", "_")


# --- where a text was cut off inside of a value -----------------------------------------------------------


def _least_beginning(value: str) -> int:
    return max(LEAST_BEGINNING, min(SURE_BEGINNING, (len(value) + 1) // 2))


def _beginnings(value: str) -> Iterator[str]:
    """Regular expressions for the beginnings of a value that are left where it was shortened."""
    least = _least_beginning(value)
    if len(value) <= least:
        return
    rest = ""
    for char in reversed(value[least:SURE_BEGINNING]):
        rest = f"(?:{_literally(char)}{rest})?"
    yield _literally(value[:least]) + rest + ELLIPSIS.pattern
    if len(value) > SURE_BEGINNING:
        yield _literally(value[:SURE_BEGINNING])


def _without_beginnings(text: str, value: str, sign: str) -> str:
    """The text without the beginnings of a value that are left where it was shortened."""
    least = _least_beginning(value)
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
