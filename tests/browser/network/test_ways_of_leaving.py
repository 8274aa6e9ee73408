"""No way that a page has to reach a blocked host does: in a browser of ours, one that is joined, and a session."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from agent_core import open_browser_session, run_task
from agent_core.task.run import TaskRun
from agent_core.testing import Scripted
from browser.model.actions import Goto, Wait
from engines.protocol import Act, Finish
from tests.support.somebodys_browser import somebodys_browser
from tests.support.spellings import BLOCKED
from tests.support.ways_of_leaving import ALONE, GROUPS, WAYS, Forbidden, forbidden_server, home_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def forbidden() -> Iterator[Forbidden]:
    with forbidden_server() as server:
        yield server


@pytest.fixture
def home(forbidden: Forbidden) -> Iterator[str]:
    with home_of(forbidden) as url:
        yield url


SAID = {"GET /sandboxed-frame HTTP/1.1"}
"""A WebSocket that is opened before the frame is reached, which every run in somebody's browser is warned of."""


async def go_all_ways(home: str, **fields) -> TaskRun:
    pages = [("frames", 2.0), *((name, 0.4) for name in ALONE), *((name, 1.3) for name in list(GROUPS)[1:-1])]
    turns = [
        Act(actions=(act,)) for name, seconds in pages for act in (Goto(f"{home}/{name}"), Wait(seconds))
    ]
    engine = Scripted([*turns, Finish(output=None)])
    return await run_task("Look", f"{home}/start", engine=engine, max_steps=99, **fields)


async def test_a_browser_of_ours_has_no_connection_to_a_blocked_host(home, forbidden):
    run = await go_all_ways(home, blocked_domains=list(BLOCKED))
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests, forbidden.connections) == ("completed", [], 0)


async def test_a_joined_browser_sends_a_blocked_host_nothing(server, home, forbidden, tmp_path):
    async with somebodys_browser(tmp_path, server) as somebody:
        run = await go_all_ways(home, blocked_domains=list(BLOCKED), browser_address=somebody.address)
        await asyncio.sleep(0.3)
    assert run.status == "completed"
    assert set(forbidden.requests) <= SAID
    [warning] = [each for each in run.warnings if each.startswith("blocked_domains: not held")]
    assert "WebSockets that a window, a sandboxed frame or a worker opens before it is reached" in warning


async def test_a_session_has_no_connection_to_a_blocked_host_also_once_the_run_is_over(home, forbidden):
    async with await open_browser_session() as session:
        run = await go_all_ways(home, blocked_domains=list(BLOCKED), browser_session_id=session.id)
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests, forbidden.connections) == ("completed", [], 0)


async def test_without_a_list_the_ways_lead_out(home, forbidden):
    """Most of what the other tests play is heard; the rest Chromium does with TLS, with a screen, or late."""
    run = await go_all_ways(home)
    await asyncio.sleep(0.3)
    heard = {name for name in WAYS if any(f" /{name}" in request for request in forbidden.requests)}
    assert run.status == "completed"
    assert len(heard) >= 40
    assert any(request.startswith("datagram") for request in forbidden.requests)


async def test_a_browser_of_ours_goes_to_allowed_hosts_only(home, forbidden):
    run = await go_all_ways(home, allowed_domains=["127.0.0.1"])
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.documents) == ("completed", [])


RUN = """
import asyncio, json, sys
from agent_core import run_task
from agent_core.testing import Scripted
async def never(turn):
    print("there", flush=True)
    await asyncio.Event().wait()
fields = json.loads(sys.argv[2])
asyncio.run(run_task("Wait", sys.argv[1], engine=Scripted([never]), blocked_domains=["localhost"], **fields))
"""


async def be_killed_at(url: str, **fields: str) -> None:
    """Have a program run there that is killed as soon as its engine was shown the page."""
    command = [sys.executable, "-c", RUN, url, json.dumps(fields)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: ASYNC220  a thread reads it
        assert process.stdout
        assert await asyncio.to_thread(process.stdout.readline) == b"there\n"
        process.kill()


async def test_the_lists_of_a_run_that_was_killed_hold_in_its_session(home, forbidden):
    async with await open_browser_session() as session:
        await be_killed_at(f"{home}/killed", browser_session_id=session.id)
        await asyncio.sleep(1.5)
    await asyncio.sleep(0.3)
    assert (forbidden.requests, forbidden.connections) == ([], 0)


async def test_the_tabs_of_a_run_that_was_killed_send_nothing_as_they_are_closed(
    server, home, forbidden, tmp_path
):
    async with somebodys_browser(tmp_path, server) as somebody:
        await be_killed_at(f"{home}/killed", browser_address=somebody.address)
        await somebody.until_alone()
        await asyncio.sleep(0.5)
    assert forbidden.requests == []
