"""Following a run while it goes on, in this process or in another one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from starlette.concurrency import run_in_threadpool

from agent_core import NoSuchRun, TaskRun, load_run
from agent_core.faces.server.queue.records import RunRecord
from agent_core.faces.server.queue.starting import GoingRun
from agent_core.faces.server.services import Services
from agent_core.faces.server.wire.links import Links
from agent_core.faces.server.wire.runs import run_response
from agent_core.loop.events import Event, RunEnded
from agent_core.task.run import StepRecord

LOOK_S = 0.5
"""How often a run of another process is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEvent:
    """One event."""

    name: str
    """`status`, `run_ended`, or the name of an event of the library: `step_ended`, `acted`, ..."""
    data: dict[str, Any]
    step: int = 0
    """The step that had ended with it; who reconnects names the last one that was heard of."""


async def events_of(
    run_id: str, services: Services, links: Links, heard: int = 0
) -> AsyncIterator[SentEvent]:
    """What happens in a run until it has ended, from its beginning or after the step `heard`.

    Of a run that another process carries out, the steps that have ended are told, and what a person is asked;
    once it does not ask that any more, its status is told again.

    Raises:
        NotFound: There is no such run.
    """
    record = await run_in_threadpool(services.records.get, run_id)
    yield SentEvent(name="status", data={"status": record.status})
    while record.status == "queued":
        await asyncio.sleep(LOOK_S)
        record = await run_in_threadpool(services.records.get, run_id)
        if record.status != "queued":
            yield SentEvent(name="status", data={"status": record.status})
    here = services.worker.going.get(run_id)
    if here and here.went_on_after > heard:
        for step in await _steps_before(record, services, here.went_on_after):
            if step.number > heard:
                yield _step_ended(step)
    async for event in _told_here(here, heard) if here else _kept(record, services, heard):
        yield event
    while not record.final:
        await asyncio.sleep(LOOK_S / 5)
        record = await run_in_threadpool(services.records.get, run_id)
    yield SentEvent(name="run_ended", data=run_response(record, links))


async def live_run(record: RunRecord, parts: Services) -> TaskRun | None:
    """What the folder of a run that goes on holds; None where there is none, or the run has ended."""
    if record.status != "running":
        return None
    try:
        return await asyncio.to_thread(load_run, record.run_id, parts.settings.library)
    except (NoSuchRun, OSError):
        return None


async def _steps_before(record: RunRecord, services: Services, last: int) -> list[StepRecord]:
    """The steps of a run that were done before its process was killed."""
    kept = await live_run(record, services)
    return [step for step in kept.steps if step.number <= last] if kept else []


def _step_ended(step: StepRecord) -> SentEvent:
    return SentEvent(name="step_ended", data={"step": step.model_dump(mode="json")}, step=step.number)


async def _told_here(run: GoingRun, heard: int) -> AsyncIterator[SentEvent]:
    async for event in run.events():
        if not isinstance(event, RunEnded) and _number(event) > heard:
            yield _sent(event)


async def _kept(record: RunRecord, services: Services, heard: int) -> AsyncIterator[SentEvent]:
    asked: dict[str, Any] | None = None
    while True:
        ended = TaskRun.model_validate(record.result) if record.result else None
        run = ended or await live_run(record, services)
        for step in run.steps if run else ():
            if step.number > heard:
                heard = step.number
                yield _step_ended(step)
        if record.final:
            return
        if record.question and record.question != asked:
            question = {name: value for name, value in record.question.items() if name != "id"}
            yield SentEvent(
                name="user_asked", data={"question": question, "id": record.question.get("id", 1)}
            )
        elif asked and not record.question:  # answered, or whoever asked it is gone
            yield SentEvent(name="status", data={"status": record.status})
        asked = record.question
        await asyncio.sleep(LOOK_S)
        record = await run_in_threadpool(services.records.get, record.run_id)


def _number(event: Event) -> int:
    """The step that an event belongs to; one of no step counts as new."""
    step = getattr(event, "step", None)
    number: int = getattr(event, "number", step.number if step is not None else 1_000_000)
    return number


def _sent(event: Event) -> SentEvent:
    name = re.sub(r"(?<!^)([A-Z])", r"_\1", type(event).__name__).lower()
    step = getattr(event, "step", None)
    return SentEvent(name=name, data=to_jsonable_python(event), step=step.number if step is not None else 0)
