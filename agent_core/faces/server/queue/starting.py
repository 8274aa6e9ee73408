"""How a worker carries out what it has taken: by the library, or by whatever else it was given."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from agent_core import (
    BadRequest,
    QueuedRun,
    Run,
    Settings,
    TaskRequest,
    TaskRun,
    resume_task,
    start_task,
    start_workflow,
)
from agent_core.faces.server.queue.job import TakenJob
from agent_core.loop.events import Event


class GoingRun(Protocol):
    """A run that goes on in this process; `agent_core.Run` is one."""

    def events(self) -> AsyncIterator[Event]:
        """Everything that has happened and will happen."""

    def cancel(self, *, interrupted: str = "") -> None:
        """End it as canceled; with a reason, as interrupted."""

    def answer(self, text: str, to: int | None = None) -> None:
        """Answer what a person was asked; `to` is the id of the question."""

    async def result(self) -> TaskRun:
        """Wait for its end."""


Starter = Callable[[TakenJob, Settings], GoingRun]
"""Begins a run, in the event loop that is running. What it raises is how the run has failed."""


def start_in_library(job: TakenJob, settings: Settings) -> Run:
    """Begin a run as the library does it, or go on with it, with its id and its times from the queue.

    Raises:
        BadRequest, EngineUnavailable and others of `START_ERRORS`: It cannot start any more.
    """
    queued = QueuedRun(run_id=job.run_id, since=job.created_at)
    sealed = job.sealed
    match job.kind:
        case "task" if job.goes_on:
            return resume_task(job.run_id, TaskRequest.of(sealed.request), settings=settings, queued=queued)
        case "task":
            return start_task(TaskRequest.of(sealed.request), settings=settings, queued=queued)
        case "workflow":
            if not re.fullmatch(r"[\w .-]+", sealed.workflow) or sealed.workflow.endswith(".json"):
                raise BadRequest(
                    "workflow_id", "must be a workflow's name; paths are for callers on this machine"
                )
            task = {name: value for name, value in sealed.request.items() if name != "url"}
            return start_workflow(
                sealed.workflow,
                sealed.parameters,
                url=sealed.request.get("url"),
                task=task,
                settings=settings,
                queued=queued,
            )
        case _:
            raise BadRequest("kind", f"{job.kind!r} is nothing that this version can run")
