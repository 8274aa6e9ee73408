"""Calls such as `click(start_box='(100,200)')`, read out of a model's text as it really comes.

A reader that wants well-formed calls loses half of them: contents hold quotes and line ends that are not
escaped, quotes and brackets are left open, places come in eight notations. So a text ends at the first
quote that something follows which can only stand behind a text, and a place is read by its numbers.
What a call means is the business of `meaning`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from browser.model.text import without_lone_surrogates
from engines.cua.ui_tars.names import KNOWN, canonical_argument, canonical_name


@dataclass(frozen=True, slots=True)
class Call:
    """One call, its arguments under the names that `names` gives them."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    loose: tuple[str, ...] = ()
    """Arguments without a name."""


class Read(NamedTuple):
    """What was read, and where in the text it ends."""

    calls: tuple[Call, ...]
    end: int


_LABEL = r"\**Actions?\**\s*[:：]"
_NAMES = "|".join(sorted(map(re.escape, KNOWN), key=len, reverse=True))
_BEGINS = re.compile(rf"(?:```\w*\s|[\s;,*`•-]|\d+[.)]\s|{_LABEL})*(?P<name>[A-Za-z_][\w.-]*)", re.IGNORECASE)
_OPENS = re.compile(r"\s*[(（]")
_ALONE = re.compile(r"[ \t`.]*(?:\n|$)")
_KEYWORD = re.compile(r"['\"]?([A-Za-z_]\w*)['\"]?\s*[=:]\s*")
_GAP = re.compile(r"[\s,，]*")
_CLOSES = re.compile(r"\s*[)）]")
_QUOTES = {"'": "'", '"': '"', "`": "`", "‘": "’", "“": "”"}
_AFTER_TEXT = re.compile(
    r"\s*[)）](?:[.。!;,`*\]}>]{0,3}[ \t]*(?:\n|$)|\s*<\||[\s;,]*" + rf"(?:{_LABEL}\s*)?(?:{_NAMES})\s*[(（])"
    r"|\s*,\s*[A-Za-z_]\w*\s*="
    r"|\s*$",
    re.IGNORECASE,
)
"""What can only stand behind the quote that ends a text."""
_NEXT_CALL = re.compile(
    rf"[)）]?\s*\n\s*(?:{_LABEL}\s*)?(?:{_NAMES})\s*[(（]\s*(?:[)）]|[A-Za-z_]\w*\s*=)", re.IGNORECASE
)
"""Where a text whose quote was never closed ends: the next call begins."""
_ESCAPED = re.compile(r"\\(['\"\\nrt])")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_NUMBER = r"(?:[xyXY]\d?\s*[=:]\s*)?-?\d+(?:\.\d+)?"
_PLACE = re.compile(
    r"['\"`\s]*(?:<\|box_start\|>)?\s*(?:<(?:point|bbox|box)>)?\s*"
    rf"(?P<inner>[(\[（]*\s*{_NUMBER}(?:[\s,，;()（）\[\]]+{_NUMBER})*)"
)
_BEHIND_PLACE = re.compile(r"[ \t]*(?:</(?:point|bbox|box)>)?[ \t]*(?:<\|box_end\|>)?[ \t]*['\"`]*")
_PLACES = frozenset({"start", "end"})
_LISTS = frozenset({"key", "modifiers"})
_LIST = re.compile(r"\[[^\]\n]*\]")
XML = re.compile(
    r"<function(?:=|\s+name=)[\"']?([\w.-]+)[\"']?[^>]*>(.*?)(?:</func\w*>|(?=<function\b)|\Z)", re.DOTALL
)
_XML_ARGUMENT = re.compile(
    r"<parameter(?:=|\s+name=)[\"']?(\w+)[\"']?([^>]*)>(.*?)(?:</parameter>|(?=<parameter\b)|\Z)", re.DOTALL
)
_IN_JSON = re.compile(r"string=[\"']?false")


