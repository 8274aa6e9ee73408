"""The composition root: where a request, a browser, an engine and the loop come together.

`Run` is what a caller holds: it can be watched, answered, canceled and waited for. `_Life` is what
goes on behind it.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.budget import Budget
from agent_core.loop.events import Event, Feed, OnEvent, RunEnded, RunStarted, StepEnded, UserAsked, Warned
from agent_core.loop.loop import Audience, Ending, Failure, pursue
from agent_core.loop.policy import files_by_name, objection
from agent_core.replay.format import Script
from agent_core.replay.player import Agent, Replay
from agent_core.replay.rules import MakeRules
from agent_core.runner.browsers import Browsers, let_go, to_its_end
from agent_core.runner.profile_use import ProfileUse
from agent_core.runner.report import Report, masked_step
from agent_core.runner.resolve import Prepared, goal_of, session_folders, start_address
from agent_core.runner.saving import Recording
from agent_core.services.codes import CodeTimeout, GetCode, Sources, codes_folder
from agent_core.services.webhook import CANCELED_S, Patience, deliver, given_up
from agent_core.store.codes import PushedCodes
from agent_core.store.run_folder import RunFolder
from agent_core.task.request import TaskRequest
from agent_core.task.run import Status, StepRecord, TaskRun, WebhookDelivery
from agent_core.task.secrets import BoundSecrets
from browser.model.actions import Action
from browser.model.errors import (
    BrowserError,
    BrowserLost,
    BrowserNotFound,
    LaunchFailed,
    NavigationFailed,
    NavigationRefused,
)
from browser.model.origins import parse
from browser.redaction.secret_store import SecretStore
from engines.errors import ModelError
from engines.protocol import AskUser, Engine, EngineOptions, Finish, Remarking
from engines.registry import create_engine, part_factory, spec_of

if TYPE_CHECKING:
    from browser.lifecycle.launch import Browser
    from browser.options import SessionOptions
    from browser.session import Session

MakeEngine = Callable[[EngineOptions], Engine]
AskPerson = Callable[[AskUser], str | Awaitable[str | None] | None]

logger = logging.getLogger(__name__)

PICTURE_TIMEOUT_S = 5.0
LOST_S, GONE_S = 5.0, 1.0
"""How long a run that lost its browser, or its tab, waits to hear how its browser session has ended."""
DOWNLOADS_TIMEOUT_S = 30.0
"""How long a run that is done waits for downloads that have begun."""


def make_engine(prepared: Prepared, own: Engine | MakeEngine | None = None) -> Engine:
    """The engine that decides: the recording's, the caller's own, or the one that was chosen by name.

    Raises:
        UnknownEngine, EngineUnavailable: There is none; the message says what is missing.
    """
    if prepared.replay is None:
        return _agent(prepared, own)
    agent = Agent(
        make=lambda: _agent(prepared, own),
        reads_prose=own is not None or prepared.options.model is not None,
    )
    script = prepared.replay.script
    return Replay(script, prepared.replay.values, agent, _rules(script, prepared.options))


def _rules(script: Script, options: EngineOptions) -> MakeRules | None:
    """Makes the rules that decided a recording; None where something else did."""
    make = part_factory(spec_of(script.engine))
    if make is None:
        return None
    return lambda part: make(part) if part else create_engine(script.engine, options)


def _agent(prepared: Prepared, own: Engine | MakeEngine | None) -> Engine:
    if own is None:
        return create_engine(prepared.engine_name, prepared.options)
    return own if isinstance(own, Engine) else own(prepared.options)


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
    ) -> None:
        """Begin it, as a task of the running event loop.

        Args:
            browsers: Shared with other runs and closed by whoever made them; None: the run's own.
            get_code: Gives one-time codes where nothing else does.
            waits_for_answer: Whether somebody may call `answer`; else a question that `ask_user`
                does not answer ends the run.
        """
        self._report = Report(prepared)
        self._feed = Feed(on_event)
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._ask_user = ask_user
        self._patience_s = prepared.settings.answer_timeout_s if waits_for_answer else 0.0
        self._life = _Life(prepared, engine, self._report, self._feed, self._ask, get_code)
        self._canceled = False
        self._task = asyncio.create_task(self._life.live(browsers), name=self.id)
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

    def cancel(self) -> None:
        """End the run as `canceled`, whatever it is doing. Nothing happens if it is over.

        Where it has ended and its webhook is still being delivered, that is given up.
        """
        self._life.stop_delivery()
        if not self._canceled and not self._report.final:
            self._canceled = True
            # Not at once: a task that is canceled before its first step would never clean up.
            asyncio.get_running_loop().call_soon(self._task.cancel)

    def answer(self, text: str) -> None:
        """Answer what the engine has asked a person (`UserAsked`)."""
        self._answers.put_nowait(text)

    async def result(self) -> TaskRun:
        """Wait for the end. Canceling this wait leaves the run alone.

        Raises:
            BrowserNotFound, LaunchFailed, BadRequest: It could not start.
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

    async def _ask(self, question: AskUser) -> str | None:
        if self._ask_user is not None:
            answer = self._ask_user(question)
            return await answer if inspect.isawaitable(answer) else answer
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._answers.get()
        except TimeoutError:
            return None


