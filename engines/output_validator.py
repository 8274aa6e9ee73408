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
    """A function that looks for the pattern in a text, and returns None where it is not there.

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
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
            "multipleOf": _multiple_of,
        },
    )


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
    from jsonschema import ValidationError

    if not isinstance(instance, Mapping):
        return
    patterns = [searcher(pattern) for pattern in schema.get("patternProperties", {})]
    named = schema.get("properties", {})
    further = [name for name in instance if name not in named and not any(find(name) for find in patterns)]
    if isinstance(allowed, Mapping):
        for name in further:
            yield from validator.descend(instance[name], allowed, path=name)
    elif not allowed and further:
        names = ", ".join(repr(name) for name in further)
        yield ValidationError(f"Additional properties are not allowed ({names})")


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
