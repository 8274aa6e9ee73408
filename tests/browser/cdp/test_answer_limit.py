"""How long a page may answer nothing: a large one, or one that does what it was asked, is not given up for that."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Error

from browser.cdp.answer_limit import FRAME_S, MOST_TIMES, AnswerLimit
from browser.cdp.hidden.hidden_dom import tell_unseen
from browser.cdp.isolated_world import Target, WorldRegistry
from browser.cdp.isolated_worlds import IsolatedWorlds
from browser.cdp.scripts import NoAnswer, ScriptFailed
from tests.support.fake_devtools import FakeDevTools, FakeFrame, FakeTab, tree_of

RELEASE = ("Runtime.releaseObjectGroup", {"objectGroup": "x"})


async def never(_=None):
    await asyncio.Event().wait()


def target(answers, seconds, **fields):
    return Target(FakeDevTools(tree_of("top"), answers), AnswerLimit(seconds), **fields)


async def test_a_command_may_take_long_as_long_as_others_are_answered():
    done = asyncio.Event()

    async def long(_):
        await done.wait()
        return {"at": "last"}

    page = target({"Long": long}, 1.0)
    asked = asyncio.ensure_future(page.send("Long"))
    for _ in range(8):
        await asyncio.sleep(0.2)
        await page.send("Quick")
    done.set()
    assert await asked == {"at": "last"}


async def test_a_page_that_answers_nothing_is_given_up():
    page = target({"Long": never, "Other": never}, 0.05)
    with pytest.raises(NoAnswer, match=r"did not answer within 0\.05 s"):
        await page.send("Long")
    with pytest.raises(NoAnswer):
        await page.send("Other")


async def test_a_refusal_is_an_answer():
    def refuse(_):
        raise Error("Cannot find context with specified id")

    page = target({"Refused": refuse}, 5.0)
    with pytest.raises(ScriptFailed, match="Cannot find context") as failed:
        await page.send("Refused")
    assert not isinstance(failed.value, NoAnswer)


def test_a_large_page_is_given_longer_but_not_for_ever():
    limit = AnswerLimit(30.0)
    assert (limit.page_s, limit.frame_s) == (30.0, FRAME_S)
    limit.elements = 50_000
    assert (limit.page_s, limit.frame_s) == (150.0, 5 * FRAME_S)
    limit.elements = 10**9
    assert limit.page_s == MOST_TIMES * 30.0


async def test_a_page_is_asked_how_large_it_is_and_the_next_one_anew():
    devtools = FakeDevTools(tree_of("top"))
    worlds = IsolatedWorlds(FakeTab(devtools), WorldRegistry())
    await worlds.top()
    devtools.answers["Runtime.evaluate"] = lambda _: {"result": {"value": 200_000}}
    await worlds.measure()
    assert worlds.limit.times == MOST_TIMES
    for listener in devtools.listeners["Page.frameNavigated"]:
        listener({"frame": {"id": "inner", "parentId": "top"}})
    assert worlds.limit.times == MOST_TIMES
    for listener in devtools.listeners["Page.frameNavigated"]:
        listener({"frame": {"id": "top"}})
    assert worlds.limit.times == 1.0


async def test_a_large_page_that_does_not_even_say_how_large_it_is_is_given_no_longer():
    devtools = FakeDevTools(tree_of("top"))
    worlds = IsolatedWorlds(FakeTab(devtools), WorldRegistry(), answer_s=0.05)
    await worlds.top()
    worlds.limit.elements = 200_000
    devtools.answers["Runtime.evaluate"] = never
    with pytest.raises(NoAnswer, match=r"within 0\.05 s"):
        await worlds.measure()


async def test_what_is_to_follow_follows_also_where_it_fails():
    page = target({}, 5.0)
    async with page.followed_by(RELEASE):
        await page.send("Done")
    with pytest.raises(ScriptFailed):
        async with page.followed_by(RELEASE):
            raise ScriptFailed("it threw")
    assert page.session.sent == ["Done", RELEASE[0], RELEASE[0]]


async def test_nothing_follows_on_a_page_that_does_not_answer():
    page = target({"Long": never}, 0.05)
    with pytest.raises(NoAnswer):
        async with page.followed_by(RELEASE):
            await page.send("Long")
    assert page.session.sent == ["Long"]


async def test_who_cancels_waits_for_nothing_that_would_follow():
    page = target({"Long": never}, 600.0)

    async def reading():
        async with page.followed_by(RELEASE):
            await page.send("Long")

    asked = asyncio.ensure_future(reading())
    await asyncio.sleep(0.01)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert page.session.sent == ["Long"]


async def test_a_frame_of_another_process_that_does_not_answer_is_done_without():
    tab = FakeTab(FakeDevTools(tree_of("top")))
    other = FakeDevTools(tree_of("other"))
    tab.frames.append(FakeFrame(tab.frames[0], other))
    worlds = IsolatedWorlds(tab, WorldRegistry(), answer_s=0.05)
    known = await worlds.all()
    assert [world.frame_id for world in known] == ["top", "other"]
    other.answers["Runtime.evaluate"] = other.answers["DOM.performSearch"] = never
    tab.devtools.answers["DOM.performSearch"] = lambda _: {"searchId": "1", "resultCount": 1}
    await tell_unseen(known)
    tab.devtools.answers["DOM.performSearch"] = never
    with pytest.raises(NoAnswer):
        await tell_unseen(known)
