"""A worker that lives keeps what is its own, however busy it is, and whatever its clock says."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from httpx2 import Client

from agent_core import TaskRun
from agent_core.faces.server.queue.heartbeat import Suspects
from tests.support.task_server import PlayedRun, Player, ended, served, settings_in, until
from tests.support.webhook_receiver import webhook_receiver

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
LEASE_S = 1.0
THREADS = 64
"""More than an event loop has for what blocks."""


class BusyRun(PlayedRun):
    """A run that keeps all threads of its worker busy for four leases."""

    async def result(self) -> TaskRun:
        work = [asyncio.to_thread(time.sleep, 2 * LEASE_S) for _ in range(THREADS)]
        busy = asyncio.gather(*work)
        await asyncio.sleep(4 * LEASE_S)
        busy.cancel()
        return await super().result()


@contextmanager
def two_servers(folder: Path, player: Player) -> Iterator[tuple[Client, Player]]:
    """One that works, and another that only looks after what others have left."""
    idle = Player()
    with (
        served(settings_in(folder, lease_s=LEASE_S), player) as one,
        served(settings_in(folder, lease_s=LEASE_S, concurrency=0), idle),
    ):
        yield one, idle


def test_a_busy_worker_keeps_its_run(tmp_path: Path):
    with two_servers(tmp_path, Player(kind=BusyRun)) as (client, _):
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert ended(client, run_id)["status"] == "completed"


def test_a_webhook_whose_receiver_takes_its_time_is_posted_by_its_sender_alone(tmp_path: Path):
    with webhook_receiver() as received, two_servers(tmp_path, Player()) as (client, _):
        received.answers_after_s = 4 * LEASE_S
        run_id = client.post("/v1/run/tasks", json=TASK | {"webhook_url": received.url}).json()["run_id"]
        until(lambda: ended(client, run_id)["webhook"])
        assert received.ids == [run_id]


def test_a_database_that_was_out_of_reach_for_longer_than_a_lease_costs_no_webhook(tmp_path: Path):
    with webhook_receiver() as received, two_servers(tmp_path, Player(takes_s=0.1)) as (client, _):
        run_id = client.post("/v1/run/tasks", json=TASK | {"webhook_url": received.url}).json()["run_id"]
        with closing(sqlite3.connect(tmp_path / "server" / "server.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(3 * LEASE_S)
            other.execute("ROLLBACK")
        until(lambda: received.ids)
        time.sleep(2 * LEASE_S)
        assert received.ids == [run_id]
        assert ended(client, run_id)["webhook"]["delivered"]


def test_a_lease_counts_as_over_only_once_it_has_stayed_over():
    clock = iter([0.0, 1.0, 4.9, 5.0, 6.0, 12.0, 12.0, 17.0])
    suspects = Suspects(5.0, lambda: next(clock))
    assert suspects.gone({"a": 100.0}) == set()
    assert suspects.gone({"a": 100.0, "b": 100.0}) == set()
    assert suspects.gone({"a": 100.0, "b": 100.0}) == set()
    assert suspects.gone({"a": 100.0, "b": 100.0}) == {"a"}
    assert suspects.gone({"b": 100.0}) == {"b"}
    # One that was renewed in between begins anew, and so does one that was not seen for a while.
    assert suspects.gone({"b": 107.0}) == set()
    assert suspects.gone({"a": 100.0, "b": 107.0}) == set()
    assert suspects.gone({"a": 100.0, "b": 107.0}) == {"a", "b"}


def test_a_clock_that_is_set_forward_ends_no_run_of_a_worker_that_lives(tmp_path: Path):
    """To those who look, it is as if all leases had ended an hour ago."""
    from agent_core.faces.server.app import open_services
    from agent_core.faces.server.queue.taking import Queue

    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        client.post("/v1/run/tasks", json=TASK)
    services = open_services(settings_in(tmp_path))
    living = Queue(services.database, services.seal, "living", lease_s=-3600.0, per_key=0)
    other = Queue(services.database, services.seal, "other", lease_s=0.2, per_key=0)
    assert living.take() is not None
    assert other.left_behind() == []
    living.renew()
    time.sleep(0.15)
    assert other.left_behind() == []
    time.sleep(0.15)
    assert [job.run_id for job in other.left_behind()] != []
    services.database.close()
