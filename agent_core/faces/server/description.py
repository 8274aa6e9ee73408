"""The API's description (OpenAPI), which /docs shows."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from agent_core.faces.server.wire.asked.task import request_schema

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
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
