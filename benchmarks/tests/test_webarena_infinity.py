"""Whole applications as a benchmark: each task has a server of its own, and its verifier reads the state."""

import json
from dataclasses import replace

import pytest

from benchmarks.measure import EpisodeRecord
from benchmarks.report_apps import NOT_YET, report_on_apps, table_of_apps
from benchmarks.run import main
from benchmarks.suites.webarena_infinity import DataMissing, play, tasks_in, verified

TEMPLATE = EpisodeRecord(run="now", task="", seed=0, engine="embedded", reward=0, raw_reward=None, status="")

SERVER = """
import http.server, json, sys
state = {"pressed": []}
PAGE = b'''<!doctype html><title>Lamps</title><h1>Lamps</h1>
<button onclick="fetch('/api/state', {method: 'PUT', body: 'red'}).then(() => this.textContent = 'Red is lit')">Red</button>
<button onclick="this.textContent = 'Blue is lit'">Blue</button>'''
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(json.dumps(state).encode() if self.path == "/api/state" else PAGE)
    def do_PUT(self):
        state["pressed"].append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(b"{}")
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
"""
VERIFIER = """
import requests
def verify(url):
    pressed = requests.get(url + "/api/state").json()["pressed"]
    return pressed == ["COLOUR"], f"pressed: {pressed}"
"""


@pytest.fixture
def data(tmp_path):
    app = tmp_path / "apps" / "lamps"
    app.mkdir(parents=True)
    (app / "server.py").write_text(SERVER)
    (app / "red.py").write_text(VERIFIER.replace("COLOUR", "red"))
    (app / "blue.py").write_text(VERIFIER.replace("COLOUR", "blue"))
    tasks = [
        {"id": "task_1", "instruction": "Click 'Red'.", "verify": "red.py"},
        {"id": "task_2", "instruction": "Click 'Blue'.", "verify": "blue.py"},
        {"id": "task_3", "instruction": "Click 'Green'.", "verify": "red.py"},
        {"id": "task_4", "instruction": "Click the button 'Red'.", "verify": "red.py"},
    ]
    (app / "function-tasks.json").write_text(json.dumps(tasks))
    return tmp_path


@pytest.mark.browser
async def test_each_task_begins_with_the_seed_state_and_is_judged_by_its_verifier(data):
    records: list[EpisodeRecord] = []

    await play(tasks_in(data, "lamps"), TEMPLATE, 1, records.append)

    told = {record.task: (record.reward, record.false_completed) for record in records}
    assert told == {
        "lamps/task_1": (1, False),
        "lamps/task_2": (0, True),
        "lamps/task_3": (0, False),
        "lamps/task_4": (1, False),  # had it the server of task 1, the light would have been lit twice
    }
    assert next(record.reason for record in records if record.false_completed) == "pressed: []"


def test_a_folder_without_the_application_is_refused_with_its_name(data, capsys):
    with pytest.raises(DataMissing, match="nowhere is no application with function tasks"):
        tasks_in(data, "nowhere")

    assert main(["webarena_infinity", "--data", str(data), "--apps", "nowhere"]) == 2
    assert "is no application" in " ".join(capsys.readouterr().out.split())


def test_only_the_tasks_that_are_named_are_played(data):
    assert [task.full_name for task in tasks_in(data, "lamps", ["task_3"])] == ["lamps/task_3"]


def test_a_verifier_that_raises_says_that_the_state_is_not_right(tmp_path):
    (tmp_path / "v.py").write_text("def verify(url):\n    return {}['missing']\n")

    assert verified(tmp_path / "v.py", "http://127.0.0.1:1") == (False, "KeyError: 'missing'")


def test_right_wrong_and_refused_are_counted_for_each_application(tmp_path):
    right = replace(TEMPLATE, task="a/1", status="completed", reward=1)
    wrong = replace(TEMPLATE, task="a/2", status="completed")
    refused = replace(TEMPLATE, task="b/1", status="failed")

    assert table_of_apps([right, wrong, refused]).splitlines()[2:] == [
        "| a | 2 | 1 | 1 | 0 |",
        "| b | 1 | 0 | 0 | 1 |",
        "| all | 3 | 1 | 1 | 1 |",
    ]
    assert report_on_apps(tmp_path / "none.jsonl") == NOT_YET
