"""Which runs may go on after a kill, and which may not: all of it is known before anything is opened."""

from __future__ import annotations

import fcntl
import os
import threading
from datetime import UTC, datetime
from io import FileIO

import pytest

from agent_core import BadRequest, Script, Settings, TaskRequest, load_run, resume_task
from agent_core.runner.keeping.earlier import EarlierPart, seconds_of
from agent_core.runner.preparing.resolve import prepare
from agent_core.store import run_folder
from agent_core.store.acts import ActEntry, read_acts
from agent_core.store.acts_file import ActsFile
from agent_core.store.run_folder import RunFolder, new_id
from agent_core.store.scripts import StoredScript
from agent_core.task.run import ActionRecord, StepRecord, TaskRun

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SESSION = "pbs_0123456789abcdefghjkmnp"
TASK = {"prompt": "Order it", "engine": "skyvern-1.0", "browser_session_id": SESSION, "resumable": True}


ENTRY = ActEntry(
    step=1, url="http://127.0.0.1/", words="click", act=ActionRecord(action={"type": "Click"}), shows=False
)


def folder_of(tmp_path, **asked):
    request = TaskRequest.of({**TASK, **asked}).masked()
    run = TaskRun(
        run_id=new_id("tsk_"),
        status="running",
        created_at=NOW,
        started_at=NOW,
        modified_at=NOW,
        run_type="task_v1",
        run_request=request,
    )
    return RunFolder.make(tmp_path / "runs", run), run


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({"browser_session_id": None}, "resumable", "only the browser of a session"),
        ({"run_with": "code"}, "resumable", "is for runs that an agent carries out"),
        ({"resumable": "perhaps"}, "resumable", "boolean"),
    ],
)
def test_a_task_says_why_it_cannot_be_resumable(given, field, why):
    with pytest.raises(BadRequest, match=why) as refused:
        TaskRequest.of({**TASK, **given})
    assert refused.value.field == field


def test_an_engine_that_reads_a_prompt_from_its_beginning_cannot_be_resumable(tmp_path):
    task = TaskRequest.of({"prompt": "Click 'Order'.", "engine": "embedded"})
    task.resumable = True  # before its session is looked at
    with pytest.raises(BadRequest, match="the engine embedded cannot go on"):
        prepare(task, settings=Settings(home=tmp_path))


def test_a_workflow_is_not_resumable(tmp_path):
    script = Script(prompt="Order it", url="http://127.0.0.1:9/")
    workflow = StoredScript(script=script, values={}, path=tmp_path / "order.json")
    task = TaskRequest.of(
        {"prompt": "Order it", "engine": "skyvern-1.0", "model": {"base_url": "http://127.0.0.1:9"}}
    )
    task.resumable = True  # before its session is looked at
    with pytest.raises(BadRequest, match="resumable: is for tasks"):
        prepare(task, settings=Settings(home=tmp_path), workflow=workflow)


def test_a_run_that_goes_on_is_left_alone(tmp_path):
    folder, run = folder_of(tmp_path)
    with pytest.raises(BadRequest, match="still goes on"):
        resume_task(run.run_id, settings=Settings(home=tmp_path))
    folder.close()


def test_a_run_that_has_ended_does_not_go_on(tmp_path):
    folder, run = folder_of(tmp_path)
    folder.finish(run.model_copy(update={"status": "completed", "finished_at": NOW}))
    folder.close()
    with pytest.raises(BadRequest, match="has ended as completed"):
        resume_task(run.run_id, settings=Settings(home=tmp_path))


def test_a_run_that_was_not_asked_to_be_resumable_does_not_go_on(tmp_path):
    folder, run = folder_of(tmp_path, resumable=False)
    folder.close()
    with pytest.raises(BadRequest, match="was not asked to be resumable"):
        resume_task(run.run_id, settings=Settings(home=tmp_path))


def test_a_run_with_secrets_needs_its_task(tmp_path):
    folder, run = folder_of(tmp_path, secrets={"password": "hunter2 hunter2"})
    folder.close()
    with pytest.raises(BadRequest, match="task: is needed"):
        resume_task(run.run_id, settings=Settings(home=tmp_path))


def test_only_one_process_takes_a_folder_over(tmp_path):
    folder, run = folder_of(tmp_path)
    folder.begin_acts()
    with pytest.raises(OSError, match="another process"):
        RunFolder.take_over(folder.path)
    folder.close()
    taken = RunFolder.take_over(folder.path)
    taken.finish(run)
    taken.close()
    with pytest.raises(OSError, match="it has ended"):
        RunFolder.take_over(folder.path)


