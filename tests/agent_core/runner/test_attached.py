"""Runs in a browser that is somebody's: a tab of our own, and nothing else touched."""

from __future__ import annotations

import asyncio
import json
import subprocess
import urllib.request
from contextlib import contextmanager

import pytest

from agent_core import find_browser, run_task, run_tasks
from agent_core.testing import Scripted
from engines.protocol import Finish

pytestmark = pytest.mark.browser

PAGE = "<title>T</title><h1>Here</h1>"


@contextmanager
def somebodys_browser(folder, url):
    """A Chromium with one tab, and the address of its DevTools endpoint."""
    command = [
        find_browser().path,
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        url,
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        line = next(line for line in process.stderr if line.startswith(b"DevTools listening on"))
        yield line.split()[-1].decode().split("/")[2]
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


def tabs_at(address):
    with urllib.request.urlopen(f"http://{address}/json/list") as answer:
        return sorted(tab["url"] for tab in json.load(answer) if tab["type"] == "page")


async def test_runs_in_somebodys_browser_use_tabs_of_their_own_and_leave_it_open(server, settings, tmp_path):
    theirs = server.page("<title>Theirs</title>", "/theirs.html")
    ours = server.page(PAGE, "/ours.html")
    seen = []
    both_there = asyncio.Event()

    async def look(turn):
        seen.append([tab.url for tab in turn.observation.tabs])
        if len(seen) == 2:
            both_there.set()
        await both_there.wait()
        return Finish(output=turn.observation.title)

    with somebodys_browser(tmp_path / "profile", theirs) as address:
        tasks = [{"prompt": "Read", "url": ours, "browser_address": address}] * 2
        async with asyncio.timeout(60):
            runs = await run_tasks(tasks, engine=lambda options: Scripted([look]), settings=settings)
        assert await asyncio.to_thread(tabs_at, address) == [theirs]

        canceled = asyncio.create_task(
            run_task(
                "Read", ours, engine=Scripted([never]), browser_address=f"http://{address}", settings=settings
            )
        )
        async with asyncio.timeout(30):
            while await asyncio.to_thread(tabs_at, address) != [ours, theirs]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        canceled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await canceled
        assert await asyncio.to_thread(tabs_at, address) == [theirs]

    assert [(run.status, run.output) for run in runs] == [("completed", "T")] * 2
    assert seen == [[ours]] * 2


async def never(turn):
    await asyncio.Event().wait()
