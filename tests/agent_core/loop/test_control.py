"""A person takes the page over while an engine would act every moment, without a browser."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from agent_core.loop.budget import Budget
from agent_core.loop.control import ControlTaken, PageControl
from agent_core.loop.loop import pursue
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Click, TypeText
from browser.model.observation import Box, Element, Observation
from engines.protocol import OVERTAKEN, Act, EngineOptions, Finish, GiveUp, Goal, Look
from engines.registry import create_engine

SEND = Element(ref="f0e1", role="button", name="Send", box=Box(0, 0, 40, 20), interactive=True)
FORM = Observation(url="http://127.0.0.1/form", text="Send", elements=(SEND,))
THANKS = Observation(url="http://127.0.0.1/thanks", text="Thank you")
CLICK = Act(actions=(Click("f0e1"),))
GOAL = Goal(text="Send the form")


class SlowPage(FakePage):
    """Acts take a moment, and it is known how many of them go on."""

    acting = 0

    async def perform(self, action):
        self.acting += 1
        await asyncio.sleep(0.005)
        result = await super().perform(action)
        self.acting -= 1
        return result


def always_acting():
    return (Act(actions=(TypeText("f0e1", f"{number}"),)) for number in count())


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  what it waits for is a plain value
            await asyncio.sleep(0.001)


async def test_no_act_goes_on_or_begins_while_a_person_has_the_page():
    page, control = SlowPage(FORM), PageControl()
    run = asyncio.create_task(pursue(GOAL, page, Scripted(always_acting()), Budget(10_000), control=control))
    for _ in range(5):
        before = len(page.performed)
        await until(lambda before=before: len(page.performed) > before)
        await control.take("Ana")
        assert page.acting == 0
        done = len(page.performed)
        await asyncio.sleep(0.03)
        assert (len(page.performed), page.acting) == (done, 0)
        control.give_back()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_the_rest_of_a_batch_is_left_out_and_the_engine_hears_why_and_looks_anew():
    control, page = PageControl(), FakePage(FORM)
    engine = Scripted([Act(actions=(Click("f0e1"),) * 3), Finish()])
    perform = page.perform

    async def interrupted(action):
        result = await perform(action)
        person = asyncio.create_task(work(control, page))
        await until(lambda: control.claims)
        waiting.append(person)
        return result

    async def work(control, page):
        await control.take("Ana")
        page.page = THANKS
        control.give_back()

    waiting: list[asyncio.Task[None]] = []
    page.perform = interrupted
    await pursue(GOAL, page, engine, Budget(5), control=control)
    await asyncio.gather(*waiting)
    assert page.performed == [Click("f0e1")]
    assert [result.problem for result in engine.turns[1].history[0]] == ["", OVERTAKEN]
    assert engine.turns[1].observation.url == THANKS.url
    [note] = engine.turns[1].observation.notes
    assert "a person took over the page" in note


@pytest.mark.parametrize("stale", [CLICK, Look(requests=()), Finish(output="old"), GiveUp(reason="no way")])
async def test_what_was_decided_before_a_person_worked_counts_neither_as_an_act_nor_as_a_step(stale):
    control, page = PageControl(), FakePage(FORM)

    async def decide_meanwhile(turn):
        await control.take("Ana")
        page.page = THANKS
        control.give_back()
        return stale

    engine = Scripted([decide_meanwhile, Finish(output="new")])
    ending = await pursue(GOAL, page, engine, Budget(1), control=control)
    assert ending == Finish(output="new")
    assert page.performed == []
    assert [turn.observation.url for turn in engine.turns] == [FORM.url, THANKS.url]
    assert [turn.steps_left for turn in engine.turns] == [1, 1]


async def test_a_run_does_not_end_while_a_person_has_its_page():
    control = PageControl()
    await control.take("Ana")
    run = asyncio.create_task(pursue(GOAL, FakePage(FORM), Scripted([Finish()]), Budget(1), control=control))
    await asyncio.sleep(0.02)
    assert not run.done()
    control.give_back()
    assert await run == Finish()


async def test_two_people_do_not_have_the_page_at_once():
    control = PageControl()
    async with control.for_agent():
        first = asyncio.create_task(control.take("Ana"))
        await asyncio.sleep(0)
        with pytest.raises(ControlTaken, match="Ana works in the page now"):
            await control.take("Bo")
    await first
    with pytest.raises(ControlTaken, match="Ana"):
        await control.take("Bo")
    control.give_back()
    await control.take("Bo")
    assert control.holder == "Bo"


async def test_who_stops_waiting_for_the_page_does_not_get_it():
    control = PageControl()
    async with control.for_agent():
        first = asyncio.create_task(control.take("Ana"))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert control.holder == ""
    await control.take("Bo")
    assert control.holder == "Bo"


async def test_time_in_which_a_person_has_the_page_is_not_counted():
    control = PageControl()
    await control.take("Ana")
    counted = asyncio.create_task(control.counted(0.05))
    await asyncio.sleep(0.15)
    assert not counted.done()
    control.give_back()
    await asyncio.wait_for(counted, 60)


async def test_the_rules_go_on_with_what_a_person_kept_them_from_doing():
    more = Element(
        ref="f0e1", role="link", name="More", href=THANKS.url, box=Box(0, 0, 40, 20), interactive=True
    )
    start = Observation(url=FORM.url, text="More", elements=(more,))
    control, page = PageControl(), FakePage(start, leads_to={"f0e1": THANKS})
    engine = create_engine("embedded", EngineOptions())
    decide, turns = engine.decide, []

    async def decide_slowly(turn):
        decision = await decide(turn)
        turns.append(turn)
        if len(turns) == 1:
            await control.take("Ana")
            control.give_back()
        return decision

    engine.decide = decide_slowly
    ending = await pursue(Goal(text='Click the link "More"'), page, engine, Budget(5), control=control)
    assert isinstance(ending, Finish), ending
    assert page.performed == [Click("f0e1")]


@pytest.mark.parametrize("by_hand", [THANKS, replace(FORM, elements=(replace(SEND, name="Sent"),))])
async def test_the_rules_press_nothing_again_that_a_person_may_have_pressed(by_hand):
    control, page = PageControl(), FakePage(FORM, leads_to={"f0e1": THANKS})
    engine = create_engine("embedded", EngineOptions())
    decide = engine.decide

    async def decide_slowly(turn):
        decision = await decide(turn)
        if not turn.history:
            await control.take("Ana")
            page.page = by_hand
            control.give_back()
        return decision

    engine.decide = decide_slowly
    ending = await pursue(Goal(text='Click the button "Send"'), page, engine, Budget(5), control=control)
    assert isinstance(ending, GiveUp), ending
    assert "may have done it already" in ending.reason
    assert page.performed == []
