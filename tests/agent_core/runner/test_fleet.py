"""Many tasks in one browser."""

from __future__ import annotations

import asyncio

import pytest

from agent_core import BadRequest, TaskRequest, run_tasks
from agent_core.loop.events import RunStarted
from agent_core.testing import Scripted
from engines.protocol import Finish

pytestmark = pytest.mark.browser

PAGE = """<title>T</title><p id=p></p><script>
p.textContent = 'had: ' + document.cookie; document.cookie = 'visited=' + location.search</script>"""


async def test_many_tasks_share_a_browser_and_nothing_else(server, settings, our_browsers):
    address = server.page(PAGE)
    counts, at_once, most = [], 0, 0
    seen, both = {}, asyncio.Event()

    async def look(turn):
        nonlocal at_once, most
        counts.append(len(our_browsers()))
        at_once += 1
        most = max(most, at_once)
        if at_once == 2:
            both.set()
        if turn.goal.text in ("a", "b"):  # the first two, however long a busy machine takes to open one
            await asyncio.wait_for(both.wait(), 60)
        await asyncio.sleep(0.2)
        at_once -= 1
        seen[turn.goal.text] = turn.observation.text
        return Finish(output=turn.goal.text)

    tasks = [
        TaskRequest(prompt="a", url=address + "?a"),
        {"prompt": "b", "url": address + "?b"},
        {"prompt": "c", "url": "http://127.0.0.1:9/"},
        {"prompt": "d", "url": address + "?d", "max_steps": 3},
        "e",
    ]
    started = []
    runs = await run_tasks(
        tasks,
        concurrency=2,
        engine=lambda options: Scripted([look]),
        on_event=lambda place, event: started.append(place) if isinstance(event, RunStarted) else None,
        settings=settings,
    )

    assert [run.output for run in runs] == ["a", "b", None, "d", None]
    assert [run.status for run in runs] == ["completed", "completed", "failed", "completed", "failed"]
    assert [run.failure_code for run in runs if run.failure_code] == ["NAVIGATION_FAILED"] * 2
    assert set(counts) == {1}
    assert most == 2
    assert set(seen.values()) == {"had:"}
    assert sorted(started) == [0, 1, 2, 3]
    assert our_browsers() == set()
    assert len({run.folder for run in runs}) == 5


async def test_one_bad_task_starts_none(settings, our_browsers):
    with pytest.raises(BadRequest, match=r"^tasks\[1\]\.max_steps: must be greater"):
        await run_tasks(["Read http://127.0.0.1/", {"prompt": "b", "max_steps": 0}], settings=settings)
    with pytest.raises(BadRequest, match=r"^concurrency: must be at least 1"):
        await run_tasks(["Read"], concurrency=0, settings=settings)
    assert not settings.home.exists()


async def test_no_tasks_are_no_runs(settings):
    assert await run_tasks([], settings=settings) == []


async def test_canceling_the_call_cancels_every_run(server, settings, our_browsers):
    engines = []

    async def never(turn):
        await asyncio.Event().wait()

    def make(options):
        engines.append(Scripted([never]))
        return engines[-1]

    tasks = [{"prompt": str(n), "url": server.page(PAGE)} for n in range(3)]
    call = asyncio.create_task(run_tasks(tasks, concurrency=2, engine=make, settings=settings))
    async with asyncio.timeout(30):
        while sum(bool(engine.turns) for engine in engines) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert our_browsers() == set()


async def test_tasks_are_created_together_and_named_by_the_callers_engine(server, settings):
    runs = await run_tasks(
        [{"prompt": "One", "url": server.page("<p>1")}, {"prompt": "Two", "url": server.page("<p>2")}],
        engine=lambda options: Scripted([Finish()]),
        concurrency=1,
        settings=settings,
    )
    first, second = runs
    assert first.created_at == first.queued_at == second.created_at == second.queued_at
    assert second.started_at >= first.finished_at
    assert {run.run_type for run in runs} == {"task_v1"}
