"""Models whose fields are described by the docstrings under them."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema


class Documented(BaseModel):
    """A model that reads the docstrings of its fields when they are asked for.

    `use_attribute_docstrings` of pydantic reads the source when the class is made, which each import of the
    library would pay for; few programs ask.
    """

    @classmethod
    def descriptions(cls) -> dict[str, str]:
        """Each field that has a description, with it; empty where the source is not there."""
        found: dict[str, str] = {}
        for one in reversed(cls.__mro__):
            if issubclass(one, Documented):
                found |= _docstrings(one)
        given = {name: field.description for name, field in cls.model_fields.items()}
        return found | {name: text for name, text in given.items() if text}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler(core)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in cls.descriptions().items():
            if name in properties:
                properties[name].setdefault("description", text)
        return schema


@cache
def _docstrings(model: type[Documented]) -> dict[str, str]:
    """The docstrings under the fields that this class itself has."""
    try:
        body = ast.parse(dedent(inspect.getsource(model))).body[0]
    except (OSError, TypeError):  # a program that was packed without its source
        return {}
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, below in pairwise(body.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
    return found
