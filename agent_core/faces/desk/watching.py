"""One run as somebody sees it who asks now and then: where it stands, and a wait that ends in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from agent_core import Run, TaskRun
from agent_core.loop.events import (
    Acted,
    Complained,
    Event,
    GivenBack,
    Observed,
    RunStarted,
    StepEnded,
    StepStarted,
    TakenOver,
    UserAsked,
)
from engines.protocol import AskUser

_MOST_LINES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands, as far as its events have told."""

    step: int = 0
    """Number of the step that goes on; 0: none has begun."""
    most_steps: int | None = None
    progress: float = 0.0
    """Steps that are over, and part of the one that goes on; it never falls."""
    said: str = "starting"
    """What was heard last, as one line."""
    lines: tuple[str, ...] = ()
    """What was done last, a line an action, oldest first."""
    question: AskUser | None = None
    """What a person is asked; None: nothing, or it was answered."""
    question_id: int = 0
    """Of the question that was asked last."""

    def after(self, event: Event) -> Standing:
        """Where it stands after this event."""
        match event:
            case RunStarted(max_steps=most):
                return replace(self, most_steps=most)
            case StepStarted(number=number):
                return replace(self, step=number, progress=float(number - 1), question=None)
            case Observed(title=title, url=url):
                return self._further(f"on {title or url}")
            case Acted(result=result):
                return self._done(result.did if result.ok else f"not done: {result.problem}")
            case Complained(complaint=complaint):
                return self._done(f"not accepted: {complaint}")
            case StepEnded(step=step):
                return replace(self, progress=float(step.number), question=None)
            case UserAsked(question=question, id=number):
                asked = self._further(f"asks: {question.text}")
                return replace(asked, question=question, question_id=number)
            case TakenOver(who=who):
                return self._further(f"{who} took over the page; the agent waits")
            case GivenBack():
                return self._further("the agent has the page again")
            case _:
                return self

    def _done(self, line: str) -> Standing:
        return replace(self._further(line), lines=(*self.lines, f"{self.step}: {line}")[-_MOST_LINES:])

    def _further(self, said: str) -> Standing:
        """A little further within the step, however much happens in it."""
        next_step = float(self.step)
        return replace(
            self, said=f"step {self.step}: {said}", progress=self.progress + (next_step - self.progress) / 8
        )


TellProgress = Callable[[Standing], Awaitable[None]]


class WatchedRun:
    """A run that was started for a host. Its `hear` has to be the run's `on_event`."""

    def __init__(self) -> None:
        self.standing = Standing()
        self._news = asyncio.Event()
        self._run: Run | None = None
        self._ended: asyncio.Future[TaskRun] | None = None

    def hear(self, event: Event) -> None:
        """Take note of an event."""
        self.standing = self.standing.after(event)
        self._news.set()

    def watch(self, run: Run) -> None:
        """Watch this run from now on."""
        self._run = run
        self._ended = asyncio.ensure_future(run.result())
        # A run that could not start may never be asked for.
        self._ended.add_done_callback(lambda ended: ended.cancelled() or ended.exception())

    @property
    def run(self) -> Run:
        """The run itself."""
        assert self._run is not None
        return self._run

    @property
    def ended(self) -> asyncio.Future[TaskRun]:
        """Done when the run is over and its browser closed; holds its result, or why it could not start."""
        assert self._ended is not None
        return self._ended

    async def until_news(self, seconds: float, tell: TellProgress) -> None:
        """Wait until the run ends or asks a person, but at most so long; `tell` hears of each progress."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        told = -1.0
        while not self.ended.done() and self.standing.question is None:
            if self.standing.progress > told:
                told = self.standing.progress
                await tell(self.standing)
                continue
            left = deadline - loop.time()
            if left <= 0:
                return
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            either: set[asyncio.Future[Any]] = {self.ended, news}
            try:
                await asyncio.wait(either, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()

    def answer(self, text: str) -> None:
        """Answer what a person is asked."""
        self.standing = replace(self.standing, question=None)
        self.run.answer(text, self.standing.question_id)
