"""A server that is killed at any instant loses no run, and runs none twice."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from tests.support.postgres import postgres
from tests.support.task_process import TaskProcess, answers, begun, free_port
from tests.support.task_server import until
from tests.support.webhook_receiver import webhook_receiver

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
CONCURRENCY = 4
ANSWERED_S = 3.0
"""So long after a webhook has come, its sender may not have read the answer yet, on a busy machine."""
logger = logging.getLogger(__name__)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        yield "" if request.param == "sqlite" else stack.enter_context(postgres()).url


def how_many(client: Client, **wanted: str) -> int:
    """How many runs there are of a status, as far as pages show them."""
    found = client.get("/v1/runs", params={"page_size": 100, **wanted}).json()
    return len(found)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("workers", [1, 3])
def test_two_hundred_runs_outlive_ten_kills(tmp_path: Path, database_url: str, workers: int):
    killed_ten_times(tmp_path, database_url, workers, runs=200, kills=10)


@pytest.mark.timeout(120)
def test_runs_outlive_a_kill(tmp_path: Path):
    killed_ten_times(tmp_path, "", 1, runs=12, kills=1)


def killed_ten_times(folder: Path, database_url: str, workers: int, *, runs: int, kills: int) -> None:
    settings: dict[str, Any] = {"database_url": database_url, "concurrency": CONCURRENCY, "lease_s": 2.0}
    port, chance = free_port(), random.Random(7)
    takes_s = 0.25 * workers
    server = TaskProcess("serve", folder, takes_s, port=port, **settings)
    others = [TaskProcess("work", folder, takes_s, **settings) for _ in range(workers - 1)]
    killed_at: list[float] = []
    with webhook_receiver() as received, Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            server.start()
            until(lambda: answers(client), 60)
            for other in others:
                other.start()
            task = TASK | {"webhook_url": received.url}
            asked = [client.post("/v1/run/tasks", json=task).json()["run_id"] for _ in range(runs)]
            for kill in range(kills):
                goal = (kill + 1) * runs // (kills + 2)
                until(lambda goal=goal: len(begun(folder)) >= goal, 120)
                time.sleep(chance.random() * takes_s)  # any instant of a run
                for each in (server, *others[: chance.randrange(workers)]):
                    each.kill()
                    killed_at.append(time.monotonic())
                    each.start()
            until(lambda: answers(client), 60)
            until(lambda: set(received.ids) >= set(asked), 120)
            found = {run_id: client.get(f"/v1/runs/{run_id}").json() for run_id in asked}
            until(lambda: how_many(client, status="running") == 0, 30)
            time.sleep(2 * settings["lease_s"])  # a webhook that comes twice comes when a lease is over
        finally:
            for each in (server, *others):
                each.stop()
    times = Counter(begun(folder))
    assert max(times.values()) == 1, "one was run twice"
    assert {run["status"] for run in found.values()} <= {"completed", "failed"}
    interrupted = [run for run in found.values() if run["status"] == "failed"]
    assert {run["errors"][0]["error_code"] for run in interrupted} <= {"INTERRUPTED"}
    assert len(interrupted) <= kills * workers * CONCURRENCY
    completed = [run_id for run_id, run in found.items() if run["status"] == "completed"]
    assert set(completed) <= set(times)
    # A receiver that ignores a key that it has gets each result once.
    assert {each.headers["idempotency-key"] for each in received.posted} == set(asked)
    assert all(each.headers["idempotency-key"] == each.run["run_id"] for each in received.posted)
    # One comes twice only where its sender was killed while the answer was on its way to it.
    came: dict[str, list[float]] = {}
    for each in received.posted:
        came.setdefault(each.run["run_id"], []).append(each.at)
    twice = {run_id: at for run_id, at in came.items() if len(at) > 1}
    logger.info("%d interrupted, %d webhooks came twice", len(interrupted), len(twice))
    for at in twice.values():
        assert len(at) == 2
        after = [round(kill - at[0], 2) for kill in killed_at if kill >= at[0]]
        assert min(after, default=60.0) <= ANSWERED_S, f"its sender had the answer; killed {after} s later"
