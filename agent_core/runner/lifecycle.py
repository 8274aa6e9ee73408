"""One run from its beginning to its end: where a request, a browser, an engine and the loop come together.

A run that has begun ends as a value, whatever happens: `failure_of` makes a failure of what is raised on the
way, `guarded` a warning of what is raised while the run is put away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_core.config import Settings
from agent_core.errors import BadRequest, words_of
from agent_core.loop.events import Event, Feed, OnEvent, RunEnded, RunStarted
from agent_core.loop.loop import Ending, Failure, pursue
from agent_core.loop.policy import files_by_name
from agent_core.replay.format import Script
from agent_core.replay.playing.healing import Agent
from agent_core.replay.playing.player import Replay
from agent_core.replay.playing.recompute import MakeRules
from agent_core.runner.archive import Archive
from agent_core.runner.browsers import Browsers, let_go, to_its_end
from agent_core.runner.delivery import Delivery
from agent_core.runner.endings import failure_of, guarded
from agent_core.runner.journal import PICTURE_TIMEOUT_S, AskPerson, Journal, Questions
from agent_core.runner.prepared import Prepared
from agent_core.runner.profile_use import ProfileUse
from agent_core.runner.queued import QueuedRun
from agent_core.runner.report import Report
from agent_core.runner.resolve import goal_of, session_folders, start_address
from agent_core.runner.saving import Recording
from agent_core.runner.stage import Stage
from agent_core.services.codes import GetCode, Sources, codes_folder
from agent_core.store.codes import PushedCodes
from agent_core.task.request import TaskRequest
from agent_core.task.run import Status, StepRecord, TaskRun
from agent_core.task.secrets import BoundSecrets
from browser.model.errors import BrowserError, BrowserLost, BrowserNotFound, LaunchFailed
from browser.model.origins import parse
from browser.redaction.secret_store import SecretStore
from engines.protocol import CodeChooser, Engine, EngineOptions, Finish, GiveUp
from engines.registry import create_engine, part_factory, spec_of

if TYPE_CHECKING:
    from browser.model.observation import Screenshot
    from browser.options import SessionOptions

MakeEngine = Callable[[EngineOptions], Engine]

logger = logging.getLogger(__name__)

CODES_TIMEOUT_S = 60.0
"""How long an engine may think about which error codes fit."""
MODEL_IS_OUT = (
    "BUDGET_TOKENS",
    "BUDGET_COST",
    "MODEL_UNREACHABLE",
    "MODEL_REFUSED",
    "MODEL_TRUNCATED",
    "MODEL_UNUSABLE",
)
"""After these failures, nothing more may or can be asked of a model."""
GRACE_S = 3.0
"""How long an engine that does not obey its cancellation is waited for."""
LOST_S, GONE_S = 5.0, 1.0
"""How long a run that lost its browser, or its tab, waits to hear how its browser session has ended."""
DOWNLOADS_TIMEOUT_S = 30.0
"""How long a run that is done waits for downloads that have begun."""


def make_engine(prepared: Prepared, own: Engine | MakeEngine | None = None) -> Engine:
    """The engine that decides: the recording's, the caller's own, or the one that was chosen by name.

    Raises:
        UnknownEngine, EngineUnavailable: There is none; the message says what is missing.
    """
    if prepared.decider.replay is None:
        return _agent(prepared, own)
    agent = Agent(
        make=lambda: _agent(prepared, own),
        reads_prose=own is not None or prepared.decider.options.model is not None,
    )
    script = prepared.decider.replay.script
    return Replay(script, prepared.decider.replay.values, agent, _rules(script, prepared.decider.options))


def _rules(script: Script, options: EngineOptions) -> MakeRules | None:
    """Makes the rules that decided a recording; None where something else did."""
    make = part_factory(spec_of(script.engine))
    if make is None:
        return None
    return lambda part: make(part) if part else create_engine(script.engine, options)


def _agent(prepared: Prepared, own: Engine | MakeEngine | None) -> Engine:
    if own is None:
        return create_engine(prepared.decider.name, prepared.decider.options)
    return own if isinstance(own, Engine) else own(prepared.decider.options)


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
        """
        request, mask = prepared.request, prepared.secrets.mask
        self._report = Report(
            request,
            mask,
            price=prepared.limits.price,
            profile_id=prepared.profile.id if prepared.profile else None,
            workflow=prepared.decider.replay if prepared.is_workflow else None,
            created_at=queued.since if queued else created_at,
            run_id=queued.run_id if queued else "",
        )
        self._feed = Feed(on_event)
        self._questions = Questions(ask_user, prepared.settings.answer_timeout_s if waits_for_answer else 0.0)
        self._delivery = Delivery(
            None if queued else request.webhook_url, prepared.settings.webhook_key.get_secret_value()
        )
        archive = Archive(prepared.runs, lambda warning: journal.warn(warning))
        journal = Journal(request, self._report, self._feed, archive, self._questions, mask, engine)
        stage = Stage(prepared.way, browsers, who=self.id)
        execution = Execution(prepared, engine, self._report, journal, archive, stage, get_code)
        self._execution = execution
        self._canceled = False
        self._task = asyncio.create_task(
            _live(prepared, execution, journal, self._delivery, raises=browsers is None), name=self.id
        )
        self._task.add_done_callback(lambda _: self._feed.end())

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

    def answer(self, text: str) -> None:
        """Answer what the engine has asked a person (`UserAsked`)."""
        self._questions.answer(text)

    async def picture(self) -> Screenshot | None:
        """The page as it is now, secrets covered; None: it is not open, or cannot be seen."""
        return await self._execution.picture()

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


