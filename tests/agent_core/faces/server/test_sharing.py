"""What runs share: sessions, profiles, one-time codes, places of a key, a database that comes and goes."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from agent_core.faces.server.app import open_services
from agent_core.faces.server.queue.taking import Queue
from tests.support.postgres import postgres
from tests.support.task_process import TaskProcess, begun
from tests.support.task_server import Player, ended, served, settings_in, until

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


def test_a_credential_is_used_by_one_run_at_a_time_and_others_go_on_meanwhile(tmp_path: Path):
    player = Player(takes_s=None)
    with served(settings_in(tmp_path, concurrency=4, stop_grace_s=0.1), player) as client:
        wanted = [("1", "Ada@example.com"), ("2", "ada@example.com"), ("3", ""), ("4", "bob@example.com")]
        ids = [
            client.post("/v1/run/tasks", json=TASK | {"prompt": prompt, "totp_identifier": name}).json()[
                "run_id"
            ]
            for prompt, name in wanted
        ]
        until(lambda: len(player.begun) == 3)
        assert player.prompts == ["1", "3", "4"]
        client.post(f"/v1/runs/{ids[0]}/cancel")
        until(lambda: len(player.begun) == 4)
        assert player.prompts[-1] == "2"


def test_a_key_has_no_more_running_than_it_may(tmp_path: Path):
    player = Player(takes_s=None)
    with served(
        settings_in(tmp_path, concurrency=4, most_running_per_key=2, stop_grace_s=0.1), player
    ) as client:
        ids = [client.post("/v1/run/tasks", json=TASK).json()["run_id"] for _ in range(3)]
        until(lambda: len(player.begun) == 2)
        assert client.get(f"/v1/runs/{ids[2]}").json()["status"] == "queued"
        client.post(f"/v1/runs/{ids[0]}/cancel")
        until(lambda: len(player.begun) == 3)


@pytest.mark.parametrize("field", ["url", "webhook_url", "totp_url"])
@pytest.mark.parametrize(
    "host", ["127.0.0.1:9", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "2130706433", "a.internal"]
)
def test_a_server_for_others_refuses_addresses_of_its_own_network(tmp_path: Path, field: str, host: str):
    with served(settings_in(tmp_path, allow_private=False, concurrency=0), Player()) as client:
        answer = client.post(
            "/v1/run/tasks", json=TASK | {"url": "http://8.8.8.8/", field: f"http://{host}/"}
        )
        assert (answer.status_code, "private network" in answer.json()["detail"]) == (400, True)


def test_a_worker_of_another_process_carries_out_and_cancels(tmp_path: Path):
    worker = TaskProcess("work", tmp_path, 30.0)
    with served(settings_in(tmp_path, concurrency=0)) as client:
        worker.start()
        try:
            run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
            until(lambda: begun(tmp_path) == [run_id], 40)
            client.post(f"/v1/runs/{run_id}/cancel")
            assert ended(client, run_id)["status"] == "canceled"
        finally:
            assert worker.stop() == 0


def test_a_run_of_another_process_is_answered_by_way_of_any_server(tmp_path: Path):
    worker = TaskProcess("work", tmp_path, 60.0)
    with served(settings_in(tmp_path, concurrency=0)) as client:
        worker.start()
        try:
            run_id = client.post("/v1/run/tasks", json=TASK | {"prompt": "May I?"}).json()["run_id"]
            with client.stream("GET", f"/v1/runs/{run_id}/events") as told:
                lines = told.iter_lines()
                assert next(line for line in lines if "user_asked" in line)
                assert json.loads(next(lines).removeprefix("data: "))["question"]["text"] == "May I?"
            answer = {"text": "hunter2-and-more"}
            assert client.post(f"/v1/runs/{run_id}/answer", json=answer).status_code == 200
            run = ended(client, run_id)
            assert (run["status"], run["output"]["answer"]) == ("completed", "hunter2-and-more")
            assert client.post(f"/v1/runs/{run_id}/answer", json=answer).status_code == 409
            assert client.post("/v1/runs/tsk_none/answer", json=answer).status_code == 404
        finally:
            assert worker.stop() == 0


def test_an_answer_is_not_read_in_the_database_and_one_that_nobody_asked_for_is_refused(tmp_path: Path):
    with served(settings_in(tmp_path), Player(takes_s=None)) as client:
        silent = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        until(lambda: client.get(f"/v1/runs/{silent}").json()["status"] == "running")
        assert client.post(f"/v1/runs/{silent}/answer", json={"text": "x"}).status_code == 409
        client.post(f"/v1/runs/{silent}/cancel")
    services = open_services(settings_in(tmp_path))
    with served(settings_in(tmp_path, concurrency=0)) as client:
        run_id = client.post("/v1/run/tasks", json=TASK | {"prompt": "May I?"}).json()["run_id"]
        worker = Queue(services.database, services.seal, "elsewhere", lease_s=60.0, per_key=0)
        assert worker.take() is not None
        worker.ask(run_id, {"kind": "confirm", "text": "May I?", "id": 2})
        late, given = {"text": "yes", "question_id": 1}, {"text": "hunter2-and-more", "question_id": 2}
        assert client.post(f"/v1/runs/{run_id}/answer", json=late).status_code == 409
        assert client.post(f"/v1/runs/{run_id}/answer", json=given).status_code == 200
        with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
            assert "hunter2-and-more" not in "\n".join(database.iterdump())
        assert worker.answers() == {run_id: ("hunter2-and-more", 2)}
        assert worker.answers() == {}
    services.database.close()


def test_a_server_that_is_asked_to_stop_gives_time_and_then_ends_runs_honestly(tmp_path: Path):
    server = TaskProcess("work", tmp_path, 30.0, stop_grace_s=0.2, concurrency=1)
    with served(settings_in(tmp_path, concurrency=0)) as client:
        ids = [client.post("/v1/run/tasks", json=TASK).json()["run_id"] for _ in range(2)]
        server.start()
        until(lambda: begun(tmp_path), 40)
        assert server.stop() == 0
        run = ended(client, ids[0])
        assert (run["status"], "was stopped" in run["failure_reason"]) == ("failed", True)
        assert client.get(f"/v1/runs/{ids[1]}").json()["status"] == "queued"


@pytest.mark.timeout(180)
def test_a_database_that_goes_away_and_comes_back_loses_nothing(tmp_path: Path):
    player = Player(takes_s=None)
    with postgres() as database, served(settings_in(tmp_path, database_url=database.url), player) as client:
        running = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        until(lambda: player.begun)
        database.stop()
        refused = client.post("/v1/run/tasks", json=TASK)
        assert (refused.status_code, "try again" in refused.json()["detail"]) == (503, True)
        assert client.get("/healthz").status_code == 503
        assert client.get(f"/v1/runs/{running}").status_code == 503
        database.start()
        until(lambda: client.get("/healthz").status_code == 200)
        client.post(f"/v1/runs/{running}/cancel")
        assert ended(client, running, 40)["status"] == "canceled"
        player.takes_s = 0
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert ended(client, run_id, 40)["status"] == "completed"


def test_a_file_of_the_database_that_is_moved_away_and_back_loses_nothing(tmp_path: Path):
    file, elsewhere = tmp_path / "server" / "server.sqlite", tmp_path / "elsewhere.sqlite"
    with served(settings_in(tmp_path), Player()) as client:
        kept = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        ended(client, kept)
        file.rename(elsewhere)
        refused = client.post("/v1/run/tasks", json=TASK)
        assert (refused.status_code, "nothing was kept" in refused.json()["detail"]) == (503, True)
        assert client.get("/healthz").status_code == 503
        assert not file.exists()
        elsewhere.rename(file)
        until(lambda: client.get("/healthz").status_code == 200)
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert ended(client, run_id)["status"] == "completed"
        assert [run["run_id"] for run in client.get("/v1/runs").json()] == [run_id, kept]
