"""The output that a task asks for, and what is wrong with one, said so that whoever made it can put it right.

Nothing here changes an output: what is missing stays missing, and is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from browser.model.text import cut
from engines.output_validator import validator_class

if TYPE_CHECKING:
    from jsonschema import ValidationError

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]
Schema = Mapping[str, Any]
LONGEST_QUOTE = 80
_MOST_NAMES = 6
_MOST_PROBLEMS = 4
"""Problems that a complaint names."""
DEEPEST = 8
"""How often a part of a schema is looked into for what it refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputProblem:
    """One way in which an output is not what the schema asks for."""

    pointer: str
    """JSON pointer (RFC 6901) into the output; "" is the whole of it."""
    text: str
    """What is wrong there, as a sentence without its place."""

    def __str__(self) -> str:
        return f"at {self.pointer}: {self.text}" if self.pointer else f"the output: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSpec:
    """The output that a task asks for. It is false where the task asks for none."""

    schema: Schema | None = None
    """JSON Schema (Draft 2020-12) the output must be valid against; None: any form will do."""
    wish: str = ""
    """What the output should hold in plain words, where the caller gave no schema."""

    def __bool__(self) -> bool:
        """Whether an output is asked for."""
        return self.schema is not None or bool(self.wish)

    def validate(self, output: JSON) -> tuple[OutputProblem, ...]:
        """Everything that is wrong with the output, in the order of the document; empty: it is valid.

        `format` is asserted where it can be checked (date, e-mail, IP address, UUID ...): who writes it
        down means it.
        """
        if self.schema is None:
            return ()
        from referencing import Registry

        of_output = validator_class()
        # An empty registry: a reference that the schema cannot answer is never looked up on the network.
        validator = of_output(dict(self.schema), format_checker=of_output.FORMAT_CHECKER, registry=Registry())
        errors = map(_deepest, validator.iter_errors(output))
        problems = [problem for error in errors for problem in _problems(error)]
        return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _in_order(problem.pointer)))

    def complaint(self, output: JSON) -> str:
        """The first problems of an output in a sentence, and how many more there are; "" for a valid one."""
        problems = self.validate(output)
        if not problems:
            return ""
        named = "; ".join(map(str, problems[:_MOST_PROBLEMS]))
        more = f" (and {len(problems) - _MOST_PROBLEMS} more)" if len(problems) > _MOST_PROBLEMS else ""
        return f"The output is not valid against the schema: {named}{more}."


