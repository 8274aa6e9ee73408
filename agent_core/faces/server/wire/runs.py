"""A run as it is answered: the `TaskRun` of the library, with links in place of paths of this machine."""

from __future__ import annotations

from typing import Any

from agent_core import TaskRun
from agent_core.faces.server.queue.records import RunRecord
from agent_core.faces.server.wire.links import Links


class TaskRunResponse(TaskRun):
    """What a run answers, at any moment of its life."""


def run_response(record: RunRecord, links: Links, live: TaskRun | None = None) -> dict[str, Any]:
    """The answer about a run.

    Args:
        record: What the database knows.
        live: What its folder says of it while it goes on; None: nothing yet.
    """
    if record.result is not None:
        return served(record.result, links)
    facts = live.model_dump(mode="json") if live is not None else _begun(record)
    # Whether it has ended is for the database to say.
    return served({**facts, "status": record.status}, links)


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
        **recordings,
        "downloaded_files": files or None,
        "screenshot_urls": [each for each in pictures if each] or None,
        "app_url": links.page(run_id),
        "folder": None,
    }


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
