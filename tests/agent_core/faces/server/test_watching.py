from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException
from httpx2 import Client, Response
from prometheus_client.parser import text_string_to_metric_families

from agent_core.faces.server.admission.limits import Streams
from tests.support.task_server import Player, ended, served, settings_in, until

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


def events_told(client: Client, run_id: str) -> list[tuple[str, dict[str, Any]]]:
    with client.stream("GET", f"/v1/runs/{run_id}/events") as answer:
        lines = list(answer.iter_lines())
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return list(zip(names, data, strict=True))


def test_the_events_of_a_run_are_told_until_it_has_ended(tmp_path: Path):
    with served(settings_in(tmp_path), Player(takes_s=0.3)) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        told = events_told(client, run_id)
        assert told[0][0] == "status"
        assert (told[-1][0], told[-1][1]["status"]) == ("run_ended", "completed")
        assert events_told(client, run_id) == [("status", {"status": "completed"}), told[-1]]


def test_the_events_of_an_unknown_run_are_not_found(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        assert client.get("/v1/runs/tsk_none/events").status_code == 404


def test_the_server_says_that_it_is_well_and_counts_runs_and_requests(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        until(lambda: client.get("/healthz").status_code == 200)
        ended(client, client.post("/v1/run/tasks", json=TASK).json()["run_id"])
        families = {each.name: each for each in text_string_to_metric_families(client.get("/metrics").text)}
    runs = {each.labels["status"]: each.value for each in families["agent_core_runs"].samples}
    assert (runs["completed"], runs["queued"]) == (1, 0)
    asked = [
        each.value
        for each in families["agent_core_http_request_seconds"].samples
        if each.name.endswith("_count") and each.labels["route"] == "/v1/run/tasks"
    ]
    assert asked == [1]


def test_the_description_says_of_a_task_what_the_library_says(tmp_path: Path):
    with served(settings_in(tmp_path), Player()) as client:
        described = client.get("/openapi.json").json()
        page = client.get("/docs")
    assert "The task in plain words." in page.text
    assert all(f"<code>{method} /v1/runs" in page.text for method in ("GET", "POST"))
    assert page.text.count("<details") == sum(len(methods) for methods in described["paths"].values())
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text), "it loads nothing from anywhere else"
    body = described["paths"]["/v1/run/tasks"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["$ref"] == "#/components/schemas/TaskRunRequest"
    task = described["components"]["schemas"]["TaskRunRequest"]
    assert task["properties"]["prompt"]["description"] == "The task in plain words."
    assert {"type": "null"} in task["properties"]["max_steps"]["anyOf"]
    assert task["required"] == ["prompt"]
    assert "files" not in task["properties"]
    text = json.dumps(described)
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(described["components"]["schemas"])


def test_the_room_for_a_stream_is_kept_from_when_it_is_let_in():
    streams = Streams(2)
    streams.check("ana")
    streams.check("ana")
    streams.check("bo")
    with pytest.raises(HTTPException, match="2 streams of this key are open already"):
        streams.check("ana")


async def test_a_stream_that_was_let_in_and_ends_gives_its_room_back():
    async def told() -> AsyncIterator[int]:
        yield 1

    streams = Streams(1)
    for _ in range(3):
        streams.check("ana")
        assert [each async for each in streams.of("ana", told())] == [1]


def test_a_key_watches_no_more_runs_at_once_than_it_may(tmp_path: Path):
    player = Player(takes_s=None)
    with (
        served(settings_in(tmp_path, most_streams_per_key=2, stop_grace_s=0.1), player) as client,
        ExitStack() as stack,
    ):
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]

        read: list[Iterator[str]] = []  # a stream is closed with the iterator over its lines

        def watch(path: str) -> Response:
            answer = stack.enter_context(client.stream("GET", path))
            if answer.status_code == 200:
                read.append(answer.iter_lines())
                next(read[-1])
            return answer

        first = watch(f"/v1/runs/{run_id}/events")
        assert watch(f"/runs/{run_id}/live").status_code == 200
        for path in (f"/v1/runs/{run_id}/events", f"/runs/{run_id}/live"):
            refused = watch(path)
            assert (refused.status_code, refused.headers.get("Retry-After")) == (429, "5")
        first.close()
        until(lambda: watch(f"/v1/runs/{run_id}/events").status_code == 200)
        client.post(f"/v1/runs/{run_id}/cancel")
