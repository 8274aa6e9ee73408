"""What a model writes down beside its actions, to have it before its eyes later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engines.action_codec.verbs.verb import fold

MEMORY = "memory"
"""What it is called in answers, and as an argument of tools."""
_NAMES = frozenset({MEMORY, "memories", "remember"})


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
