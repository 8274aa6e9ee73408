from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, Response
from sqlalchemy import event

from agent_core.faces.server.app import create_app
from tests.support.task_server import Player, ended, served, settings_in

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
JSON = {"content-type": "application/json"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(settings_in(tmp_path, max_body_mb=0.1), Player()) as connected:
        yield connected


BODIES = {
    "not UTF-8": (b'{"prompt": "\xff"}', 400, "is not UTF-8"),
    "no JSON": (b'{"prompt": ', 400, "is not JSON"),
    "no object": (b'["prompt"]', 422, "must be a JSON object"),
    "a field twice": (b'{"prompt": "a", "prompt": "b"}', 400, "'prompt' stands in it more than once"),
    "no number": (b'{"prompt": "a", "timeout_s": NaN}', 400, "NaN is no number"),
    "an endless number": (b'{"prompt": "a", "max_steps": ' + b"9" * 9_000 + b"}", 400, "cannot be used"),
    "deeply nested": (b'{"prompt": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "nested"),
    "too large": (b'{"prompt": "' + b"a" * 120_000 + b'"}', 413, "larger than 100,000 bytes"),
    "nothing": (b"", 400, "is not JSON"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_used_is_refused_with_a_sentence(client: Client, name: str):
    body, status, said = BODIES[name]
    answer = client.post("/v1/run/tasks", content=body, headers=JSON)
    assert (answer.status_code, said in said_in(answer)) == (status, True), answer.text
    assert client.get("/v1/runs").json() == []


NO_JSON = [name for name, (body, status, _) in BODIES.items() if status == 400 and body]


@pytest.mark.parametrize("name", NO_JSON)
@pytest.mark.parametrize(
    "path",
    [
        *("/v1/run/tasks/login", "/v1/run/workflows", "/v1/runs/cancel", "/v1/runs/tsk_1/answer"),
        *("/v1/credentials", "/v1/credentials/totp", "/v1/browser_sessions", "/v1/browser_profiles"),
        *("/v1/workflows", "/v1/runs/tsk_1/retry_webhook"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_the_same_sentence_everywhere(
    client: Client, name: str, path: str
):
    body, status, said = BODIES[name]
    answer = client.post(path, content=body, headers=JSON)
    assert (answer.status_code, said in said_in(answer)) == (status, True), answer.text
    described = client.get("/openapi.json").json()["paths"]
    [operation] = [
        methods["post"] for known, methods in described.items() if "post" in methods and fits(known, path)
    ]
    assert str(status) in operation["responses"]


def fits(known: str, path: str) -> bool:
    """Whether an address of the description means this one."""
    return re.fullmatch(re.sub(r"\{[^}]+\}", "tsk_1", known), path) is not None


def said_in(answer: Response) -> str:
    """The sentence of a refusal, in the form that the description gives it."""
    detail = answer.json()["detail"]
    assert isinstance(detail, list) == (answer.status_code == 422)
    return f"the body {detail[0]['msg']}" if isinstance(detail, list) else detail


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/runs", 405),
        ("GET", "/v1/artifacts/..%2F..%2Fx/content", 404),
    ],
)
def test_what_nobody_answers_is_refused_with_a_sentence(client: Client, method: str, path: str, status: int):
    answer = client.request(method, path)
    assert (answer.status_code, "/docs lists every call" in answer.json()["detail"]) == (status, True)


@pytest.mark.parametrize(
    "path", ["/v1/run/tasks", "/v1/credentials", "/v1/runs/tsk_1/retry_webhook", "/v1/run/workflows"]
)
def test_a_body_that_is_too_large_is_refused_also_where_its_length_is_not_said(client: Client, path: str):
    pieces = (b"a" * 10_000 for _ in range(100))
    answer = client.post(path, content=pieces, headers=JSON)
    assert (answer.status_code, answer.json()["detail"]) == (413, "the body is larger than 100,000 bytes")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_refused(client: Client, kind: str):
    answer = client.post("/v1/run/tasks", content=json.dumps(TASK), headers={"content-type": kind})
    assert (answer.status_code, "send application/json" in answer.json()["detail"]) == (415, True)


FIELDS: dict[str, tuple[dict[str, Any], int, str]] = {
    "no prompt": ({"prompt": None}, 422, "prompt"),
    "blank prompt": ({"prompt": "  "}, 422, "prompt"),
    "no steps": ({"max_steps": 0}, 422, "max_steps"),
    "unknown engine": ({"engine": "nobody"}, 422, "engine"),
    "code as an engine": ({"engine": "os:system"}, 422, "engine"),
    "a file": ({"url": "file:///etc/passwd"}, 400, "url"),
    "another scheme": ({"url": "gopher://a.example/"}, 400, "url"),
    "paths of the server": ({"files": ["/etc/passwd"]}, 422, "files"),
    "a folder of the server as a model": ({"model": {"model_name": "/tmp"}}, 422, "model_name"),
    "environment of the server": ({"secrets": {"A": {"env": "HOME"}}}, 422, "secrets"),
    "wrong webhook": ({"webhook_url": "mailto:ada@example.com"}, 400, "webhook_url"),
    "unknown session": ({"browser_session_id": "pbs_none"}, 422, "browser_session_id"),
    "session with a path": ({"browser_session_id": "../../etc"}, 422, "browser_session_id"),
    "profile with a path": ({"browser_profile_id": "../x"}, 422, "browser_profile_id"),
    "priority": ({"priority": 1.5}, 422, "priority"),
    "engine without a key": ({"engine": "openai-cua"}, 400, "OPENAI_API_KEY"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_cannot_be_used_is_refused_and_named(client: Client, name: str):
    changed, status, named = FIELDS[name]
    answer = client.post("/v1/run/tasks", json=TASK | changed)
    assert (answer.status_code, named in answer.text) == (status, True), answer.text
    assert client.get("/v1/runs").json() == []


@pytest.mark.parametrize(
    "run_id", ["tsk_none", "..%2f..%2fetc%2fpasswd", "a%00b", "%ff", "x" * 3000, "tsk_é"]
)
@pytest.mark.parametrize("call", ["GET ", "GET /events", "POST /cancel"])
def test_an_id_that_is_none_is_not_found(client: Client, run_id: str, call: str):
    method, _, rest = call.partition(" ")
    answer = client.request(method, f"/v1/runs/{run_id}{rest}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_texts_that_a_database_cannot_keep_are_kept_without_what_it_cannot(client: Client):
    task = json.dumps(TASK | {"prompt": "a\0b \ud800 c", "title": "\0"})
    run = client.post("/v1/run/tasks", content=task, headers=JSON)
    assert run.status_code == 200
    assert ended(client, run.json()["run_id"])["status"] == "completed"
    assert client.get("/v1/runs", params={"search_key": "a\0b"}).status_code == 200


@pytest.mark.parametrize(
    "params", [{"page": 0}, {"page": "x"}, {"page_size": 1000}, {"created_at_start": "yesterday"}]
)
def test_a_list_that_is_asked_for_wrongly_is_refused(client: Client, params: dict[str, Any]):
    assert client.get("/v1/runs", params=params).status_code == 422


def test_who_asks_too_often_is_told_when_to_try_again(tmp_path: Path):
    with served(settings_in(tmp_path, requests_per_minute=2), Player()) as client:
        assert [client.get("/v1/runs").status_code for _ in range(2)] == [200, 200]
        refused = client.get("/v1/runs")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")


def test_who_has_too_many_runs_waiting_is_refused_and_those_that_wait_stay(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0, most_queued_per_key=2), Player()) as client:
        statuses = [client.post("/v1/run/tasks", json=TASK).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert len(client.get("/v1/runs").json()) == 2


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent_core", *words],
        env={"AGENT_CORE_HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_second_server_at_the_same_port_is_refused_with_a_sentence(tmp_path: Path, client: Client):
    done = command(tmp_path / "other", "serve", "--port", str(client.base_url.port))
    assert (done.returncode, "choose another port" in done.stderr, "Traceback" in done.stderr) == (
        2,
        True,
        False,
    )


def test_a_second_server_on_the_same_database_shares_its_runs(tmp_path: Path):
    with (
        served(settings_in(tmp_path, concurrency=0), Player()) as one,
        served(settings_in(tmp_path), Player()) as other,
    ):
        run_id = one.post("/v1/run/tasks", json=TASK).json()["run_id"]
        assert ended(one, run_id) == ended(other, run_id) | {"app_url": ended(one, run_id)["app_url"]}


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path, client: Client):
    with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = command(tmp_path, "worker")
    assert (done.returncode, "newer version (9999)" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "x.sqlite").write_text("this is no database, whatever its name says " * 100)
    done = command(tmp_path, "worker", "--database", f"sqlite:///{tmp_path}/x.sqlite")
    assert (done.returncode, "cannot be opened: file is not a database" in done.stderr) == (2, True)
    assert command(tmp_path, "worker", "--database", "mysql://a/b").returncode == 2


def test_another_secret_for_the_same_database_is_refused(tmp_path: Path, client: Client):
    (tmp_path / "server" / "server.key").write_text("another")
    done = command(tmp_path, "worker")
    assert (done.returncode, "used with another secret" in done.stderr) == (2, True)


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path):
    app = create_app(settings_in(tmp_path, concurrency=0))
    with served(settings_in(tmp_path, concurrency=0), app=app) as client:
        kept = client.post("/v1/run/tasks", json=TASK).json()["run_id"]

        def is_full(connection: Any, *_: object) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(app.state.services.database.engine, "checkout", is_full)
        refused = client.post("/v1/run/tasks", json=TASK | {"prompt": "long " * 10_000})
        assert (refused.status_code, "disk of the database is full" in refused.text) == (507, True)
        assert [run["run_id"] for run in client.get("/v1/runs").json()] == [kept]
