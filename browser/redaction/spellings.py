"""How the value of a secret may be written: in pages, in addresses, markup, JSON and base64, or cut off."""

from __future__ import annotations

import base64
import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 3
"""Characters; what is shorter stands everywhere, and cannot be hidden."""
SHORT = 4
"""Values shorter than this are hidden where they stand alone: not inside of longer words and numbers."""
LEAST_BEGINNING = 8
"""So many characters of a value, at least half of it, are hidden where a text was cut off after them."""
SURE_BEGINNING = 16
"""So many are hidden wherever they stand."""
LEAST_BASE64 = 8
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
ELLIPSIS = re.compile(r"\s?(?:\u2026|\.\.\.)")


def written_forms(value: str) -> tuple[str, ...]:
    """All the ways a value may be written where a page does not just show it."""
    if len(value) < SHORT:
        return ()
    forms = dict.fromkeys((*_encoded(value), *_in_base64(value)))
    return tuple(form for form in forms if form != value)


def plain_pattern(value: str) -> str:
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
        forms.insert(0, as_pattern(literally))
    count = len(re.sub(_PARTS, "", value))
    if len(value) >= LEAST_SPREAD and count >= LEAST_SPREAD_LETTERS and not value.isalpha():
        forms.append(_apart(value, any_case, SPREAD, 0))
    if count >= LEAST_SPELLED:
        backwards = UNSEEN.join(_letter(char, any_case) for char in reversed("".join(value.split())))
        forms += [_apart(value, any_case, _PARTS, 1), backwards, _apart(value[::-1], any_case, _PARTS, 1)]
    if not any_case:
        # A plain word is hidden as it is written and in capitals: "Password" is not the value "password".
        forms.append(r"\s+".join(as_pattern(word.upper()) for word in value.split()))
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
    return as_pattern(char)


SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}/\-]")


def as_pattern(text: str) -> str:
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


def least_beginning(value: str) -> int:
    """How many characters of a value, from its first, are hidden where a text was cut off after them."""
    return max(LEAST_BEGINNING, min(SURE_BEGINNING, (len(value) + 1) // 2))


def beginnings(value: str) -> Iterator[str]:
    """Regular expressions for the beginnings of a value that are left where it was shortened."""
    least = least_beginning(value)
    if len(value) <= least:
        return
    rest = ""
    for char in reversed(value[least:SURE_BEGINNING]):
        rest = f"(?:{as_pattern(char)}{rest})?"
    yield as_pattern(value[:least]) + rest + ELLIPSIS.pattern
    if len(value) > SURE_BEGINNING:
        yield as_pattern(value[:SURE_BEGINNING])
