"""What a model was shown, and readers of what may name nothing else: elements, tabs, files, places."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from browser.model.actions import Point
from browser.model.observation import Box, Observation, Screenshot
from engines.action_codec.arguments.values import brief, filled, number, some, text
from engines.action_codec.json_in_text.repair_json import strict
from engines.action_codec.reply_error import ReplyError


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
REF = re.compile(r"f\d+e\d+\+?", re.IGNORECASE)


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
    if written in shown.refs:
        return written
    named: set[str] = {found.lower().removesuffix(NOTE) for found in REF.findall(written)}
    if len(named) == 1:
        [only_one] = named
        for said in (only_one, only_one + NOTE):
            if said in shown.refs:
                return said
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
