"""The published Python client, as it is, against `agent-core serve` and real tasks in a real browser.

It needs other versions of what this project is pinned to, so it lives in an environment of its own, `.venv-sdk`,
which `make test-slow` makes; `tests/support/published_client.py` is what it does.
"""

from __future__ import annotations

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.task_server import settings_in, until, with_key

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[4]
PYTHON = ROOT / ".venv-sdk" / "bin" / "python"
DRIVER = ROOT / "tests" / "support" / "published_client.py"

PAGES = {
    "/posts.html": "<title>Posts</title><h1>Posts</h1><table><tr><th>Title<th>Points</tr>"
    + "".join(f"<tr><td>Post number {n}<td>{n * 10}</tr>" for n in range(1, 6))
    + "</table>",
    "/counter.html": "<title>Counter</title><p>Clicked <b id=count>0</b> times</p>"
    "<button onclick='count.innerText = +count.innerText + 1'>Add</button>",
    "/verify.html": "<title>Verify</title><form action=/done.html><label>Code <input name=code></label>"
    "<button>Verify</button></form>",
    "/done.html": "<title>Done</title><h1>Verified</h1>",
    "/letter.html": "<title>Letter</title><label>Letter <input type=file onchange=\"out.innerText = 'Got '"
    " + this.files[0].name + ', ' + this.files[0].size + ' bytes'\"></label><p id=out></p>",
    "/login.html": "<title>Log in</title><form action=/inside.html><label>User <input name=user></label>"
    "<label>Password <input name=password type=password></label><button>Log in</button></form>",
    "/inside.html": "<title>Inside</title><h1>Welcome</h1>",
    "/downloads.html": "<title>Downloads</title><a href=/report.csv download>Report</a>",
    "/report.csv": "a,b\n1,2\n",
    "/greet.html": "<title>Greet</title><form action=/greeted.html><label>Name <input name=name></label>"
    "<button>Send</button></form>",
    "/greeted.html": "<title>Greeted</title><h1>Greeted</h1>",
}


@dataclass
class Site:
    """Pages on loopback, one of which never comes, and an inbox for webhooks."""

    url: str
    asked: list[str] = field(default_factory=list)
    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found.asked.append(self.path)
            if path == "/slow.html":
                over.wait(60)
            body = PAGES.get(path, "").encode()
            self._answer(200 if body else 404, "text/csv" if path.endswith(".csv") else "text/html", body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.hooks.append((self.path, json.loads(body)))
            self._answer(200, "text/plain", b"")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Site(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield found
        over.set()
        server.shutdown()


@dataclass(frozen=True)
class Published:
    """The client, and the server that it talks to."""

    server: str
    key: str
    pages: str

    def does(self, scenario: str) -> dict[str, Any]:
        """What came of a scenario."""
        given = json.dumps({"server": self.server, "key": self.key, "pages": self.pages})
        done = subprocess.run([PYTHON, DRIVER, scenario, given], capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Published]:
    if not PYTHON.exists():
        pytest.skip("the published client is not installed; `make test-slow` does that")
    home = tmp_path_factory.mktemp("home")
    key = with_key(settings_in(home))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "AGENT_CORE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "agent_core", "serve", "--port", str(port)]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            until(lambda: server.poll() is not None or answers(address), 60)
            assert server.poll() is None, (home / "log.txt").read_text()
            yield Published(address, key, site.url)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz").status_code == 200
    except httpx2.HTTPError:
        return False


def test_a_task_is_run_waited_for_and_its_files_are_had(published: Published):
    assert published.does("task") == {
        "status": "completed",
        "output": {
            "posts": [{"title": "Post number 1", "points": 10}, {"title": "Post number 2", "points": 20}]
        },
        "kinds": ["screenshot_action", "script_file", "skyvern_log_raw"],
        "pictures": [200, 200, "image/png"],
        "timeline": ["block"],
        "listed": [True],
        "title": "Posts",
    }


def test_runs_are_canceled_one_by_one_and_several_at_once(published: Published):
    assert published.does("cancel") == {
        "begun": "queued",
        "ended": "canceled",
        "cancelled": True,
        "failed": ["tsk_none"],
        "others": ["canceled", "canceled"],
    }


def test_a_webhook_is_sent_again_also_with_an_empty_body_and_to_another_address(
    published: Published, site: Site
):
    assert published.does("webhook") == {
        "codes": [200, 200],
        "paths": [f"{site.url}/hook", f"{site.url}/other"],
    }
    assert sorted(path for path, _ in site.hooks) == ["/hook", "/hook", "/other"]
    assert {run["status"] for _, run in site.hooks} == {"completed"}


def test_a_browser_session_is_clicked_in_by_playwright_and_used_by_one_run_after_the_other(
    published: Published,
):
    assert published.does("session") == {
        "listed": True,
        "clicked": "1",
        "runs": ["completed", "completed"],
        "run_session": True,
        "after": "3",
        "minutes": [5, 12],
        "profile": True,
        "statuses": ["running", "completed"],
    }


def test_a_code_that_is_pushed_reaches_the_run_that_waits(published: Published, site: Site):
    assert published.does("code") == {"code": "815551", "status": "completed", "reason": None}
    assert "/done.html?code=815551" in site.asked


def test_a_file_that_is_sent_is_uploaded_by_the_run(published: Published):
    assert published.does("upload") == {"content": "the letter", "status": "completed", "reason": None}


def test_logging_in_with_a_credential_that_was_kept(published: Published, site: Site):
    assert published.does("login") == {"status": "completed", "reason": None, "id": "wr_", "shown": False}
    assert "/inside.html?user=ada&password=quay-side" in site.asked


def test_files_are_downloaded_and_had_as_attachments(published: Published):
    assert published.does("download") == {
        "status": "completed",
        "name": "report.csv",
        "content": "a,b\n1,2\n",
        "disposition": "attachment",
    }


def test_a_workflow_is_published_listed_and_run_with_another_value(published: Published, site: Site):
    did = published.does("workflow")
    assert did["first"] == did["status"] == ["completed", None]
    assert (did["title"], did["same"], did["id"]) == ("Greet somebody", "Greet somebody", "wr_")
    assert list(did["parameters"].values()) == ["Bo"]
    assert "/greeted.html?name=Bo" in site.asked


def test_a_workflow_is_described_changed_run_and_deleted(published: Published, site: Site):
    assert published.does("described") == {
        "titles": ["Greet", "Greet politely", "Greet politely"],
        "same": True,
        "block": "task",
        "status": ["completed", None],
        "id": "wr_",
        "gone": True,
    }
    assert "/greeted.html?name=Cy" in site.asked


def test_what_cannot_be_is_refused_with_the_published_errors(published: Published):
    assert published.does("refusals") == dict.fromkeys(
        ("wrong key", "unknown run", "bad url", "bad field", "bad engine", "unknown session", "other vault", "version"),
        True,
    )  # fmt: skip
