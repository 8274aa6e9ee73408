"""The validator of outputs: Draft 2020-12, patterns as in ECMA-262, decimals that divide exactly.

JSON Schema says that a pattern is a regular expression of ECMA-262 (Draft 2020-12 Core, section 6.4), and
callers bring `\\p{L}` or `(?<name>...)`, which Python's `re` refuses. Patterns that only Python reads
(`(?P<name>...)`, which pydantic makes) are taken too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

Problems = Iterator["ValidationError"]
PYTHONS_OWN = re.compile(r"\\[AZ]|\(\?P")
"""What only Python's patterns have; without its flag `u`, ECMA-262 reads `\\A` as the letter A."""


@lru_cache(maxsize=256)
def searcher(pattern: str) -> Callable[[str], object]:
    """A function that looks for the pattern in a text, and gives None where it is not there.

    Raises:
        ValueError: It is no regular expression, neither of ECMA-262 nor of Python.
    """
    from regress import Regex, RegressError

    ways: list[Callable[[], Callable[[str], object]]] = [
        lambda: Regex(pattern, "u").find,
        lambda: re.compile(pattern).search,
        lambda: Regex(pattern, "").find,
    ]
    if not PYTHONS_OWN.search(pattern):
        ways.reverse()
        ways.insert(0, ways.pop())
    why = ""
    for way in ways:
        try:
            return way()
        except (RegressError, re.error) as error:
            why = why or str(error)
    raise ValueError(f"{pattern!r} is no regular expression: {why}")


@lru_cache(maxsize=1)
def validator_class() -> Any:
    """The class of validators, made once, since jsonschema takes 50 ms to import and few tasks need it."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    formats = FormatChecker(Draft202012Validator.FORMAT_CHECKER.checkers)
    formats.checkers = {**Draft202012Validator.FORMAT_CHECKER.checkers, "regex": (_is_pattern, ValueError)}
    return extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
            "unevaluatedProperties": _unevaluated_properties,
            "multipleOf": _multiple_of,
        },
        format_checker=formats,
    )


def _is_pattern(instance: object) -> bool:
    return not isinstance(instance, str) or callable(searcher(instance))


def _pattern(validator: Any, pattern: str, instance: object, schema: object) -> Problems:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not searcher(pattern)(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: object, schema: object
) -> Problems:
    if not isinstance(instance, Mapping):
        return
    for pattern, part in patterns.items():
        for name, value in instance.items():
            if searcher(pattern)(name):
                yield from validator.descend(value, part, path=name, schema_path=pattern)


def _additional_properties(
    validator: Any, allowed: Any, instance: object, schema: Mapping[str, Any]
) -> Problems:
    if isinstance(instance, Mapping):
        yield from _further(validator, allowed, instance, _named(schema, instance), "Additional")


def _unevaluated_properties(
    validator: Any, allowed: Any, instance: object, schema: Mapping[str, Any]
) -> Problems:
    if isinstance(instance, Mapping):
        beside = {key: part for key, part in schema.items() if key != "unevaluatedProperties"}
        evaluated = _evaluated(validator, beside, instance)
        yield from _further(validator, allowed, instance, evaluated, "Unevaluated")


def _further(
    validator: Any, allowed: Any, instance: Mapping[str, Any], known: set[str], which: str
) -> Problems:
    """What is wrong with the properties that are not known."""
    from jsonschema import ValidationError

    further = [name for name in instance if name not in known]
    if isinstance(allowed, Mapping):
        for name in further:
            yield from validator.descend(instance[name], allowed, path=name)
    elif not allowed and further:
        names = ", ".join(repr(name) for name in further)
        yield ValidationError(f"{which} properties are not allowed ({names})")


def _named(schema: Mapping[str, Any], instance: Mapping[str, Any]) -> set[str]:
    """The properties that a schema names itself, or by a pattern."""
    patterns = [searcher(pattern) for pattern in schema.get("patternProperties", {})]
    named = schema.get("properties", {})
    return {name for name in instance if name in named or any(find(name) for find in patterns)}


def _evaluated(validator: Any, schema: Any, instance: Mapping[str, Any]) -> set[str]:
    """The properties of a valid object about which a schema, or one within it, says something."""
    if not isinstance(schema, Mapping):
        return set()
    if not schema.keys().isdisjoint({"additionalProperties", "unevaluatedProperties"}):
        return set(instance)
    found = _named(schema, instance)
    for part in _of_the_same_object(validator, schema, instance):
        if part.is_valid(instance):
            found |= _evaluated(part, part.schema, instance)
    return found


def _of_the_same_object(
    validator: Any, schema: Mapping[str, Any], instance: Mapping[str, Any]
) -> Iterator[Any]:
    """Validators for the schemas within a schema that speak of the object itself, not of a part of it."""
    for key in ("$ref", "$dynamicRef"):
        if key in schema:
            # Only the validator knows where its references begin; it says so to its own keywords.
            there = validator._resolver.lookup(schema[key])
            yield validator.evolve(schema=there.contents, _resolver=there.resolver)
    for key in ("allOf", "anyOf", "oneOf"):
        yield from (validator.evolve(schema=part) for part in schema.get(key, ()))
    for name, part in schema.get("dependentSchemas", {}).items():
        if name in instance:
            yield validator.evolve(schema=part)
    if "if" in schema:
        condition = validator.evolve(schema=schema["if"])
        yield condition
        branch = "then" if condition.is_valid(instance) else "else"
        yield validator.evolve(schema=schema.get(branch, True))


def _multiple_of(validator: Any, step: float, instance: object, schema: object) -> Problems:
    """Numbers as they are written: 4.35 is a multiple of 0.01, though its binary form is not."""
    from jsonschema import ValidationError

    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    try:
        rest = Decimal(str(instance)) % Decimal(str(step))
    except InvalidOperation:  # more digits than a Decimal divides: too far apart to tell
        return
    if rest:
        yield ValidationError(f"{instance!r} is not a multiple of {step!r}")
