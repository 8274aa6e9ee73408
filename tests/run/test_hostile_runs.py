"""Pages that do their worst to a whole run: it ends in bounded time, and says how."""

from __future__ import annotations

import asyncio

import pytest

from agent_core import run_task
from agent_core.testing import Scripted
from browser.actions import Click, Goto, Wait
from engines.base import Act, Finish

pytestmark = pytest.mark.browser

CEILING_S = 100
"""Only a hang takes longer."""


def press(name):
    """A step that clicks the element of this name, if it is there."""

    async def click(turn):
        found = [one for one in turn.observation.elements if one.name == name]
        return Act(actions=(Click(found[0].ref),)) if found else Act(actions=(Wait(0.1),))

    return click


async def run(steps, address, settings, timeout_s=60):
    async with asyncio.timeout(CEILING_S):
        return await run_task(
            "Try it", address, engine=Scripted(steps), timeout_s=timeout_s, settings=settings
        )


async def test_a_page_that_crashes_ends_the_run(server, settings, our_browsers):
    crash = Act(actions=(Goto("chrome://crash"),))
    ended = await run([crash, Finish(output="done")], server.page("<h1>Here</h1>"), settings)
    assert (ended.status, ended.failure_code) == ("failed", "BROWSER_LOST")
    assert "crashed" in ended.failure_reason
    assert our_browsers() == set()


@pytest.mark.slow
async def test_a_page_that_eats_the_processor_ends_the_run(server, settings, our_browsers):
    page = server.page("<button onclick='while(true){}'>Eat</button>")
    ended = await run([press("Eat"), press("Eat"), Finish(output="done")], page, settings, timeout_s=20)
    assert ended.status in ("timed_out", "failed")
    assert ended.failure_reason
    assert our_browsers() == set()


async def test_a_page_that_closes_itself_leaves_the_run_its_opener(server, settings, our_browsers):
    server.page("<script>window.close()</script>", "/gone.html")
    page = server.page("<button onclick=\"window.open('/gone.html')\">Open</button>")
    ended = await run([press("Open"), Finish(output="done")], page, settings)
    assert (ended.status, ended.output) == ("completed", "done")
    assert our_browsers() == set()


async def test_a_page_that_opens_a_hundred_dialogs_is_got_past(server, settings, our_browsers):
    page = server.page(
        "<button onclick=\"for(let i=0;i<100;i++)alert(i);o.textContent='through'\">Ask</button><p id=o></p>"
    )
    steps = [press("Ask"), *[Act(actions=(Wait(0),))] * 15, Finish(output="done")]
    ended = await run(steps, page, settings)
    assert ended.status in ("completed", "failed"), ended.failure_reason
    assert ended.status == "completed" or ended.failure_code == "STUCK"
    assert our_browsers() == set()


async def test_a_page_that_goes_from_page_to_page_for_ever_ends_or_is_left(server, settings, our_browsers):
    server.page("<h1>A</h1><script>location='/b.html'</script>", "/a.html")
    server.page("<h1>B</h1><script>location='/a.html'</script>", "/b.html")
    rest = server.page("<h1>Rest</h1>", "/rest.html")
    steps = [*[Act(actions=(Goto(rest),))] * 3, Finish(output="done")]
    ended = await run(steps, server.url + "/a.html", settings)
    assert ended.status == "completed" or ended.failure_code in ("NAVIGATION_FAILED", "BROWSER_LOST")
    assert our_browsers() == set()