async def _live(
    prepared: Prepared, execution: Execution, journal: Journal, delivery: Delivery, *, raises: bool
) -> TaskRun:
    """A run from its beginning to its end, its webhook included.

    Args:
        raises: Whether a run that gets no browser raises that, as one that could not start.
    """
    for warning in prepared.warnings:
        journal.warn(warning)
    report = execution.report
    try:
        report.end(await _in_time(prepared.limits.timeout_s, execution, journal))
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


class TimeUp(Exception):
    """The limit has passed; the message is the limit in seconds."""


async def _in_time(limit_s: float | None, execution: Execution, journal: Journal) -> Ending:
    """How the pursuit ended; where the limit cuts off what is done after that, it is a warning.

    Raises:
        TimeUp: The limit has passed.
    """
    try:
        return await _within(limit_s, execution.work(), journal.abandon)
    except TimeUp as error:
        if execution.ending is None:
            raise
        journal.warn(f"what was left to do at the end was cut off: timeout_s={error} had passed")
        return execution.ending


async def _within(
    limit_s: float | None, work: Coroutine[Any, Any, Ending], abandon: Callable[[], None]
) -> Ending:
    """What comes of the work. The limit and a cancellation hold, whether or not the work obeys.

    Raises:
        TimeUp: The limit has passed.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=limit_s)
    except asyncio.CancelledError:
        await _cut_off(task, abandon)
        raise
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


class Execution:
    """What a run does between its launch and its end."""

    def __init__(
        self,
        prepared: Prepared,
        engine: Engine,
        report: Report,
        journal: Journal,
        archive: Archive,
        stage: Stage,
        get_code: GetCode | None,
    ) -> None:
        self._prepared, self._engine, self._journal = prepared, engine, journal
        self.report, self.archive, self._stage = report, archive, stage
        self._get_code = get_code
        self._profile = ProfileUse(prepared.profile) if prepared.profile else None
        self._recording: Recording | None = None
        self.start_error: Exception | None = None
        """Why there is no browser, where there is none."""
        self.ending: Ending | None = None
        """How the pursuit ended, as soon as it has; nothing that is still to be done then changes it."""

    async def work(self) -> Ending:
        """Pursue the goal. Whatever is raised on the way is how it ended."""
        self.ending = await self._ending()
        return await self._with_codes(self.ending)

    async def _ending(self) -> Ending:
        try:
            return await self._pursue()
        except (BadRequest, BrowserNotFound, LaunchFailed) as error:
            if not self._stage.is_set:
                self.start_error = error
            return Failure(code="BROWSER_LOST", message=words_of(error))
        except Exception as error:  # noqa: BLE001  the one place where all of them end
            return await self._broken_off(error)

    async def _with_codes(self, ending: Ending) -> Ending:
        """The ending with the caller's error codes that fit, where the engine named none by itself."""
        goal, engine = self._prepared.secrets.mask.of(goal_of(self._prepared.request)), self._engine
        if not (goal.error_codes and self.start_error is None and isinstance(engine, CodeChooser)):
            return ending
        match ending:
            case GiveUp(reason=reason, error_codes=()):
                pass
            case Failure(code=code, message=reason) if code not in MODEL_IS_OUT:
                pass
            case _:
                return ending
        seen = self.report.progress.seen
        try:
            async with asyncio.timeout(CODES_TIMEOUT_S):
                codes = await engine.choose_codes(goal, reason, seen[-1] if seen else None)
        except Exception as error:  # noqa: BLE001  whatever it is: how the run ended is known
            logger.info("no error code was chosen: %r", error)
            self._journal.warn(f"no error code was chosen: {words_of(error)}")
            return ending
        return replace(ending, error_codes=codes)

    async def _broken_off(self, error: Exception) -> Failure:
        failure = failure_of(error)
        if failure is None and self._stage.lost:
            failure = Failure(code="BROWSER_LOST", message=f"the browser has ended: {words_of(error)}")
        if failure is None:
            return self._fault(error)
        if isinstance(error, BrowserError) and failure.code == "BROWSER_LOST":
            return replace(failure, message=await self._how_it_was_lost(error, failure.message))
        if (
            failure.code == "NAVIGATION_FAILED"
            and self._prepared.way.proxy
            and "the proxy" in failure.message
        ):
            return replace(failure, message=f"{failure.message}; proxy_location names the proxy")
        return failure

    def _fault(self, error: Exception) -> Failure:
        """A mistake in an engine or in us: the run's folder holds the traceback."""
        logger.debug("run %s was broken off", self.report.run.run_id, exc_info=error)
        self.archive.begin(self.report.run)
        where = self.archive.keep_traceback(error, self._prepared.secrets.mask)
        see = f"; see {where}" if where else ""
        why = f"{type(error).__name__}: {words_of(error)} (a mistake in the program{see})"
        return Failure(code="INTERRUPTED", message=why)

    async def _how_it_was_lost(self, error: BrowserError, said: str) -> str:
        """What an error of the browser's says; of a browser session that has ended, why it has."""
        session_id = self._prepared.request.browser_session_id
        if not session_id:
            return said
        # A tab may be seen to go before the browser is.
        patience_s = LOST_S if isinstance(error, BrowserLost) else GONE_S
        try:
            ended = await session_folders(self._prepared.settings).end_of(session_id, patience_s)
        except BadRequest as gone:
            logger.info("how %s has ended cannot be read: %s", session_id, gone)
            return said
        return f"{session_id} has ended: {ended}" if ended else said

    async def _pursue(self) -> Ending:
        prepared, request, settings = self._prepared, self._prepared.request, self._prepared.settings
        browser = await self._stage.browser()
        for warning in self._stage.warnings:
            self._journal.warn(warning)
        self.report.begin()
        self.archive.begin(self.report.run)
        secrets = prepared.secrets
        goal = secrets.mask.of(goal_of(request))
        going_on = "" if request.url else browser.at
        start = going_on or await start_address(request, goal, self._engine, settings.search_url)
        if not start:
            why = "no address to begin at: give url, or name one in the prompt, or set AGENT_CORE_SEARCH_URL"
            return Failure(code="NAVIGATION_FAILED", message=why)
        if why := request.rules.objection(start):
            return Failure(code="BLOCKED", message=why)
        bound = secrets.bound_to(start)
        codes = self._sources(bound)
        vault = SecretStore(
            bound.typable, codes.current if codes.any else None, secrets.mask, codes.timeout_s
        )
        options = _session_options(request, settings, start, self.archive.path, vault)
        session = await self._stage.open(browser, options)
        self._journal.tell(
            RunStarted(
                run_id=self.report.run.run_id,
                engine=prepared.decider.name,
                url=start,
                folder=self.report.run.folder or "",
                max_steps=prepared.limits.steps,
            )
        )
        if self._profile:
            for warning in await self._profile.begin(session):
                self._journal.warn(warning)
        if going_on:
            session.must_allow(going_on)
        else:
            await session.goto(start)
            bound = secrets.bound_to(start, session.front.url if session.front else "")
            codes = self._sources(bound)
            vault.give(bound.typable, codes.current if codes.any else None)
        goal = replace(goal, url=secrets.mask.text(start), secrets=bound.names, codes=codes.any)
        self._recording = Recording(request, prepared.decider, prepared.scripts, self._engine, session, goal)
        if settings.screenshots:
            self._journal.take_pictures = self._pictures
        self.ending = await pursue(
            goal,
            self._recording.page,
            self._engine,
            prepared.limits.budget(),
            self._journal,
            full_history=request.include_action_history_in_verification,
            progress=self.report.progress,
        )
        if isinstance(self.ending, Finish):
            with guarded("the page on which the run ended could not be seen", self._journal.warn):
                await self._recording.look_last()
        return self.ending

    async def picture(self) -> Screenshot | None:
        """The page as it is now; None where there is none."""
        session = self._stage.session
        if session is None:
            return None
        try:
            async with asyncio.timeout(PICTURE_TIMEOUT_S):
                return await session.screenshot()
        except (BrowserError, TimeoutError) as error:
            logger.debug("the page cannot be seen now: %r", error)
            return None

    async def _pictures(self, step: StepRecord) -> tuple[Screenshot, ...]:
        session, scrolls = self._stage.session, self._prepared.request.max_screenshot_scrolls
        if session is None or self._recording is None or self.archive.path is None:
            return ()
        if not self._recording.worth_a_picture(step):
            return ()
        return await session.scrolled_screenshots(scrolls) if scrolls else (await session.screenshot(),)

    def _sources(self, secrets: BoundSecrets) -> Sources:
        """Where one-time codes come from."""
        request, settings = self._prepared.request, self._prepared.settings
        return Sources(
            makers=secrets.code_makers,
            url=request.totp_url or "",
            key=settings.webhook_key.get_secret_value(),
            identifier=request.totp_identifier or "",
            pushed=PushedCodes(codes_folder(settings)),
            get_code=self._get_code,
            run_id=self.report.run.run_id,
            timeout_s=settings.code_timeout_s,
            origins=secrets.code_origins,
            interval_s=settings.code_interval_s,
        )

    async def put_away(self) -> None:
        """Keep what came of the run. What cannot be kept is a warning."""
        report, session, warn = self.report, self._stage.session, self._journal.warn
        canceled = report.run.status == "canceled" or bool(report.interruption)
        if self.start_error is None:
            self.archive.begin(report.run)
        if not canceled:  # who cancels does not want to wait
            with guarded("where the values stand could not be found out", warn):
                if unfounded := await asyncio.to_thread(report.trace_values):
                    warn(unfounded)
            with guarded("what was not found is not known", warn):
                for warning in (*report.cut_short(), *filter(None, [report.not_found()])):
                    warn(warning)
        if self._recording is not None:
            with guarded("the run's script could not be kept", warn):
                mask = self._prepared.secrets.mask
                for warning in self._recording.keep(report.run, report.progress, self.archive.path, mask):
                    warn(warning)
        if session is not None:
            with guarded("the downloads could not be waited for", warn):
                await session.downloads_done(DOWNLOADS_TIMEOUT_S if report.run.status == "completed" else 0)
            for lost in session.failed_downloads:
                warn(f"the download {lost.name} of {lost.url} is not there: {lost.problem}")
            with guarded("what was recorded could not be kept", warn):
                recorded = await session.recorded()
                report.recorded(recorded)
                for problem in recorded.problems:
                    warn(problem)
            if self._profile:
                with guarded("the browser profile was not saved, and is as it was", warn):
                    for warning in await self._profile.save(session, hurried=canceled):
                        warn(warning)
        with guarded("what the engine has used is not known", warn):
            report.used(self._engine.usage)
        with guarded("the files of the run are not known", warn):
            report.files(session.downloads if session else (), self.archive.path)
        report.close()
        self.archive.finish(report.run)

    async def close(self) -> None:
        """Close what was opened. Never raises."""
        await let_go(self._engine)
        await self._stage.close()
        self.archive.close()


def _session_options(
    request: TaskRequest, settings: Settings, start: str, folder: Path | None, vault: SecretStore
) -> SessionOptions:
    from browser.options import Recording, SessionOptions

    wanted, given = request.record, request.model_fields_set
    recording = None
    if wanted and folder is not None:
        recording = Recording(
            folder=folder,
            video="video" in wanted,
            har="har" in wanted or "bodies" in wanted,
            bodies="bodies" in wanted,
            trace="trace" in wanted,
        )
    address = parse(start)
    return SessionOptions(
        viewport=request.viewport,
        own_looks="viewport" in given or "device_scale_factor" in given,
        locale=request.locale,
        timezone=request.timezone,
        device_scale_factor=request.device_scale_factor,
        extra_http_headers=request.extra_http_headers or {},
        header_hosts=(address.authority if address else "", *(request.header_hosts or ())),
        downloads_dir=folder / "downloads" if folder is not None else None,
        most_download_bytes=int(settings.max_download_mb * 1_000_000),
        recording=recording,
        page_timeout_s=settings.page_timeout_s,
        ignore_https_errors=settings.ignore_https_errors,
        files=files_by_name(request),
        secrets=vault,
        rules=request.rules,
    )
