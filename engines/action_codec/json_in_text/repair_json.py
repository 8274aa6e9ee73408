"""Broken JSON -> a value, as long as nothing has to be made up for it."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import json_repair

from browser.model.text import cut, well_formed
from engines.action_codec.reply_error import ReplyError

_CLOSERS = {"{": "}", "[": "]"}
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"'})
_CURLY_AS_SYNTAX = re.compile(r"[{\[,:]\s*[“”„‟]")


@dataclass(frozen=True, slots=True)
class Span:
    """A JSON object or list inside a text."""

    text: str
    start: int
    end: int
    complete: bool
    """False: the text ends before it does."""


def spans(text: str) -> Iterator[Span]:
    """The outermost objects, and lists of objects, in a text that may hold anything else."""
    at = 0
    opening = re.compile(r"\{(?=\s*[\"'“”}\w/#])|\[(?=\s*[{\]])")
    while found := opening.search(text, at):
        span = _span(text, found.start())
        yield span
        at = span.end


def decoded(span: str, *, complete: bool = True) -> Any:
    """The value that a piece of JSON, broken or not, stands for.

    Raises:
        ReplyError: It cannot be told what it stands for.
    """
    straight = span.translate(_CURLY) if _CURLY_AS_SYNTAX.search(span) else span
    if not complete:
        straight = _cut_back(straight)
    for attempt in (straight, _with_inner_quotes_escaped(straight)):
        value = strict(attempt)
        if value is not None:
            return value
    return cleaned(_from_python(straight) or _repaired(straight))


def strict(text: str) -> Any:
    """The object or list that a text is, in nothing but JSON; None where it is something else.

    Raises:
        ReplyError: It is JSON that contradicts itself.
    """
    try:
        value = cleaned(json.loads(text, strict=False, object_pairs_hook=_object))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def cleaned(value: Any) -> Any:
    """A value of a reply, each lone surrogate in its texts as U+FFFD; None where it is nested too deeply.

    JSON can write half a character, as in `"\\ud800"`; no file, event or keyboard can take it.
    """
    try:
        return well_formed(value)
    except RecursionError:
        return None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says two things under one name would silently lose the first of them."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found and found[key] != value:
            raise ReplyError(f'"{key}" stands twice in one object; give every action an object of its own')
        found[key] = value
    return found


def python_expression(text: str) -> ast.expr | None:
    """The text as a Python expression, which is looked at and never run; None where it is none."""
    with warnings.catch_warnings():
        # Python warns of odd escapes and numbers in what it compiles; it is not our code.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, mode="eval").body
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None


def _from_python(text: str) -> Any:
    expression = python_expression(text)
    if not isinstance(expression, ast.Dict | ast.List):
        return None
    try:
        return ast.literal_eval(expression)
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None


def _repaired(text: str) -> Any:
    try:
        value = None if _HEAPED.search(text) else json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError):
        value = None  # it is nested too deeply
    if not isinstance(value, dict | list) or not value:
        raise ReplyError(
            "the JSON in the reply is broken; answer with one valid JSON object and nothing else"
        )
    # A repair may move, drop and add characters; a text that was not written like this is not typed.
    source = _bare(text)
    for leaf in _leaves(value):
        if _bare(leaf) not in source or _SWALLOWED.search(leaf):
            raise ReplyError(
                f"the JSON in the reply is broken near {cut(leaf, 40, '')!r}; "
                "put a backslash before quotes in texts"
            )
    return value


_HEAPED = re.compile(r"(?:[(\[{]\s{0,9}){40}")
"""Brackets in a heap: no reply that means something has them, and a repair of them takes seconds."""
_SWALLOWED = re.compile(r'"\s*[:,}\]]')
"""A sign of JSON that ended up inside of a text."""


def _bare(text: str) -> str:
    return re.sub(r"\\[nrt]|[\s\\]", "", text)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)


def _span(text: str, start: int) -> Span:
    """From an opening bracket to the one that closes it; brackets in strings and comments do not count."""
    stack: list[str] = []
    waiting = Counter[str]()  # how often each closer stands in the stack, so that nobody has to search it
    for at, sign in _signs(text, start):
        if sign in _CLOSERS:
            stack.append(_CLOSERS[sign])
            waiting[stack[-1]] += 1
        elif waiting[sign]:
            # A bracket that closes an outer one closes the forgotten inner ones too.
            while True:
                closed = stack.pop()
                waiting[closed] -= 1
                if closed == sign:
                    break
            if not stack:
                return Span(text[start : at + 1], start, at + 1, complete=True)
    return Span(text[start:], start, len(text), complete=False)


def _cut_back(text: str) -> str:
    """A list of actions that was cut off, cut back to the last item that is whole, and closed.

    Raises:
        ReplyError: No item is whole. What is left of one is not guessed at: a text could be half typed.
    """
    stack: list[str] = []
    whole = -1
    closers = ""
    for at, sign in _signs(text, 0):
        if sign in _CLOSERS:
            stack.append(_CLOSERS[sign])
        elif stack and sign == stack[-1]:
            stack.pop()
            in_list = bool(stack) and stack[-1] == "]"
            if (sign == "}" and in_list and len(stack) <= 2) or (sign == "]" and len(stack) == 1):
                whole, closers = at, "".join(reversed(stack))
    if whole < 0:
        raise ReplyError("the reply was cut off before an action was complete; answer again, and shorter")
    return text[: whole + 1] + closers


def _signs(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Brackets of a text, with their places, leaving out those in strings and comments."""
    at = start
    before = ""
    while at < len(text):
        sign = text[at]
        if sign in "\"'" and (sign == '"' or before in "{[,:"):
            at = _end_of_string(text, at)
            before = sign
            continue
        if text.startswith(("//", "#"), at) and before != ":":
            at = _end_of_line(text, at)
            continue
        if text.startswith("/*", at):
            end = text.find("*/", at + 2)
            at = len(text) if end < 0 else end + 2
            continue
        if sign in "{}[]":
            yield at, sign
        if not sign.isspace():
            before = sign
        at += 1


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _end_of_string(text: str, start: int) -> int:
    """The place behind the quote that closes a string: one that something of JSON's own follows."""
    quote = text[start]
    at = start + 1
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == quote and _closes(text, at):
            return at + 1
        at += 1
    return len(text)


_AFTER_STRING = re.compile(
    r"\s*(?:$|[}\]:]|//|#|/\*|,\s*(?:$|[\"'{\[}\]\d-]|//|#|/\*|true\b|false\b|null\b|\w+\s*:))", re.IGNORECASE
)


def _closes(text: str, at: int) -> bool:
    # A quote before a line break that is followed by a key closes too: the comma was forgotten.
    after = text[at + 1 : at + 200]
    return bool(_AFTER_STRING.match(after)) or bool(re.match(r"\s*\n\s*[\"']\w+[\"']\s*:", after))


def _with_inner_quotes_escaped(text: str) -> str:
    """Quotes inside of strings get their backslash."""
    out: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != '"':
            out.append(text[at])
            at += 1
            continue
        end = _end_of_string(text, at)
        inner = text[at + 1 : end - 1]
        out.append('"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"')
        at = end
    return "".join(out)
