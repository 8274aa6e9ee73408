"""Readers of arguments: any JSON value -> a value of the right kind.

Every reader takes what the model calls the argument and what it wrote there. It raises nothing but
`ReplyError`, whose sentence names the argument.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from browser.model import keys
from browser.model.actions import Button
from browser.model.addresses.origins import parse, resolved
from browser.model.text import cut, plain_number
from engines.action_codec.json_in_text.repair_json import strict
from engines.action_codec.reply_error import ReplyError

T = TypeVar("T")
Read = Callable[[str, Any], T]
"""A reader: the argument's name as the model knows it, and what was written, to a value."""


def brief(value: Any) -> str:
    """A value as it is quoted in a complaint."""
    try:
        return cut(repr(value), 60)
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists without end
        return f"a {type(value).__name__} that is too large to be shown"


def text(name: str, value: Any) -> str:
    """A text; a number or a yes or no as it is written."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return plain_number(value)
        case int() if abs(value) < 10**100:
            return str(value)
        case [only]:
            return text(name, only)
        case _:
            raise ReplyError(f"{name} must be a text, not {brief(value)}")


def filled(name: str, value: Any) -> str:
    """A text that says something."""
    found = text(name, value)
    if not found.strip():
        raise ReplyError(f"{name} must be a text, and this one is empty")
    return found


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Several texts; one alone is a list of one."""
    listed = strict(value) if isinstance(value, str) else value
    if isinstance(listed, list | tuple):
        return tuple(text(name, each) for each in listed)
    return (text(name, value),)


def some(name: str, value: Any) -> tuple[str, ...]:
    """Read a list of at least one text."""
    found = texts(name, value)
    if not found:
        raise ReplyError(f"{name} must name at least one")
    return found


_NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:px|pixels?|s|secs?|seconds?)?\s*", re.IGNORECASE)


def number(name: str, value: Any) -> float:
    """A number, also as a text with the unit pixels or seconds."""
    found: Any = value
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        found = match[1] if match else None
    try:
        read = math.nan if found is None or isinstance(found, bool) else float(found)
    except (TypeError, ValueError, OverflowError):
        read = math.nan
    if not math.isfinite(read):
        raise ReplyError(f"{name} must be a number, not {brief(value)}")
    return read


def between(least: float, most: float) -> Read[float]:
    """A reader of numbers within bounds."""

    def read(name: str, value: Any) -> float:
        found = number(name, value)
        if not least <= found <= most:
            raise ReplyError(f"{name} must be from {least:g} to {most:g}, not {plain_number(found)}")
        return found

    return read


def whole(least: int, most: int) -> Read[int]:
    """A reader of whole numbers within bounds."""

    def read(name: str, value: Any) -> int:
        found = between(least, most)(name, value)
        if found != int(found):
            raise ReplyError(f"{name} must be a whole number, not {brief(value)}")
        return int(found)

    return read


_YES = frozenset({"true", "yes", "1", "on", "checked", "y"})
_NO = frozenset({"false", "no", "0", "off", "unchecked", "n"})


def flag(name: str, value: Any) -> bool:
    """Yes or no."""
    word = str(value).strip().lower() if isinstance(value, str | int | float) else ""
    if word not in _YES | _NO:
        raise ReplyError(f"{name} must be true or false, not {brief(value)}")
    return word in _YES


def one_of(choices: Iterable[str]) -> Read[str]:
    """A reader of one word of a few."""
    known = tuple(choices)

    def read(name: str, value: Any) -> str:
        word = value.strip().lower() if isinstance(value, str) else ""
        if word not in known:
            raise ReplyError(f"{name} must be one of {', '.join(known)}, not {brief(value)}")
        return word

    return read


BUTTONS: Mapping[str, Button] = {
    "left": "left",
    "right": "right",
    "middle": "middle",
    "wheel": "middle",
    "back": "back",
    "forward": "forward",
}
DIRECTIONS: Mapping[str, tuple[int, int]] = {"down": (0, 1), "up": (0, -1), "right": (1, 0), "left": (-1, 0)}
"""Ways to scroll: to the right and down, as signs."""


def button(name: str, value: Any) -> Button:
    """A mouse button."""
    return BUTTONS[one_of(BUTTONS)(name, value)]


def chords(name: str, value: Any) -> tuple[str, ...]:
    """Keys that are pressed one after the other, each with the modifiers that stand before it."""
    try:
        return keys.chords(_key_names(name, value))
    except keys.UnknownKey as error:
        raise ReplyError(f"{name}: {error}") from error


def chord(name: str, value: Any) -> str:
    """One key, with modifiers or without."""
    first, *more = chords(name, value)
    if more:
        raise ReplyError(f"{name} must be a single key or chord, not {brief(value)}")
    return first


def modifiers(name: str, value: Any) -> tuple[keys.Modifier, ...]:
    """Modifier keys that are held meanwhile."""
    try:
        return keys.modifiers(_key_names(name, value))
    except keys.UnknownKey as error:
        raise ReplyError(f"{name}: {error}") from error


def _key_names(name: str, value: Any) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in listed):
        raise ReplyError(f'{name} must be a key or chord such as "Enter" or "Control+A", not {brief(value)}')
    return [text(name, each) for each in listed]


_LOCAL_HOST = re.compile(
    r"localhost(:\d+)?|\d+(\.\d+){3}(:\d+)?|\[[0-9a-f:.]+\](:\d+)?|[\w-]+:\d+", re.IGNORECASE
)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?(:\d+)?")


def address(name: str, value: Any, here: str = "") -> str:
    """An address to open. One without a scheme is https, on this machine and its network http.

    Args:
        here: The address of the page, from which a relative one is meant.
    """
    written = text(name, value).strip().strip("<>")
    whole = "" if re.search(r"\s", written) else _with_scheme(written, here)
    found = parse(whole)
    if found is None or not (found.is_web or found.scheme == "file" or whole.lower() == "about:blank"):
        raise ReplyError(
            f"{name} must be an http or https address such as https://example.com, not {brief(written)}"
        )
    return whole


def _with_scheme(written: str, here: str) -> str:
    if re.match(r"https?://|file:|about:", written, re.IGNORECASE):
        return written
    if written.startswith(("/", "?", "./", "../", "#")):
        return resolved(written, here)
    host = re.split(r"[/?#]", written, maxsplit=1)[0]
    if _LOCAL_HOST.fullmatch(host):
        return f"http://{written}"
    return f"https://{written}" if _HOST.fullmatch(host) else ""
