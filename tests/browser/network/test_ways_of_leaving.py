"""No way that a page has to reach a blocked host does: in a browser of ours, one that is joined, and a session."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence, Set

import pytest

from agent_core import open_browser_session, run_task
from agent_core.task.run import TaskRun
from agent_core.testing import Line, Scripted
from browser.model.actions import Goto, Wait
from engines.protocol import Act, Finish
from tests.support.forbidden_server import Forbidden, forbidden_server, home_of
from tests.support.somebodys_browser import somebodys_browser
from tests.support.spellings import BLOCKED
from tests.support.ways_of_leaving import ALONE, GROUPS, WAYS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def forbidden() -> Iterator[Forbidden]:
    with forbidden_server() as server:
        yield server


@pytest.fixture
def home(forbidden: Forbidden) -> Iterator[str]:
    with home_of(forbidden) as url:
        yield url


PAGES = {"frames": 5.0, **ALONE, **{name: 3.8 for name in GROUPS if name not in ("frames", "killed")}}
"""Seconds that each page is given."""
ALLOWED = ["127.0.0.1"]


async def go_all_ways(
    home: str, but: str = "", after: Sequence[Line] = (), pages: Mapping[str, float] = PAGES, **fields
) -> TaskRun:
    turns: list[Line] = [
        Act(actions=(act,))
        for name, seconds in pages.items()
        if name != but
        for act in (Goto(f"{home}/{name}"), Wait(seconds))
    ]
    engine = Scripted([*turns, *after, Finish(output=None)])
    return await run_task("Look", f"{home}/start", engine=engine, max_steps=199, **fields)


@pytest.mark.guard
async def test_a_browser_of_ours_has_no_connection_to_a_blocked_host(home, forbidden):
    run = await go_all_ways(home, blocked_domains=list(BLOCKED))
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests, forbidden.connections) == ("completed", [], 0)


@pytest.mark.guard
async def test_a_joined_browser_sends_a_blocked_host_nothing_but_what_the_run_says(
    server, home, forbidden, tmp_path
):
    async with somebodys_browser(tmp_path, server) as somebody:
        fields = {"blocked_domains": list(BLOCKED), "browser_address": somebody.address}
        run = await go_all_ways(home, but="said", **fields)
        await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests) == ("completed", [])
    [warning] = [each for each in run.warnings if each.startswith("blocked_domains: not held")]
    assert "WebRTC and WebTransport of a sandboxed frame that has no address, and these and" in warning


@pytest.mark.guard
async def test_windows_that_are_open_at_the_end_of_a_run_send_nothing_as_they_are_closed(
    server, home, forbidden, tmp_path
):
    windows = {name: 1.5 for name in PAGES if name.startswith("windows")}
    async with somebodys_browser(tmp_path, server) as somebody:
        fields = {"blocked_domains": list(BLOCKED), "browser_address": somebody.address}
        run = await go_all_ways(home, pages=windows, **fields)
        await somebody.until_alone()
        await asyncio.sleep(0.5)
    assert (run.status, forbidden.requests) == ("completed", [])


@pytest.mark.guard
async def test_a_session_has_no_connection_to_a_blocked_host_also_once_the_run_is_over(home, forbidden):
    async with await open_browser_session() as session:
        run = await go_all_ways(home, blocked_domains=list(BLOCKED), browser_session_id=session.id)
        await asyncio.sleep(0.5)
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.requests, forbidden.connections) == ("completed", [], 0)


async def heard_ways(
    home: str, forbidden: Forbidden, ways: Set[str], alone_s: float | None = None, **fields
) -> set[str]:
    """Those of the ways that led out, where nothing is forbidden; each alone for so many seconds, None: in groups."""
    heard: dict[str, int] = {}

    def listen(name: str) -> tuple[Line, ...]:
        def begin(turn):
            heard[name] = forbidden.datagrams
            return Act(actions=(Goto(f"{home}/{name}"), Wait(alone_s or 1.5)))

        def end(turn):
            heard[name] = forbidden.datagrams - heard[name]
            return Act(actions=(Wait(0.1),))

        return begin, end

    by_datagram = sorted(name for name in ways if WAYS[name].heard == "datagram")
    pages = PAGES if alone_s is None else dict.fromkeys(sorted(ways.difference(by_datagram)), alone_s)
    after = [line for name in by_datagram for line in listen(name)]
    run = await go_all_ways(home, after=after, pages=pages, **fields)
    await asyncio.sleep(0.3)
    assert run.status == "completed"
    return {name for name in ways if forbidden.heard_of(name) or heard.get(name)}


async def unheard_ways(home: str, forbidden: Forbidden, never: set[str], **fields) -> set[str]:
    """The ways that did not lead out, without those that cannot here; those that a busy browser did not come to
    among the others are gone once more, each by itself."""
    wanted = {name for name, way in WAYS.items() if not way.silent} - never
    unheard = wanted - await heard_ways(home, forbidden, wanted, **fields)
    return unheard - await heard_ways(home, forbidden, unheard, alone_s=6.0, **fields) if unheard else unheard


async def test_without_a_list_every_way_leads_out_of_a_browser_of_ours(home, forbidden):
    never = {"ping", "ping-of-the-tab", "ping-of-an-area", "manifest"}  # it is started so, and has no window
    assert await unheard_ways(home, forbidden, never) == set()


async def test_without_a_list_every_way_leads_out_of_a_joined_browser(server, home, forbidden, tmp_path):
    never = {name for name in WAYS if name.startswith("speculation")}  # our tab is not in front
    async with somebodys_browser(tmp_path, server) as somebody:
        unheard = await unheard_ways(home, forbidden, never, browser_address=somebody.address)
    assert unheard == set()


@pytest.mark.guard
async def test_a_browser_of_ours_goes_to_allowed_hosts_only(home, forbidden):
    run = await go_all_ways(home, allowed_domains=ALLOWED)
    await asyncio.sleep(0.3)
    assert (run.status, forbidden.documents) == ("completed", [])


@pytest.mark.guard
async def test_a_joined_browser_goes_to_allowed_hosts_only(server, home, forbidden, tmp_path):
    async with somebodys_browser(tmp_path, server) as somebody:
        run = await go_all_ways(home, allowed_domains=ALLOWED, browser_address=somebody.address)
        await asyncio.sleep(0.3)
    assert (run.status, forbidden.documents) == ("completed", [])


@pytest.mark.guard
async def test_a_session_goes_to_allowed_hosts_only(home, forbidden):
    async with await open_browser_session() as session:
        run = await go_all_ways(home, allowed_domains=ALLOWED, browser_session_id=session.id)
        await asyncio.sleep(0.5)
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


@pytest.mark.guard
async def test_the_lists_of_a_run_that_was_killed_hold_in_its_session(home, forbidden):
    async with await open_browser_session() as session:
        await be_killed_at(f"{home}/killed", browser_session_id=session.id)
        await asyncio.sleep(1.5)
    await asyncio.sleep(0.3)
    assert (forbidden.requests, forbidden.connections) == ([], 0)


@pytest.mark.guard
async def test_the_tabs_of_a_run_that_was_killed_send_nothing_as_they_are_closed(
    server, home, forbidden, tmp_path
):
    async with somebodys_browser(tmp_path, server) as somebody:
        await be_killed_at(f"{home}/killed", browser_address=somebody.address)
        await somebody.until_alone()
        await asyncio.sleep(0.5)
    assert forbidden.requests == []
