"""What the caller may give as `data_extraction_schema`, brought to one form.

A JSON Schema, as a dict, as JSON text or as a Python type, is written as Draft 2020-12. An example of
the output becomes a schema. Any other text is a wish that only a model can read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_origin

from agent_core.task.schema_dialects import NAMED, TYPES, VALUES, in_2020_12, unwrapped
from engines.output_spec import OutputSpec, pointer
from engines.output_validator import searcher, validator_class

if TYPE_CHECKING:
    from referencing import Resource
    from referencing._core import Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the output is to be like. At most one of `schema` and `wish` is set."""

    schema: dict[str, Any] | None = None
    wish: str = ""
    warning: str = ""
    """What the caller should know about how it was understood; "" where there is nothing."""


class BadSchema(ValueError):
    """What was given is neither a schema, nor an example, nor a wish."""


def wanted_output(given: object) -> Wanted:
    """Understand what the caller gave; None, `{}` and blank text ask for no output.

    Raises:
        BadSchema: With a sentence that says where the mistake is.
    """
    if isinstance(given, str):
        return _from_text(given.strip())
    if isinstance(given, type) or get_origin(given) is not None:
        given = _of_python_type(given)
    if isinstance(given, Mapping):
        return _from_mapping(dict(given))
    if isinstance(given, list | tuple):
        return _from_example(list(given))
    if given is None:
        return Wanted()
    raise BadSchema(f"must be a JSON Schema, an example of the output or a text, not {type(given).__name__}")


def _of_python_type(given: Any) -> dict[str, Any]:
    """The schema of a pydantic model, a dataclass, a TypedDict, or a type such as `list[Product]`."""
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return TypeAdapter(given).json_schema()
    except PydanticUserError as error:
        raise BadSchema(
            f"is a Python type that has no JSON Schema: {error.message.splitlines()[0]}"
        ) from error


def _from_text(text: str) -> Wanted:
    if not text.startswith(("{", "[")):
        return Wanted(wish=text)
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadSchema(
            f"is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    return wanted_output(given)


def _from_mapping(given: dict[str, Any]) -> Wanted:
    schema = unwrapped(given)
    if not schema:
        return Wanted()
    if not looks_like_schema(in_2020_12(schema)):
        return _from_example(given)
    schema = in_2020_12(schema)
    check(schema)
    return Wanted(schema=schema)


def _from_example(example: Any) -> Wanted:
    return Wanted(
        schema=schema_of(example),
        warning="data_extraction_schema is no JSON Schema; it was taken as an example of the output",
    )


# --- schema or example? --------------------------------------------------------------------------


def _is_schema(value: object) -> bool:
    return isinstance(value, Mapping | bool)


def _are_schemas(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_schema, value))


def _are_named_schemas(value: object) -> bool:
    return isinstance(value, Mapping) and all(map(_is_schema, value.values()))


def _is_type(value: object) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in TYPES for name in names)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


KEYWORDS: dict[str, Callable[[object], bool]] = {
    "$schema": _is_text,
    "$ref": _is_text,
    "type": _is_type,
    "properties": _are_named_schemas,
    "patternProperties": _are_named_schemas,
    "$defs": _are_named_schemas,
    "items": _is_schema,
    "prefixItems": _are_schemas,
    "anyOf": _are_schemas,
    "oneOf": _are_schemas,
    "allOf": _are_schemas,
    "enum": lambda value: isinstance(value, list),
    "additionalProperties": _is_schema,
}
"""Keywords that say what a value is like, and what a legal value of each is.

Words that are as likely to be a property of the data (`title`, `description`, `minimum`, `const`)
are left out: {"title": "Tea", "price": 3} is an example.
"""

ANNOTATIONS = frozenset({"title", "description", "required", "default", "examples", "minimum", "maximum"})
"""Keywords that do not make a schema of a dict, but may stand in one."""


def looks_like_schema(given: Mapping[str, Any]) -> bool:
    """Whether it has a JSON Schema keyword with a value that is legal for it.

    `{"type": "hotel", "stars": 4}` is an example of a thing that has a type, `{"type": "string"}` is
    a schema. So is `{"type": "strnig"}`, a wrong one: there is nothing in it that is no keyword.
    """
    if any(key in given and legal(given[key]) for key, legal in KEYWORDS.items()):
        return True
    return not KEYWORDS.keys().isdisjoint(given) and given.keys() <= KEYWORDS.keys() | ANNOTATIONS


