"""The requests as the API's description shows them; what they may hold, the library checks."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from agent_core import TaskRequest
from agent_core.faces.server.queue.asking import PRIORITIES


class TaskRunRequest(TaskRequest):
    """A task, and how urgent it is."""

    priority: int = Field(default=0, ge=PRIORITIES[0], le=PRIORITIES[-1])
    """A run of a higher priority begins first; within one, runs begin in the order in which they came."""


NEEDED = frozenset({"prompt"})
ONLY_HERE = frozenset({"files"})
"""Fields that are for callers on this machine alone."""


def request_schema() -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON Schema of a task over HTTP, which allows null as the server does, and its parts."""
    schema = TaskRunRequest.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs", {})
    schema["properties"] = {
        name: each if name in NEEDED else _or_null(each)
        for name, each in schema["properties"].items()
        if name not in ONLY_HERE
    }
    return schema, parts


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: field[name] for name in ("title", "description", "default") if name in field
    }
    kinds = field.get("anyOf") or [{name: value for name, value in field.items() if name not in told}]
    if {"type": "null"} not in kinds:
        kinds = [*kinds, {"type": "null"}]
    return {**told, "anyOf": kinds}
