"""One run from its beginning to its end: begun, watched, limited in time, told and closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING

from agent_core.errors import CannotTakeOver, words_of
from agent_core.loop.control import PageControl
from agent_core.loop.events import Event, Feed, OnEvent, RunEnded
from agent_core.loop.progress import Ending
from agent_core.runner.asking.questions import AskPerson, Questions
from agent_core.runner.browsers import Browsers, to_its_end
from agent_core.runner.by_hand.take_over import TakeOver
from agent_core.runner.endings import guarded
from agent_core.runner.execution import Execution
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.preparing.prepared import Prepared
from agent_core.runner.queued import QueuedRun
from agent_core.runner.stage import Stage
from agent_core.runner.telling.delivery import Delivery
from agent_core.runner.telling.journal import Journal
from agent_core.runner.telling.report import Report
from agent_core.runner.telling.tracing import Tracing
from agent_core.runner.time_limit import TimeUp, within
from agent_core.services.codes import GetCode
from agent_core.task.run import Status, TaskRun
from engines.protocol import Engine

if TYPE_CHECKING:
    from agent_core.runner.asking.consent import Consent
    from agent_core.runner.by_hand.hold import Hold
    from agent_core.runner.keeping.act_log import ActLog
    from agent_core.runner.keeping.earlier import EarlierPart
    from browser.hand.live import LivePicture
    from browser.model.observation import Screenshot


class Run:
    """A run that has begun: watch it, answer it, cancel it, wait for its result."""

    def __init__(
        self,
        prepared: Prepared,
        engine: Engine,
        *,
        browsers: Browsers | None = None,
        on_event: OnEvent | None = None,
        ask_user: AskPerson | None = None,
        get_code: GetCode | None = None,
        waits_for_answer: bool = True,
        created_at: datetime | None = None,
        queued: QueuedRun | None = None,
        earlier: EarlierPart | None = None,
    ) -> None:
        """Begin it, as a task of the running event loop.

        Args:
            browsers: Shared with other runs and closed by whoever made them; None: the run's own. A run
                among others that gets no browser ends as a value, too.
            get_code: Gives one-time codes where nothing else does.
            waits_for_answer: Whether somebody may call `answer`; else a question that `ask_user`
                does not answer ends the run.
            created_at: When it was asked for, where that was earlier; it has been queued since then.
            queued: The run as its queue knows it, which also posts to the webhook; None: there is no queue.
            earlier: What it did before it was interrupted; None: it begins now.
        """
        request, mask = prepared.request, prepared.secrets.mask
        self._report = Report(
            request,
            mask,
            price=prepared.limits.price,
            profile_id=prepared.profile.id if prepared.profile else None,
            workflow=prepared.workflow,
            created_at=queued.since if queued else created_at,
            run_id=queued.run_id if queued else "",
            earlier=earlier.run if earlier else None,
        )
        self._feed = Feed(on_event)
        control = PageControl()
        patience_s = prepared.settings.answer_timeout_s if waits_for_answer else 0.0
        asked = earlier.most_asked if earlier else 0
        self._questions = Questions(ask_user, patience_s, control, asked)
        self._delivery = Delivery(
            None if queued else request.webhook_url,
            prepared.settings.webhook_key.get_secret_value(),
            public_only=not prepared.settings.private_hosts,
        )
        folder = earlier.folder if earlier else None
        archive = Archive(prepared.runs, lambda warning: journal.warn(warning), folder)
        model = prepared.decider.options.model
        tracing = Tracing(
            self.id,
            mask.text(request.prompt),
            contents=prepared.settings.trace_contents,
            provider=model.provider if model else "",
        )
        tracing.usage = lambda: engine.usage
        acts = _act_log(prepared, archive, engine, earlier)
        journal = Journal(
            request,
            self._report,
            self._feed,
            archive,
            self._questions,
            mask,
            engine,
            tracing,
            acts,
            _consent(prepared, acts),
        )
        stage = Stage(prepared.way, browsers, who=self.id)
        self._take_over = TakeOver(control, prepared.settings.take_over_lapses_s, journal)
        execution = Execution(
            prepared, engine, self._report, journal, archive, stage, self._take_over, get_code, earlier
        )
        self._execution = execution
        self.went_on_after = earlier.steps if earlier else 0
        """The last step before its process was killed, of which `events` does not tell; 0: there was none."""
        self._canceled = False
        self._task = asyncio.create_task(
            _live(prepared, execution, journal, self._delivery, control, raises=browsers is None),
            name=self.id,
        )
        self._task.add_done_callback(lambda _: self._feed.end())
        self._task.add_done_callback(lambda _: tracing.end())

    @property
    def id(self) -> str:
        """`tsk_...`."""
        return self._report.run.run_id

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self._report.run.status

    def events(self) -> AsyncIterator[Event]:
        """Everything that has happened and will happen, from the start; any number may listen."""
        return self._feed.listen()

    def cancel(self, *, interrupted: str = "") -> None:
        """End the run as `canceled`, whatever it is doing. Nothing happens if it is over.

        Where it has ended and its webhook is still being delivered, that is given up.

        Args:
            interrupted: Why the run is broken off though nobody canceled it, such as that the program ends;
                it then ends as `failed` with `INTERRUPTED` and this reason.
        """
        if self._report.final:
            self._delivery.give_up()
        elif not self._canceled:
            self._canceled = True
            self._report.interruption = interrupted
            # Not at once: a task that is canceled before its first step would never clean up.
            asyncio.get_running_loop().call_soon(self._task.cancel)

    def answer(self, text: str, to: int | None = None) -> None:
        """Answer what a person was asked (`UserAsked`).

        Args:
            text: The answer; "": it is done.
            to: The `id` of the question, so that an answer that comes late is not taken for that to the next
                one; None: it answers whatever is asked now, or next.
        """
        self._questions.answer(text, to)

    async def picture(self) -> Screenshot | None:
        """The page as it is now, secrets covered; None: it is not open, or cannot be seen."""
        return await self._execution.picture()

    def pictures(self) -> AsyncIterator[LivePicture]:
        """The page whenever it looks different, secrets covered; nothing goes on while nobody listens.

        Raises:
            CannotTakeOver: There is no page now.
        """
        if (pictures := self._execution.pictures()) is None:
            raise CannotTakeOver("the run has no page now")
        return pictures

    async def take_over(self, who: str = "") -> Hold:
        """Work in the page by hand: the agent does nothing in it until it is given back.

        An act that goes on ends first, which may take as long as the act: a wait, a page that loads. What the
        agent has decided and not begun is not done. Afterwards it looks at the page anew and hears that a
        person was there. Meanwhile neither `timeout_s` nor `answer_timeout_s` runs, and a step that comes to
        nothing is not counted. The run does not end before the page is given back, unless it is canceled.

        Args:
            who: What others are told, such as a name; "": a person.

        Raises:
            CannotTakeOver: Another person has the page, or there is none now.
        """
        return await self._take_over.take(who)

    async def result(self) -> TaskRun:
        """Wait for the end. Canceling this wait leaves the run alone.

        Raises:
            BrowserNotFound, LaunchFailed, BadRequest: It could not start: there is no browser for it.
        """
        return await asyncio.shield(self._task)

    async def result_or_cancel(self) -> TaskRun:
        """Wait for the end; a caller that is canceled takes the run along, before it goes on itself."""
        try:
            return await self.result()
        except asyncio.CancelledError:
            self.cancel()
            await to_its_end(self._ended())
            raise

    async def _ended(self) -> None:
        await asyncio.wait({self._task})


def _act_log(
    prepared: Prepared, archive: Archive, engine: Engine, earlier: EarlierPart | None
) -> ActLog | None:
    """Where acts are written down before they are done; None: the run would not go on after a kill."""
    if not prepared.request.resumable:
        return None
    # Most runs do without, and import nothing of it.
    from agent_core.runner.keeping.act_log import ActLog

    return ActLog(
        archive,
        prepared.secrets.mask,
        engine,
        before=earlier.acts if earlier else (),
        used_before=earlier.usage if earlier else None,
    )


def _consent(prepared: Prepared, acts: ActLog | None) -> Consent | None:
    """Who asks a person before single acts; None: nobody has to be asked."""
    if not prepared.request.ask_before and acts is None:
        return None
    # Most runs do without, and import nothing of it.
    from agent_core.runner.asking.consent import Consent

    return Consent(prepared.request.ask_before, acts)


async def _live(
    prepared: Prepared,
    execution: Execution,
    journal: Journal,
    delivery: Delivery,
    control: PageControl,
    *,
    raises: bool,
) -> TaskRun:
    """A run from its beginning to its end, its webhook included.

    Args:
        raises: Whether a run that gets no browser raises that, as one that could not start.
    """
    for warning in prepared.warnings:
        journal.warn(warning)
    report = execution.report
    try:
        report.end(await _in_time(prepared.limits.timeout_s, execution, journal, control))
    except asyncio.CancelledError:
        if report.interruption:
            report.fail("INTERRUPTED", report.interruption)
        else:
            report.stop("canceled", "canceled by the caller")
    except TimeUp as error:
        report.stop("timed_out", f"not done within timeout_s={error}")
    except Exception as error:  # noqa: BLE001  an answer that cannot even be written down
        report.fail("INTERRUPTED", f"{type(error).__name__}: {words_of(error)}")
    if execution.start_error is not None and raises:
        await to_its_end(execution.close())
        raise execution.start_error
    ending = asyncio.ensure_future(_wind_up(execution, journal, delivery))
    while not ending.done():
        try:
            await asyncio.wait({ending})
        except asyncio.CancelledError:  # the run is over, only its webhook may be given up
            delivery.give_up()
    return ending.result()


async def _wind_up(execution: Execution, journal: Journal, delivery: Delivery) -> TaskRun:
    """Keep everything, close everything, tell everybody."""
    run = execution.report.run
    try:
        with guarded("not all that came of the run could be kept", journal.warn):
            await execution.put_away()
    finally:
        await execution.close()
    run.webhook = await delivery.post(run)
    if run.webhook is not None:
        if not run.webhook.delivered:
            journal.warn(f"the webhook was not delivered: {run.webhook.problem}")
        execution.archive.finish(run)
    journal.tell(RunEnded(run=run))
    return run


async def _in_time(
    limit_s: float | None, execution: Execution, journal: Journal, control: PageControl
) -> Ending:
    """How the pursuit ended; where the limit cuts off what is done after that, it is a warning.

    Raises:
        TimeUp: The limit has passed.
    """
    try:
        return await within(limit_s, execution.work(), journal.abandon, control)
    except TimeUp as error:
        if execution.ending is None:
            raise
        journal.warn(f"what was left to do at the end was cut off: timeout_s={error} had passed")
        return execution.ending
