"""What one run tells and asks while the loop goes on: events, warnings, pictures, questions to a person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from agent_core.errors import words_of
from agent_core.loop.acts.policy import objection
from agent_core.loop.events import Event, Feed, RunEnded, StepEnded, UserAsked, Warned
from agent_core.loop.parties import Audience
from agent_core.runner.asking.questions import Questions
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.telling.report import Report, masked_step
from agent_core.runner.telling.tracing import Tracing
from agent_core.task.request import TaskRequest
from agent_core.task.run import StepRecord
from browser.model.actions import Action
from browser.model.observation import Observation
from browser.model.text import without_lone_surrogates
from engines.protocol import AskUser, Engine, Remarking

if TYPE_CHECKING:
    from agent_core.runner.asking.consent import Consent
    from agent_core.runner.keeping.act_log import ActLog
    from browser.model.observation import Screenshot
    from browser.redaction.redactor import Redactor

logger = logging.getLogger(__name__)

PICTURE_TIMEOUT_S = 5.0
"""For each picture of a step."""


class Journal(Audience):
    """Listens to the loop: records events, passes them on, and answers its questions."""

    def __init__(
        self,
        request: TaskRequest,
        report: Report,
        feed: Feed,
        archive: Archive,
        questions: Questions,
        mask: Redactor,
        engine: Engine,
        tracing: Tracing | None = None,
        acts: ActLog | None = None,
        consent: Consent | None = None,
    ) -> None:
        """Nothing is told yet.

        Args:
            tracing: Makes spans of what is told; None: nobody reads them.
            acts: Where acts are written down before they are done; None: they are not.
            consent: Asks a person before single acts; None: nobody has to be asked.
        """
        self._request, self._report, self._feed = request, report, feed
        self._archive, self._questions = archive, questions
        self._mask, self._engine, self._tracing = mask, engine, tracing
        self.acts, self._consent = acts, consent
        self._abandoned = False
        self.take_pictures: Callable[[StepRecord], Awaitable[tuple[Screenshot, ...]]] | None = None
        """Takes the pictures of a step, from top to bottom, or none of it; None: no pictures are kept."""
        self._pictured: StepRecord | None = None
        """The last step whose picture was kept."""

    def tell(self, event: Event) -> None:
        """Pass an event on to all who listen."""
        if self._abandoned and not isinstance(event, Warned | RunEnded):
            return
        event = self._mask.of(event)
        if isinstance(event, StepEnded):
            event = StepEnded(step=masked_step(event.step, self._mask))
            self._report.run.steps.append(event.step)
            self._archive.append(event.step)
            for remark in self._engine.remarks if isinstance(self._engine, Remarking) else ():
                self.warn(remark)
        if self._tracing is not None:
            self._tracing.hear(event)
        complaint = self._feed.tell(event)
        if complaint:
            self._report.warn(complaint) if isinstance(event, RunEnded) else self.warn(complaint)

    def warn(self, warning: str) -> None:
        """Tell the caller something, once."""
        warning = without_lone_surrogates(warning)
        if self._report.warn(warning):
            self.tell(Warned(text=warning))

    async def ask(self, question: AskUser) -> str | None:
        """Hand a question over to a person."""
        self.tell(UserAsked(question=question, id=self._questions.next_id()))
        try:
            answer = await self._questions.ask(question)
        except Exception as error:  # noqa: BLE001  the caller's code; its mistakes are not the run's
            logger.info("ask_user raised %r", error)
            self.warn(f"ask_user raised {type(error).__name__}: {words_of(error)}")
            return None
        return None if answer is None else without_lone_surrogates(str(answer))

    def objection(self, action: Action) -> str:
        """What the caller's machine must be kept from."""
        return objection(action, self._request)

    async def refusal(self, action: Action, page: Observation, before: Sequence[Action]) -> str:
        """What a person says against an act for which the task wants them asked, or which was done before the
        run was interrupted."""
        if self._consent is None:
            return ""
        return await self._consent.refusal(action, page, before, self._confirm)

    async def _confirm(self, question: str) -> str | None:
        self._questions.forget()
        return await self.ask(AskUser(kind="confirm", text=question))

    def begins(self, step: StepRecord, action: Action, page: Observation, before: Sequence[Action]) -> None:
        """Write an act down before it is done, where the run may go on after a kill."""
        if self.acts is not None:
            self.acts.begins(step, action, page, before)

    def came_of_it(self, step: StepRecord) -> None:
        """Write down what came of it."""
        if self.acts is not None:
            self.acts.came_of_it(step)

    async def picture_before(self, step: StepRecord) -> None:
        """Name the picture of the page that the step acts on: that of the step before, else a new one."""
        if self._pictured is not None and self._pictured.number == step.number - 1:
            step.before = self._pictured.screenshot
        else:
            step.before = await self._archive.keep_before(step, await self._taken(step))

    async def picture(self, step: StepRecord) -> None:
        """Keep pictures of the page as the step left it; where there is none, that is a warning."""
        await self._archive.keep_pictures(step, await self._taken(step))
        if step.screenshot:
            self._pictured = step

    async def _taken(self, step: StepRecord) -> tuple[Screenshot, ...]:
        if self.take_pictures is None:
            return ()
        try:
            async with asyncio.timeout(PICTURE_TIMEOUT_S * (1 + self._request.max_screenshot_scrolls)):
                return await self.take_pictures(step)
        except TimeoutError:
            self.warn("a step's picture took too long")
        except Exception as error:  # noqa: BLE001  whatever it is: the run needs no picture
            logger.info("a step has no picture: %r", error)
            self.warn(f"a step has no picture: {words_of(error)}")
        return ()

    def abandon(self) -> None:
        """Ignore all further events: an engine that was given up may still be working."""
        self._abandoned = True
