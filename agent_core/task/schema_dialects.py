"""JSON Schemas as callers have them, written as Draft 2020-12, the one dialect that is used inside.

Read are the older drafts (4 to 2019-09), the Schema Object of OpenAPI 3.0 (`nullable`), type names in
capitals, and the envelopes in which model APIs take a schema (`{"name": ..., "schema": ...}`).
Sources: json-schema.org's migration notes for each draft; the OpenAPI Specification 3.0.3, "Schema Object".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
ENVELOPE = frozenset({"type", "name", "description", "strict", "schema", "json_schema"})
"""What may stand beside a schema in the `response_format` of a model API."""
VALUES = frozenset(
    {"default", "const", "enum", "examples", "example", "dependentRequired", "discriminator", "$vocabulary"}
)
"""Keywords that hold values, or names with values, and no schemas: nothing in them is rewritten."""
NAMED = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies", "schemas"}
)
"""Keywords that hold schemas by name: the names are no keywords. `schemas` is of OpenAPI's `components`."""

BESIDE = ("title", "description", "$defs", "definitions")
"""Keywords that stay where they are when a schema becomes a branch of `anyOf`."""


def unwrapped(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema in the envelope of a model API; what has no envelope stays as it is."""
    for key in ("json_schema", "schema"):
        inside = given.get(key)
        marked = given.get("type") == "json_schema" or isinstance(given.get("name"), str) or "strict" in given
        if isinstance(inside, Mapping) and given.keys() <= ENVELOPE and (marked or len(given) == 1):
            return unwrapped(inside)
    return given


def in_2020_12(schema: Any) -> Any:
    """The same schema with the keywords of Draft 2020-12. What is no legal keyword stays as it is."""
    of_draft_4 = isinstance(schema, Mapping) and "draft-04" in str(schema.get("$schema"))
    return _written(schema, "id" if of_draft_4 else "$id")


def _written(schema: Any, id_key: str) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    written = {str(key): _part(str(key), value, id_key) for key, value in schema.items() if key != "$schema"}
    _identity(written, id_key)
    for rewrite in (_type, _bounds, _tuple, _dependencies, _reference, _nullable):
        rewrite(written)
    return written


def _part(key: str, value: Any, id_key: str) -> Any:
    if key in VALUES:
        return value
    if key in NAMED and isinstance(value, Mapping):
        return {name: _written(part, id_key) for name, part in value.items()}
    if isinstance(value, list):
        return [_written(part, id_key) for part in value]
    return _written(value, id_key)


def _identity(schema: dict[str, Any], id_key: str) -> None:
    """Draft 4 writes `id`; before 2019-09 one that is only a fragment is what `$anchor` is now."""
    if isinstance(schema.get(id_key), str):
        name = schema.pop(id_key)
        if name.startswith("#") and name != "#":
            schema["$anchor"] = name[1:]
        else:
            schema["$id"] = name


def _type(schema: dict[str, Any]) -> None:
    """`STRING` is `string`. `String` may be a value of the data, so it is left alone."""
    match schema.get("type"):
        case str() as name if name.isupper() and name.lower() in TYPES:
            schema["type"] = name.lower()
        case list() as names:
            schema["type"] = [
                name.lower() if isinstance(name, str) and name.isupper() and name.lower() in TYPES else name
                for name in names
            ]


def _bounds(schema: dict[str, Any]) -> None:
    """Draft 4: `exclusiveMinimum` is true or false there, and is about `minimum`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _tuple(schema: dict[str, Any]) -> None:
    """Before 2020-12: a list under `items` is what `prefixItems` is now."""
    if isinstance(schema.get("items"), list):
        schema["prefixItems"] = schema.pop("items")
        if "additionalItems" in schema:
            schema["items"] = schema["additionalItems"]
    schema.pop("additionalItems", None)


def _dependencies(schema: dict[str, Any]) -> None:
    """Before 2019-09: one keyword for what are two now."""
    dependencies = schema.get("dependencies")
    if not isinstance(dependencies, Mapping):
        return
    del schema["dependencies"]
    for name, needed in dependencies.items():
        keyword = "dependentRequired" if isinstance(needed, list) else "dependentSchemas"
        schema[keyword] = {**schema.get(keyword, {}), name: needed}


def _reference(schema: dict[str, Any]) -> None:
    """Convert `$recursiveRef` of draft 2019-09 to `$ref`."""
    if isinstance(schema.get("$recursiveRef"), str):
        schema["$ref"] = schema.pop("$recursiveRef")
    schema.pop("$recursiveAnchor", None)


def _nullable(schema: dict[str, Any]) -> None:
    """OpenAPI 3.0: null is allowed beside the type that is named."""
    if not isinstance(schema.get("nullable"), bool) or not schema.pop("nullable"):
        return
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    match schema.get("type"):
        case str() as name:
            schema["type"] = [name, "null"]
        case list() as names if "null" not in names:
            schema["type"] = [*names, "null"]
    if not schema.keys().isdisjoint({"$ref", "anyOf", "oneOf", "allOf", "const"}):
        told: dict[str, Any] = {key: schema.pop(key) for key in BESIDE if key in schema}
        inside = dict(schema)
        schema.clear()
        schema.update({**told, "anyOf": [inside, {"type": "null"}]})
