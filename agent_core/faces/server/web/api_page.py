"""The description of the API as a page of our own: it loads nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request, Response

from agent_core.faces.server.web.answers import PageRoute, page

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Described = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedField:
    """One thing that a call takes."""

    name: str
    place: str
    """`path`, `query`, `header` or `body`."""
    kind: str
    """Its type in words."""
    needed: bool
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedCall:
    """One call."""

    group: str
    method: str
    path: str
    title: str
    about: str
    fields: tuple[DescribedField, ...]
    answers: tuple[tuple[str, str], ...]
    """Status -> what it means."""

    @property
    def anchor(self) -> str:
        """What a link to it names."""
        return f"{self.method}{self.path}".replace("/", "-").replace("{", "").replace("}", "")


@router.get("/docs")
async def api(request: Request) -> Response:
    """All calls, with what they take and answer."""
    described = request.app.openapi()
    groups = [(name, list(calls)) for name, calls in groupby(calls_of(described), lambda call: call.group)]
    return page(request, "api.html", groups=groups, version=described["info"]["version"])


def calls_of(described: Described) -> Iterator[DescribedCall]:
    """The calls of an OpenAPI description, those of one subject together."""
    found = [
        _call(method, path, call, described)
        for path, methods in described["paths"].items()
        for method, call in methods.items()
    ]
    subjects = list(dict.fromkeys(call.group for call in found))
    yield from sorted(found, key=lambda call: subjects.index(call.group))


def _call(method: str, path: str, call: Described, described: Described) -> DescribedCall:
    return DescribedCall(
        group=(call.get("tags") or ["Further"])[0],
        method=method.upper(),
        path=path,
        title=call.get("summary", ""),
        about=call.get("description", ""),
        fields=(*_parameters(call), *_body(call, described)),
        answers=tuple((status, answer["description"]) for status, answer in call["responses"].items()),
    )


def _parameters(call: Described) -> Iterator[DescribedField]:
    for each in call.get("parameters", ()):
        if each["name"] == "x-api-key":
            continue  # every call takes it; the page says so once
        yield DescribedField(
            name=each["name"],
            place=each["in"],
            kind=kind_of(each["schema"]),
            needed=each.get("required", False),
            about=each.get("description") or each["schema"].get("description", ""),
        )


def _body(call: Described, described: Described) -> Iterator[DescribedField]:
    for content in call.get("requestBody", {}).get("content", {}).values():
        schema = _named(content["schema"], described)
        for name, each in schema.get("properties", {}).items():
            yield DescribedField(
                name=name,
                place="body",
                kind=kind_of(each),
                needed=name in schema.get("required", ()),
                about=each.get("description", ""),
            )


def _named(schema: Described, described: Described) -> Described:
    """The schema itself, or the one that it names."""
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    found: Described = described["components"]["schemas"][name] if name else schema
    return found


def kind_of(schema: Described) -> str:
    """The type of a value in words."""
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if choices:
        return " or ".join(dict.fromkeys(map(kind_of, choices)))
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}" if "items" in schema else "list"
    if "$ref" in schema:
        return "object"
    return str(schema.get("format") or schema.get("type") or "any")
