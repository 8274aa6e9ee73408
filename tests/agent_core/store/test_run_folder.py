"""The folder of a run, readable at every moment."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime

import pytest

from agent_core import NoSuchRun, Settings, load_run
from agent_core.store import run_folder
from agent_core.store.run_folder import RunFolder, new_id
from agent_core.task.request import TaskRequest
from agent_core.task.run import StepRecord, TaskRun
from browser.model.observation import Screenshot

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def run():
    request = TaskRequest.of({"prompt": "Find", "model": {"api_key": "hunter2"}})
    return TaskRun(
        run_id=new_id("tsk_"),
        status="running",
        created_at=NOW,
        modified_at=NOW,
        run_type="task_v2",
        run_request=request.masked(),
        warnings=["careful"],
    )


def test_run_ids_are_unique_and_sort_by_time():
    ids = [new_id("tsk_") for _ in range(500)]
    assert len(set(ids)) == 500
    assert all(re.fullmatch(r"tsk_[0-9a-z]{23}", each) for each in ids)
    assert [each[:15] for each in ids] == sorted(each[:15] for each in ids)


async def test_a_run_cut_off_reads_as_interrupted_with_the_steps_that_ended(run, tmp_path):
    folder = RunFolder.make(tmp_path, run)
    shot = await folder.keep(1, Screenshot(data=b"png", width_px=1, height_px=1))
    folder.append(StepRecord(number=1, decision="act", screenshot=shot))
    folder.append(StepRecord(number=2, decision="look"))
    with (folder.path / "steps.jsonl").open("a") as file:
        file.write('{"number": 3, "deci')
    assert load_run(folder.path).status == "running"
    folder.close()

    kept = load_run(folder.path)

    assert (kept.run_id, kept.status, kept.failure_code) == (run.run_id, "failed", "INTERRUPTED")
    assert [step.number for step in kept.steps] == [1, 2]
    assert kept.step_count == 2
    assert kept.screenshot_urls == [(folder.path / "screenshots/0001.png").as_uri()]
    assert (kept.warnings, kept.created_at) == (["careful"], NOW)


def test_a_run_cut_off_is_still_that_of_its_session(run, tmp_path):
    given = {"browser_session_id": "pbs_1", "browser_profile_id": "bp_1", "max_screenshot_scrolls": 2}
    folder = RunFolder.make(tmp_path, run.model_copy(update=given))
    folder.close()
    kept = load_run(folder.path)
    assert {name: getattr(kept, name) for name in given} == given


def test_a_run_that_ends_while_it_is_read_was_not_cut_off(run, tmp_path, monkeypatch):
    folder = RunFolder.make(tmp_path, run)
    held = run_folder.is_held

    def ended_first(path):
        folder.finish(run.model_copy(update={"status": "completed", "finished_at": NOW}))
        folder.close()
        return held(path)

    monkeypatch.setattr(run_folder, "is_held", ended_first)
    assert load_run(folder.path).status == "completed"


def test_a_run_that_ended_reads_as_it_ended(run, tmp_path):
    folder = RunFolder.make(tmp_path, run)
    ended = run.model_copy(update={"status": "completed", "output": {"ü": [1, None]}})
    folder.finish(ended)
    folder.close()
    assert load_run(folder.path) == ended
    assert not list(folder.path.glob(".*"))


def test_no_secret_is_written(run, tmp_path):
    folder = RunFolder.make(tmp_path, run)
    folder.finish(run)
    folder.close()
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"request.json", "steps.jsonl", "result.json"}
    assert not [path for path in files if "hunter2" in path.read_text()]
    assert json.loads((folder.path / "request.json").read_text())["run_request"]["model"]["api_key"] == "***"


def test_a_run_is_found_by_its_id_in_the_home_folder(run, tmp_path):
    RunFolder.make(tmp_path / "runs", run).close()
    assert load_run(run.run_id, Settings(home=tmp_path)).run_id == run.run_id


@pytest.mark.parametrize("where", ["nowhere", "empty", "broken", "half", "file"])
def test_what_is_no_run_says_so(where, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "result.json").write_text("{}")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "request.json").write_text("{}")
    (tmp_path / "file").write_text("")
    with pytest.raises(NoSuchRun):
        load_run(tmp_path / where)


def test_nobody_but_its_owner_can_read_a_run_whatever_the_umask(run, tmp_path):
    before = os.umask(0o007)
    try:
        folder = RunFolder.make(tmp_path / "home" / "runs", run)
        (folder.downloads / "of another library.txt").write_text("x")
        folder.append(StepRecord(number=1, decision="look"))
        folder.finish(run)
        folder.close()
    finally:
        os.umask(before)
    for path in (tmp_path / "home", tmp_path / "home" / "runs", folder.path, *folder.path.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
