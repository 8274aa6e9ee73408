"""The API's description (OpenAPI), which /docs shows."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from agent_core.faces.server.wire.asked.task import request_schema
from agent_core.faces.server.wire.problems import problem_of

TASK_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/TaskRunRequest"},
                "example": {
                    "prompt": "Extract the first 3 posts with title and points.",
                    "url": "http://127.0.0.1:8010/",
                    "data_extraction_schema": {"posts": [{"title": "", "points": 0}]},
                },
            }
        },
    }
}
"""For `openapi_extra` of a route whose body is a task."""


def describe(app: FastAPI) -> None:
    """Let the description say of a task's fields what the library says."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            task, parts = request_schema()
            components = made.setdefault("components", {}).setdefault("schemas", {})
            components.update({**parts, "TaskRunRequest": task})
            _say_what_bodies_may_be_refused_with(made)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _say_what_bodies_may_be_refused_with(description: dict[str, Any]) -> None:
    """Every route that reads a body may refuse it before the route itself sees it."""
    for operations in description["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                for status in (400, 413):
                    operation["responses"].setdefault(str(status), problem_of(status))