def test_who_only_reads_a_run_keeps_nobody_from_taking_its_folder_over(tmp_path, monkeypatch):
    monkeypatch.setattr(run_folder, "LOOKED_AT_S", 60.0)  # however busy the machine is
    folder, _ = folder_of(tmp_path)
    folder.begin_acts()
    folder.close()
    with (folder.path / "steps.jsonl").open() as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        soon = threading.Timer(0.05, fcntl.flock, (looked_at, fcntl.LOCK_UN))
        soon.start()
        RunFolder.take_over(folder.path).close()
        soon.join()


def test_the_time_that_a_run_took_counts_and_not_the_time_until_it_goes_on(tmp_path):
    folder, run = folder_of(tmp_path)
    folder.begin_acts()
    folder.close()
    killed_at = NOW.replace(second=25)
    for name in ("steps.jsonl", "acts.jsonl"):
        os.utime(folder.path / name, (killed_at.timestamp(), killed_at.timestamp()))
    assert seconds_of(load_run(folder.path), folder.path) == 20
    for _ in range(2):  # killed again before it has done anything
        EarlierPart.of(folder.path).folder.close()
        assert 20 <= seconds_of(load_run(folder.path), folder.path) < 80
    again = datetime.now(UTC).timestamp() + 1000
    os.utime(folder.path / "steps.jsonl", (again, again))
    assert 1020 <= seconds_of(load_run(folder.path), folder.path) < 1080
    assert load_run(folder.path).run_id == run.run_id


def test_a_folder_in_which_nothing_can_be_written_any_more_is_let_go(tmp_path, monkeypatch):
    folder, _ = folder_of(tmp_path)
    folder.begin_acts()
    folder.note_act(ENTRY)
    folder.close()

    def full(self, step):
        raise OSError("No space left")

    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "append", full)
        with pytest.raises(BadRequest, match="cannot go on: No space left"):
            EarlierPart.of(folder.path)
    assert load_run(folder.path).status == "failed"
    EarlierPart.of(folder.path).folder.close()


def test_a_run_whose_acts_could_not_be_written_down_does_not_go_on(tmp_path):
    folder, run = folder_of(tmp_path)
    folder.close()
    with pytest.raises(BadRequest, match=r"cannot go on: there is no acts\.jsonl in its folder"):
        EarlierPart.of(folder.path)
    assert load_run(folder.path).run_id == run.run_id


def test_what_cannot_be_written_down_leaves_no_acts_from_which_a_run_would_go_on(tmp_path):
    full = ActsFile(tmp_path)
    full.append(ENTRY)
    full.close()
    full._file = FileIO("/dev/full", "wb")
    with pytest.raises(OSError, match="No space left"):
        full.append(ENTRY)
    assert not (tmp_path / "acts.jsonl").exists()


def test_an_act_that_no_file_can_hold_leaves_no_acts_either(tmp_path):
    acts = ActsFile(tmp_path)
    acts.append(ENTRY)
    with pytest.raises(ValueError, match="surrogates not allowed"):
        acts.append(ENTRY.model_copy(update={"words": "\ud800"}))
    assert not (tmp_path / "acts.jsonl").exists()


def test_a_line_of_acts_that_a_kill_has_cut_is_left_out(tmp_path):
    acts = ActsFile(tmp_path)
    acts.append(ENTRY)
    with (tmp_path / "acts.jsonl").open("a") as file:
        file.write('{"step": 2, "ur')
    acts.append(ENTRY.model_copy(update={"over": True}))
    acts.close()
    [kept] = read_acts(tmp_path)
    assert (kept.step, kept.over) == (1, True)


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\x1c", "\n", "\r"])
def test_no_act_and_no_step_is_lost_because_of_a_text_that_ends_a_line(tmp_path, end):
    folder, _ = folder_of(tmp_path)
    folder.begin_acts()
    folder.append(StepRecord(number=1, thought=f"one{end}two"))
    folder.note_act(ENTRY.model_copy(update={"words": f"click{end}it"}))
    folder.close()
    assert [step.thought for step in load_run(folder.path).steps] == [f"one{end}two"]
    assert [act.words for act in read_acts(folder.path)] == [f"click{end}it"]
