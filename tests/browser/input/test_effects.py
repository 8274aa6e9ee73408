"""What is said of a page that does not answer after an act: nothing that nobody has seen."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from browser.cdp.answer_limit import AnswerLimit
from browser.cdp.scripts import NoAnswer, ScriptFailed
from browser.input.effects import BUSY, Before, effect

HERE, THERE = "http://here.test/", "http://there.test/"


class World:
    """A document that fails in this way."""

    frame_id = "top"

    def __init__(self, error):
        self.error = error

    async def call(self, *_, **__):
        raise self.error


def after(error, *, top_error=None, on_its_way_to=""):
    """The context after an act, and what was before."""
    world = World(error)

    async def top():
        if top_error:
            raise top_error
        return world

    async def every():
        return (world,)

    worlds = SimpleNamespace(top=top, all=every, limit=AnswerLimit())
    traffic = SimpleNamespace(sent=0, on_its_way_to=on_its_way_to)
    tab = SimpleNamespace(worlds=worlds, traffic=traffic, page=SimpleNamespace(url=HERE), dialog=None)
    tabs = SimpleNamespace(all=(tab,), downloads=SimpleNamespace(all=()))
    was = Before(tab, HERE, world, (world,), 1, 0, 0)
    return SimpleNamespace(tab=tab, tabs=tabs), was


@pytest.mark.parametrize("top_error", [None, NoAnswer("busy")])
async def test_a_page_that_does_not_answer_is_told_as_busy(top_error):
    assert await effect(*after(NoAnswer("busy"), top_error=top_error)) == (BUSY, False)


async def test_a_page_that_makes_place_for_another_ends_the_step():
    assert await effect(*after(NoAnswer("busy"), on_its_way_to=THERE)) == (BUSY, True)


async def test_a_document_that_is_being_made_is_not_waited_for_long():
    context, was = after(NoAnswer("busy"))

    async def never():
        await asyncio.Event().wait()

    context.tab.worlds.top = never
    context.tab.worlds.limit = SimpleNamespace(times=0.01)
    assert await effect(context, was) == (BUSY, False)


async def test_a_document_that_has_gone_is_told_as_gone():
    context, was = after(ScriptFailed("gone"))
    context.tab.worlds.all = lambda: asyncio.sleep(0, ())
    assert await effect(context, was) == ("a frame was taken away", True)
