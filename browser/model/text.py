"""Texts made comparable, and cut to a length without leaving half a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")

_ESCAPED_SURROGATE = re.compile(r"(?<!\\)((?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_JOINER = "\u200d"


def plain_number(value: float) -> str:
    """The number with all of its digits: 13000, 12999.95; from 1e21 on with an exponent, as scripts do."""
    return format(Decimal(repr(value)), "f").removesuffix(".0") if abs(value) < 1e21 else repr(value)


def squeeze(text: str) -> str:
    """The text with every run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """The text for comparing: without case and extra white space."""
    return squeeze(text).casefold()


def without_lone_surrogates(text: str) -> str:
    """The text with surrogate pairs joined, and each lone surrogate, which no file can hold, as U+FFFD."""
    try:
        text.encode()  # the fastest way to see that there are none
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def json_without_lone_surrogates(written: str) -> str:
    """JSON as a browser's `JSON.stringify` writes it, with each lone surrogate as U+FFFD.

    A browser writes nothing but lone surrogates as `\\ud83d`, so that only JSON with one in it takes time.
    """
    return _ESCAPED_SURROGATE.sub("\\1\ufffd", written) if "\\ud" in written else written


def well_formed(value: T) -> T:
    """The value with every text in it as `without_lone_surrogates` has it."""
    return with_texts(value, without_lone_surrogates)


def with_texts(value: T, change: Callable[[str], str]) -> T:
    """The value with every text in it changed, also inside of dataclasses, lists and tables."""
    return _with_texts(value, change)  # type: ignore[no-any-return]


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case bytes() | None | bool() | int() | float():
            return value
        case list() | tuple() | set() | frozenset():
            return type(value)(_with_texts(each, change) for each in value)
        case Mapping():
            return {_with_texts(key, change): _with_texts(each, change) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            changed = {
                each.name: after
                for each in fields(value)
                if each.init and (after := _with_texts(before := getattr(value, each.name), change)) != before
            }
            return replace(value, **changed) if changed else value
        case _:
            return value


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


def quoted(text: str, longest: int = 340) -> str:
    """A text in quotes, on one line, cut to a length."""
    return '"' + cut(squeeze(text), longest).replace('"', '\\"') + '"'
