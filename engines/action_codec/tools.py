"""The verbs as tools: one each, made from their table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.action_codec.actions import VERBS
from engines.action_codec.memory import REMEMBER
from engines.action_codec.verbs.verb import Argument, Kind, Offer, Verb
from engines.models.chat import Tool
from engines.output_spec import Schema
from engines.protocol import Goal

_TEXT: Schema = {"type": "string"}
_SHAPES: Mapping[Kind, Mapping[str, Any]] = {
    "ref": _TEXT,
    "text": _TEXT,
    "texts": {"type": "array", "items": _TEXT},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "region": {"type": "array", "items": {"type": "number"}},
    "json": {},
    "sources": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"pointer": _TEXT, "ref": _TEXT},
            "required": ["pointer", "ref"],
        },
    },
}
_REMEMBER = Tool(
    name=REMEMBER,
    description="",
    parameters={"type": "object", "properties": {"text": _TEXT}, "required": ["text"]},
)
"""One place for the whole batch: as an argument of every tool it would be sent twenty times."""


def tools_for(goal: Goal, output: Schema | None) -> tuple[Tool, ...]:
    """What a model may call to pursue a goal; it stays the same for the whole of it.

    Args:
        output: JSON Schema of what `finish` hands over; None: it is left open.
    """
    has: dict[Offer, bool] = {
        "always": True,
        "codes": goal.codes,
        "files": bool(goal.files),
        "output": bool(goal.output),
    }
    offered = [verb for verb in VERBS if verb.offered is not None and has[verb.offered]]
    return (*(_tool(verb, has, goal, output) for verb in offered), _REMEMBER)


def _tool(verb: Verb, has: Mapping[Offer, bool], goal: Goal, output: Schema | None) -> Tool:
    given = [each for each in verb.arguments if each.offered is not None and has[each.offered]]
    shapes = {argument.name: _shape(argument) for argument in given}
    needs = [name for name in verb.needs if name in shapes]
    if verb.name == "finish":
        shapes["output"] |= output or {}
        needs = [name for name in needs if name != "output" or has["output"]]
    if "error_codes" in shapes:
        shapes = _with_codes(shapes, tuple(goal.error_codes))
    parameters = {"type": "object", "properties": shapes} | ({"required": needs} if needs else {})
    return Tool(name=verb.name, description=verb.does, parameters=parameters)


def _shape(argument: Argument) -> dict[str, Any]:
    shape = dict(_SHAPES[argument.kind])
    if argument.choices:
        shape["enum"] = list(argument.choices)
    if argument.about:
        shape["description"] = argument.about
    return shape


def _with_codes(shapes: Mapping[str, dict[str, Any]], codes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The error codes of the task as the only ones; without any, nothing is asked."""
    if not codes:
        return {name: shape for name, shape in shapes.items() if name != "error_codes"}
    one = {"type": "string", "enum": list(codes)}
    return {**shapes, "error_codes": {"type": "array", "items": one}}
