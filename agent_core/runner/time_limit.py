"""The time that a run may take: what it does is cut off when that has passed, whether or not it obeys."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from agent_core.loop.control import PageControl
from agent_core.loop.progress import Ending, Failure
from agent_core.runner.browsers import to_its_end

logger = logging.getLogger(__name__)

GRACE_S = 3.0
"""How long an engine that does not obey its cancellation is waited for."""


class TimeUp(Exception):
    """The limit has passed; the message is the limit in seconds."""


async def within(
    limit_s: float | None,
    work: Coroutine[Any, Any, Ending],
    abandon: Callable[[], None],
    control: PageControl,
) -> Ending:
    """What comes of the work. The limit and a cancellation hold, whether or not the work obeys.

    Time in which a person has the page does not count: they may need longer than the agent was given.

    Raises:
        TimeUp: The limit has passed.
    """
    task = asyncio.ensure_future(work)
    time_is_up = asyncio.ensure_future(control.counted(limit_s)) if limit_s is not None else None
    try:
        awaited = {each for each in (task, time_is_up) if each is not None}
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await _cut_off(task, abandon)
        raise
    finally:
        if time_is_up is not None:
            time_is_up.cancel()
    if not task.done():
        await _cut_off(task, abandon)
        raise TimeUp(f"{limit_s:g}")
    if task.cancelled():
        return Failure(code="INTERRUPTED", message="what the engine uses was canceled, and not by the caller")
    return task.result()


async def _cut_off(task: asyncio.Future[Ending], abandon: Callable[[], None]) -> None:
    task.cancel()
    # Whatever it raises by then has lost its meaning.
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    await to_its_end(_ended(task))
    if not task.done():
        logger.info("what was canceled does not end and is given up")
        abandon()


async def _ended(task: asyncio.Future[Ending]) -> None:
    await asyncio.wait({task}, timeout=GRACE_S)
