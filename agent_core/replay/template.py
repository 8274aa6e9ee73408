"""`{{name}}`: where a value goes into a text, and how texts with and without values are told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from browser.model.text import squeeze

_HOLE = re.compile(r"\{\{([a-z_][a-z0-9_]*)\}\}")
ONE_TIME_CODE = "code"
"""`{{code}}` is no parameter: it stands for the one-time code of the moment."""


def hole(name: str) -> str:
    """What stands in a text for the value of a parameter."""
    return f"{{{{{name}}}}}"


def names_in(text: str) -> list[str]:
    """The parameters that a text has a place for."""
    return [name for name in _HOLE.findall(text) if name != ONE_TIME_CODE]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders by values; placeholders without a value stay."""
    return _HOLE.sub(lambda found: values.get(found[1], found[0]), text)


def fill_all(value: Any, values: Mapping[str, str]) -> Any:
    """Put values into every text of a JSON value."""
    match value:
        case str():
            return fill(value, values)
        case dict():
            return {key: fill_all(each, values) for key, each in value.items()}
        case list() | tuple():
            return [fill_all(each, values) for each in value]
        case _:
            return value


def with_holes(text: str, values: Mapping[str, str]) -> str:
    """Replace values that stand as words of their own by placeholders, longest values first."""
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if text == value:
            return hole(name)
        if len(value) > 1:
            text = _words(value).sub(hole(name), text)
    return text


def _words(value: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if value[0].isalnum() else ""
    after = r"(?!\w)" if value[-1].isalnum() else ""
    # Not inside a place that is there already.
    return re.compile(rf"(?<!\{{){before}{re.escape(value)}{after}(?!\}})")


def reads(template: str, text: str) -> dict[str, str] | None:
    """The values with which the template gives this text; None: with none.

    White space counts as equal, whichever it is. A parameter that occurs twice has the same value twice.
    """
    found = _pattern(template).fullmatch(squeeze(text))
    return {name: value.strip() for name, value in found.groupdict().items()} if found else None


def _pattern(template: str) -> re.Pattern[str]:
    known: set[str] = set()
    parts: list[str] = []
    at = 0
    folded = squeeze(template)
    for found in _HOLE.finditer(folded):
        parts.append(re.escape(folded[at : found.start()]))
        name = found[1]
        # A value does not go past the quotation mark that ends it.
        quote = folded[found.end() : found.end() + 1]
        inside = f"[^{re.escape(quote)}]*" if quote in _QUOTES else r"\S(?:.*?\S)?"
        parts.append(f"(?P={name})" if name in known else f"(?P<{name}>{inside})")
        known.add(name)
        at = found.end()
    parts.append(re.escape(folded[at:]))
    return re.compile("".join(parts), re.DOTALL | re.IGNORECASE)


_QUOTES = frozenset("\"'”’»`")


def shape_of(template: str) -> str:
    """The template with all places alike: the same for two recordings of one task."""
    return _HOLE.sub("{}", squeeze(template)).lower()