def calls_at(text: str, at: int) -> Read:
    """The calls that stand from here on, one after the other; none where the text goes on otherwise.

    The first may have any name, so that an action there is none of can be named as such.
    """
    written = XML.findall(text, at)
    if written:
        return Read(tuple(_xml_call(name, inside) for name, inside in written), len(text))
    calls: list[Call] = []
    while (begun := _BEGINS.match(text, at)) is not None:
        name = canonical_name(begun["name"])
        opened = _OPENS.match(text, begun.end())
        if opened and (name in KNOWN.values() or not calls):
            arguments, loose, at = _arguments(text, opened.end())
            calls.append(Call(name, arguments, loose))
        elif name in KNOWN.values() and _ALONE.match(text, begun.end()):
            calls.append(Call(name))
            at = begun.end()
        else:
            break
    return Read(tuple(calls), at)


def _arguments(text: str, at: int) -> tuple[dict[str, str], tuple[str, ...], int]:
    """What stands between the brackets, as far as they go."""
    named: dict[str, str] = {}
    loose: list[str] = []
    while True:
        if (closed := _CLOSES.match(text, at)) is not None:
            return named, tuple(loose), closed.end()
        if _NEXT_CALL.match(text, at) or (at := _after(_GAP, text, at)) >= len(text):
            return named, tuple(loose), at
        keyword = _KEYWORD.match(text, at)
        name = canonical_argument(keyword[1]) if keyword else ""
        value, end = _value(text, keyword.end() if keyword else at, name)
        if name:
            named.setdefault(name, value)
        else:
            loose.append(value)
        at = end if end > at else at + 1


def _value(text: str, at: int, name: str) -> tuple[str, int]:
    if name in _PLACES or (not name and re.match(r"['\"`\s]*(?:<|\(|\[)", text[at:])):
        place = _place(text, at)
        if place is not None:
            return place
    listed = _LIST.match(text, at) if name in _LISTS else None
    if listed is not None:
        return listed[0], listed.end()
    if text[at : at + 1] in _QUOTES:
        return _quoted(text, at)
    if name == "content":
        return _unquoted(text, at)
    bare = re.compile(r"[^,)）\n]*").match(text, at)
    assert bare is not None  # it may be empty
    return bare[0].strip(), bare.end()


def _place(text: str, at: int) -> tuple[str, int] | None:
    """A place as it is written, without what stands around its numbers; None where there is none."""
    found = _PLACE.match(text, at)
    if found is None:
        return None
    inner, end = found["inner"], found.end()
    still_open = sum(map(inner.count, "([（")) - sum(map(inner.count, ")]）"))
    while still_open > 0 and text[end : end + 1] in (")", "]", "）"):
        still_open -= 1
        end += 1
    return inner, _after(_BEHIND_PLACE, text, end)


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A text in quotes, of which the inner ones need not be escaped and the last need not be there."""
    opening = text[at]
    triple = text[at : at + 3] == opening * 3 and text.find(opening * 3, at + 3) > 0
    closing = opening * 3 if triple else _QUOTES[opening]
    begin = at + len(closing)
    beyond = _NEXT_CALL.search(text, begin)
    for quote in re.finditer(re.escape(closing), text[begin:]):
        start, end = begin + quote.start(), begin + quote.end()
        if beyond is not None and start > beyond.start():
            break
        backslashes = len(text[begin:start]) - len(text[begin:start].rstrip("\\"))
        if backslashes % 2 == 0 and _AFTER_TEXT.match(text, end):
            return _unescaped(text[begin:start]), end
    content, end = _unquoted(text, begin)
    other = content[-1:]
    # One kind of quote before it and another one behind.
    return (content[:-1] if other in ("'", '"') and content.count(other) == 1 else content), end


def _unquoted(text: str, at: int) -> tuple[str, int]:
    """A text that nothing ends but the bracket of its call, or the next call."""
    beyond = _NEXT_CALL.search(text, at)
    limit = beyond.start() if beyond else len(text.rstrip())
    if beyond is None and text[limit - 1 : limit] in (")", "）") and limit > at:
        limit -= 1
    return _unescaped(text[at:limit]), limit


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _xml_call(name: str, inside: str) -> Call:
    """UI-TARS-2's notation."""
    arguments: dict[str, str] = {}
    for key, attributes, written in _XML_ARGUMENT.findall(inside):
        value = _plain(written) if _IN_JSON.search(attributes) else written
        arguments.setdefault(canonical_argument(key), value)
    return Call(canonical_name(name), arguments)


def _plain(written: str) -> str:
    """A value in JSON as a text; a list or a number as it is written."""
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return written
    return without_lone_surrogates(value) if isinstance(value, str) else written


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
