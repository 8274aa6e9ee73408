"""Holding the page of a run: given, renewed, ended, told. The hand is one without a browser."""

from __future__ import annotations

import asyncio
import time

import pytest

from agent_core import BadRequest, CannotTakeOver, HoldEnded
from agent_core.loop.control import PageControl
from agent_core.loop.events import GivenBack, TakenOver
from agent_core.runner.by_hand.take_over import TakeOver
from browser.model.by_hand import TextInput
from tests.support.hands import FakeHand, FakeJournal

TYPED = [{"type": "text", "text": "Oslo"}]


def taking(hand=None, lapses_s=60.0):
    control, journal = PageControl(), FakeJournal()
    take_over = TakeOver(control, lapses_s, journal)
    if hand is not None:
        take_over.begin(hand)
    return take_over, control, journal


async def test_a_hold_is_given_used_and_ended_and_told_of():
    hand = FakeHand()
    take_over, control, journal = taking(hand)
    async with await take_over.take("  Ana ") as hold:
        assert (hold.who, hold.lasts, control.holder) == ("Ana", True, "Ana")
        await hold.send(TYPED)
    assert hand.sent == [TextInput(text="Oslo")]
    assert (hold.lasts, hold.ended, control.holder, hand.left) == (False, "", "", [False])
    taken, given = journal.events
    assert taken == TakenOver(who="Ana")
    assert isinstance(given, GivenBack)
    assert (given.who, given.why) == ("Ana", "")
    assert "recording" in journal.warnings[0]


async def test_two_people_do_not_hold_it_at_once_and_the_second_hears_who_does():
    take_over, _, _ = taking(FakeHand())
    hold = await take_over.take("Ana")
    with pytest.raises(CannotTakeOver, match="Ana works in the page now"):
        await take_over.take("Bo")
    await hold.release()
    assert (await take_over.take("Bo")).lasts


async def test_a_hold_lapses_where_its_holder_goes_away_and_says_so():
    take_over, control, journal = taking(FakeHand(), lapses_s=0.05)
    hold = await take_over.take("Ana")
    async with asyncio.timeout(60):
        await control.freed()
    assert "no sign of life for 0.05 s" in hold.ended
    assert journal.events[-1].why == hold.ended
    with pytest.raises(HoldEnded, match="no sign of life"):
        await hold.send(TYPED)
    with pytest.raises(HoldEnded):
        hold.renew()


async def test_signs_of_life_keep_it():
    take_over, control, _ = taking(FakeHand(), lapses_s=0.5)
    hold = await take_over.take("Ana")
    end = time.monotonic() + 0.8
    while time.monotonic() < end:  # at every turn of the event loop, so that no busy machine comes between
        hold.renew()
        await asyncio.sleep(0)
    assert hold.lasts
    assert control.holder == "Ana"
    await hold.release()


async def test_bad_input_does_nothing_and_is_no_end():
    hand = FakeHand()
    take_over, _, _ = taking(hand)
    async with await take_over.take("") as hold:
        with pytest.raises(BadRequest):
            await hold.send([*TYPED, {"type": "jump"}])
        assert (hand.sent, hold.lasts, hold.who) == ([], True, "a person")


async def test_a_page_that_is_gone_is_given_back_all_the_same():
    take_over, control, _ = taking(FakeHand(fails=True))
    hold = await take_over.take("Ana")
    await hold.release()
    assert (control.holder, hold.lasts) == ("", False)


async def test_there_is_nothing_to_hold_before_the_page_is_open_and_after_the_run():
    take_over, control, _ = taking()
    with pytest.raises(CannotTakeOver, match="not opened"):
        await take_over.take("Ana")
    hand = FakeHand()
    take_over.begin(hand)
    hold = await take_over.take("Ana")
    await take_over.end()
    assert (hold.ended, hand.left, control.holder) == ("the run has ended", [True], "")
    with pytest.raises(CannotTakeOver, match="ended"):
        await take_over.take("Ana")


async def test_a_run_that_ends_while_somebody_waits_for_its_page_gives_it_to_nobody():
    take_over, control, _ = taking(FakeHand())
    async with control.for_agent():
        waiting = asyncio.create_task(take_over.take("Ana"))
        await asyncio.sleep(0)
        await take_over.end()
    with pytest.raises(CannotTakeOver, match="ended"):
        await waiting
    assert control.holder == ""
