"""Whole runs in a browser that is somebody's: however they end, nothing of theirs has changed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core import Settings, run_task, run_tasks, start_task
from agent_core.testing import Scripted
from browser.model.actions import Click, OpenTab, Press
from engines.protocol import Act, Finish
from tests.support.somebodys_browser import somebodys_browser

pytestmark = [pytest.mark.browser]

ROOT = Path(__file__).parents[3]
OURS = """<title>Ours</title><h1>Ours</h1><a href=/popup.html target=_blank>Window</a>
<button onclick="alert('Ours')">Ask</button>"""


@pytest.fixture
async def somebody(tmp_path, server):
    server.page("<title>Popup</title>", "/popup.html")
    async with somebodys_browser(tmp_path, server) as theirs:
        yield theirs


@pytest.fixture
def ours(server):
    return server.page(OURS, "/ours.html")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


def named(name):
    """A click on what has this name."""

    def decide(turn):
        return Act(actions=(Click(next(e.ref for e in turn.observation.elements if e.name == name)),))

    return decide


async def breaks(turn):
    raise RuntimeError("a mistake in an engine")


async def test_a_run_that_is_done_leaves_everything_as_it_was(somebody, ours, settings):
    before = await somebody.look()
    meanwhile = []

    async def look(turn):
        meanwhile.append(await somebody.look())
        return Finish(output=turn.observation.title)

    engine = Scripted([Act(actions=(Press(keys="End"),)), Act(actions=(OpenTab(ours),)), named("Ask"), look])
    run = await run_task("Read", ours, engine=engine, browser_address=somebody.address, settings=settings)

    assert meanwhile == [before]
    assert await somebody.others() == {}
    assert await somebody.look() == before
    assert len(run.screenshot_urls) >= 2


@pytest.mark.parametrize("ending", ["gives up", "breaks", "times out", "is canceled"])
async def test_a_run_that_ends_otherwise_leaves_everything_as_it_was(somebody, ours, settings, ending):
    before = await somebody.look()
    begun = asyncio.Event()

    async def waits(turn):
        begun.set()
        await asyncio.Event().wait()

    steps = {"gives up": [], "breaks": [breaks], "times out": [waits], "is canceled": [waits]}[ending]
    run = start_task(
        "Read",
        ours,
        engine=Scripted([named("Ask"), *steps]),
        browser_address=somebody.address,
        settings=settings,
        timeout_s=4 if ending == "times out" else None,
    )
    if ending == "is canceled":
        await begun.wait()
        assert len(await somebody.others()) == 1
        assert await somebody.look() == before
        run.cancel()
    ended = await run.result()
    assert ended.status == {"times out": "timed_out", "is canceled": "canceled"}.get(ending, "failed")
    assert await somebody.others() == {}
    assert await somebody.look() == before


async def test_several_runs_at_once_have_a_tab_each(somebody, ours, settings):
    before = await somebody.look()
    seen = []
    all_there = asyncio.Event()

    async def look(turn):
        seen.append(sorted((await somebody.others()).values()))
        if len(seen) == 3:
            all_there.set()
        await all_there.wait()
        return Finish(output=len(turn.observation.tabs))

    tasks = [{"prompt": "Read", "url": ours, "browser_address": somebody.address}] * 3
    runs = await run_tasks(tasks, engine=lambda options: Scripted([look]), settings=settings)
    assert [run.output for run in runs] == [1, 1, 1]
    assert max(seen) == [ours] * 3
    assert await somebody.others() == {}
    assert await somebody.look() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda n: n.name)
async def test_a_program_that_is_ended_leaves_everything_as_it_was(somebody, ours, tmp_path, number):
    before = await somebody.look()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AGENT_CORE_")}
    path = str(ROOT)
    words = ["run", "go", "--url", ours, "--engine", "tests.support.played_engines:waits"]
    with subprocess.Popen(  # noqa: ASYNC220  its end is waited for in a thread
        [sys.executable, "-m", "agent_core", *words, "--browser-address", somebody.address],
        env={**kept, "AGENT_CORE_HOME": str(tmp_path / "home"), "PYTHONPATH": path},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        await somebody.until(ours)
        assert await somebody.look() == before
        running.send_signal(number)
        await asyncio.to_thread(running.wait)
    await somebody.until_alone()
    assert somebody.process.poll() is None
    assert await somebody.look() == before
