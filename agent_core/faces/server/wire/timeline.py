"""The timeline of a run, as the published API names it: a block for each step, with its thought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel

from agent_core import TaskRun
from agent_core.faces.server.wire.browsers import ORGANIZATION

ACTION_TYPES = {
    "Click": "click",
    "TypeText": "input_text",
    "Select": "select_option",
    "SetChecked": "checkbox",
    "Hover": "hover",
    "Press": "keypress",
    "HoldKey": "keypress",
    "Scroll": "scroll",
    "Drag": "drag",
    "Upload": "upload_file",
    "Goto": "goto_url",
    "Back": "go_back",
    "Forward": "go_forward",
    "Reload": "reload_page",
    "Wait": "wait",
    "OpenTab": "new_tab",
    "SwitchTab": "switch_tab",
    "CloseTab": "close_page",
    "EnterCode": "verification_code",
    "MouseMove": "move",
    "MouseDown": "left_mouse",
    "MouseUp": "left_mouse",
    "Collect": "extract",
}
"""Our actions -> the published API's; what it has no word for is a `null_action`."""
ENDS = {"finish": "complete", "give_up": "terminate"}


class ActionAnswer(BaseModel):
    """One action."""

    action_type: str
    status: Literal["completed", "failed"]
    action_id: str
    organization_id: str = ORGANIZATION
    task_id: str
    step_order: int
    action_order: int
    reasoning: str | None = None
    description: str | None = None
    response: str | None = None
    """Why it failed; null: it did not."""
    text: str | None = None


class BlockAnswer(BaseModel):
    """One step."""

    workflow_run_block_id: str
    workflow_run_id: str
    task_id: str
    organization_id: str = ORGANIZATION
    block_type: Literal["action"] = "action"
    label: str
    status: Literal["completed", "failed", "running"]
    url: str | None
    description: str | None
    failure_reason: str | None
    duration: float
    """Seconds."""
    actions: list[ActionAnswer]
    created_at: datetime
    modified_at: datetime


class ThoughtAnswer(BaseModel):
    """What an engine thought."""

    thought_id: str
    task_id: str
    organization_id: str = ORGANIZATION
    workflow_run_id: str
    thought: str
    thought_type: str = "plan"
    thought_scenario: str | None = None
    created_at: datetime
    modified_at: datetime


class TimelineItem(BaseModel):
    """One step, or a thought in it."""

    type: Literal["block", "thought"]
    block: BlockAnswer | None = None
    thought: ThoughtAnswer | None = None
    children: list[TimelineItem] = []
    created_at: datetime
    modified_at: datetime


def timeline_of(run: TaskRun) -> Iterator[TimelineItem]:
    """The steps of a run, the first one first.

    When each of them began is reckoned from how long those before it took.
    """
    begun = run.started_at or run.created_at
    for step in run.steps:
        took = timedelta(milliseconds=sum(step.ms.values()))
        times: dict[str, Any] = {"created_at": begun, "modified_at": begun + took}
        problem = next((action.problem for action in step.actions if action.problem), "") or step.complaint
        block = BlockAnswer(
            workflow_run_block_id=f"wrb_{run.run_id}_{step.number}",
            workflow_run_id=run.run_id,
            task_id=run.run_id,
            label=f"step_{step.number}",
            status="failed" if problem else "completed",
            url=step.url or None,
            description="; ".join(action.did for action in step.actions if action.did) or None,
            failure_reason=problem or None,
            duration=round(took.total_seconds(), 3),
            actions=list(_actions(run.run_id, step.number, step.decision, step.actions)),
            **times,
        )
        thoughts = []
        if step.thought:
            thought = ThoughtAnswer(
                thought_id=f"ot_{run.run_id}_{step.number}",
                task_id=run.run_id,
                workflow_run_id=run.run_id,
                thought=step.thought,
                **times,
            )
            thoughts = [TimelineItem(type="thought", thought=thought, **times)]
        yield TimelineItem(type="block", block=block, children=thoughts, **times)
        begun += took


def _actions(run_id: str, number: int, decision: str, records: Any) -> Iterator[ActionAnswer]:
    common: Mapping[str, Any] = {"task_id": run_id, "step_order": number - 1}
    for place, record in enumerate(records):
        yield ActionAnswer(
            action_type=ACTION_TYPES.get(str(record.action.get("type")), "null_action"),
            status="failed" if record.problem else "completed",
            action_id=f"act_{run_id}_{number}_{place}",
            action_order=place,
            description=record.did or None,
            response=record.problem or None,
            text=str(record.action["text"]) if record.action.get("text") is not None else None,
            **common,
        )
    if decision in ENDS:
        last: dict[str, Any] = {"action_id": f"act_{run_id}_{number}_end", "action_order": len(records)}
        yield ActionAnswer(action_type=ENDS[decision], status="completed", **last, **common)
