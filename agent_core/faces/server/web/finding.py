"""A run as a page shows it, whoever carries it out and however far it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool

from agent_core import TaskRun
from agent_core.faces.pages.run_page import RunPage, run_page
from agent_core.faces.server.queue.records import RunRecord
from agent_core.faces.server.services import Services
from agent_core.faces.server.watching import live_run
from agent_core.faces.server.wire.runs import run_response

NOWHERE = Path("/nonexistent")
"""In the place of the folder of a run that has none here."""


@dataclass(frozen=True, slots=True)
class Served:
    """The files of a run have addresses of this server."""

    run_id: str

    def picture(self, name: str) -> str:
        """The address of a picture."""
        return self.file(name)

    def file(self, name: str) -> str:
        """The address of a file."""
        return f"/runs/{self.run_id}/files/{quote(name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRun:
    """A run, and what the queue knows of it."""

    record: RunRecord
    run: TaskRun
    page: RunPage

    @property
    def may_be_repeated(self) -> bool:
        """Whether it can be asked for again as it was: nothing in it was secret."""
        helper = self.record.kind == "task" and "workflow_id" in self.record.asked
        return not helper and "***" not in str(self.record.asked)


async def found_run(run_id: str, parts: Services) -> FoundRun:
    """The run of this id as it stands now.

    Raises:
        NotFound: There is none.
    """
    record = await run_in_threadpool(parts.records.get, run_id)
    if record.result is not None:
        run = TaskRun.model_validate(record.result)
    else:
        live = await live_run(record, parts)
        run = live or TaskRun.model_validate(run_response(record, parts.links()))
        run.status = TaskRun.model_validate({**run.model_dump(), "status": record.status}).status
    folder = Path(run.folder) if run.folder else NOWHERE
    shown = await run_in_threadpool(run_page, run, folder, Served(run_id))
    return FoundRun(record=record, run=run, page=shown)
