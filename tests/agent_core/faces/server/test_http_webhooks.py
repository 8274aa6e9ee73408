"""Webhooks that are sent once more over HTTP, and the timeline of a run."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from agent_core import TaskRun
from agent_core.services.webhook import signature
from agent_core.task.run import ActionRecord, StepRecord
from tests.support.task_server import PlayedRun, Player, ended, served, settings_in, until, with_key

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


class RunWithSteps(PlayedRun):
    """A run that took two steps, the second of them in vain."""

    async def result(self) -> TaskRun:
        run = await super().result()
        click = ActionRecord(action={"type": "Click"}, did="clicked 'Go'")
        typed = ActionRecord(action={"type": "TypeText", "text": "x"}, problem="it is disabled")
        run.steps = [
            StepRecord(
                number=1, url="http://x/", decision="act", actions=[click], ms={"decide": 500, "act": 250}
            ),
            StepRecord(number=2, decision="finish", thought="Done.", actions=[typed], ms={"act": 1000}),
        ]
        return run


class Inbox(http.server.BaseHTTPRequestHandler):
    heard: list[tuple[str, str, bytes]]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, self.headers.get("x-skyvern-signature", ""), body))
        self.send_response(type(self).status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[tuple[str, type[Inbox]]]:
    handler = type("Handler", (Inbox,), {"heard": [], "status": 200})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()


@pytest.fixture
def key(tmp_path: Path) -> str:
    return with_key(settings_in(tmp_path))


@pytest.fixture
def client(tmp_path: Path, key: str) -> Iterator[Client]:
    with served(settings_in(tmp_path), Player(kind=RunWithSteps), key) as client:
        yield client


def told(client: Client, run_id: str) -> dict[str, Any]:
    """The run once its own webhook has been dealt with."""
    found: dict[str, Any] = until(lambda: (run := ended(client, run_id))["webhook"] and run)
    return found


def test_a_webhook_is_sent_once_more_signed_with_the_callers_key(client, key, inbox):
    address, hook = inbox
    run_id = client.post("/v1/run/tasks", json=TASK | {"webhook_url": f"{address}/own"}).json()["run_id"]
    told(client, run_id)
    answer = client.post(f"/v1/runs/{run_id}/retry_webhook", headers={"Content-Type": "application/json"})
    replayed = answer.json()
    assert (answer.status_code, replayed["status_code"], replayed["error"]) == (200, 200, None)
    assert replayed["target_webhook_url"] == f"{address}/own"
    first, again = hook.heard
    assert again[0] == "/own"
    assert again[1] == signature(again[2], key) == replayed["headers"]["x-skyvern-signature"]
    assert json.loads(again[2])["run_id"] == json.loads(first[2])["run_id"] == run_id
    assert json.loads(replayed["payload"])["status"] == "completed"


def test_a_webhook_is_sent_to_another_address_and_a_refusal_is_told(client, inbox):
    address, hook = inbox
    hook.status = 500
    run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
    ended(client, run_id)
    assert client.post(f"/v1/runs/{run_id}/retry_webhook").status_code == 400
    asked = {"webhook_url": f"{address}/other"}
    replayed = client.post(f"/v1/runs/{run_id}/retry_webhook", json=asked).json()
    assert replayed["status_code"] == 500
    assert "answered with status 500" in replayed["error"]
    assert [path for path, *_ in hook.heard] == ["/other"]
    assert client.get(f"/v1/runs/{run_id}").json()["webhook"]["status_code"] == 500


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 422),
        (b"{nonsense", 400),
        (b'{"webhook_url": 1}', 422),
        (b'{"webhook_url": "ftp://x"}', 400),
        (b"null", 400),
        (b'{"webhook_url": null}', 400),
    ],
)
def test_what_cannot_be_sent_is_refused(client, body, status):
    run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
    ended(client, run_id)
    assert client.post(f"/v1/runs/{run_id}/retry_webhook", content=body).status_code == status


def test_a_webhook_of_a_run_that_goes_on_is_not_sent(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        answer = client.post(f"/v1/runs/{run_id}/retry_webhook", json={"webhook_url": "http://127.0.0.1:9/"})
        assert (answer.status_code, "not ended" in answer.text) == (400, True)


def test_addresses_of_this_machine_are_refused_where_the_server_does_not_allow_them(tmp_path: Path):
    with served(settings_in(tmp_path, allow_private=False), Player()) as client:
        run_id = client.post("/v1/run/tasks", json=TASK | {"url": "https://example.com/"}).json()["run_id"]
        ended(client, run_id)
        for address in ("http://127.0.0.1:9/", "http://[::1]/", "http://localhost/"):
            answer = client.post(f"/v1/runs/{run_id}/retry_webhook", json={"webhook_url": address})
            assert answer.status_code == 400
        session = client.post("/v1/browser_sessions", json={"url": "http://127.0.0.1:9/"})
        assert (session.status_code, "private network" in session.text) == (400, True)


def test_the_timeline_has_a_block_for_each_step_with_its_actions_and_its_thought(client):
    run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
    ended(client, run_id)
    first, second = client.get(f"/v1/runs/{run_id}/timeline").json()
    assert [each["action_type"] for each in first["block"]["actions"]] == ["click"]
    assert [each["action_type"] for each in second["block"]["actions"]] == ["input_text", "complete"]
    assert (first["block"]["status"], second["block"]["status"]) == ("completed", "failed")
    assert (first["block"]["duration"], second["block"]["failure_reason"]) == (0.75, "it is disabled")
    assert [child["thought"]["thought"] for child in second["children"]] == ["Done."]
    assert first["children"] == []
    assert client.get("/v1/runs/tsk_none/timeline").status_code == 404
