"""Work beside the event loop: the loop goes on, and who cancels does not wait for it."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from browser.tasks import MANY, beside

name = ContextVar("name", default="")


async def test_little_work_is_done_at_once_and_much_in_a_thread():
    name.set("here")

    def where(*, of):
        return threading.current_thread() is threading.main_thread(), name.get(), of

    assert await beside(MANY, where, of="few") == (True, "here", "few")
    assert await beside(MANY + 1, where, of="many") == (False, "here", "many")


async def test_the_loop_goes_on_while_there_is_much_to_do():
    goes_on = threading.Event()
    asyncio.get_running_loop().call_soon(goes_on.set)
    assert await beside(MANY + 1, goes_on.wait, 60)


async def test_what_is_raised_there_is_raised_here():
    def wrong(_):
        raise KeyError("x")

    with pytest.raises(KeyError):
        await beside(MANY + 1, wrong, 1)


async def test_who_cancels_does_not_wait_for_the_end():
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def long():
        begun.set()
        may_end.wait(60)
        ended.set()

    working = asyncio.ensure_future(beside(MANY + 1, long))
    await asyncio.to_thread(begun.wait, 60)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not ended.is_set()
    may_end.set()
    assert await asyncio.to_thread(ended.wait, 60)
    await asyncio.sleep(0.01)  # what came of it is dropped


def test_a_loop_that_has_ended_meanwhile_is_left_alone():
    may_end, ended = threading.Event(), threading.Event()
    threads = []

    def long():
        threads.append(threading.current_thread())
        may_end.wait(60)
        ended.set()

    async def begin():
        working = asyncio.ensure_future(beside(MANY + 1, long))
        await asyncio.sleep(0)
        working.cancel()

    asyncio.run(begin())
    may_end.set()
    assert ended.wait(60)
    threads[0].join(60)
    assert not threads[0].is_alive()
