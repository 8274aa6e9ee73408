"""What a worker that is gone has left is ended by one that lives."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from agent_core.store.run_folder import RunFolder
from agent_core.task.run import StepRecord
from tests.support.left_behind import begun_in, taken_by_one_that_is_gone
from tests.support.task_server import Player, ended, served, settings_in, until
from tests.support.webhook_receiver import webhook_receiver

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


def test_a_run_that_was_going_on_is_ended_with_what_it_had(tmp_path: Path):
    with webhook_receiver() as received:
        with served(settings_in(tmp_path, concurrency=0), Player()) as client:
            client.post("/v1/run/tasks", json=TASK | {"webhook_url": received.url})
        run_id = taken_by_one_that_is_gone(tmp_path)
        kept = RunFolder.make(tmp_path / "runs", begun_in(tmp_path, run_id, TASK))
        kept.append(StepRecord(number=1, url="http://127.0.0.1:9/", thought="I look."))
        kept.close()
        player = Player()
        with served(settings_in(tmp_path, lease_s=0.2), player) as client:
            run = ended(client, run_id)
            until(lambda: received.posted)
    assert (run["status"], run["errors"][0]["error_code"]) == ("failed", "INTERRUPTED")
    assert [step["thought"] for step in run["steps"]] == ["I look."]
    assert received.ids == [run_id]
    assert player.begun == []


def test_a_run_whose_result_was_written_before_the_kill_has_that_result(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        client.post("/v1/run/tasks", json=TASK)
    run_id = taken_by_one_that_is_gone(tmp_path)
    run = begun_in(tmp_path, run_id, TASK)
    folder = RunFolder.make(tmp_path / "runs", run)
    done = {"status": "completed", "output": {"it": "found"}, "finished_at": datetime.now(UTC)}
    folder.finish(run.model_copy(update=done))
    folder.close()
    with served(settings_in(tmp_path, lease_s=0.2), Player()) as client:
        found = ended(client, run_id)
    assert (found["status"], found["output"]) == ("completed", {"it": "found"})


def test_a_webhook_that_was_noted_as_posted_is_not_posted_again(tmp_path: Path):
    with webhook_receiver() as received:
        task = TASK | {"webhook_url": received.url}
        with served(settings_in(tmp_path, lease_s=1.0), Player()) as client:
            run_id = client.post("/v1/run/tasks", json=task).json()["run_id"]
            until(lambda: ended(client, run_id)["webhook"])
            told = ended(client, run_id)["webhook"]
        with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
            database.execute("UPDATE runs SET webhook = 'sending', worker_id = 'gone', lease_until = 0")
        note = tmp_path / "server" / "told" / run_id
        with served(settings_in(tmp_path, lease_s=1.0), Player()) as client:
            until(lambda: len(received.ids) == 2)  # nothing was noted
            until(lambda: not note.exists() and state_of(tmp_path) == "sent")
        with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
            database.execute("UPDATE runs SET webhook = 'sending', worker_id = 'gone', lease_until = 0")
        note.write_text(json.dumps(told))
        with served(settings_in(tmp_path, lease_s=1.0), Player()) as client:
            until(lambda: state_of(tmp_path) == "sent")
        assert len(received.ids) == 2


def state_of(folder: Path) -> str:
    with sqlite3.connect(folder / "server" / "server.sqlite") as database:
        [(state,)] = database.execute("SELECT webhook FROM runs")
    return str(state)


def test_a_worker_takes_nothing_more_once_the_tables_are_of_another_version(tmp_path: Path):
    player = Player()
    with served(settings_in(tmp_path, lease_s=0.2), player) as client:
        with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        until(lambda: client.get("/healthz").status_code == 503)
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert client.get(f"/v1/runs/{run_id}").json()["status"] == "queued"
        assert player.begun == []


def test_a_run_that_a_newer_version_has_queued_is_left_to_newer_workers(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        client.post("/v1/run/tasks", json=TASK | {"prompt": "newer"})
    with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
        database.execute("UPDATE runs SET format = 99")
    player = Player()
    with served(settings_in(tmp_path), player) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert ended(client, run_id)["status"] == "completed"
    assert player.prompts == ["Find it"]
