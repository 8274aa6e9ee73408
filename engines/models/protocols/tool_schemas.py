"""Tools in the form that each provider binds its models by.

A schema that cannot be put into that form guides the model only; arguments are read with care anyway.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.models.chat import Tool
from engines.models.protocols.closed_schema import MOST_OPTIONAL, MOST_UNIONS, closed, counted
from engines.output_spec import Schema

MOST_STRICT = 20
"""Strict tools that Anthropic takes in one request, 2026."""


def all_required(parameters: Schema) -> dict[str, Any] | None:
    """The schema as OpenAI's strict mode wants it: closed, and all required, what is optional being nullable.

    None where that cannot be said so: free-form parts, keywords that strict modes do not know, and optional
    properties further inside, since a null there would be part of an output. None, too, where nobody gains.
    """
    shape = _closed_whole(parameters)
    if shape is None or not gains_by_binding(parameters):
        return None
    required = shape.get("required", [])
    properties: dict[str, Any] = shape.get("properties", {})
    if any(_has_optional(part) for part in properties.values()):
        return None
    nullable = {name: part if name in required else _or_null(part) for name, part in properties.items()}
    return {**shape, "properties": nullable, "required": list(properties)}


def bound_within_limits(tools: Sequence[Tool]) -> list[dict[str, Any] | None]:
    """For each tool its closed schema; None where it cannot or need not be, or the limits are reached."""
    found: list[dict[str, Any] | None] = []
    optional = unions = strict = 0
    for tool in tools:
        shape = _closed_whole(tool.parameters)
        more = counted(shape) if shape is not None else (0, 0)
        fits = optional + more[0] <= MOST_OPTIONAL and unions + more[1] <= MOST_UNIONS
        if shape is None or not fits or strict >= MOST_STRICT or not gains_by_binding(tool.parameters):
            found.append(None)
            continue
        optional, unions, strict = optional + more[0], unions + more[1], strict + 1
        found.append(shape)
    return found


def typed(parameters: Schema) -> dict[str, Any]:
    """The schema in the least that servers understand: every part has one type, and objects are not closed.

    What has none is asked for as JSON in a text, with its schema beside it.
    """
    properties = {name: _typed(part) for name, part in parameters.get("properties", {}).items()}
    return {**parameters, "properties": properties}


def _typed(part: Mapping[str, Any]) -> dict[str, Any]:
    shape = _closed_whole(part)
    if shape is not None and not counted(shape)[1] and all(map(_PLAIN_NAME.fullmatch, _names(shape))):
        return _opened(shape)
    told = f" valid against this JSON Schema: {json.dumps(part, ensure_ascii=False)}" if part else ""
    return {"type": "string", "description": f"JSON{told}"}


def gains_by_binding(parameters: Schema) -> bool:
    """Whether a model may get the form of an argument wrong so that nobody knows what it meant.

    A text, a number, a flag or a list of them is understood in whatever form it comes, and to bind a model to
    it would make its tool longer by a third.
    """
    parts = parameters.get("properties", {}).values()
    return not all("enum" not in part and part.get("type") in _SCALARS for part in map(_one_of_it, parts))


def _one_of_it(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a list is of; what is no list is itself."""
    items = part.get("items")
    return items if part.get("type") == "array" and isinstance(items, Mapping) else part


_SCALARS = ("string", "number", "integer", "boolean")


def _closed_whole(schema: Schema) -> dict[str, Any] | None:
    """The closed schema where nothing of the schema is lost by closing it; else None.

    A model that cannot see a limit of the output learns of it only by a refusal.
    """
    return closed(schema) if all(key in _UNDERSTOOD for key in _keywords(schema)) else None


_UNDERSTOOD = frozenset(
    {
        *("type", "description", "enum", "const", "title", "anyOf", "oneOf"),
        *("properties", "required", "items", "additionalProperties"),
    }
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""Names of properties that every provider takes."""


def _keywords(part: Any) -> Iterator[str]:
    """The keywords of a schema and of all its parts."""
    if isinstance(part, Mapping):
        yield from part
        for inner in _parts(part):
            yield from _keywords(inner)


def _names(part: Any) -> Iterator[str]:
    """The names of all properties in a schema."""
    if isinstance(part, Mapping):
        yield from part.get("properties", {})
        for inner in _parts(part):
            yield from _names(inner)


def _parts(schema: Mapping[str, Any]) -> list[Any]:
    properties = schema.get("properties")
    below = list(properties.values()) if isinstance(properties, Mapping) else []
    return [*below, schema.get("items"), *schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _opened(shape: Mapping[str, Any]) -> dict[str, Any]:
    dropped = ("additionalProperties", "const", "title")
    found = {key: value for key, value in shape.items() if key not in dropped}
    if "properties" in found:
        found["properties"] = {name: _opened(part) for name, part in found["properties"].items()}
    if "items" in found:
        found["items"] = _opened(found["items"])
    return found


def _has_optional(part: Any) -> bool:
    """Whether an object in a closed schema has a property that may be left out."""
    if isinstance(part, list):
        return any(map(_has_optional, part))
    if not isinstance(part, Mapping):
        return False
    properties = part.get("properties", {})
    left = set(properties) - set(part.get("required", ()))
    return bool(left) or _has_optional(_parts(part))


def _or_null(part: Mapping[str, Any]) -> dict[str, Any]:
    if "anyOf" in part:
        return {**part, "anyOf": [*part["anyOf"], {"type": "null"}]}
    kinds = part.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if not kinds or "null" in kinds:
        return {"anyOf": [part, {"type": "null"}]} if not kinds else dict(part)
    either = {**part, "type": [*kinds, "null"]}
    return {**either, "enum": [*part["enum"], None]} if "enum" in part else either
