from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_core import BadRequest, NoSuchRun, Settings, delete_run, list_runs, load_run


def keep(settings: Settings, run_id: str, prompt: str, **fields: object) -> Path:
    """Put a run on disk, as one that ended leaves it."""
    folder = settings.data_folder / "runs" / run_id
    folder.mkdir(parents=True)
    (folder / "steps.jsonl").touch()
    at = "2026-11-01T10:00:00Z"
    run = {
        "run_id": run_id,
        "status": "completed",
        "created_at": at,
        "modified_at": at,
        "run_type": "task_v1",
        "run_request": {"prompt": prompt},
        "folder": str(folder),
        **fields,
    }
    (folder / "result.json").write_text(json.dumps(run))
    return folder


def test_runs_are_listed_newest_first_and_chosen_by_status_and_words(settings: Settings):
    keep(settings, "tsk_01", "Buy bread")
    keep(settings, "wr_02", "Buy a boat", status="failed")
    keep(settings, "tsk_03", "Sell the boat")
    (settings.data_folder / "runs" / "tsk_04").mkdir()
    (settings.data_folder / "runs" / "notes").mkdir()

    def ids(**wanted: object) -> list[str]:
        return [run.run_id for run in list_runs(settings=settings, **wanted)]

    assert ids() == ["tsk_03", "wr_02", "tsk_01"]
    assert ids(limit=1) == ["tsk_03"]
    assert ids(containing="BOAT") == ["tsk_03", "wr_02"]
    assert ids(status="failed") == ["wr_02"]
    assert ids(limit=None, run_dir=settings.data_folder / "nowhere") == []


def test_a_run_is_deleted_with_its_folder(settings: Settings):
    folder = keep(settings, "tsk_01", "Buy bread")
    assert delete_run("tsk_01", settings=settings).run_id == "tsk_01"
    assert not folder.exists()
    with pytest.raises(NoSuchRun):
        load_run("tsk_01", settings)
    with pytest.raises(NoSuchRun):
        delete_run("tsk_01", settings=settings)


def test_a_run_that_goes_on_is_not_deleted(settings: Settings):
    folder = keep(settings, "tsk_01", "Buy bread", status="running")
    with pytest.raises(BadRequest, match="cancel it first"):
        delete_run("tsk_01", settings=settings)
    assert folder.exists()
