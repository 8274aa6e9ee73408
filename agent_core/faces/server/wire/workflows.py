"""Workflows and scripts, as the published API names them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from agent_core import Script
from agent_core.faces.server.wire.browsers import ORGANIZATION

PERMANENT = "wpid_"
"""Before a workflow's name, this is its permanent id in the published API's form."""


class ParameterAnswer(BaseModel):
    """A value that may be another one each time a workflow is run."""

    parameter_type: str = "workflow"
    key: str
    description: str | None
    workflow_parameter_id: str
    workflow_parameter_type: str = "string"
    workflow_id: str
    default_value: str | None
    """Null: it has to be given."""
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None


class WorkflowDefinitionAnswer(BaseModel):
    """What a workflow needs. The steps of one that was recorded lie in its script; only one that is described
    has a block."""

    version: int = 1
    parameters: list[ParameterAnswer]
    blocks: list[dict[str, Any]] = []
    finally_block_label: str | None = None
    error_code_mapping: dict[str, str] | None = None
    workflow_system_prompt: str | None = None


class WorkflowAnswer(BaseModel):
    """A workflow: a recorded run that has a name, or a task that is described in words."""

    workflow_id: str
    workflow_permanent_id: str
    agent_id: str
    organization_id: str = ORGANIZATION
    title: str
    version: int
    is_saved_task: bool = False
    is_template: bool = False
    description: str
    """The task in words, with `{{name}}` for each parameter."""
    workflow_definition: WorkflowDefinitionAnswer
    status: str = "published"
    run_with: str = "code"
    ai_fallback: bool = True
    url: str | None
    """Where it begins."""
    steps: list[str]
    """What it does, in words."""
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None

    @classmethod
    def of(cls, script: Script) -> WorkflowAnswer:
        """The answer that tells of a workflow."""
        at = _moment(script)
        parameters = [
            ParameterAnswer(
                key=key,
                description=parameter.about or None,
                workflow_parameter_id=f"wp_{script.name}_{key}",
                workflow_id=script.name,
                default_value=None if parameter.required else parameter.example,
                created_at=at,
                modified_at=at,
            )
            for key, parameter in script.parameters.items()
        ]
        return cls(
            workflow_id=script.name,
            workflow_permanent_id=PERMANENT + script.name,
            agent_id=PERMANENT + script.name,
            title=script.title or script.name,
            version=script.mended + 1,
            description=script.prompt,
            workflow_definition=WorkflowDefinitionAnswer(
                parameters=parameters, blocks=[_block(script)] if script.described else []
            ),
            run_with=script.task.get("run_with", "agent") if script.described else "code",
            url=script.url or None,
            steps=[step.says for step in script.steps],
            created_at=at,
            modified_at=at,
        )


def _block(script: Script) -> dict[str, Any]:
    """A workflow that is only described, as the one block that it is."""
    at, output, task = _moment(script).isoformat(), script.output, script.task
    return {
        "block_type": "task",
        "label": "task",
        "url": script.url or None,
        "navigation_goal": script.prompt,
        "data_schema": (output.json_schema or output.wish) if output else None,
        "engine": task.get("engine"),
        "max_steps_per_run": task.get("max_steps"),
        "error_code_mapping": task.get("error_code_mapping"),
        "parameters": [],
        "output_parameter": {
            "parameter_type": "output",
            "key": "task_output",
            "output_parameter_id": f"op_{script.name}",
            "workflow_id": script.name,
            "created_at": at,
            "modified_at": at,
        },
    }


def _moment(script: Script) -> datetime:
    return script.recorded_at or datetime.fromtimestamp(0, UTC)


class ScriptAnswer(BaseModel):
    """A recording that `run_with: code` has made of a task."""

    script_id: str
    script_revision_id: str
    organization_id: str = ORGANIZATION
    run_id: str | None
    version: int
    title: str | None
    prompt: str
    url: str | None
    parameters: dict[str, str]
    """Name -> the value it was recorded with."""
    created_at: datetime
    modified_at: datetime
    deleted_at: datetime | None = None

    @classmethod
    def of(cls, script: Script) -> ScriptAnswer:
        """The answer that tells of a recording."""
        at = _moment(script)
        return cls(
            script_id=script.id,
            script_revision_id=f"{script.id}_{script.mended + 1}",
            run_id=script.run_id or None,
            version=script.mended + 1,
            title=script.title or None,
            prompt=script.prompt,
            url=script.url or None,
            parameters={key: parameter.example for key, parameter in script.parameters.items()},
            created_at=at,
            modified_at=at,
        )
