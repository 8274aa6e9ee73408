"""What a run does between its launch and its end: pursue the goal, then put away what came of it.

`failure_of` makes a failure of what is raised on the way, `guarded` a warning of what is raised while the run
is put away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.config import Settings
from agent_core.errors import BadRequest, words_of
from agent_core.loop.acts.policy import files_by_name
from agent_core.loop.events import RunStarted
from agent_core.loop.loop import pursue
from agent_core.loop.progress import Ending, Failure
from agent_core.runner.browsers import let_go
from agent_core.runner.by_hand.take_over import TakeOver
from agent_core.runner.endings import failure_of, guarded
from agent_core.runner.keeping.archive import Archive
from agent_core.runner.preparing.prepared import Prepared
from agent_core.runner.preparing.resolve import goal_of, session_folders, start_address
from agent_core.runner.profile_use import ProfileUse
from agent_core.runner.stage import Stage
from agent_core.runner.telling.journal import PICTURE_TIMEOUT_S, Journal
from agent_core.runner.telling.report import Report
from agent_core.services.codes import GetCode, Sources, codes_folder
from agent_core.store.codes import PushedCodes
from agent_core.task.request import TaskRequest
from agent_core.task.run import StepRecord
from agent_core.task.secrets import BoundSecrets
from browser.model.addresses.origins import origin_of
from browser.model.errors import BrowserError, BrowserLost, BrowserNotFound, LaunchFailed
from browser.redaction.secret_store import SecretStore
from engines.protocol import CodeChooser, Engine, Finish, GiveUp

if TYPE_CHECKING:
    from agent_core.runner.keeping.earlier import EarlierPart
    from agent_core.runner.keeping.saving import Recording
    from browser.hand.live import LivePicture
    from browser.model.observation import Screenshot
    from browser.options import SessionOptions

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
LOST_S, GONE_S = 5.0, 1.0
"""How long a run that lost its browser, or its tab, waits to hear how its browser session has ended."""
PAGE_GONE = "the run was interrupted, and the page on which it worked is not open in its session any more"
DOWNLOADS_TIMEOUT_S = 30.0
"""How long a run that is done waits for downloads that have begun."""


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
        take_over: TakeOver,
        get_code: GetCode | None,
        earlier: EarlierPart | None = None,
    ) -> None:
        self._prepared, self._engine, self._journal = prepared, engine, journal
        self.report, self.archive, self._stage = report, archive, stage
        self._get_code, self._earlier = get_code, earlier
        self._take_over = take_over
        self._profile = ProfileUse(prepared.profile) if prepared.profile else None
        self._recording: Recording | None = None
        self.start_error: Exception | None = None
        """Why there is no browser, where there is none."""
        self.ending: Ending | None = None
        """How the pursuit ended, as soon as it has; nothing that is still to be done then changes it."""

    async def work(self) -> Ending:
        """Pursue the goal. Whatever is raised on the way is how it ended."""
        try:
            self.ending = await self._ending()
            if not self._stage.lost:
                await self._take_over.control.freed()  # nobody's page is closed while they work in it
        finally:
            await self._take_over.end()
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
        earlier = self._earlier if self._earlier and self._earlier.acts else None
        going_on = browser.at if earlier or not request.url else ""
        if earlier and not going_on:
            return Failure(code="INTERRUPTED", message=PAGE_GONE)
        # What belongs to the start (secrets, headers) belongs to that of the run, wherever it goes on.
        begun_at = (request.url or earlier.first_url) if earlier else going_on
        start = begun_at or await start_address(request, goal, self._engine, settings.search_url)
        if not start:
            why = "no address to begin at: give url, or name one in the prompt, or set AGENT_CORE_SEARCH_URL"
            return Failure(code="NAVIGATION_FAILED", message=why)
        if why := request.rules.objection(start):
            return Failure(code="BLOCKED", message=why)
        bound = secrets.bound_to(start, earlier.first_url) if earlier else secrets.bound_to(start)
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
        # What records is loaded with the first run, and not with the library.
        from agent_core.runner.keeping.saving import Recording

        self._recording = Recording(request, prepared.decider, prepared.scripts, self._engine, session, goal)
        if settings.screenshots:
            self._journal.take_pictures = self._pictures
        self._take_over.begin(session.hand)
        if earlier and (acts := self._journal.acts) is not None:
            self._journal.warn(f"the run was interrupted, and went on after step {earlier.steps}")
            if failure := await acts.settle(self._journal.ask):
                return failure
            goal = replace(goal, earlier=acts.told())
        self.ending = await pursue(
            goal,
            self._recording.page,
            self._engine,
            prepared.limits.budget(*((self._earlier.steps, self._earlier.usage) if self._earlier else ())),
            self._journal,
            full_history=request.include_action_history_in_verification,
            progress=self.report.progress,
            control=self._take_over.control,
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
        control = self._take_over.control
        if not scrolls or control.holder:  # nobody's page is scrolled while they work in it
            return (await session.screenshot(),)
        async with control.for_agent():
            return await session.scrolled_screenshots(scrolls)

    def pictures(self) -> AsyncIterator[LivePicture] | None:
        """The page whenever it looks different; None where there is none."""
        return self._stage.session.live.watch() if self._stage.session is not None else None

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
            public_only=not settings.private_hosts,
        )

    async def put_away(self) -> None:
        """Keep what came of the run. What cannot be kept is a warning."""
        report, session, warn = self.report, self._stage.session, self._journal.warn
        canceled = report.run.status == "canceled" or bool(report.interruption)
        hurried = canceled or report.run.status == "timed_out"
        if self.start_error is None:
            self.archive.begin(report.run)
        if not canceled:  # who cancels does not want to wait
            with guarded("where the values stand could not be found out", warn):
                if unfounded := await asyncio.to_thread(report.trace_values):
                    warn(unfounded)
            with guarded("what was not found is not known", warn):
                for warning in (*report.cut_short(), *filter(None, [report.not_found()])):
                    warn(warning)
        if self._recording is not None and self._earlier and self._prepared.request.publish_workflow:
            warn("a run that was interrupted leaves no recording, so that no workflow was made of it")
        elif self._recording is not None and self._earlier is None:
            with guarded("the run's script could not be kept", warn):
                mask = self._prepared.secrets.mask
                keep = self._recording.keep
                for warning in await asyncio.to_thread(
                    keep, report.run, report.progress, self.archive.path, mask
                ):
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
                    for warning in await self._profile.save(session, hurried=hurried):
                        warn(warning)
        with guarded("what the engine has used is not known", warn):
            used = self._engine.usage
            report.used(self._earlier.usage.plus(used) if self._earlier else used)
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
    return SessionOptions(
        viewport=request.viewport,
        own_looks="viewport" in given or "device_scale_factor" in given,
        locale=request.locale,
        timezone=request.timezone,
        device_scale_factor=request.device_scale_factor,
        extra_http_headers=request.extra_http_headers or {},
        header_hosts=(origin_of(start), *(request.header_hosts or ())),
        downloads_dir=folder / "downloads" if folder is not None else None,
        most_download_bytes=int(settings.max_download_mb * 1_000_000),
        recording=recording,
        page_timeout_s=settings.page_timeout_s,
        ignore_https_errors=settings.ignore_https_errors,
        files=files_by_name(request),
        secrets=vault,
        rules=request.rules,
    )
