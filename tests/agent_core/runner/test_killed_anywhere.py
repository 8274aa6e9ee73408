"""A run that orders is killed at each instant and goes on with an engine that knows no care: one order at most."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_core import BrowserSession, Settings, TaskRun, list_runs, open_browser_session, resume_task
from agent_core.loop.events import UserAsked
from agent_core.testing import Scripted
from browser.model.actions import Click
from engines.protocol import Act, Decision, Finish, Turn
from tests.support.killed_run import WRITINGS, orders, ref_of
from tests.support.slow_shop import Shop, slow_shop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]
IN_WRITING = [f"{when} {number}" for number in range(1, WRITINGS + 1) for when in ("before", "half", "after")]
INSTANTS = ["Observed", "Decided", *IN_WRITING, "Acted", "StepEnded"]
LATE = [*IN_WRITING[-4:], "StepEnded"]
"""From where the button is about to be pressed."""
BUTTONS = ["Order now", "Go"]
"""One whose name says what it does, and one whose name says nothing."""


def again(turn: Turn) -> Decision:
    """Order, from whichever page: what an engine does that takes no notice of what was done before."""
    if any(one.role == "textbox" for one in turn.observation.elements):
        return orders(turn)
    return Act(actions=(Click(ref_of(turn, "link")),))


async def killed(settings: Settings, session: BrowserSession, shop: Shop, instant: str, run: str = "") -> str:
    """The id of a run that was killed at this instant, once its session is free."""
    words = ["-m", "tests.support.killed_run", str(settings.home), session.id, shop.url, instant, run]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    async with asyncio.timeout(60):
        while session.info.held_by:  # noqa: ASYNC110  its host sees in its own time that the run is gone
            await asyncio.sleep(0.02)
    [kept] = list_runs(settings=settings)
    return kept.run_id


async def gone_on(
    run_id: str, settings: Settings, answer: Callable[[UserAsked], str | None]
) -> tuple[TaskRun, list[str]]:
    """How a run ends that goes on, and what it asked."""
    asked: list[str] = []

    def person(question: UserAsked) -> str | None:
        asked.append(question.text)
        return answer(question)

    engine = Scripted([again, again, Finish()])
    run = resume_task(run_id, engine=engine, settings=settings, ask_user=person)
    return await run.result(), asked


def who_knows(shop: Shop) -> Callable[[UserAsked], str]:
    """A person who looks at the shop: says whether it was ordered, and lets nothing be ordered twice."""

    def answer(question: UserAsked) -> str:
        was_done = "was it done?" in question.text
        return "yes" if was_done == bool(shop.orders) else "no"

    return answer


@pytest.mark.parametrize(
    ("instant", "button"), [*((each, "Order now") for each in INSTANTS), *((each, "Go") for each in LATE)]
)
async def test_whoever_is_asked_knows_it_and_there_is_one_order(tmp_path, instant, button):
    settings = Settings(home=tmp_path)
    with slow_shop(button) as shop:
        shop.may_answer.set()
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed(settings, session, shop, instant)
            had = len(shop.orders)
            run, asked = await gone_on(run_id, settings, who_knows(shop))

    assert len(shop.orders) == 1, (had, asked, run.steps)
    assert run.status == "completed", run.failure_reason
    assert asked or not had


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("instant", LATE)
async def test_where_nobody_is_there_nothing_is_ordered_twice(tmp_path, instant, button):
    settings = Settings(home=tmp_path)
    with slow_shop(button) as shop:
        shop.may_answer.set()
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed(settings, session, shop, instant)
            had = len(shop.orders)
            run, asked = await gone_on(run_id, settings, lambda _: None)

    assert len(shop.orders) == had
    assert asked
    if instant not in ("after 4", "StepEnded"):
        assert run.failure_code == "NEEDS_USER"


async def test_a_run_that_is_killed_in_its_question_asks_it_again(tmp_path):
    settings = Settings(home=tmp_path)
    with slow_shop() as shop:
        shop.may_answer.set()
        async with await open_browser_session(settings=settings) as session:
            run_id = await killed(settings, session, shop, "before 4")
            for _ in range(2):
                assert await killed(settings, session, shop, "asked", run_id) == run_id
            run, asked = await gone_on(run_id, settings, who_knows(shop))

    assert len(shop.orders) == 1
    assert run.status == "completed", run.failure_reason
    assert "was it done?" in asked[0]
    assert [step.number for step in run.steps] == sorted({step.number for step in run.steps})