def pointer(path: Iterable[object]) -> str:
    """A path of keys and indices as a JSON pointer (RFC 6901); "" is the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def leaves(output: JSON, above: str = "") -> Iterator[tuple[str, bool | int | float | str | None]]:
    """JSON pointer and value of everything in an output that is no object and no array."""
    match output:
        case dict():
            for key, value in output.items():
                yield from leaves(value, above + pointer([key]))
        case list():
            for index, value in enumerate(output):
                yield from leaves(value, f"{above}/{index}")
        case _:
            yield above, output


def parts_at(schema: Schema, at: str) -> list[Schema]:
    """The parts of a schema that say something of the value at a JSON pointer, references followed."""
    parts = [*_made_of(schema, schema)]
    for step in at.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        below = [inner for part in parts for inner in _below(part, step)]
        parts = [one for inner in below for one in _made_of(schema, inner)]
    return parts


def _made_of(root: Schema, part: Any, depth: int = 0) -> Iterator[Schema]:
    """A part of a schema, and what it refers to and is put together from."""
    if not isinstance(part, Mapping) or depth > DEEPEST:
        return
    yield part
    inner = [one for key in ("allOf", "anyOf", "oneOf") for one in part.get(key) or ()]
    for one in [*inner, *([referred_to(root, part["$ref"])] if "$ref" in part else [])]:
        yield from _made_of(root, one, depth + 1)


def _below(part: Schema, step: str) -> Iterator[Any]:
    """What a part says of its property or item of this name or index."""
    properties, first = part.get("properties"), part.get("prefixItems")
    if isinstance(properties, Mapping) and step in properties:
        yield properties[step]
    elif step.isdecimal() and isinstance(first, list) and int(step) < len(first):
        yield first[int(step)]
    else:
        yield from (part.get("items") if step.isdecimal() else None, part.get("additionalProperties"))


def referred_to(root: Schema, reference: object) -> Schema:
    """The part that a reference within a schema names; an empty one where there is none."""
    part: Any = root
    for step in str(reference).removeprefix("#").strip("/").split("/"):
        if step:
            step = step.replace("~1", "/").replace("~0", "~")
            part = part.get(step, {}) if isinstance(part, Mapping) else {}
    return part if isinstance(part, Mapping) else {}


def absent_properties(output: JSON, schema: Schema, above: str = "") -> Iterator[str]:
    """JSON pointers of properties that the schema names and the output does not have."""
    properties, items = schema.get("properties"), schema.get("items")
    if isinstance(output, dict) and isinstance(properties, Mapping):
        for name, inner in properties.items():
            at = above + pointer([name])
            if name not in output:
                yield at
            elif isinstance(inner, Mapping):
                yield from absent_properties(output[name], inner, at)
    elif isinstance(output, list) and isinstance(items, Mapping):
        for index, one in enumerate(output):
            yield from absent_properties(one, items, f"{above}/{index}")


def _problems(error: ValidationError) -> list[OutputProblem]:
    path = list(error.absolute_path)
    if error.validator == "required":
        required: Any = error.validator_value
        instance: Any = error.instance
        missing = [name for name in required if name not in instance]
        return [OutputProblem(pointer=pointer([*path, name]), text="this is missing") for name in missing]
    return [OutputProblem(pointer=pointer(path), text=_mistake(error))]


def _mistake(error: ValidationError) -> str:
    instance: Any = error.instance
    wanted: Any = error.validator_value
    value = _quote(instance)
    match error.validator:
        case "type":
            return f"{value} is not of type {_any_of(wanted)}"
        case "enum":
            return f"{value} is not one of {_quote(wanted)}"
        case "const":
            return f"{value} is not {_quote(wanted)}"
        case "additionalProperties" | "unevaluatedProperties":
            return _first_line(error.message)
        case "minItems":
            return f"{len(instance)} items, at least {wanted} are asked for"
        case "maxItems":
            return f"{len(instance)} items, at most {wanted} are allowed"
        case "uniqueItems":
            return "two items are the same, each may occur only once"
        case "pattern":
            return f"{value} does not match the pattern {wanted}"
        case "format":
            return f"{value} is not a valid {wanted}"
        case "anyOf" | "oneOf":
            forms = " or ".join(_forms(error))
            return (
                f"{value} is not {forms}"
                if forms
                else f"{value} has several of the forms of which one may be"
            )
        case "contains":
            return f"no item of {value} is {_form(wanted)}"
        case "not":
            return f"{value} must not be {_form(wanted)}"
        case "minLength":
            return f"{value} is too short, at least {wanted} characters are asked for"
        case "maxLength":
            return f"{value} is too long, at most {wanted} characters are allowed"
        case "minimum" | "exclusiveMinimum":
            return f"{value} is too small, the least is {wanted}"
        case "maximum" | "exclusiveMaximum":
            return f"{value} is too large, the most is {wanted}"
        case _:
            return _first_line(error.message)


def _deepest(error: ValidationError) -> ValidationError:
    """Of an anyOf or oneOf, the mistake in the branch that fits best; else the error itself."""
    from jsonschema.exceptions import best_match

    return best_match([error]) or error


def _forms(error: ValidationError) -> Iterator[str]:
    """What the branches of an anyOf or oneOf ask for, each in a few words."""
    branches = {each.schema_path[0]: each.schema for each in error.context or () if not each.relative_path}
    yield from dict.fromkeys(_form(schema) for _, schema in sorted(branches.items(), key=str))


def _form(schema: Any) -> str:
    """What a schema asks for, in a few words."""
    if not isinstance(schema, Mapping):
        return _quote(schema)
    if "const" in schema:
        return _quote(schema["const"])
    if "enum" in schema:
        return f"one of {_quote(schema['enum'])}"
    kind = _any_of(schema.get("type", ""))
    names = schema.get("required") or [*schema.get("properties", ())]
    more = (
        f"({schema['format']})" if "format" in schema else "",
        f"like {schema['pattern']}" if "pattern" in schema else "",
        f"with {', '.join(map(str, names[:_MOST_NAMES]))}" if names and kind in ("", "object") else "",
    )
    return " ".join(filter(None, (kind or ("object" if names else ""), *more))) or _quote(schema)


def _in_order(pointer: str) -> list[tuple[int, int, str]]:
    """Sorts pointers by their parts, array indices as numbers."""
    parts = pointer.split("/")[1:]
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def _any_of(types: str | list[str]) -> str:
    return types if isinstance(types, str) else " or ".join(types)


def _quote(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return cut(text, LONGEST_QUOTE, " ...")


def _first_line(message: str) -> str:
    return cut(message.splitlines()[0], 2 * LONGEST_QUOTE, " ...")
