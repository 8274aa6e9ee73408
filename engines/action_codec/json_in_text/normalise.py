"""A value that a model sent -> its calls, whatever they were wrapped in."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import OSA

from browser.model.text import cut
from engines.action_codec.json_in_text.repair_json import cleaned, decoded, python_expression, spans, strict
from engines.action_codec.memory import joined, without_memory
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import fold
from engines.action_codec.vocabulary import verb_named

_THOUGHTS = ("thought", "thoughts", "thinking", "reasoning", "plan", "explanation", "rationale")
_LISTS = frozenset(
    {"actions", "actionlist", "steps", "commands", "toolcalls", "calls", "nextactions", "functioncalls"}
)
_NAMES = (
    "action",
    "actionname",
    "actiontype",
    "name",
    "tool",
    "toolname",
    "function",
    "command",
    "verb",
    "type",
)
_ARGUMENTS = frozenset(
    {"arguments", "args", "parameters", "params", "input", "toolinput", "actioninput", "kwargs", "inputs"}
)
_WRAPPERS = frozenset(
    {
        "response", "answer", "reply", "result", "json", "decision", "message", "content", "arguments",
        "functioncall", "toolcall", "assistant", "function", "action", "currentstate", "nextaction",
        "parameters", "input",
    }
)  # fmt: skip
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Call:
    """One verb as it was written, with its arguments as they were written."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """The items of a reply, in order; an item may still turn out to be nonsense."""

    items: tuple[Any, ...]
    thought: str = ""
    memory: str = ""
    """What is to be remembered, as it stands beside the items."""


def said(value: Any, depth: int = 0) -> Said:
    """Split a parsed reply into its calls and its thought.

    Raises:
        ReplyError: It holds no action.
    """
    if depth > _DEEPEST:
        raise ReplyError('the reply is nested too deeply; answer with {"thought": ..., "actions": [...]}')
    if isinstance(value, list):
        return _said_by_list(value)
    if isinstance(value, str):
        return said(_decoded_text(value), depth + 1)
    if not isinstance(value, dict):
        raise ReplyError('the reply is not an object; answer with {"thought": ..., "actions": [...]}')
    thought = _thought_of(value)
    value, memory = without_memory(value)
    for key, inner in value.items():
        if _is_list_key(fold(str(key))):
            items = said(inner, depth + 1) if isinstance(inner, str | dict) else _said_by_list(inner)
            return Said(items.items, thought or items.thought, joined(memory, items.memory))
    if _call_of(value) is not None or _keyed_calls(value):
        return Said((value,), thought, memory)
    for key, inner in value.items():
        if fold(str(key)) in _WRAPPERS and (isinstance(inner, dict | list) or strict(str(inner)) is not None):
            items = said(inner, depth + 1)
            return Said(items.items, thought or items.thought, joined(memory, items.memory))
    raise ReplyError(_nothing_in(value))


def calls(item: Any) -> tuple[Call, ...]:
    """The calls of one item; several where one object names several verbs.

    Raises:
        ReplyError: It is not a call.
    """
    if isinstance(item, str):
        item = _written_call(item) or item
    if isinstance(item, Call):
        return (item,)
    if isinstance(item, str) and strict(item) is not None:
        item = strict(item)
    if not isinstance(item, dict):
        raise ReplyError(
            f'{_brief(item)} is not an action; an action is an object such as {{"action": "back"}}'
        )
    call = _call_of(item)
    if call is not None:
        return (call,)
    keyed = _keyed_calls(item)
    if keyed:
        return keyed
    inner = said(item)
    return tuple(call for each in inner.items for call in calls(each))


def _said_by_list(value: Any) -> Said:
    if not isinstance(value, list):
        raise ReplyError('"actions" is not a list')
    if not value:
        raise ReplyError("the list of actions is empty; name at least one action")
    if all(isinstance(each, dict) and _has_list(each) for each in value):
        parts = [said(each) for each in value]
        items = tuple(item for part in parts for item in part.items)
        return Said(items, parts[0].thought, joined(*(part.memory for part in parts)))
    items, noted = _without_notes(value)
    if not items:
        raise ReplyError("the list of actions only says what is to be remembered; name at least one action")
    return Said(items, memory=noted)


def _without_notes(value: Sequence[Any]) -> tuple[tuple[Any, ...], str]:
    """The items without what is to be remembered, which may stand beside a call or in an item of its own."""
    items: list[Any] = []
    noted: list[str] = []
    for each in value:
        rest, memory = without_memory(each) if isinstance(each, dict) else (each, "")
        if not memory or any(fold(str(key)) not in _THOUGHTS for key in rest):
            items.append(rest)
        noted.append(memory)
    return tuple(items), joined(*noted)


def _has_list(value: Mapping[str, Any]) -> bool:
    return any(_is_list_key(fold(str(key))) for key in value)


def _is_list_key(folded: str) -> bool:
    # "action" is one letter from "actions" and means something else.
    return folded in _LISTS or (folded != "action" and OSA.distance(folded, "actions") == 1)


def _thought_of(value: Mapping[str, Any]) -> str:
    for key, inner in value.items():
        if fold(str(key)) in _THOUGHTS and isinstance(inner, str):
            return inner
    return ""


def _call_of(value: Mapping[str, Any]) -> Call | None:
    """`{"action": "click", "ref": ...}` and its relatives with nested arguments."""
    folded = {fold(str(key)): key for key in value}
    for wanted in _NAMES:
        key = folded.get(wanted)
        if key is None or not isinstance(value[key], str):
            continue
        name = value[key]
        if wanted == "type" and verb_named(name) is None:
            continue
        if strict(name) is not None or ((written := _written_call(name)) is not None and len(value) <= 2):
            return written if strict(name) is None else None
        return Call(name, _arguments_of({each: value[each] for each in value if each != key}))
    return None


def _arguments_of(rest: Mapping[str, Any]) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for key, inner in rest.items():
        folded = fold(str(key))
        nested = strict(inner) if isinstance(inner, str) else inner
        if folded in _ARGUMENTS and isinstance(nested, dict):
            arguments.update(nested)
        elif folded not in _THOUGHTS and not (folded in _ARGUMENTS and inner in ("", None, [])):
            arguments.setdefault(str(key), inner)
    return arguments


def _keyed_calls(value: Mapping[str, Any]) -> tuple[Call, ...]:
    """`{"click": {"ref": ...}}`, also with several verbs; empty where other keys stand among them."""
    found: list[Call] = []
    for key, inner in value.items():
        if fold(str(key)) in _THOUGHTS or inner is None:
            continue
        if verb_named(str(key)) is None or (fold(str(key)) in _WRAPPERS and not isinstance(inner, dict)):
            return ()
        found.append(Call(str(key), _keyed_arguments(inner)))
    return tuple(found)


def _keyed_arguments(inner: Any) -> dict[str, Any]:
    if isinstance(inner, dict):
        return dict(inner)
    return {} if inner is True or inner in ("", []) else {"": inner}


def _written_call(text: str) -> Call | None:
    """`click(ref="f0e12")`, as in Python; None for anything else."""
    stripped = text.strip().rstrip(";")
    if not stripped.endswith(")"):
        return None
    tree = python_expression(stripped)
    if not isinstance(tree, ast.Call):
        return None
    name = ast.unparse(tree.func).rsplit(".", 1)[-1]
    if len(tree.args) > 1 or verb_named(name) is None:
        return None
    try:
        arguments = {each.arg or "": ast.literal_eval(each.value) for each in tree.keywords}
        if tree.args:
            only = ast.literal_eval(tree.args[0])
            arguments.update(only if isinstance(only, dict) else {"": only})
    except (ValueError, TypeError, MemoryError, RecursionError):
        return None
    return Call(name, cleaned(arguments))


def written_calls(text: str) -> list[Call]:
    """The calls of a text that is nothing but written calls, one a line; else empty."""
    lines = [line.strip().strip("`") for line in text.splitlines() if line.strip()]
    found = [_written_call(line) for line in lines]
    return [call for call in found if call is not None] if all(found) else []


def _decoded_text(text: str) -> Any:
    value = strict(text)
    if value is None:
        inside = list(spans(text))
        if len(inside) != 1:
            raise ReplyError('the reply is a text; answer with {"thought": ..., "actions": [...]}')
        value = decoded(inside[0].text, complete=inside[0].complete)
    return value


def _nothing_in(value: Mapping[str, Any]) -> str:
    keys = ", ".join(repr(str(key)) for key in list(value)[:4])
    return (
        f'there is no "actions" list in the reply (it has {keys or "nothing"}); answer with '
        '{"thought": ..., "actions": [...]}, and to deliver data use {"action": "finish", "output": ...}'
    )


def _brief(item: Any) -> str:
    text = repr(item)
    return cut(text, 60)
