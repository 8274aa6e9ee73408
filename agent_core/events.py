"""What happens in a run, as it happens, for a face to show.

Events carry facts, not pictures or pages: they are kept for as long as the `Run` is, so that a
consumer that comes late sees all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent_core.task import StepRecord, TaskRun
from browser.actions import ActionResult
from engines.base import AskUser, Decision


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
    | Warned
    | RunEnded
)
