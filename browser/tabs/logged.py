"""What a page logs as an error, as a person would read it in its console."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_MOST_ARGUMENTS = 6
_LONGEST_ARGUMENT = 200
"""Characters that are read of one argument; a page may log a megabyte."""
_PLACE = re.compile(r"%[sdifoOc]")


def logged_error(call: Mapping[str, Any], hidden: Callable[[str], str] = str) -> tuple[str, str]:
    """The first line of what one call of `console.error` says, and the address of the script that made it.

    Args:
        call: As `Runtime.consoleAPICalled` tells it.
        hidden: Gives a text without secrets. It is asked before anything is cut: of a part nobody knows what
            it is a part of.
    """
    frames = (call.get("stackTrace") or {}).get("callFrames") or [{}]
    said = [_text(argument, hidden) for argument in (call.get("args") or ())[:_MOST_ARGUMENTS]]
    return _formatted(said).strip().partition("\n")[0], str(frames[0].get("url") or "")


def _text(argument: Mapping[str, Any], hidden: Callable[[str], str]) -> str:
    value = argument.get("value")
    if isinstance(value, str):
        return hidden(value)[:_LONGEST_ARGUMENT]
    told = argument.get("description") or argument.get("unserializableValue")
    # The description of an error goes on with its stack.
    return hidden(str(value if told is None else told))[:_LONGEST_ARGUMENT].partition("\n")[0]


def _formatted(said: Sequence[str]) -> str:
    """The texts as one, those after the first put into its places (`%s`) where it has some."""
    if not said:
        return ""
    rest = list(said[1:])

    def filled(place: re.Match[str]) -> str:
        if not rest:
            return place[0]
        text = rest.pop(0)
        return "" if place[0] == "%c" else text

    return " ".join([_PLACE.sub(filled, said[0]), *rest])
