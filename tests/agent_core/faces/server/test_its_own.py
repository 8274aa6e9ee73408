"""A worker that is late takes its own runs and webhooks for nobody's, and leaves none of them lying."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_core import TaskRun
from agent_core.faces.server.admission.keys import ApiCaller
from agent_core.faces.server.app import open_services
from agent_core.faces.server.queue.taking import Queue, Telling, ended
from agent_core.faces.server.queue.telling import Teller
from agent_core.faces.server.queue.worker import RunWorker
from agent_core.faces.server.services import Services
from tests.support.task_server import Player, settings_in

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
OVER_S = -3600.0
"""A lease that is over as soon as it is given, and stays so."""


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(settings_in(tmp_path))
    yield opened
    opened.database.close()


async def queued(services: Services) -> str:
    task = TASK | {"webhook_url": "http://127.0.0.1:9/hook"}
    return (await services.asking.task(task, ApiCaller(key_id="", key=""))).run_id


def queue_of(services: Services, name: str) -> Queue:
    return Queue(services.database, services.seal, name, lease_s=OVER_S, per_key=0)


async def test_a_run_of_its_own_is_never_left_behind(services: Services):
    run_id, own, other = await queued(services), queue_of(services, "own"), queue_of(services, "other")
    assert own.take() is not None
    assert own.left_behind() == []
    assert [job.run_id for job in other.left_behind()] == [run_id]


async def test_a_webhook_that_it_posts_is_not_taken_over_from_itself(services: Services):
    run_id, own, other = await queued(services), queue_of(services, "own"), queue_of(services, "other")
    job = own.take()
    assert job is not None
    assert own.finish(job, ended(job, "completed", ""))
    assert own.to_tell(10) == []
    assert [telling.run_id for telling in other.to_tell(10)] == [run_id]
    assert own.to_tell(10) != []  # the other one is gone now, too


class Mistaken(Teller):
    """Fails as no network does."""

    async def once(self, telling: Telling) -> TaskRun:
        raise KeyError("webhook")


async def test_a_mistake_while_a_webhook_is_posted_is_told_and_not_passed_over(
    services: Services, caplog: Any
):
    run_id, settings = await queued(services), services.settings
    teller = Mistaken(settings, services.links())
    worker = RunWorker(services.database, services.seal, settings, teller, Player())
    await worker.start()
    try:
        async with asyncio.timeout(60):
            while (await asyncio.to_thread(services.records.get, run_id)).webhook != "failed":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        await worker.stop()
    result = services.records.get(run_id).result
    assert result is not None
    assert "mistake in the program" in result["webhook"]["problem"]
    assert "broken off by a mistake" in caplog.text
