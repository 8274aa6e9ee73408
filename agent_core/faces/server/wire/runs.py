"""A run as it is answered: the `TaskRun` of the library, with links in place of paths of this machine."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from agent_core import TaskRun
from agent_core.faces.server.queue.records import RunRecord
from agent_core.faces.server.wire.links import Links


class TaskRunResponse(TaskRun):
    """What a run answers, at any moment of its life."""


class WorkflowRunResponse(TaskRunResponse):
    """What a run of a workflow answers; logging in and downloading are told as such."""


class RunListItem(TaskRunResponse):
    """A run in a list: without its steps, and with the names that the published API has in its lists."""

    script_run: bool | None = None  # type: ignore[assignment]
    """Whether it repeated a recording."""
    task_run_id: str
    task_run_type: str
    title: str | None
    workflow_permanent_id: str | None
    workflow_deleted: bool = False
    trigger_type: str | None = None


class AnswerRequest(BaseModel):
    """What a person says to a run that asks."""

    model_config = ConfigDict(hide_input_in_errors=True)

    text: Annotated[str, Field(max_length=10_000)] = ""
    """The answer; "" where what was asked for is done."""
    question_id: int | None = None
    """The `id` of the event `user_asked`, so that a late answer is not taken for that to the next question;
    None: the one that is asked now."""


class CancelRequest(BaseModel):
    """Runs to cancel."""

    run_ids: Annotated[list[str], Field(min_length=1, max_length=100)]


class CancelAnswer(BaseModel):
    """What came of canceling several runs."""

    cancelled: list[str]
    failed: list[str]
    """Those that there are not, or that had ended."""


def list_item(record: RunRecord, links: Links) -> dict[str, Any]:
    """A run as lists have it."""
    run = run_response(record, links)
    return {
        **run,
        "steps": [],
        "script_run": bool(run.get("script_run")),
        "task_run_id": record.run_id,
        "task_run_type": run["run_type"],
        "title": record.title or None,
        "workflow_permanent_id": f"wpid_{record.asked['workflow_id']}" if record.kind == "workflow" else None,
        "workflow_deleted": False,
        "trigger_type": None,
    }


def run_response(record: RunRecord, links: Links, live: TaskRun | None = None) -> dict[str, Any]:
    """The answer about a run.

    Args:
        record: What the database knows.
        live: What its folder says of it while it goes on; None: nothing yet.
    """
    if record.result is not None:
        return served(_as_asked(record.result, record), links)
    facts = live.model_dump(mode="json") if live is not None else _begun(record)
    # Whether and how it has ended is for the database to say; its folder may be a moment ahead.
    goes_on = {"status": record.status, "finished_at": None, "failure_reason": None, "errors": None}
    return served({**_as_asked(facts, record), **goes_on}, links)


def _as_asked(run: dict[str, Any], record: RunRecord) -> dict[str, Any]:
    """The run with what its request had that the library does not know."""
    kept = {
        name: record.asked[name] for name in ("workflow_id", "parameters", "file_ids") if name in record.asked
    }
    return {**run, "run_request": {**(run.get("run_request") or record.asked), **kept}} if kept else run


def served(run: dict[str, Any], links: Links) -> dict[str, Any]:
    """A dumped `TaskRun` with links that others can follow, and without paths of this machine."""
    run_id = run["run_id"]
    files = [
        {**each, "url": url}
        for each in run.get("downloaded_files") or ()
        if (url := links.served(run_id, each["url"]))
    ]
    pictures = [links.served(run_id, each) for each in run.get("screenshot_urls") or ()]
    recordings = {
        name: links.served(run_id, run.get(name)) for name in ("recording_url", "har_url", "trace_url")
    }
    return {
        **run,
        **(_as_workflow(run) if run_id.startswith("wr_") else {}),
        **recordings,
        "downloaded_files": files or None,
        "screenshot_urls": [each for each in pictures if each] or None,
        "app_url": links.page(run_id),
        "folder": None,
    }


def _as_workflow(run: dict[str, Any]) -> dict[str, Any]:
    """What the published API wants of the runs whose ids begin with `wr_`."""
    request = run.get("run_request") or {}
    workflow = str(request.get("workflow_id") or "task")
    named = {"workflow_id": workflow, "agent_id": workflow, "parameters": request.get("parameters") or {}}
    return {"run_type": "workflow_run", "run_request": {**request, **named}}


def _begun(record: RunRecord) -> dict[str, Any]:
    begun = TaskRun.model_validate(
        {
            "run_id": record.run_id,
            "status": record.status,
            "run_type": record.run_type,
            "created_at": record.created_at,
            "queued_at": record.created_at,
            "started_at": record.started_at,
            "modified_at": record.modified_at,
            "run_request": record.asked,
            "browser_session_id": record.asked.get("browser_session_id"),
            "browser_profile_id": record.asked.get("browser_profile_id"),
            "max_screenshot_scrolls": record.asked.get("max_screenshot_scrolls"),
        }
    )
    return begun.model_dump(mode="json")
