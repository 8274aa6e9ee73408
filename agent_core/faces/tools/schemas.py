"""A plain function as the JSON Schema that a model is told of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class FunctionSchema:
    """What a model is told of a function."""

    name: str
    description: str
    arguments: dict[str, Any]
    """A JSON Schema of an object."""

    def as_dict(self, arguments_key: str) -> dict[str, Any]:
        """In the form of a provider, which calls the schema of the arguments by this key."""
        return {"name": self.name, "description": self.description, arguments_key: self.arguments}


def function_schema(function: Callable[..., Any]) -> FunctionSchema:
    """The schema of a function, made of its name, its docstring and the types of its arguments."""
    arguments: TypeAdapter[Any] = TypeAdapter(function)  # type: ignore[arg-type]  # pydantic takes functions too
    schema = arguments.json_schema()
    return FunctionSchema(
        function.__name__, inspect.getdoc(function) or "", _plain({**schema, "type": "object"})
    )


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that only repeat a name, and with `null` left to those who leave it out."""
    plain: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(each) for name, each in value.items()}
        elif key == "anyOf":
            plain |= _plain(next(each for each in value if each != {"type": "null"}))
        elif (key == "default" and value is None) or (key == "title" and isinstance(value, str)):
            continue
        else:
            plain[key] = value
    return plain