def check(schema: Mapping[str, Any]) -> None:
    """See that this is a schema that can be used here, without asking anybody on the network.

    Raises:
        BadSchema: It is not; says where and why.
    """
    # jsonschema takes 50 ms to import, and only tasks with a schema need it.
    from jsonschema import FormatChecker, SchemaError

    try:
        # Formats are left out here: patterns are read below, and not as Python's `re` does.
        validator_class().check_schema(schema, format_checker=FormatChecker(()))
    except SchemaError as error:
        raise BadSchema(
            f"is no valid JSON Schema: at {pointer(error.absolute_path) or 'the top'}: {error.message}"
        ) from error
    for part, resolver in _parts(schema, _resolver(schema)):
        if isinstance(reference := part.get("$ref"), str):
            _resolve(resolver, reference)
        patterns = [part["pattern"]] if isinstance(part.get("pattern"), str) else []
        for pattern in (*patterns, *_named_patterns(part)):
            _see_that_it_can_be_searched_for(pattern)
    try:
        OutputSpec(schema=schema).validate(None)
    except RecursionError as error:
        raise BadSchema("has a $ref that leads back to itself; let it name another schema") from error


def _parts(schema: object, resolver: Resolver[Any]) -> Iterator[tuple[Mapping[str, Any], Resolver[Any]]]:
    """Every schema in it, and what resolves references there: an `$id` is where they begin.

    What holds schemas by name (`properties`) is none, whatever the names are.
    """
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$id"), str):
            resolver = resolver.in_subresource(_resource(schema))
        yield schema, resolver
        for key, part in schema.items():
            if key in NAMED and isinstance(part, Mapping):
                for named in part.values():
                    yield from _parts(named, resolver)
            elif key not in VALUES:
                yield from _parts(part, resolver)
    elif isinstance(schema, list):
        for part in schema:
            yield from _parts(part, resolver)


def _named_patterns(part: Mapping[str, Any]) -> Iterator[str]:
    patterns = part.get("patternProperties")
    if isinstance(patterns, Mapping) and patterns and all(map(_is_schema, patterns.values())):
        yield from patterns


def _see_that_it_can_be_searched_for(pattern: str) -> None:
    try:
        searcher(pattern)
    except ValueError as error:
        raise BadSchema(str(error)) from error


def _resource(schema: Mapping[str, Any]) -> Resource[Any]:
    from referencing.jsonschema import DRAFT202012

    return DRAFT202012.create_resource(schema)


def _resolver(schema: Mapping[str, Any]) -> Resolver[Any]:
    from referencing import Registry

    registry: Registry[Any] = Registry()
    return registry.resolver_with_root(_resource(schema))


def _resolve(resolver: Resolver[Any], reference: str) -> None:
    from referencing.exceptions import Unresolvable

    try:
        resolver.lookup(reference)
    except Unresolvable as error:
        raise BadSchema(f"$ref {reference!r} leads nowhere; put what it names under $defs") from error


# --- example to schema ---------------------------------------------------------------------------


def schema_of(example: Any) -> dict[str, Any]:
    """A schema that values like this example are valid against.

    Every value may also be null, since a page need not have it: null is the honest answer then. An
    example that describes its values in words (`{"price": "number"}`) is read as meaning these types.
    """
    match example:
        case dict():
            return {
                "type": "object",
                "properties": {str(key): schema_of(value) for key, value in example.items()},
                "required": [str(key) for key in example],
            }
        case list():
            return {"type": "array", "items": schema_of(example[0])} if example else {"type": "array"}
        case bool():
            return {"type": ["boolean", "null"]}
        case int():
            return {"type": ["integer", "null"]}
        case float():
            return {"type": ["number", "null"]}
        case str() if example.strip().lower() in TYPES - {"object", "array", "null"}:
            return {"type": [example.strip().lower(), "null"]}
        case str():
            description = {"description": example.strip()} if example.strip() else {}
            return {"type": ["string", "null"], **description}
        case _:
            return {}
