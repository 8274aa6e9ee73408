"""JSON Schema as providers with strict output formats take it: every object closed, little else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.output_spec import Schema

MOST_OPTIONAL = 24
MOST_UNIONS = 16
"""What Anthropic's structured outputs take in one request, 2026; more is answered with a 400."""
_KEPT = ("type", "description", "enum", "const", "title")


def closed(schema: Schema) -> dict[str, Any] | None:
    """The schema with every object closed and the keywords left out that strict formats reject.

    None where that cannot be done: free-form parts and references have no closed form, and large
    schemas are refused; the reply is then asked for in words. What is left out is checked after the
    reply anyway.
    """
    try:
        shape = _closed(schema)
    except _OpenEnded:
        return None
    optional, unions = counted(shape)
    return shape if optional <= MOST_OPTIONAL and unions <= MOST_UNIONS else None


def counted(shape: Mapping[str, Any]) -> tuple[int, int]:
    """How many optional properties and how many unions of types there are."""
    properties = shape.get("properties", {})
    inner = [*properties.values(), *shape.get("anyOf", ())]
    if "items" in shape:
        inner.append(shape["items"])
    counts = [counted(each) for each in inner]
    optional = len(properties) - len(shape.get("required", ()))
    union = "anyOf" in shape or isinstance(shape.get("type"), list)
    return optional + sum(each[0] for each in counts), union + sum(each[1] for each in counts)


class _OpenEnded(Exception):
    pass


def _closed(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, Mapping) or "$ref" in schema:
        raise _OpenEnded
    kept = {key: schema[key] for key in _KEPT if key in schema}
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        return {**kept, "anyOf": [_closed(each) for each in alternatives]}
    types = schema.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    if not types and "enum" not in schema and "const" not in schema:
        raise _OpenEnded
    if "object" in types:
        properties = schema.get("properties")
        if not properties or isinstance(schema.get("additionalProperties"), Mapping):
            raise _OpenEnded
        kept["properties"] = {name: _closed(each) for name, each in properties.items()}
        kept["required"] = list(schema.get("required", ()))
        kept["additionalProperties"] = False
    if "array" in types:
        kept["items"] = _closed(schema.get("items"))
    return kept