class _Life(Audience):
    """One run from its beginning to its end; the loop's audience meanwhile."""

    def __init__(
        self,
        prepared: Prepared,
        engine: Engine,
        report: Report,
        feed: Feed,
        ask: Callable[[AskUser], Awaitable[str | None]],
        get_code: GetCode | None,
    ) -> None:
        self._prepared, self._engine = prepared, engine
        self._report, self._feed, self._ask = report, feed, ask
        self._get_code = get_code
        self._mask = prepared.secrets.mask
        self._profile = ProfileUse(prepared.profile) if prepared.profile else None
        self._folder: RunFolder | None = None
        self._session: Session | None = None
        self._delivery: asyncio.Task[WebhookDelivery] | None = None
        self._recording: Recording | None = None

    # what the loop tells and asks

    def tell(self, event: Event) -> None:
        """Pass an event on to all who listen."""
        event = self._mask.of(event)
        if isinstance(event, StepEnded):
            event = StepEnded(step=masked_step(event.step, self._mask))
            self._report.run.steps.append(event.step)
            if self._folder is not None:
                self._folder.append(event.step)
            for remark in self._engine.remarks if isinstance(self._engine, Remarking) else ():
                self._warn(remark)
        complaint = self._feed.tell(event)
        if complaint:
            self._warn(complaint)

    def _warn(self, warning: str) -> None:
        if self._report.warn(warning):
            self.tell(Warned(text=warning))

    async def ask(self, question: AskUser) -> str | None:
        """Hand a question over to a person."""
        self.tell(UserAsked(question=question))
        return await self._ask(question)

    def objection(self, action: Action) -> str:
        """What the caller's machine must be kept from."""
        return objection(action, self._prepared.request)

    async def picture(self, step: StepRecord) -> None:
        """Keep a picture of the page as the step left it."""
        if self._session is None or self._folder is None or not self._prepared.settings.screenshots:
            return
        if self._recording is not None and not self._recording.worth_a_picture(step):
            return
        try:
            async with asyncio.timeout(PICTURE_TIMEOUT_S):
                picture = await self._session.screenshot()
            step.screenshot = await self._folder.keep(step.number, picture)
        except (TimeoutError, BrowserError) as error:
            self._warn(f"a step has no picture: {error}" if str(error) else "a step's picture took too long")

    # from the beginning to the end

    async def live(self, shared: Browsers | None) -> TaskRun:
        """Do the task; every way out closes what was opened."""
        # A kept browser is one run's at a time, so a run joins it, and leaves it, by itself.
        browsers = shared if shared and not self._prepared.way.kept else Browsers(self._report.run.run_id)
        for warning in self._prepared.warnings:
            self._warn(warning)
        try:
            await self._do(browsers)
            await to_its_end(self._put_away())
        finally:
            await to_its_end(let_go(self._engine))
            if browsers is not shared:
                await to_its_end(browsers.close())
            if self._folder is not None:
                self._folder.close()
        await self._deliver()
        self.tell(RunEnded(run=self._report.run))
        return self._report.run

    async def _do(self, browsers: Browsers) -> None:
        """Pursue the goal, and write down how that ended."""
        report, timeout_s = self._report, self._prepared.request.timeout_s
        clock = asyncio.timeout(timeout_s)
        try:
            async with clock:
                browser = await browsers.get(self._prepared.way)
                for warning in browsers.warnings:
                    self._warn(warning)
                report.end(await self._pursue(browser))
        except asyncio.CancelledError:
            report.stop("canceled", "canceled by the caller")
        except (BadRequest, BrowserNotFound, LaunchFailed):
            raise
        except ModelError as error:
            report.fail(error.code, str(error))
        except CodeTimeout as error:
            report.fail("OTP_TIMEOUT", str(error))
        except NavigationRefused as error:
            report.fail("BLOCKED", str(error))
        except NavigationFailed as error:
            report.fail("NAVIGATION_FAILED", self._about_the_proxy(str(error)))
        except BrowserError as error:
            report.fail("BROWSER_LOST", await self._how_it_was_lost(error))
        except Exception as error:
            logger.debug("run %s was broken off", report.run.run_id, exc_info=error)
            if isinstance(error, TimeoutError) and clock.expired():
                report.stop("timed_out", f"not done within timeout_s={timeout_s:g}")
            else:
                self._break_off(error)

    async def _pursue(self, browser: Browser) -> Ending:
        request, settings = self._prepared.request, self._prepared.settings
        folder = self._begin()
        secrets = self._prepared.secrets
        goal = secrets.mask.of(goal_of(request))
        going_on = "" if request.url else browser.at
        start = request.url or going_on or await start_address(goal, self._engine, settings.search_url)
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
        options = _session_options(request, settings, start, folder, vault)
        # A session that is cut off half-way would leave a tab behind in somebody's browser.
        self._session = await to_its_end(browser.open_session(options), undo=let_go)
        self.tell(
            RunStarted(
                run_id=self._report.run.run_id,
                engine=self._prepared.engine_name,
                url=start,
                folder=str(folder.path),
                max_steps=self._prepared.steps,
            )
        )
        if self._profile:
            for warning in await self._profile.begin(self._session):
                self._warn(warning)
        if going_on:
            self._session.must_allow(going_on)
        else:
            await self._session.goto(start)
        goal = replace(goal, url=secrets.mask.text(start), secrets=bound.names, codes=codes.any)
        self._recording = Recording(self._prepared, self._engine, self._session, goal)
        ending = await pursue(
            goal,
            self._recording.page,
            self._engine,
            Budget(
                self._prepared.steps, request.max_tokens_total, request.max_cost_usd, self._prepared.cost_usd
            ),
            self,
            full_history=request.include_action_history_in_verification,
            progress=self._report.progress,
        )
        if isinstance(ending, Finish):
            await self._recording.look_last()
        return ending

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
            run_id=self._report.run.run_id,
            timeout_s=settings.code_timeout_s,
            interval_s=settings.code_interval_s,
        )

    def _about_the_proxy(self, said: str) -> str:
        """Name the field, where it is the proxy that does not do its part."""
        guilty = self._prepared.way.proxy is not None and "the proxy" in said
        return f"{said}; proxy_location names the proxy" if guilty else said

    async def _how_it_was_lost(self, error: BrowserError) -> str:
        """What an error of the browser's says; of a browser session that has ended, why it has."""
        session_id = self._prepared.request.browser_session_id
        if not session_id:
            return str(error)
        # A tab may be seen to go before the browser is.
        patience_s = LOST_S if isinstance(error, BrowserLost) else GONE_S
        ended = await session_folders(self._prepared.settings).end_of(session_id, patience_s)
        return f"{session_id} has ended: {ended}" if ended else str(error)

    def _begin(self) -> RunFolder:
        """The run's folder; from the first time on, the run is one that has begun."""
        if self._folder is None:
            if not self._report.final:
                self._report.begin()
            try:
                self._folder = RunFolder.make(self._prepared.runs, self._report.run)
            except OSError as error:
                raise BadRequest("run_dir", f"the run cannot be kept there: {error}") from error
            self._report.run.folder = str(self._folder.path)
        return self._folder

    def _break_off(self, error: Exception) -> None:
        """A mistake in an engine or in us: the run ends, and the folder holds the traceback."""
        where = self._begin().keep_traceback(error, self._mask)
        why = f"{type(error).__name__}: {error} (a mistake in the program; see {where})"
        self._report.fail("INTERRUPTED", why)

    async def _put_away(self) -> None:
        """Write the result, then close the run's pages."""
        report, session, folder = self._report, self._session, self._begin()
        if report.run.status != "canceled":  # who cancels does not want to wait
            unfounded = await asyncio.to_thread(report.trace_values)
            if unfounded:
                self._warn(unfounded)
            for warning in (*report.cut_short(), *filter(None, [report.not_found()])):
                self._warn(warning)
        if self._recording is not None:
            for warning in self._recording.keep(report.run, report.progress, folder):
                self._warn(warning)
        if session is not None:
            await session.downloads_done(DOWNLOADS_TIMEOUT_S if report.run.status == "completed" else 0)
            for lost in session.failed_downloads:
                self._warn(f"the download {lost.name} of {lost.url} is not there: {lost.problem}")
            recorded = await session.recorded()
            report.recorded(recorded)
            for problem in recorded.problems:
                self._warn(problem)
        if session is not None and self._profile:
            for warning in await self._profile.save(session, hurried=report.run.status == "canceled"):
                self._warn(warning)
        report.close(self._engine.usage, session.downloads if session else (), folder.path)
        folder.finish(report.run)
        if session is not None:
            await let_go(session)

    async def _deliver(self) -> None:
        """Tell the webhook how the run ended. What comes of that changes nothing about it."""
        url, key = self._prepared.request.webhook_url, self._prepared.settings.webhook_key
        run = self._report.run
        if not url:
            return
        patience = Patience(overall_s=CANCELED_S if run.status == "canceled" else None)
        self._delivery = asyncio.create_task(deliver(url, run, key.get_secret_value(), patience))
        await asyncio.wait({self._delivery})
        run.webhook = given_up(url) if self._delivery.cancelled() else self._delivery.result()
        if not run.webhook.delivered:
            self._warn(f"the webhook was not delivered: {run.webhook.problem}")
        if self._folder is not None:
            self._folder.finish(run)

    def stop_delivery(self) -> None:
        """Wait no longer for the webhook."""
        if self._delivery is not None:
            self._delivery.cancel()


def _session_options(
    request: TaskRequest, settings: Settings, start: str, folder: RunFolder, vault: SecretStore
) -> SessionOptions:
    from browser.options import Recording, SessionOptions

    wanted, given = request.record, request.model_fields_set
    recording = Recording(
        folder=folder.path,
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
        downloads_dir=folder.downloads,
        most_download_bytes=int(settings.max_download_mb * 1_000_000),
        recording=recording if wanted else None,
        files=files_by_name(request),
        secrets=vault,
        rules=request.rules,
    )
