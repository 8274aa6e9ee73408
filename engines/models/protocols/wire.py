"""What stands in a server's JSON, read without trusting its types.

Servers of one protocol differ in every detail: a text may come in parts, a number as text, a list as an
object, and anything as null. What cannot be read is as if it were not there; nothing here raises.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from browser.model.observation import Screenshot

_DEEPEST = 8
_DEEPEST_JSON = 100
_THINKING = frozenset(
    {"thinking", "reasoning", "reasoning.text", "reasoning_text", "thought", "redacted_thinking"}
)
_TEXT_KEYS = ("text", "content", "output_text", "value")
_THINKING_KEYS = ("thinking", "reasoning", "reasoning_content", "text", "content", "summary")

Ending = Literal["end", "length", "refused", "context", "error"]
"""Why a reply ended: by itself, at its limit of tokens, by a filter, at the context's end, by an accident."""

_ENDINGS: Mapping[Ending, tuple[str, ...]] = {
    "length": (
        *(
            "length",
            "max_tokens",
            "max_output_tokens",
            "max_completion_tokens",
            "max_new_tokens",
            "max_length",
        ),
        *("model_length", "token_limit", "output_limit", "truncated", "incomplete"),
    ),
    "refused": (
        *(
            "refusal",
            "content_filter",
            "content_filtered",
            "safety",
            "image_safety",
            "recitation",
            "blocklist",
        ),
        *("prohibited_content", "spii", "guardrail_intervened", "sensitive"),
    ),
    "context": ("model_context_window_exceeded", "context_length_exceeded", "context_window_exceeded"),
    "error": ("error", "failed", "cancelled"),
}


def ending_of(reason: object) -> Ending:
    """Why a reply ended, by the word that the server uses for it; a word that nobody knows is a usual end."""
    word = reason.strip().lower().replace("-", "_").replace(" ", "_") if isinstance(reason, str) else ""
    word = word.rpartition(".")[2].removeprefix("finish_reason_").removeprefix("stop_reason_")
    return next((ending for ending, words in _ENDINGS.items() if word in words), "end")


def mapping(value: object) -> Mapping[str, Any]:
    """The object that stands there; an empty one where something else does."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; a single object is a list of one."""
    values: Iterable[object] = (
        (value,) if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    )
    yield from (each for each in values if isinstance(each, Mapping))


def count(value: object) -> int:
    """A number of tokens, also where it is written as text; 0 where it says nothing."""
    if isinstance(value, str):
        value = int(value) if value.strip().isdecimal() and len(value) < 16 else 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e15:
        return 0
    return int(value)


def text_in(content: object, depth: int = 0) -> str:
    """The text of a content: a text, a part, or a list of parts. Parts that hold thinking are left out."""
    return "".join(_texts(content, _TEXT_KEYS, False, depth))


def thinking_in(content: object) -> str:
    """The thinking among the parts of a content."""
    found: list[str] = []
    for part in mappings(content):
        if str(part.get("type")) in _THINKING:
            found += _texts(part, _THINKING_KEYS, True, 0)
    return "".join(found)


def thought_in(value: object) -> str:
    """The text of a field that holds nothing but thinking: a text, or parts."""
    return "".join(_texts(value, _THINKING_KEYS, True, 0))


def _texts(content: object, keys: tuple[str, ...], thinking: bool, depth: int) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list) and depth < _DEEPEST:
        for part in content:
            yield from _texts(part, keys, thinking, depth + 1)
    elif isinstance(content, Mapping) and depth < _DEEPEST:
        if not thinking and str(content.get("type")) in _THINKING:
            return
        inner = next((content[key] for key in keys if content.get(key)), None)
        yield from _texts(inner, keys, thinking, depth + 1)


def arguments_in(value: object) -> str:
    """A call's arguments as JSON text, whether they came as text or as an object."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else ""


def call_arguments(value: object) -> str:
    """The arguments of a whole call as JSON text, also where they were written as JSON twice."""
    text = arguments_in(value)
    inner = decoded(text)
    return call_arguments(inner) if isinstance(inner, str) and decoded(inner) is not None else text


def is_json_object(text: str) -> bool:
    """Whether a text is one JSON object and nothing else."""
    return isinstance(decoded(text), dict)


def decoded(data: str | bytes) -> Any:
    """What a JSON text stands for; None where it is none, or is nested too deeply to be worked with."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value if _is_shallow(value) else None


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST_JSON):
        inner = [
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, dict | list)
        ]
        level = [each for values in inner for each in values]
        if not level:
            return True
    return False


def data_url(image: Screenshot) -> str:
    """A picture as an address that holds it."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"
