"""An output as it is drawn: its values beside what the schema asks for, each with where it was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent_core.faces.pages.shots import Shot, shot_of_source
from agent_core.task.run import TaskRun, ValueSource
from engines.output_spec import Schema, parts_at, pointer

MOST_ROWS = 200
"""Rows of a table, or items of a list, that are drawn; the JSON below holds all of them."""
DEEPEST = 8
"""Levels of an output that are drawn as such; what lies below is shown as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnValue:
    """One value."""

    pointer: str
    text: str
    kind: str
    """text, number, truth, null, json, or missing: the schema names it and the output has it not."""
    traced: bool = False
    """Whether it was looked for on the pages that were seen."""
    source: ValueSource | None = None
    shot: Shot | None = None
    problem: str = ""
    """What is wrong with it, as the errors of the run say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A name with what the schema says of it, and its value."""

    name: str
    asked: str
    """Its type in words, "" where the schema says nothing."""
    note: str
    value: Drawn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnObject:
    """An object."""

    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnList:
    """A list whose items are no objects."""

    items: tuple[Drawn, ...]
    more: int = 0
    """How many further items are not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnTable:
    """A list of objects."""

    columns: tuple[Property, ...]
    rows: tuple[tuple[Drawn, ...], ...]
    more: int = 0
    """How many further rows are not drawn."""


Drawn = DrawnValue | DrawnObject | DrawnList | DrawnTable


def view_of(run: TaskRun) -> Drawn | None:
    """The run's output as it is drawn; None: there is none."""
    return None if run.output is None else _Drawing(run).node(run.output, "")


def schema_of(run: TaskRun) -> Schema:
    """The schema that was asked for; empty where there was none."""
    asked = (run.run_request or {}).get("data_extraction_schema")
    if isinstance(asked, str):
        try:
            asked = json.loads(asked)
        except ValueError:
            return {}
    return asked if isinstance(asked, dict) else {}


class _Drawing:
    def __init__(self, run: TaskRun) -> None:
        self._run, self._schema = run, schema_of(run)
        self._problems = {
            error.pointer: error.reasoning for error in run.errors or () if error.pointer is not None
        }

    def node(self, value: Any, at: str, depth: int = 0) -> Drawn:
        match value:
            case dict() | list() if depth >= DEEPEST:
                return self._leaf(value, at)
            case dict():
                return DrawnObject(properties=tuple(self._properties(value, at, depth)))
            case [*rows] if rows and all(isinstance(row, dict) for row in rows):
                return self._table(rows, at, depth)
            case list():
                drawn = (self.node(one, f"{at}/{i}", depth + 1) for i, one in enumerate(value[:MOST_ROWS]))
                return DrawnList(items=tuple(drawn), more=max(0, len(value) - MOST_ROWS))
            case _:
                return self._leaf(value, at)

    def _properties(self, value: Mapping[str, Any], at: str, depth: int) -> Iterator[Property]:
        for name in dict.fromkeys((*value, *self._named(at))):
            below = at + pointer([name])
            drawn = self.node(value[name], below, depth + 1) if name in value else self._missing(below)
            yield self._asked(at, name, drawn)

    def _table(self, rows: list[Mapping[str, Any]], at: str, depth: int) -> DrawnTable:
        drawn = rows[:MOST_ROWS]
        names = dict.fromkeys([name for row in drawn for name in row] + self._named(f"{at}/0"))
        cells = (
            tuple(self._cell(row, name, f"{at}/{i}", depth) for name in names) for i, row in enumerate(drawn)
        )
        columns = tuple(self._asked(f"{at}/0", name) for name in names)
        return DrawnTable(columns=columns, rows=tuple(cells), more=len(rows) - len(drawn))

    def _cell(self, row: Mapping[str, Any], name: str, at: str, depth: int) -> Drawn:
        below = at + pointer([name])
        return self.node(row[name], below, depth + 2) if name in row else self._missing(below)

    def _missing(self, at: str) -> DrawnValue:
        return DrawnValue(pointer=at, text="not found", kind="missing", problem=self._problems.get(at, ""))

    def _leaf(self, value: Any, at: str) -> DrawnValue:
        source = self._run.provenance.get(at)
        return DrawnValue(
            pointer=at,
            text=_text(value),
            kind=_kind(value),
            traced=at in self._run.provenance,
            source=source,
            shot=shot_of_source(source, self._run.steps) if source else None,
            problem=self._problems.get(at, ""),
        )

    def _named(self, at: str) -> list[str]:
        """The properties that the schema names at this place."""
        parts = parts_at(self._schema, at) if self._schema else ()
        return [
            name for part in parts if isinstance(part.get("properties"), dict) for name in part["properties"]
        ]

    def _asked(self, at: str, name: str, value: Drawn | None = None) -> Property:
        if not self._schema:
            return Property(name=name, asked="", note="", value=value)
        parts = parts_at(self._schema, at + pointer([name]))
        required = any(name in (part.get("required") or ()) for part in parts_at(self._schema, at))
        words = [*_types(parts), *(["required"] if required and parts else [])]
        note = next((str(part["description"]) for part in parts if part.get("description")), "")
        return Property(name=name, asked=", ".join(words), note=note, value=value)


def _types(parts: list[Schema]) -> Iterator[str]:
    """The types that the parts of a schema allow, and the format they ask for, each once."""
    types: dict[str, None] = {}
    for part in parts:
        named = part.get("type", ())
        types |= dict.fromkeys([named] if isinstance(named, str) else [str(each) for each in named])
    if types:
        yield " or ".join(types)
    formats = dict.fromkeys(str(part["format"]) for part in parts if part.get("format"))
    yield from formats


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _:
            return "json"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
