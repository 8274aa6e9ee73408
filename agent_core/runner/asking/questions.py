"""Questions to a person while a run goes on, and where their answers come from."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable

from agent_core.loop.control import PageControl
from engines.protocol import AskUser

AskPerson = Callable[[AskUser], str | Awaitable[str | None] | None]
"""A callback of the caller: what a person answers, None where they do not."""

logger = logging.getLogger(__name__)


class Questions:
    """Where the answers of a person come from: a callback of the caller, else `Run.answer`."""

    def __init__(
        self, ask_user: AskPerson | None, patience_s: float, control: PageControl, asked: int = 0
    ) -> None:
        """Nothing is asked yet.

        Args:
            ask_user: The caller's callback; None: `Run.answer` is waited for.
            patience_s: How long, while no person has the page.
            control: Who has the page.
            asked: The id of the last question that the run may have asked before it was interrupted.
        """
        self._ask_user, self._patience_s, self._control = ask_user, patience_s, control
        self._answers: asyncio.Queue[tuple[str, int | None]] = asyncio.Queue()
        self._asked = asked

    def answer(self, text: str, to: int | None = None) -> None:
        """Give the answer to a question that is asked, or will be; `to` is its id, None any question."""
        self._answers.put_nowait((text, to))

    def next_id(self) -> int:
        """The id of the question that is about to be asked."""
        self._asked += 1
        return self._asked

    def forget(self) -> None:
        """Drop answers that were given before anything was asked."""
        self._answers = asyncio.Queue()

    async def ask(self, question: AskUser) -> str | None:
        """The answer; None: nobody gave one."""
        if self._ask_user is not None:
            answer = self._ask_user(question)
            return await answer if inspect.isawaitable(answer) else answer
        answered = asyncio.ensure_future(self._answer_to(self._asked))
        patience = asyncio.ensure_future(self._control.counted(self._patience_s))
        try:
            await asyncio.wait({answered, patience}, return_when=asyncio.FIRST_COMPLETED)
            return answered.result() if answered.done() else None
        finally:
            answered.cancel()
            patience.cancel()

    async def _answer_to(self, asked: int) -> str:
        while True:
            text, to = await self._answers.get()
            if to is None or to == asked:
                return text
            logger.info("an answer to question %d came after its time; now question %d is asked", to, asked)
