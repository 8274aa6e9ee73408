"""Whole runs that tell a server how they ended, whichever way they did."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from pathlib import Path

import pytest

from agent_core import Settings, load_run, run_task, start_task
from agent_core.loop.events import Observed, RunEnded, Warned
from agent_core.services.webhook import body_of, signature
from agent_core.testing import Scripted
from engines.protocol import Finish, GiveUp

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("our_browsers")]

PAGE = "<title>T</title><h1>Here</h1>"


class Hook(http.server.BaseHTTPRequestHandler):
    heard: list[tuple[str, bytes]]
    answers: list[int]
    goes_on: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.headers.get("x-skyvern-signature", ""), body))
        if not self.answers:
            self.goes_on.wait(30)
            return
        self.send_response(self.answers.pop(0))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook():
    """Its address, and the class that remembers; it never answers when it has no `answers` left."""
    handler = type("Handler", (Hook,), {"heard": [], "answers": [200], "goes_on": threading.Event()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", handler
        handler.goes_on.set()
        server.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, webhook_key="test-key")


async def never(turn):
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("decision", "fields", "status"),
    [
        pytest.param(Finish(output={"price": 3.0}), {}, "completed", id="completed"),
        pytest.param(GiveUp(reason="Sold out", impossible=True), {}, "terminated", id="terminated"),
        pytest.param(GiveUp(reason="No way"), {}, "failed", id="failed"),
        pytest.param(never, {"timeout_s": 4}, "timed_out", id="timed out"),
    ],
)
async def test_every_ending_is_told(server, settings, hook, decision, fields, status):
    address, heard = hook[0], hook[1].heard
    run = await run_task(
        "Read", server.page(PAGE), engine=Scripted([decision]), webhook_url=address, settings=settings, **fields
    )  # fmt: skip

    [(signed, body)] = heard
    assert (run.status, run.webhook.delivered, run.webhook.attempts) == (status, True, 1)
    assert body == body_of(run)
    assert signed == signature(body, "test-key")
    told = json.loads(body)
    assert (told["status"], told["finished_at"] is not None) == (status, True)
    assert load_run(run.folder) == run


async def test_a_run_that_is_canceled_is_told_too(server, settings, hook):
    address, heard = hook[0], hook[1].heard
    run = start_task(
        "Wait", server.page(PAGE), engine=Scripted([never]), webhook_url=address, settings=settings
    )
    async for event in run.events():
        if isinstance(event, Observed):
            run.cancel()
    result = await run.result()
    assert (result.status, result.webhook.delivered) == ("canceled", True)
    assert json.loads(heard[0][1])["status"] == "canceled"


async def test_a_webhook_that_fails_changes_nothing_about_the_run(server, settings, hook):
    address, handler = hook
    handler.answers[:] = [410]
    heard = []
    run = await run_task(
        "Read",
        server.page(PAGE),
        engine=Scripted([Finish(output="ok")]),
        webhook_url=address,
        on_event=heard.append,
        settings=settings,
    )
    assert (run.status, run.output, run.errors) == ("completed", "ok", None)
    assert (run.webhook.delivered, run.webhook.status_code) == (False, 410)
    assert load_run(run.folder) == run
    why = "the webhook was not delivered: answered with status 410"
    assert [event.text for event in heard if isinstance(event, Warned)][-1:] == [why]
    assert isinstance(heard[-1], RunEnded)


async def test_who_does_not_want_to_wait_for_it_can_give_it_up(server, settings, hook, our_browsers):
    address, handler = hook
    handler.answers[:] = []
    run = start_task(
        "Read", server.page(PAGE), engine=Scripted([Finish(output="ok")]), webhook_url=address, settings=settings
    )  # fmt: skip
    async with asyncio.timeout(60):
        while not handler.heard:  # noqa: ASYNC110  the server's thread tells nobody
            await asyncio.sleep(0.02)
        assert our_browsers() == set()
        run.cancel()
        result = await run.result()
    assert (result.status, result.output, result.webhook.delivered) == ("completed", "ok", False)
    assert "can be sent again" in result.webhook.problem
    assert load_run(result.folder) == result


async def test_without_a_key_the_run_says_that_it_was_sent_unsigned(server, tmp_path, hook):
    run = await run_task(
        "Read",
        server.page(PAGE),
        engine=Scripted([Finish()]),
        webhook_url=hook[0],
        settings=Settings(home=tmp_path),
    )
    assert run.webhook.signed is False
    assert any("AGENT_CORE_WEBHOOK_KEY" in warning for warning in run.warnings)
    assert hook[1].heard[0][0] == ""
