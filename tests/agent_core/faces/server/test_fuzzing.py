"""Requests that make no sense, many of them, over all that the API describes: no mistake of the program, no hang."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from tests.support.task_server import Player, ended, served, settings_in

REQUESTS = 1000
SLOWEST_S = 20.0
ODD: list[Any] = [
    None, True, 0, -1, 1.5, 2**63, 1e308, "", " ", "\x00", "é" * 3000, "../../etc/passwd", "file:///etc/passwd", "{{x}}", "\ud83d",
    [], {}, [None], {"": None}, {"a": {"b": []}}, "tsk_1", "pbs_1", "http://[", "http://127.0.0.1:9/", "2026-11-29T00:00:00Z",
]  # fmt: skip
BODIES = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'"x"', b"[" * 3000]
KINDS = [
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=b",
    "application/json; charset=nope",
    "",
]


class Fuzzer:
    """Makes requests for what a description of an API says there is, from the same seed always the same."""

    def __init__(self, description: dict[str, Any], known: list[str]) -> None:
        self._random = random.Random(11)
        self._schemas = description["components"]["schemas"]
        self._known = known
        self._operations = [
            (method, path, operation)
            for path, methods in description["paths"].items()
            for method, operation in methods.items()
        ]

    def request(self) -> tuple[str, str, dict[str, Any]]:
        """Method, address, and the rest of one request."""
        method, path, operation = self._random.choice(self._operations)
        address = re.sub(r"\{[^}]+\}", lambda _: self._segment(), path)
        named = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
        query = {name: self._flat() for name in named if self._random.random() < 0.4}
        return method, address, {"params": query, **self._body(operation)}

    def _segment(self) -> str:
        return self._random.choice(
            [*self._known, "..%2F..%2Fx", "%00", "%FF", "a" * 400, "x", "a_tsk_1_Li4", "%7B%7D"]
        )

    def _flat(self) -> str:
        return self._random.choice(
            ["", "1", "0", "-1", "x", "9" * 30, "\x00", "completed", "é", "2026-11-29"]
        )

    def _body(self, operation: dict[str, Any]) -> dict[str, Any]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content or self._random.random() < 0.15:
            return {
                "content": self._random.choice(BODIES),
                "headers": {"Content-Type": self._random.choice(KINDS)},
            }
        if "multipart/form-data" in content:
            return {"files": {"file": (self._flat(), self._random.randbytes(50))}}
        return {"json": self._value(content["application/json"].get("schema", {}), 0)}

    def _value(self, schema: dict[str, Any], depth: int) -> Any:
        if "$ref" in schema:
            return self._value(self._schemas[schema["$ref"].rpartition("/")[2]], depth)
        if depth > 3 or self._random.random() < 0.2:
            return self._odd()
        if options := schema.get("anyOf") or schema.get("oneOf"):
            return self._value(self._random.choice(options), depth)
        if options := schema.get("enum"):
            return self._random.choice(options)
        match schema.get("type"):
            case "object":
                required = schema.get("required", ())
                return {
                    name: self._value(each, depth + 1)
                    for name, each in schema.get("properties", {}).items()
                    if name in required or self._random.random() < 0.3
                }
            case "array":
                return [
                    self._value(schema.get("items", {}), depth + 1) for _ in range(self._random.randint(0, 3))
                ]
            case "string":
                return self._random.choice(
                    ["embedded", "Click 'x'", "http://127.0.0.1:9/", "password", *self._known]
                )
            case "integer" | "number":
                return self._random.choice([0, 1, 5, 60, 1000])
            case "boolean":
                return self._random.random() < 0.5
        return self._odd()

    def _odd(self) -> Any:
        value = self._random.choice(ODD)
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_request_is_answered_with_a_mistake_of_the_program_or_not_at_all(tmp_path: Path):
    settings = settings_in(tmp_path)
    # Nothing here is to start a browser; that there is none is said with 503.
    library = settings.library.model_copy(update={"browser": "/nowhere/chromium"})
    with served(settings.model_copy(update={"library": library}), Player()) as client:
        run_id = client.post("/v1/run/tasks", json={"prompt": "x", "engine": "embedded"}).json()["run_id"]
        ended(client, run_id)
        profile = client.post("/v1/browser_profiles", json={"name": "One"}).json()["browser_profile_id"]
        sent = client.post("/v1/upload_file", files={"file": ("a", b"x")}).json()["file_id"]
        statuses = answers_to(client, Fuzzer(client.get("/openapi.json").json(), [run_id, profile, sent]))
        assert client.get("/healthz").status_code == 200
    faults = {what: number for what, number in statuses.items() if what[0] >= 500}
    assert set(faults) <= {(503, "post", "/v1/browser_sessions")}
    assert sum(statuses.values()) == REQUESTS


def answers_to(client: Client, fuzzer: Fuzzer) -> Counter[tuple[int, str, str]]:
    """Status, method and path of the answers; an answer that takes too long is an error."""
    found: Counter[tuple[int, str, str]] = Counter()
    for _ in range(REQUESTS):
        method, address, rest = fuzzer.request()
        answer = client.request(method, address, timeout=SLOWEST_S, **rest)
        found[answer.status_code, method, address] += 1
    return found
