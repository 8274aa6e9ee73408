"""An answer reaches the question that it was given to, however slow the database is, and no later one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from agent_core.faces.server.admission.keys import ApiCaller
from agent_core.faces.server.app import open_services
from agent_core.faces.server.errors import Conflict
from agent_core.faces.server.queue.job import TakenJob
from agent_core.faces.server.services import Services
from agent_core.loop.events import Event, StepStarted, UserAsked
from engines.protocol import AskUser
from tests.support.task_server import PlayedRun, Player, settings_in


class Asking(PlayedRun):
    """Asks whenever a test has it ask, and remembers what was answered."""

    def __init__(self, job: TakenJob, takes_s: float | None) -> None:
        super().__init__(job, takes_s)
        self.told: asyncio.Queue[Event] = asyncio.Queue()
        self.answers: list[tuple[str, int | None]] = []

    async def events(self) -> AsyncIterator[Event]:
        while True:
            yield await self.told.get()

    def answer(self, text: str, to: int | None = None) -> None:
        self.answers.append((text, to))

    def asks(self, number: int) -> None:
        self.told.put_nowait(UserAsked(question=AskUser(kind="confirm", text="May I?"), id=number))


async def soon(holds: Any) -> Any:
    async with asyncio.timeout(60):
        while not (found := await asyncio.to_thread(holds)):  # noqa: ASYNC110  a plain value
            await asyncio.sleep(0.01)
    return found


@asynccontextmanager
async def one_run(folder: Path) -> AsyncIterator[tuple[Services, str, Any]]:
    """What a server is made of, and a run that goes on in it."""
    settings = settings_in(folder, stop_grace_s=0.1)
    services = await asyncio.to_thread(open_services, settings, Player(takes_s=None, kind=Asking))
    task = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
    job = await services.asking.task(task, ApiCaller(key_id="", key=""))
    await services.worker.start()
    try:
        run = await soon(lambda: services.worker.going.get(job.run_id))
        yield services, job.run_id, run
    finally:
        await services.worker.stop()
        services.database.close()


async def test_who_answers_at_once_is_heard_also_while_the_database_is_busy(tmp_path: Path):
    async with one_run(tmp_path) as (services, run_id, run):
        with closing(
            sqlite3.connect(services.settings.folder / "server.sqlite", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            run.asks(1)
            await soon(run.told.empty)
            assert services.worker.answer(run_id, "yes")
            other.execute("ROLLBACK")
        assert run.answers == [("yes", 1)]
        with pytest.raises(Conflict, match="asks nothing now"):
            services.worker.answer(run_id, "yes")


async def test_an_answer_to_another_question_and_to_one_that_was_answered_elsewhere_is_refused(
    tmp_path: Path,
):
    async with one_run(tmp_path) as (services, run_id, run):
        with pytest.raises(Conflict, match="asks nothing now"):
            services.worker.answer(run_id, "yes")
        run.asks(2)
        await soon(lambda: services.records.get(run_id).question)
        with pytest.raises(Conflict, match="asks something else now"):
            services.worker.answer(run_id, "yes", 1)
        run.told.put_nowait(StepStarted(number=2))
        await soon(lambda: services.records.get(run_id).question is None)
        with pytest.raises(Conflict, match="asks nothing now"):
            services.worker.answer(run_id, "yes", 2)
        assert run.answers == []
        assert not services.worker.answer("tsk_elsewhere", "yes")


async def test_an_answer_by_way_of_the_database_names_the_question_that_was_asked(tmp_path: Path):
    async with one_run(tmp_path) as (services, run_id, run):
        run.asks(3)
        await soon(lambda: services.records.get(run_id).question)
        await asyncio.to_thread(services.records.answer, run_id, "yes")
        services.worker.wake()
        await soon(lambda: run.answers)
        assert run.answers == [("yes", 3)]
