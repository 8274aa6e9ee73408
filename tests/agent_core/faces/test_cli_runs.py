from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_core.demo_site import DemoSite

ROOT = Path(__file__).parents[3]
Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """`cli("runs", ...)`: the command line as a program of its own, with a home of its own."""
    ours = ("AGENT_CORE_", "OPENAI_", "ANTHROPIC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    known = {**kept, "AGENT_CORE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "COLUMNS": "100"}

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent_core", *words],
            cwd=tmp_path,
            env={**known, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run


def keep(home: Path, run_id: str, prompt: str, status: str = "completed", at: str = "2026-01-01") -> Path:
    """Put a run on disk, as one that ended leaves it."""
    folder = home / "runs" / run_id
    folder.mkdir(parents=True)
    run = {
        "run_id": run_id,
        "status": status,
        "created_at": f"{at}T10:00:00Z",
        "modified_at": f"{at}T10:00:00Z",
        "run_type": "task_v1",
        "run_request": {"prompt": prompt},
        "folder": str(folder),
    }
    (folder / "result.json").write_text(json.dumps(run))
    return folder


def test_runs_are_listed_and_filtered(cli: Cli, tmp_path: Path):
    assert "No runs" in cli("runs").stdout
    keep(tmp_path / "home", "tsk_01", "Buy\x1b[2J bread " + "and butter " * 30)
    keep(tmp_path / "home", "tsk_02", "Sell a boat", "failed")
    lines = cli("runs").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["tsk_02", "failed"], ["tsk_01", "completed"]]
    assert "\x1b" not in lines[1]
    assert lines[1].rstrip().endswith("butter")
    assert "tsk_01" not in cli("runs", "list", "boat").stdout
    found = json.loads(cli("runs", "list", "--status", "completed", "--json").stdout)
    assert [(run["run_id"], run["prompt"][:3]) for run in found] == [("tsk_01", "Buy")]


def test_a_run_is_opened_as_a_page_in_the_browser(cli: Cli, tmp_path: Path):
    keep(tmp_path / "home", "tsk_01", "Buy bread")
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" > "$(dirname "$0")/opened"\n')
    browser.chmod(0o755)
    done = cli("runs", "open", "tsk_01", BROWSER=str(browser))
    assert done.stdout.strip() == (tmp_path / "home/runs/tsk_01/run.html").as_uri()
    assert (tmp_path / "opened").read_text() == done.stdout


def test_runs_are_deleted_by_name_and_by_age_and_never_unasked(cli: Cli, tmp_path: Path):
    folders = [keep(tmp_path / "home", f"tsk_0{n}", "Buy bread") for n in range(3)]
    fresh = keep(tmp_path / "home", "tsk_09", "Buy bread", at="2999-01-01")
    unasked = cli("runs", "delete", "tsk_00")
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    assert "--older-than" in cli("runs", "delete").stderr
    assert folders[0].exists()
    assert cli("runs", "delete", "tsk_00", "--yes").stderr == "deleted 1 run\n"
    assert cli("runs", "delete", "--older-than", "3", "--yes").stderr == "deleted 2 runs\n"
    assert [folder.exists() for folder in (*folders, fresh)] == [False, False, False, True]
    assert "no run" in cli("runs", "delete", "tsk_00", "--yes").stderr


def test_a_word_that_is_misspelt_is_answered_with_the_one_that_is_meant(cli: Cli):
    assert "Did you mean 'run'?" in cli("rnu", "x").stderr
    assert "Did you mean 'list'?" in cli("runs", "lst").stderr
    assert "--max-steps" in cli("run", "x", "--max-step", "3").stderr


def test_a_shell_completes_commands_engines_and_runs(cli: Cli, tmp_path: Path):
    keep(tmp_path / "home", "tsk_01", "Buy bread")

    def completed(*words: str) -> str:
        line = " ".join(("agent-core", *words))
        variables = {
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words)),
            "_AGENT_CORE_COMPLETE": "complete_bash",
        }
        return cli(**variables).stdout

    assert "install-browser" in completed("inst")
    assert "embedded" in completed("run", "x", "--engine", "emb")
    assert "tsk_01" in completed("show", "tsk_")


@pytest.mark.browser
def test_the_first_program_runs_as_it_was_written(cli: Cli, tmp_path: Path):
    done = cli("init")
    assert "first_task.py" in done.stdout
    again = cli("init")
    assert again.returncode == 2
    assert "--force" in again.stderr
    program = tmp_path / "first_task.py"
    with DemoSite() as site:
        program.write_text(program.read_text().replace("http://127.0.0.1:8010/", site.url))
        ran = subprocess.run(
            [sys.executable, program],
            env={**os.environ, "AGENT_CORE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert ran.stdout.splitlines()[1] == f"{site.posts[0]['points']} {site.posts[0]['title']}"


@pytest.mark.browser
def test_a_quiet_run_that_fails_says_why_in_one_line(cli: Cli):
    with DemoSite() as site:
        words = ["run", "go", "--url", site.url, "--engine", "tests.support.played_engines:fails", "-q"]
        done = cli(*words)
    assert done.returncode == 1
    assert done.stderr == "failed: GAVE_UP: the door is locked\n"


def test_a_model_is_named_or_written_out(cli: Cli):
    done = cli("run", "x", "--engine", "skyvern-1.0", "--model", '{"model_name": "m", "temperature": -1}')
    assert "temperature" in done.stderr
    assert "--model: is no JSON" in cli("run", "x", "--model", "{").stderr
