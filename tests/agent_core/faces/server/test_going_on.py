"""Resumable runs whose worker was killed go on: by a worker of the machine that has their folder."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent_core import TaskRequest
from agent_core.faces.server.admission.keys import ApiCaller
from agent_core.faces.server.app import open_services
from agent_core.faces.server.queue.left_behind import WAITS_S, place_of
from agent_core.faces.server.watching import events_of
from agent_core.store.run_folder import RunFolder
from agent_core.task.run import StepRecord
from tests.support.left_behind import begun_in, kept_session, taken_by_one_that_is_gone
from tests.support.task_server import PlayedRun, Player, ended, served, settings_in, until
from tests.support.webhook_receiver import webhook_receiver

LOOK = {"prompt": "Look", "url": "http://127.0.0.1:9/", "engine": "embedded"}
MODEL = {"model_name": "m", "base_url": "http://127.0.0.1:9/v1"}


def resumable(session_id: str, **further: Any) -> dict[str, Any]:
    """A task whose run may go on after a kill."""
    return {
        "prompt": "Order it",
        "engine": "skyvern-1.0",
        "model": MODEL,
        "browser_session_id": session_id,
        "resumable": True,
        **further,
    }


@contextmanager
def left_behind(home: Path, worker_id: str = "gone", **further: Any):
    """The id of a resumable run that a worker has taken and left, and what it was asked for."""
    with kept_session(home) as session_id:
        task = resumable(session_id, **further)
        with served(settings_in(home, concurrency=0), Player()) as client:
            answer = client.post("/v1/run/tasks", json=task)
            assert answer.status_code == 200, answer.text
        yield taken_by_one_that_is_gone(home, worker_id), task


def begun(home: Path, run_id: str, task: dict[str, Any]) -> RunFolder:
    """The folder of the run after its first step."""
    run = begun_in(home, run_id, TaskRequest.of(task).masked())
    folder = RunFolder.make(home / "runs", run)
    folder.begin_acts()
    folder.append(StepRecord(number=1, thought="I look."))
    return folder


async def soon(holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  a plain value
            await asyncio.sleep(0.01)


def silent_for(home: Path, seconds: float) -> None:
    """Let the lease of the worker that is gone have ended so long ago."""
    with sqlite3.connect(home / "server" / "server.sqlite", timeout=60) as database:
        database.execute("UPDATE runs SET lease_until = lease_until - ? WHERE worker_id = 'gone'", [seconds])


def asks(home: Path, question: dict[str, Any] | None) -> None:
    """Let the worker that is gone have asked a person this; None: it asks nothing any more."""
    with sqlite3.connect(home / "server" / "server.sqlite", timeout=60) as database:
        database.execute("UPDATE runs SET question = ?", [question and json.dumps(question)])


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


async def test_it_has_the_next_room_that_there_is_before_runs_that_wait(tmp_path: Path):
    player, caller = Player(takes_s=None), ApiCaller(key_id="", key="")
    services = open_services(settings_in(tmp_path, lease_s=0.2, concurrency=1, stop_grace_s=0.1), player)
    with kept_session(tmp_path) as session_id:
        task = resumable(session_id)
        await services.asking.task(task, caller)
        run_id = taken_by_one_that_is_gone(tmp_path)
        begun(tmp_path, run_id, task).close()
        silent_for(tmp_path, -3600)  # until the worker is busy
        first, second = [(await services.asking.task(LOOK, caller)).run_id for _ in range(2)]
        await services.worker.start()
        try:
            await soon(lambda: player.begun)
            silent_for(tmp_path, 3600 + WAITS_S)
            await soon(lambda: services.worker.owed == {run_id})
            for each in (first, run_id, second):
                await soon(lambda: each in services.worker.going)  # noqa: B023
                services.worker.cancel(each)
        finally:
            await services.worker.stop()
            services.database.close()
    assert [job.run_id for job in player.begun] == [first, run_id, second]
    assert [job.goes_on for job in player.begun] == [False, True, False]


class WentOn(PlayedRun):
    """A run that goes on after its first step."""

    went_on_after = 1


async def test_who_watches_it_is_told_of_its_steps_before_the_kill(tmp_path: Path):
    player = Player(takes_s=None, kind=WentOn)
    services = open_services(settings_in(tmp_path, lease_s=0.2, stop_grace_s=0.1), player)
    with kept_session(tmp_path) as session_id:
        task = resumable(session_id)
        await services.asking.task(task, ApiCaller(key_id="", key=""))
        run_id = taken_by_one_that_is_gone(tmp_path)
        begun(tmp_path, run_id, task).close()
        await services.worker.start()
        try:
            await soon(lambda: run_id in services.worker.going)
            whole, rest = (events_of(run_id, services, services.links(), heard) for heard in (0, 1))
            told = [await anext(whole), await anext(whole), await anext(rest)]
            services.worker.cancel(run_id)
            told += [each for events in (whole, rest) async for each in events]
        finally:
            await services.worker.stop()
            services.database.close()
    before = [("status", 0), ("step_ended", 1), ("status", 0)]
    assert [(each.name, each.step) for each in told] == [*before, ("run_ended", 0), ("run_ended", 0)]
    assert told[1].data["step"]["thought"] == "I look."


async def test_who_watches_it_hears_that_a_question_from_before_the_kill_is_asked_no_more(tmp_path: Path):
    services = open_services(settings_in(tmp_path, concurrency=0), Player())
    with kept_session(tmp_path) as session_id:
        await services.asking.task(resumable(session_id), ApiCaller(key_id="", key=""))
    run_id = taken_by_one_that_is_gone(tmp_path)
    asks(tmp_path, {"kind": "confirm", "text": "Really?", "id": 3})
    told = events_of(run_id, services, services.links())
    try:
        assert [(await anext(told)).name for _ in range(2)] == ["status", "user_asked"]
        asks(tmp_path, None)
        event = await asyncio.wait_for(anext(told), 60)
        assert (event.name, event.data) == ("status", {"status": "running"})
    finally:
        await told.aclose()
        services.database.close()


def test_a_page_that_watches_anew_shows_only_what_is_still_asked(tmp_path: Path):
    with served(settings_in(tmp_path, stop_grace_s=0.1), Player(takes_s=None)) as client:
        run_id = client.post("/v1/run/tasks", json={**LOOK, "prompt": "May I?"}).json()["run_id"]
        until(lambda: client.get(f"/v1/runs/{run_id}").json()["status"] == "running")
        with client.stream("GET", f"/runs/{run_id}/live") as stream:
            told = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
            first = json.loads(next(told))
            assert [(part["id"], part["html"]) for part in first] == [("run-ask", ""), ("run-hold", "")]
            assert next(each for each in told if "May I?" in each)


def test_it_waits_for_a_worker_of_the_machine_that_has_its_folder(tmp_path: Path):
    player = Player()
    with (
        left_behind(tmp_path) as (run_id, _),
        served(settings_in(tmp_path, lease_s=0.2), player) as client,
    ):
        other = client.post("/v1/run/tasks", json=LOOK).json()["run_id"]
        ended(client, other)
        assert client.get(f"/v1/runs/{run_id}").json()["status"] == "running"
        silent_for(tmp_path, WAITS_S)
        run = ended(client, run_id)
    assert (run["status"], run["errors"][0]["error_code"]) == ("failed", "INTERRUPTED")
    assert [job.run_id for job in player.begun] == [other]


@pytest.mark.parametrize("got_to", ["nothing", "a folder", "its request"])
def test_one_whose_worker_was_killed_before_it_had_a_whole_folder_is_ended_at_once(
    tmp_path: Path, got_to: str
):
    worker_id = f"gone@{place_of(settings_in(tmp_path).folder)}"
    with left_behind(tmp_path, worker_id) as (run_id, task):
        if got_to != "nothing":
            begun(tmp_path, run_id, task).close()
            left_out = ("acts.jsonl",) if got_to == "its request" else ("acts.jsonl", "request.json")
            for name in (*left_out, "steps.jsonl"):
                (tmp_path / "runs" / run_id / name).unlink()
        with served(settings_in(tmp_path, lease_s=0.2)) as client:
            run = ended(client, run_id)
    assert (run["status"], run["errors"][0]["error_code"]) == ("failed", "INTERRUPTED")


def test_the_id_of_a_worker_says_where_its_files_are(tmp_path: Path):
    here, there = tmp_path / "here", tmp_path / "there"
    workers = [open_services(settings_in(home), Player()).worker.id for home in (here, here, there)]
    assert len(set(workers)) == 3
    places = [each.partition("@")[2] for each in workers]
    assert places[0] == places[1] != places[2]
    assert all(places)


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
