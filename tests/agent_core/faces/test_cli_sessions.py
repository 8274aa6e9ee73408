"""`agent-core sessions`: browsers that outlive the command that opened them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent_core.demo_site import DemoSite

pytestmark = pytest.mark.browser


@pytest.fixture
def cli(tmp_path):
    """`cli("run", ...)`: run the command line as a program of its own, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AGENT_CORE_")}
    environment = {**kept, "AGENT_CORE_HOME": str(tmp_path / "home"), "COLUMNS": "100"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "agent_core", *words], env=environment, capture_output=True, text=True
        )

    yield run
    run("sessions", "close", "--all")


def processes_of(folder: Path) -> set[str]:
    found = set()
    for process in Path("/proc").iterdir():
        try:
            if str(folder).encode() in (process / "cmdline").read_bytes():
                found.add(process.name)
        except OSError:
            continue
    return found


def test_a_session_outlives_the_command_that_opened_it_and_hands_its_page_on(cli, tmp_path):
    with DemoSite() as site:
        opened = cli("sessions", "open", "--url", f"{site.url}letter")
        assert opened.returncode == 0, opened.stderr
        session = opened.stdout.strip()
        assert re.fullmatch(r"pbs_[0-9a-z]+", session)

        fill = "Enter 'ada@quayside.example' into 'Your e-mail address'."
        first = cli("run", fill, "--session", session, "--engine", "embedded")
        assert first.returncode == 0, first.stderr
        second = cli("run", "Click 'Subscribe'.", "--session", session, "--engine", "embedded", "--json")
        assert second.returncode == 0, second.stderr
        run = json.loads(second.stdout)
        assert (run["browser_session_id"], run["status"]) == (session, "completed")

        assert re.fullmatch(rf"{session}  free until \d\d:\d\d\n", cli("sessions", "list").stdout)
        [listed] = json.loads(cli("sessions", "list", "--json").stdout)
        assert (listed["timeout_minutes"], listed["outlives"]) == (60, True)

        closed = cli("sessions", "close", session)
        assert closed.stdout == f"{session}  ended: it was closed\n"
        late = cli("run", "Click 'Subscribe'.", "--session", session, "--engine", "embedded")
        assert late.returncode == 2
        assert late.stderr.strip().endswith(f"{session} has ended: it was closed; open another one")

    folder = tmp_path / "home" / "sessions" / session
    deadline = time.monotonic() + 60
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of(folder) == set()
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "session.json"]


def test_a_session_that_is_not_there_is_named(cli):
    nowhere = cli("sessions", "close", "pbs_0")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "browser_session_id: there is no session 'pbs_0'; `agent-core sessions list`" in nowhere.stderr
    assert "name a session, or say --all" in cli("sessions", "close").stderr
