"""What a model writes down beside its actions, to have it before its eyes later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import fold

MEMORY = "memory"
"""What it is called in answers in JSON."""
REMEMBER = "remember"
"""The tool that is called with it, beside other tools."""
_NAMES = frozenset({MEMORY, "memories", REMEMBER})
_TOOLS = _NAMES | {"note", "takenote", "writedown", "savememory"}


class OnlyRemembered(ReplyError):
    """An answer has something to be remembered, and nothing to be done."""

    def __init__(self, memory: str) -> None:
        self.memory = memory
        super().__init__("it was written down; say what is to be done next, too")


def is_note(tool: str) -> bool:
    """Whether a tool of this name is called for something to be remembered."""
    return fold(tool) in _TOOLS


def noted(arguments: Any) -> str:
    """What a call of that tool wants to be remembered."""
    values = arguments.values() if isinstance(arguments, Mapping) else [arguments]
    return joined(*(line for value in values for line in _lines(value)))


def without_memory(written: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What is written there without what is to be remembered, and that; "" where nothing is."""
    rest, found = {}, []
    for key, value in written.items():
        if fold(str(key)) in _NAMES:
            found += _lines(value)
        else:
            rest[key] = value
    return rest, joined(*found)


def joined(*parts: str) -> str:
    """Several things to be remembered as one, a line each, and each once."""
    lines = (line.strip() for part in parts for line in part.splitlines())
    return "\n".join(dict.fromkeys(filter(None, lines)))


def _lines(value: Any) -> list[str]:
    match value:
        case None:
            return []
        case str():
            return [value]
        case list():
            return [line for each in value for line in _lines(each)]
        case _:
            return [json.dumps(value, ensure_ascii=False)]
