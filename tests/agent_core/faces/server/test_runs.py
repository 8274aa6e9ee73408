from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from agent_core import TaskRun
from agent_core.faces.server.database.opening import open_database
from agent_core.faces.server.kept.sealing import seal_of
from agent_core.faces.server.queue.records import Records, Wanted
from agent_core.task.run import StepRecord
from tests.support.task_server import PlayedRun, Player, ended, served, settings_in, until

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


def test_a_task_is_queued_carried_out_and_its_result_is_found(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        queued = client.post("/v1/run/tasks", json=TASK)
        assert queued.status_code == 200
        assert queued.json()["status"] == "queued"
        run = ended(client, queued.json()["run_id"])
        assert (run["status"], run["output"]) == ("completed", {"prompt": "Find it"})
        assert [each["run_id"] for each in client.get("/v1/runs").json()] == [run["run_id"]]


def test_runs_begin_in_the_order_of_their_priority_and_then_of_their_coming(tmp_path: Path):
    player = Player(takes_s=None)
    with served(settings_in(tmp_path, concurrency=1), player) as client:
        first = client.post("/v1/run/tasks", json=TASK | {"prompt": "0"}).json()["run_id"]
        until(lambda: player.begun)
        asked = [("1", 0), ("2", 0), ("3", 5), ("4", -1), ("5", 5)]
        for prompt, priority in asked:
            client.post("/v1/run/tasks", json=TASK | {"prompt": prompt, "priority": priority})
        player.takes_s = 0
        client.post(f"/v1/runs/{first}/cancel")
        until(lambda: len(player.begun) == 6)
    assert player.prompts == ["0", "3", "5", "1", "2", "4"]


@pytest.mark.parametrize("waiting", [False, True], ids=["running", "waiting"])
def test_a_run_is_canceled(tmp_path: Path, waiting: bool):
    player = Player(takes_s=None)
    with served(settings_in(tmp_path, concurrency=0 if waiting else 1), player) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        until(lambda: waiting or player.begun)
        assert client.post(f"/v1/runs/{run_id}/cancel").status_code == 200
        assert ended(client, run_id)["status"] == "canceled"


class LateRun(PlayedRun):
    """A run that waited for its browser before it began."""

    async def result(self) -> TaskRun:
        run = await super().result()
        run.started_at = run.modified_at - timedelta(seconds=65)
        return run


def test_a_list_of_runs_says_the_same_of_how_long_one_took_as_its_own_page(tmp_path: Path):
    with served(settings_in(tmp_path), Player(kind=LateRun)) as client:
        run = ended(client, client.post("/v1/run/tasks", json=TASK).json()["run_id"])
        listed, page = client.get("/").text, client.get(f"/runs/{run['run_id']}").text
    [took] = re.findall(r'data-label="Took">([^<]+)<', listed)
    assert re.findall(r"<dt>Took</dt><dd>([^<]+)<", page) == [took]


class RunWithSteps(PlayedRun):
    """A run that took two steps."""

    async def result(self) -> TaskRun:
        run = await super().result()
        run.steps = [StepRecord(number=number, thought=f"thought {number}") for number in (1, 2)]
        return run


def test_the_steps_of_a_run_are_read_where_one_run_is_looked_at_and_not_where_runs_are_listed(tmp_path: Path):
    settings = settings_in(tmp_path)
    with served(settings, Player(kind=RunWithSteps)) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert [step["thought"] for step in ended(client, run_id)["steps"]] == ["thought 1", "thought 2"]
        assert client.get("/v1/runs").json()[0]["steps"] == []
    database = open_database(settings)
    records = Records(database, seal_of(settings, database))
    assert "thought" not in str(records.page(Wanted()))
    database.close()


def test_the_steps_of_a_run_of_an_earlier_version_stand_in_its_result(tmp_path: Path):
    with served(settings_in(tmp_path), Player(kind=RunWithSteps)) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        now = ended(client, run_id)
        with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
            database.execute(
                "UPDATE runs SET result = json_set(result, '$.steps', json(steps)), steps = NULL"
            )
        assert client.get(f"/v1/runs/{run_id}").json() == now
        assert client.get("/v1/runs").json()[0]["steps"] == []


def test_an_unknown_run_is_not_found(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        answer = client.get("/v1/runs/tsk_none")
        assert (answer.status_code, answer.json()) == (404, {"detail": "there is no run 'tsk_none'"})
