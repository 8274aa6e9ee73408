"""Who takes part in a pursuit beside the engine: the page that it works on, and who listens and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agent_core.loop.events import Event
from agent_core.task.run import StepRecord
from browser.model.actions import Action
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from browser.model.results import ActionResult
from engines.protocol import AskUser


class Page(Protocol):
    """What the loop needs of a browser; `browser.session.Session` is one."""

    async def observe(self, view: View) -> Observation:
        """The active tab as it is now."""
        ...

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """More of some parts; nothing is changed."""
        ...

    async def perform(self, action: Action) -> ActionResult:
        """Carry out one action; what cannot be done is `ActionResult.problem`."""
        ...


class Audience:
    """Who listens to a run, answers it and may object. This one does nothing of it; subclass it."""

    def tell(self, event: Event) -> None:
        """Hear of an event."""

    async def ask(self, question: AskUser) -> str | None:
        """A person's answer; None: there is nobody to ask."""
        return None

    def objection(self, action: Action) -> str:
        """Why the action is not to be carried out, for the engine to hear; "" where it may be."""
        return ""

    async def refusal(self, action: Action, page: Observation, before: Sequence[Action]) -> str:
        """Why a person does not want it done, for the engine; "" where it may be. It may take minutes.

        Args:
            action: What is to be done.
            page: The page as it was seen.
            before: What was done in it since.
        """
        return ""

    def begins(self, step: StepRecord, action: Action, page: Observation, before: Sequence[Action]) -> None:
        """An action is about to be done: nobody is against it. The arguments are those of `refusal`."""

    def came_of_it(self, step: StepRecord) -> None:
        """The last action of the step has been tried, and stands in its record."""

    async def picture_before(self, step: StepRecord) -> None:
        """Note in the record which picture shows the page that the step is about to act on."""

    async def picture(self, step: StepRecord) -> None:
        """Take a picture of the page as the step left it, and note it in the record."""
