"""Resumable runs whose worker was killed go on: by a worker of the machine that has their folder."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_core import TaskRequest
from agent_core.faces.server.queue.left_behind import WAITS_S
from agent_core.store.run_folder import RunFolder
from agent_core.task.run import StepRecord
from tests.support.left_behind import begun_in, kept_session, taken_by_one_that_is_gone
from tests.support.task_server import Player, ended, served, settings_in, until
from tests.support.webhook_receiver import webhook_receiver

MODEL = {"model_name": "m", "base_url": "http://127.0.0.1:9/v1"}


@contextmanager
def left_behind(home: Path, **further: Any):
    """The id of a resumable run that a worker has taken and left, and what it was asked for."""
    with kept_session(home) as session_id:
        task = {
            "prompt": "Order it",
            "engine": "skyvern-1.0",
            "model": MODEL,
            "browser_session_id": session_id,
            "resumable": True,
            **further,
        }
        with served(settings_in(home, concurrency=0), Player()) as client:
            answer = client.post("/v1/run/tasks", json=task)
            assert answer.status_code == 200, answer.text
        yield taken_by_one_that_is_gone(home), task


def begun(home: Path, run_id: str, task: dict[str, Any]) -> RunFolder:
    """The folder of the run after its first step."""
    run = begun_in(home, run_id, TaskRequest.of(task).masked())
    folder = RunFolder.make(home / "runs", run)
    folder.begin_acts()
    folder.append(StepRecord(number=1, thought="I look."))
    return folder


def silent_for(home: Path, seconds: float) -> None:
    """Let the lease of the worker that is gone have ended so long ago."""
    with sqlite3.connect(home / "server" / "server.sqlite") as database:
        database.execute("UPDATE runs SET lease_until = lease_until - ?", [seconds])


def test_a_resumable_run_goes_on_where_its_folder_is_and_its_webhook_is_posted_once(tmp_path: Path):
    with webhook_receiver() as received, left_behind(tmp_path, webhook_url=received.url) as (run_id, task):
        begun(tmp_path, run_id, task).close()
        player = Player()
        with served(settings_in(tmp_path, lease_s=0.2), player) as client:
            run = ended(client, run_id)
            until(lambda: received.posted)
    assert run["status"] == "completed"
    assert [(job.run_id, job.goes_on) for job in player.begun] == [(run_id, True)]
    assert received.ids == [run_id]


def test_it_waits_for_a_worker_of_the_machine_that_has_its_folder(tmp_path: Path):
    player = Player()
    with (
        left_behind(tmp_path) as (run_id, _),
        served(settings_in(tmp_path, lease_s=0.2), player) as client,
    ):
        other = client.post(
            "/v1/run/tasks", json={"prompt": "Look", "url": "http://127.0.0.1:9/", "engine": "embedded"}
        ).json()["run_id"]
        ended(client, other)
        assert client.get(f"/v1/runs/{run_id}").json()["status"] == "running"
        silent_for(tmp_path, WAITS_S)
        run = ended(client, run_id)
    assert (run["status"], run["errors"][0]["error_code"]) == ("failed", "INTERRUPTED")
    assert [job.run_id for job in player.begun] == [other]


def test_one_that_is_canceled_meanwhile_is_ended_and_does_not_go_on(tmp_path: Path):
    player = Player()
    with left_behind(tmp_path) as (run_id, task):
        begun(tmp_path, run_id, task).close()
        with served(settings_in(tmp_path, concurrency=0), Player()) as client:
            client.post(f"/v1/runs/{run_id}/cancel")
        with served(settings_in(tmp_path, lease_s=0.2), player) as client:
            assert ended(client, run_id)["status"] == "failed"
    assert player.begun == []


def test_it_does_not_go_on_while_its_process_is_there_though_that_does_not_show_it(tmp_path: Path):
    player = Player()
    with left_behind(tmp_path) as (run_id, task):
        folder = begun(tmp_path, run_id, task)
        with served(settings_in(tmp_path, lease_s=0.2), player) as client:
            silent_for(tmp_path, WAITS_S)
            run = ended(client, run_id)
        folder.close()
    assert run["errors"][0]["error_code"] == "INTERRUPTED"
    assert player.begun == []


@pytest.mark.parametrize("session_is_there", [True, False])
def test_a_run_that_cannot_go_on_ends_with_what_it_had_and_the_reason(tmp_path: Path, session_is_there: bool):
    with left_behind(tmp_path) as (run_id, task):
        begun(tmp_path, run_id, task).close()
        if session_is_there:  # nobody listens at the address of its browser
            with served(settings_in(tmp_path, lease_s=0.2)) as client:
                run = ended(client, run_id)
    if not session_is_there:
        with served(settings_in(tmp_path, lease_s=0.2)) as client:
            run = ended(client, run_id)
    assert (run["status"], run["errors"][0]["error_code"]) == ("failed", "INTERRUPTED")
    assert run["failure_reason"].startswith(
        "the worker that ran it ended before the run did, and it could not go on: browser_session_id:"
    )
    assert [step["thought"] for step in run["steps"]] == ["I look."]
