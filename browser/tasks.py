"""Work that goes on in the background: held here, since asyncio alone would forget it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MANY = 5_000
"""Work on more elements than this takes long enough to be done beside the event loop."""


class Tasks:
    """The tasks that somebody has started and does not wait for."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many of them have not ended."""
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def ended(self, timeout_s: float) -> None:
        """Wait until those have ended that are under way now, at most so many seconds."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=timeout_s)


async def beside(many: int, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Do work that does not wait for anything; in a thread where it is much, so that the event loop goes on.

    Who cancels it does not wait for its end, and neither does the process: what still comes of it is dropped.

    Args:
        many: How many elements it is about.
        work: Reads what others may read meanwhile, and changes nothing.
        arguments: What it is given.
        named: Likewise.
    """
    if many <= MANY:
        return work(*arguments, **named)
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()
    context = copy_context()

    def live() -> None:
        try:
            tell = partial(result.set_result, context.run(work, *arguments, **named))
        except BaseException as error:  # noqa: BLE001  handed over to whoever waits
            tell = partial(result.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: result.done() or tell())

    threading.Thread(target=live, name="agent-core beside the loop", daemon=True).start()
    return await result
