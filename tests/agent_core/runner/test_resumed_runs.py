"""Runs that go on after their process was killed, in the browser session that is still there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core import (
    BadRequest,
    BrowserSession,
    Settings,
    close_browser_session,
    list_runs,
    load_run,
    open_browser_session,
    resume_task,
)
from agent_core.testing import Scripted
from browser.model.actions import Click
from engines.protocol import Act, Finish
from tests.support.killed_run import PROMPT, ref_of
from tests.support.slow_shop import Shop, slow_shop

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[3]


async def killed_while_ordering(shop: Shop, settings: Settings, session: BrowserSession) -> str:
    """The id of a run that was killed after its order had reached the shop, and before the answer had come."""
    words = ["-m", "tests.support.killed_run", str(settings.home), session.id, shop.url]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT)  # noqa: ASYNC220  it returns at once
    try:
        assert await asyncio.to_thread(shop.ordered.wait, 60)
    finally:
        process.kill()
        process.wait()
    async with asyncio.timeout(60):
        while session.info.held_by:  # noqa: ASYNC110  its host sees in its own time that the run is gone
            await asyncio.sleep(0.02)
    [run] = list_runs(settings=settings)
    return run.run_id


async def answered(run, answer):
    """The result of a run, what it asked a person, who answers this."""
    asked = []

    def person(question):
        asked.append(question.text)
        return answer

    going = run(person)
    return await going.result(), asked


async def test_a_killed_run_goes_on_where_the_page_is_and_asks_about_the_order(tmp_path):
    settings = Settings(home=tmp_path)
    with slow_shop() as shop:
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed_while_ordering(shop, settings, session)
            shop.may_answer.set()
            engine = Scripted([Finish(output="Your order is in")])

            run, asked = await answered(
                lambda person: resume_task(run_id, engine=engine, settings=settings, ask_user=person), "yes"
            )

    assert (run.run_id, run.status, run.output) == (run_id, "completed", "Your order is in")
    assert len(shop.orders) == 1
    [question] = asked
    assert 'click button "Order now"' in question
    [turn] = engine.turns
    assert turn.observation.title == "Thanks"
    assert turn.goal.text == PROMPT
    assert "Ada" in turn.goal.earlier[0]
    assert turn.goal.earlier[1].endswith("a person who was asked whether this was done said: yes")
    assert turn.steps_left == 4
    assert [step.number for step in run.steps] == [1, 2]
    assert "the run was interrupted, and went on after step 1" in run.warnings
    assert load_run(run_id, settings).status == "completed"


async def test_what_was_ordered_is_not_ordered_twice_though_the_engine_wants_it(tmp_path):
    settings = Settings(home=tmp_path)

    def again(turn):
        return Act(actions=(Click(ref_of(turn, "link")),))

    def order(turn):
        return Act(actions=(Click(ref_of(turn, "button")),))

    with slow_shop() as shop:
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed_while_ordering(shop, settings, session)
            shop.may_answer.set()
            engine = Scripted([again, order, Finish()])
            answers = iter(["yes", "no"])
            run = resume_task(run_id, engine=engine, settings=settings, ask_user=lambda _: next(answers))
            await run.result()

    assert len(shop.orders) == 1
    [result] = engine.turns[2].history[1]
    assert result.problem == "not done: a person who was asked refused it: no"


async def test_where_nobody_can_say_whether_it_was_done_the_run_ends(tmp_path):
    settings = Settings(home=tmp_path)
    with slow_shop() as shop:
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed_while_ordering(shop, settings, session)
            shop.may_answer.set()
            engine = Scripted([Finish()])
            run, _ = await answered(
                lambda person: resume_task(run_id, engine=engine, settings=settings, ask_user=person), None
            )
    assert (run.status, run.failure_code) == ("failed", "NEEDS_USER")
    assert engine.turns == []
    assert len(shop.orders) == 1


async def test_a_run_whose_session_has_ended_does_not_go_on_and_keeps_what_it_had(tmp_path):
    settings = Settings(home=tmp_path)
    with slow_shop() as shop:
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed_while_ordering(shop, settings, session)
            await close_browser_session(session.id, settings)
            with pytest.raises(BadRequest, match="browser_session_id"):
                resume_task(run_id, engine=Scripted([]), settings=settings)
    assert load_run(run_id, settings).failure_code == "INTERRUPTED"
