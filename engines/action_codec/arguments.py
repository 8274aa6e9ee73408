"""Readers of arguments: any JSON value -> a value of the right kind.

Every reader takes what the model calls the argument and what it wrote there. It raises nothing but
`ReplyError`, whose sentence names the argument.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from browser.model import keys
from browser.model.actions import Button, Point
from browser.model.addresses.origins import parse, resolved
from browser.model.observation import Box, Observation, Screenshot
from browser.model.text import cut, plain_number
from engines.action_codec.repair_json import strict
from engines.action_codec.reply_error import ReplyError

T = TypeVar("T")
Read = Callable[[str, Any], T]
"""A reader: the argument's name as the model knows it, and what was written, to a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the model was shown, which is all that it may speak of."""

    refs: frozenset[str] = frozenset()
    tabs: frozenset[str] | None = frozenset()
    """None: the model sees tabs that are not listed here; the browser says which there are."""
    url: str = ""
    picture: Screenshot | None = None
    """The picture that coordinates are meant on; None: there is none."""
    locate: Callable[[float, float], Point] | None = None
    """What a model's coordinates mean, where they are not pixels of `picture`; `ReplyError` outside of it."""
    files: tuple[str, ...] | None = None
    """Names of the files of the task; None: other names are allowed, too."""
    error_codes: frozenset[str] = frozenset()
    output_types: frozenset[str] = frozenset()
    """The JSON types that the output may have; empty: any."""

    @classmethod
    def on(cls, observation: Observation) -> Shown:
        """What an observation shows."""
        return cls(
            refs=frozenset(element.ref for element in observation.elements),
            tabs=frozenset(tab.id for tab in observation.tabs),
            url=observation.url,
            picture=observation.screenshots[0] if observation.screenshots else None,
        )

    def place(self, x: float, y: float) -> Point:
        """A place that the model names, in CSS pixels of the viewport."""
        if self.locate is not None:
            return self.locate(x, y)
        if self.picture is None:
            raise ReplyError('no picture was shown, so there are no coordinates; use "ref"')
        try:
            return Point(*self.picture.to_css(x, y))
        except ValueError as error:
            raise ReplyError(str(error)) from error


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


def point(name: str, value: Any, shown: Shown) -> Point:
    """A place of the picture: `[x, y]` or `{"x": ..., "y": ...}`; one of the viewport as it is."""
    match value:
        case Point():
            return value
        case {"x": _} | {"y": _}:
            x, y = number('"x"', value.get("x")), number('"y"', value.get("y"))
        case [across, down]:
            x, y = number(name, across), number(name, down)
        case _:
            raise ReplyError(
                f"{name} must be a place, x and y in pixels of the newest picture, not {brief(value)}"
            )
    return shown.place(x, y)


def region(name: str, value: Any, shown: Shown) -> Box:
    """A part of the picture, `[x, y, width, height]`, in CSS pixels of the viewport."""
    if isinstance(value, Mapping):
        value = [value.get(side) for side in ("x", "y", "width", "height")]
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise ReplyError(f"{name} must be [x, y, width, height], not {brief(value)}")
    scale = shown.picture.scale if shown.picture is not None else 1.0
    x, y, width, height = (number(name, each) / scale for each in value)
    return Box(x, y, width, height)


NOTE = "+"
"""Ends the ref of a note, which stands for what is not listed and can only be looked at."""
_REF = re.compile(r"f\d+e\d+", re.IGNORECASE)


def ref(name: str, value: Any, shown: Shown) -> str:
    """An element that was shown."""
    match value:
        case [only] if not isinstance(only, list | dict):
            value = only
        case dict() if len(value) == 1:
            value = next(iter(value.values()))
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ReplyError(
            f"{name} must be an element of the page such as {_some_of(shown)}, not {brief(value)}"
        )
    written = text(name, value).strip()
    for said in (written, written + NOTE):
        if said in shown.refs:
            return said
    named: set[str] = set(_REF.findall(written.lower()))
    if len(named) == 1 and (only_one := named.pop()) in shown.refs:
        return only_one
    # A lone number is an element's own only where a single one has it.
    numbered = re.fullmatch(r"[\[(#@<]*(?:e|element|ref)?[ =_-]*(\d+)[\])>]*", written, re.IGNORECASE)
    if numbered:
        ending = [each for each in shown.refs if each.endswith(f"e{numbered.group(1)}")]
        if len(ending) == 1:
            return ending[0]
    if not shown.refs:
        raise ReplyError(f"element {brief(written)} was not shown; no elements are shown on this page")
    raise ReplyError(
        f"element {brief(written)} was not shown; use a ref from the page, such as {_some_of(shown)}"
    )


def _some_of(shown: Shown) -> str:
    def numbers(ref: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", ref)]

    return ", ".join(sorted(shown.refs, key=numbers)[:3]) or '"f0e1"'


def tab(name: str, value: Any, shown: Shown) -> str:
    """A tab by its id."""
    written = filled(name, value).strip().strip("[]")
    if shown.tabs is None:
        return written
    for known in (written, f"t{written}"):
        if known in shown.tabs:
            return known
    raise ReplyError(f"there is no tab {brief(written)}; there are {', '.join(sorted(shown.tabs)) or 'none'}")


def files(name: str, value: Any, shown: Shown) -> tuple[str, ...]:
    """Names of files of the task."""
    found = some(name, value)
    strange = [] if shown.files is None else [each for each in found if each not in shown.files]
    if strange:
        there = ", ".join(shown.files or ()) or "none"
        raise ReplyError(f"no file {brief(strange[0])} came with the task; there are {there}")
    return found


def sources(name: str, value: Any, shown: Shown) -> dict[str, str]:
    """Read a map from JSON pointers of the output to elements; elements not shown are left out.

    A tool has it as a list of pairs.
    """
    given = value if isinstance(value, Mapping) else {}
    pairs = value if isinstance(value, list) else []
    named = [(each.get("pointer"), each.get("ref")) for each in pairs if isinstance(each, Mapping)]
    return {
        str(pointer): each
        for pointer, each in (*given.items(), *named)
        if isinstance(each, str) and each in shown.refs
    }


def output(name: str, value: Any, shown: Shown) -> Any:
    """The output; a text that holds the wanted object or list is taken for it."""
    if isinstance(value, str) and shown.output_types and "string" not in shown.output_types:
        inner = strict(value)
        if inner is not None:
            return inner
    return value
