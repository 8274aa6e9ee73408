"""A server whose runs are real is killed in the midst of them: what they share is used by one at a time."""

from __future__ import annotations

import http.server
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client

from tests.support.task_process import Serving, answers
from tests.support.task_server import ended, until
from tests.support.webhook_receiver import webhook_receiver

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]

ROWS = "".join(
    f"<tr><td>{name}<td>{price}</tr>" for name, price in (("Green", 3.5), ("Black", 2.9), ("Mint", 4.1))
)
PAGE = f"<title>Tea</title><h1>Tea</h1><table><tr><th>Name<th>Price</tr>{ROWS}</table>".encode()
TASK = {
    "prompt": "Extract the name and the price",
    "engine": "embedded",
    "data_extraction_schema": {"rows": [{"name": "", "price": 0.0}]},
}
SLOW_S = 1.5


@dataclass
class Site:
    """A page that takes its time, and who looks at it: each visit names its run and what that shares."""

    url: str = ""
    visits: list[str] = field(default_factory=list)
    shared_at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, run: str, shared: str) -> None:
        with self.lock:
            self.visits.append(run)
            self.shared_at_once[shared] += 1
            self.most_at_once[shared] = max(self.most_at_once[shared], self.shared_at_once[shared])

    def end(self, shared: str) -> None:
        with self.lock:
            self.shared_at_once[shared] -= 1


@contextmanager
def slow_site() -> Iterator[Site]:
    site = Site()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if "run" not in asked:
                self.send_error(404)
                return
            site.begin(asked["run"], asked["shared"])
            time.sleep(SLOW_S)
            site.end(asked["shared"])
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            with suppress(ConnectionError):  # its browser was killed
                self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield site
        finally:
            server.shutdown()


def test_sessions_and_profiles_are_used_by_one_run_at_a_time_also_after_a_kill(tmp_path: Path):
    serving = Serving(tmp_path)
    with slow_site() as site, webhook_receiver() as received:
        serving.start()
        with Client(base_url=serving.address, timeout=60) as client:
            until(lambda: answers(client), 60)
            session = client.post("/v1/browser_sessions", json={"timeout": 10}).json()["browser_session_id"]
            client.post("/v1/browser_profiles", json={"name": "shop"})
            shared = {"session": {"browser_session_id": session}, "profile": {"browser_profile_id": "shop"}}
            asked: dict[str, str] = {}
            for number in range(3):
                for name, field in shared.items():
                    key = f"{name}{number}"
                    url = f"{site.url}/?run={key}&shared={name}"
                    task = TASK | field | {"url": url, "webhook_url": received.url}
                    answer = client.post("/v1/run/tasks", json=task)
                    assert answer.status_code == 200, answer.text
                    asked[key] = answer.json()["run_id"]
            until(lambda: {"session0", "profile0"} <= set(site.visits), 60)
            serving.kill()
            serving.start()
            until(lambda: answers(client), 60)
            runs = {key: ended(client, run_id, 120) for key, run_id in asked.items()}
            until(lambda: set(received.ids) == set(asked.values()), 60)
            client.post(f"/v1/browser_sessions/{session}/close")
        assert serving.stop() == 0
    assert {key: run["status"] for key, run in runs.items()} == {
        key: "failed" if key.endswith("0") else "completed" for key in asked
    }, {key: run["failure_reason"] for key, run in runs.items()}
    assert runs["session0"]["errors"][0]["error_code"] == "INTERRUPTED"
    assert site.most_at_once == {"session": 1, "profile": 1}
    assert max(Counter(site.visits).values()) == 1, "one was run twice"
    assert sorted(received.ids) == sorted(asked.values())
