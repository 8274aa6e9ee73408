"""Calls of tools -> a decision, or the one mistake in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import brief
from engines.action_codec.json_in_text.find_json import answer_in
from engines.action_codec.json_in_text.normalise import Call
from engines.action_codec.json_in_text.repair_json import strict
from engines.action_codec.memory import OnlyRemembered, is_note, joined, noted, without_memory
from engines.action_codec.read import REMEMBERED, Understood, understood
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import Verb, fold
from engines.action_codec.vocabulary import verb_named
from engines.models.chat import ToolCall

_PLACE = re.compile(r"\s*[\[(]?\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*[\])]?\s*")
"""A place of the picture, where a ref may stand."""
_PLACES = (("ref", "x", "y"), ("to_ref", "to_x", "to_y"))
_AS_ADDRESSES = {"back": "back", "forward": "forward", "reload": "reload", "close": "close_tab"}
"""What the tool for addresses has as an address -> the verb, which has no arguments."""
_TAB = re.compile(r"t\d+")


def read_calls(called: Sequence[ToolCall], thought: str, shown: Shown) -> Understood:
    """Understand parallel calls: they are one batch, in their order, as far as they make sense together.

    Args:
        thought: What was said beside them.

    Raises:
        OnlyRemembered: Nothing else is asked for.
        ReplyError: With the one sentence that goes back to the model.
    """
    notes = [is_note(_name(each)) for each in called]
    # Also that of calls that were left out, and of those that have no arguments of their own.
    memory = joined(*(_noted(each) for each in called))
    acts = [each for each, is_one in zip(called, notes, strict=True) if not is_one]
    if not acts:
        raise OnlyRemembered(memory)
    found = understood(acts, _calls_in, thought.strip(), shown)
    counts = iter(found.counts)
    return replace(
        found,
        memory=memory,
        counts=tuple(REMEMBERED if is_one else next(counts) for is_one in notes),
    )


def _name(called: ToolCall) -> str:
    # Some models write a name with its namespace, as in `functions.click`.
    return re.split(r"[.:/]", called.name.strip())[-1]


def _noted(called: ToolCall) -> str:
    """What a call wants to be remembered."""
    if is_note(_name(called)):
        return noted(called.arguments)
    return without_memory(called.arguments)[1] if isinstance(called.arguments, Mapping) else ""


def _calls_in(called: ToolCall) -> tuple[Call, ...]:
    name = _name(called)
    known = verb_named(name)
    arguments = _arguments(called)
    if known is None:
        return (Call(name, arguments),)
    verb, _ = known
    if verb.name == "goto":
        where = str(arguments.get("url")).strip()
        if (way := fold(where)) in _AS_ADDRESSES:
            return (Call(_AS_ADDRESSES[way], {}),)
        if _TAB.fullmatch(where):
            return (Call("switch_tab", {"tab": where}),)
    return (Call(name, _with_outputs(verb, _with_places(verb, arguments))),)


def _arguments(called: ToolCall) -> dict[str, Any]:
    """The arguments as an object, mended where there is no doubt."""
    value = called.arguments
    # What was cut has no end, and nobody knows how it would have gone on.
    if isinstance(value, str) and value.strip().endswith(("}", "`")):
        value = answer_in(value)
    if not isinstance(value, Mapping):
        raise ReplyError(f"the arguments of {called.name} must be a JSON object, not {brief(value)}")
    return dict(value)


def _with_places(verb: Verb, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, with x and y for a place that stands where a ref may."""
    found = dict(arguments)
    for ref, across, down in _PLACES:
        value = found.get(ref)
        place = _PLACE.fullmatch(value) if isinstance(value, str) else None
        if place and verb.argument(across):
            del found[ref]
            found |= {across: float(place[1]), down: float(place[2])}
    return found


def _with_outputs(verb: Verb, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, an object or list that was written as text read, where the protocol has no other way."""
    found = dict(arguments)
    for argument in verb.arguments:
        value = found.get(argument.name)
        if argument.kind == "json" and isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            inner = strict(value)
            found[argument.name] = value if inner is None else inner
    return found
