"""Handing over to a person: the run waits, and goes on from where the page then is."""

from __future__ import annotations

import asyncio

import pytest

from agent_core import run_task, start_task
from agent_core.loop.events import UserAsked
from agent_core.testing import Scripted
from engines.protocol import AskUser, Finish

pytestmark = pytest.mark.browser

GATE = """<!doctype html><title>Gate</title><h1>Are you a person?</h1><script>
setInterval(async () => { if (await (await fetch('/state')).text() === 'open') location = '/inside' }, 50)
</script>"""


def asking() -> Scripted:
    return Scripted([AskUser(kind="captcha", text="Please solve it"), Finish(output="in")])


async def test_a_run_goes_on_from_where_the_person_left_the_page(server, settings, tmp_path):
    """The person acts in the page, and only then answers."""
    server.inline["/state"] = "closed"
    server.page("<title>Inside</title><h1>Welcome</h1>", "/inside")

    async def person(question: AskUser) -> str:
        assert question.text == "Please solve it"
        server.inline["/state"] = "open"
        while "/inside" not in server.requests:  # noqa: ASYNC110  the server is a thread
            await asyncio.sleep(0.02)
        return ""

    engine = asking()
    run = await run_task(
        "Get in", server.page(GATE), engine=engine, ask_user=person, settings=settings, run_dir=tmp_path
    )
    assert (run.status, run.step_count) == ("completed", 2)
    assert [turn.observation.title for turn in engine.turns] == ["Gate", "Inside"]
    assert engine.turns[1].answer == "done"


async def test_waiting_takes_no_steps_and_ends_with_the_time(server, settings, tmp_path):
    server.inline["/state"] = "closed"
    run = start_task(
        "Get in", server.page(GATE), engine=asking(), timeout_s=6.0, settings=settings, run_dir=tmp_path
    )
    result = await run.result()
    assert result.status == "timed_out"
    assert result.step_count <= 1  # none, where the browser took all that time to start


async def test_waiting_ends_when_the_run_is_canceled(server, settings, tmp_path):
    server.inline["/state"] = "closed"
    run = start_task("Get in", server.page(GATE), engine=asking(), settings=settings, run_dir=tmp_path)
    async for event in run.events():
        if isinstance(event, UserAsked):
            run.cancel()
    assert (await run.result()).status == "canceled"


async def test_nobody_to_ask_is_a_failure_that_says_what_is_needed(server, settings, tmp_path):
    server.inline["/state"] = "closed"
    run = await run_task("Get in", server.page(GATE), engine=asking(), settings=settings, run_dir=tmp_path)
    assert (run.failure_code, run.failure_reason) == (
        "NEEDS_USER",
        "a person is needed (captcha): Please solve it",
    )


async def test_a_start_that_is_not_allowed_is_blocked_before_it_is_opened(server, settings, tmp_path):
    url = server.page("<h1>Here</h1>")
    run = await run_task(
        "Read",
        url,
        engine=Scripted([Finish()]),
        allowed_domains=["example.com"],
        settings=settings,
        run_dir=tmp_path,
    )
    assert (run.status, run.failure_code, server.requests) == ("failed", "BLOCKED", [])
    assert run.failure_reason == f"{url} is not opened: only example.com may be gone to in this task"
    server.redirects["/leads"] = "http://localhost:1/x"
    run = await run_task(
        "Read", f"{server.url}/leads", engine=Scripted([Finish()]), allowed_domains=["127.0.0.1"],
        settings=settings, run_dir=tmp_path,
    )  # fmt: skip
    assert run.failure_code == "BLOCKED"
