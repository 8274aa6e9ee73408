"""What happens in a run, as it happens, for a face to show.

Events carry facts, not pictures or pages: they are kept for as long as the `Run` is, so that a
consumer that comes late sees all of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from agent_core.errors import words_of
from agent_core.task.run import StepRecord, TaskRun
from browser.model.results import ActionResult
from engines.protocol import AskUser, Decision

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The browser is open and the engine is made."""

    run_id: str
    engine: str
    """The engine that serves, which need not be the one asked for."""
    url: str
    """Where it begins."""
    folder: str
    max_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A step began."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The engine is about to decide on this page."""

    number: int
    url: str
    title: str
    elements: int
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The engine decided."""

    number: int
    decision: Decision
    took_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """One action was tried."""

    number: int
    result: ActionResult
    took_ms: float = 0.0
    """With all that it waited for, a person's yes among that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complained:
    """The decision could not be taken as it was; the engine hears this on its next turn."""

    number: int
    complaint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnded:
    """A step is over."""

    step: StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAsked:
    """The engine needs a person; `Run.answer` answers."""

    question: AskUser
    id: int
    """1, 2, ... in the order in which the run has asked; `Run.answer` takes it. After an interruption it goes
    on from a higher number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """A person has the page; the agent does nothing in it until `GivenBack`."""

    who: str
    """As they call themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """The agent has the page again, and looks at it anew."""

    who: str
    held_s: float
    why: str = ""
    """Why it was taken from them, such as that they gave no sign of life; "" where they gave it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something the caller should know; it stands in `TaskRun.warnings` too."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over and its browser closed. Nothing comes after this."""

    run: TaskRun


Event = (
    RunStarted
    | StepStarted
    | Observed
    | Decided
    | Acted
    | Complained
    | StepEnded
    | UserAsked
    | TakenOver
    | GivenBack
    | Warned
    | RunEnded
)

OnEvent = Callable[[Event], None]


class Feed:
    """The events of a run, for any number of listeners, each of whom hears all of them."""

    def __init__(self, on_event: OnEvent | None = None) -> None:
        """`on_event` is called at once with every event; where it raises, it is not called again."""
        self._on_event = on_event
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self._ended = False

    def tell(self, event: Event) -> str:
        """Pass an event on; what is to be said about a callback that failed, or ""."""
        self._events.append(event)
        self._wake()
        if self._on_event is None:
            return ""
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001  the caller's code; its mistakes are not the run's
            self._on_event = None
            logger.info("on_event raised %s and is not called any more", type(error).__name__)
            return f"on_event raised {type(error).__name__}: {words_of(error)}; it is not called any more"
        return ""

    def end(self) -> None:
        """End the stream of events."""
        self._ended = True
        self._wake()

    async def listen(self) -> AsyncIterator[Event]:
        """All events from the first one on, until the run is over."""
        heard = 0
        while True:
            while heard < len(self._events):
                yield self._events[heard]
                heard += 1
            if self._ended:
                return
            await self._news.wait()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
