"""Many tasks at once, on one machine, in one browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent_core.api.tasks import name_of
from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.events import Event
from agent_core.runner.browsers import Browsers, let_go, to_its_end
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.deciding import MakeEngine, make_engine
from agent_core.runner.preparing.resolve import prepare
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from engines.protocol import Engine

OnFleetEvent = Callable[[int, Event], None]
"""Called with the place of the task in the list, from 0, and what happened in it."""


async def run_tasks(
    tasks: Iterable[str | Mapping[str, Any] | TaskRequest],
    *,
    concurrency: int = 4,
    engine: MakeEngine | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnFleetEvent | None = None,
    headless: bool | None = None,
) -> list[TaskRun]:
    """Do many tasks, so many at a time, each in a context of its own in one shared browser.

    The results come in the order of the tasks. A run that fails is a value among them, also where no
    browser can be had for it. Tasks that go
    out by different proxies, or join different browsers, share one with those that go the same way.

    Args:
        tasks: Each a prompt, the fields of a `TaskRequest`, or one.
        concurrency: How many run at the same time, at least 1.
        engine: Makes the engine of each task; None: the engine that each task names.

    Raises:
        BadRequest, UnknownEngine, EngineUnavailable: One of them cannot start; none was started.
    """
    if concurrency < 1:
        raise BadRequest("concurrency", "must be at least 1")
    settings = settings or Settings.from_env()
    asked_at = datetime.now(UTC)
    requests = [_request(place, task, engine) for place, task in enumerate(tasks)]
    prepared = [
        prepare(request, own_engine=engine is not None, settings=settings, run_dir=run_dir, headless=headless)
        for request in requests
    ]
    if concurrency > 1:
        _one_at_a_time(requests)
    waiting: dict[int, Engine] = {}
    room = asyncio.Semaphore(concurrency)
    browsers = Browsers()

    async def do(place: int) -> TaskRun:
        async with room:
            listener = None if on_event is None else lambda event: on_event(place, event)
            decider = waiting.pop(place)
            run = Run(
                prepared[place],
                decider,
                browsers=browsers,
                on_event=listener,
                waits_for_answer=False,
                created_at=asked_at,
            )
            return await run.result_or_cancel()

    try:
        for place, each in enumerate(prepared):
            waiting[place] = make_engine(each, engine)
        async with asyncio.TaskGroup() as group:
            runs = [group.create_task(do(place)) for place in range(len(prepared))]
    finally:
        for never_used in waiting.values():
            await to_its_end(let_go(never_used))
        await to_its_end(browsers.close())
    return [run.result() for run in runs]


def _request(place: int, task: str | Mapping[str, Any] | TaskRequest, own: MakeEngine | None) -> TaskRequest:
    named = {} if own is None else {"engine": name_of(own)}
    if isinstance(task, TaskRequest):
        return task if task.model_fields_set >= named.keys() else task.but_with(named)
    try:
        return TaskRequest.of({**named, **({"prompt": task} if isinstance(task, str) else task)})
    except BadRequest as error:
        raise BadRequest(f"tasks[{place}].{error.field}", error.why) from error


def _one_at_a_time(requests: Sequence[TaskRequest]) -> None:
    """Refuse tasks that would work in the same browser session at the same time."""
    first: dict[str, int] = {}
    for place, request in enumerate(requests):
        session_id = request.browser_session_id
        if session_id and first.setdefault(session_id, place) != place:
            why = f"tasks[{first[session_id]}] works in it too, and one at a time may; use concurrency=1"
            raise BadRequest(f"tasks[{place}].browser_session_id", why)
