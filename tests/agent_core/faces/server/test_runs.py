from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.task_server import Player, ended, served, settings_in, until

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


def test_an_unknown_run_is_not_found(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        answer = client.get("/v1/runs/tsk_none")
        assert (answer.status_code, answer.json()) == (404, {"detail": "there is no run 'tsk_none'"})
