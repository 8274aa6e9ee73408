"""The composition root: the only module that opens a browser and makes an engine.

`Browsers` owns what was launched, `Run` carries out one task and can be watched and canceled.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from agent_core.budget import Budget
from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.events import Event, RunEnded, RunStarted, StepEnded, UserAsked, Warned
from agent_core.loop import Audience, Ending, Failure, Progress, pursue
from agent_core.output import OutputProblem
from agent_core.prepare import Prepared, Way, goal_of, start_address
from agent_core.provenance import sources_of
from agent_core.store.run_folder import RunFolder, new_run_id, screenshot_urls
from agent_core.task import FileInfo, RunError, RunUsage, Status, StepRecord, TaskRequest, TaskRun
from browser.errors import BrowserError, BrowserNotFound, LaunchFailed, NavigationFailed
from engines.base import AskUser, Engine, EngineOptions, Finish, GiveUp
from engines.errors import ModelError

if TYPE_CHECKING:
    from browser.launch import Browser, SessionOptions
    from browser.session import Session

MakeEngine = Callable[[EngineOptions], Engine]
OnEvent = Callable[[Event], None]
AskPerson = Callable[[AskUser], str | Awaitable[str | None] | None]

PICTURE_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 15.0
DOWNLOADS_TIMEOUT_S = 30.0

T = TypeVar("T")


def make_engine(prepared: Prepared, own: Engine | MakeEngine | None = None) -> Engine:
    """The engine that decides: the caller's own, or the one that was chosen by name.

    Raises:
        UnknownEngine, EngineUnavailable: There is none; the message says what is missing.
    """
    from engines.registry import create_engine

    if own is None:
        return create_engine(prepared.engine_name, prepared.options)
    return own if isinstance(own, Engine) else own(prepared.options)


# --- browsers ------------------------------------------------------------------------------------


class Browsers:
    """The browsers of one run or of many: one for each way of reaching pages."""

    def __init__(self, on_warning: Callable[[str], None]) -> None:
        self._on_warning = on_warning
        self._open: dict[Way, Browser] = {}
        self._opening = asyncio.Lock()

    async def get(self, way: Way) -> Browser:
        """The browser for this way; opened on first use, and again where it has died.

        Raises:
            BrowserNotFound, LaunchFailed: See there.
        """
        async with self._opening:
            known = self._open.get(way)
            if known is None or not known.connected:
                # A launch that is cut off half-way would leave a process behind.
                self._open[way] = await to_its_end(self._start(way), undo=_close)
            return self._open[way]

    async def close(self) -> None:
        """Close all that we launched, leave all that we joined."""
        while self._open:
            _, browser = self._open.popitem()
            await _close(browser)

    async def _start(self, way: Way) -> Browser:
        from browser.launch import LaunchOptions, join, launch

        if not way.address:
            options = LaunchOptions(
                executable_path=way.executable,
                channel=way.channel,
                headless=way.headless,
                proxy=way.proxy,
                on_warning=self._on_warning,
            )
            return await launch(options)
        try:
            return await join(way.address, dict(way.address_headers))
        except LaunchFailed as error:
            raise LaunchFailed(f"browser_address: {error}") from error


async def _close(what: Browser | Session | Engine) -> None:
    """Let go of it, in bounded time; what does not let itself be closed keeps nobody waiting."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await what.close()
    except (TimeoutError, BrowserError):
        return


async def to_its_end(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]] | None = None) -> T:
    """Finish the work even if the caller is canceled meanwhile, and undo it then."""
    task = asyncio.ensure_future(work)
    canceled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            canceled = error
    if canceled is None:
        return task.result()
    if undo is not None and not task.cancelled() and task.exception() is None:
        await to_its_end(_as_coroutine(undo(task.result())))
    raise canceled


async def _as_coroutine(work: Awaitable[None]) -> None:
    await work


@asynccontextmanager
async def open_page(
    url: str | None = None,
    *,
    browser_address: str | None = None,
    settings: Settings | None = None,
    headless: bool | None = None,
) -> AsyncIterator[Session]:
    """A browser page to use by hand, outside any run; closed with all that was opened for it.

    Raises:
        BadRequest, BrowserNotFound, LaunchFailed: No page can be had.
        NavigationFailed: `url` could not be opened.
    """
    settings = settings or Settings.from_env()
    request = TaskRequest.of({"prompt": "-", "url": url, "browser_address": browser_address})
    way = Way(
        address=request.browser_address or "",
        executable=settings.browser,
        channel=settings.browser_channel,
        headless=settings.headless if headless is None else headless,
    )
    browsers = Browsers(on_warning=lambda warning: None)
    try:
        browser = await browsers.get(way)
        session = await browser.open_session()
        try:
            if request.url:
                await session.goto(request.url)
            yield session
        finally:
            await to_its_end(_close(session))
    finally:
        await to_its_end(browsers.close())


# --- a run ---------------------------------------------------------------------------------------


class Run(Audience):
    """A run that has begun: watch it, answer it, cancel it, wait for its result."""

    def __init__(
        self,
        prepared: Prepared,
        engine: Engine,
        *,
        browsers: Browsers | None = None,
        on_event: OnEvent | None = None,
        ask_user: AskPerson | None = None,
        waits_for_answer: bool = True,
    ) -> None:
        """Begin it, as a task of the running event loop.

        Args:
            browsers: Shared with other runs and closed by whoever made them; None: the run's own.
            waits_for_answer: Whether somebody may call `answer`; else a question that `ask_user`
                does not answer ends the run.
        """
        now = datetime.now(UTC)
        self._prepared, self._engine = prepared, engine
        self._shared, self._on_event, self._ask_user = browsers, on_event, ask_user
        self._waits_for_answer = waits_for_answer
        self._run = TaskRun(
            run_id=new_run_id(),
            status="queued",
            created_at=now,
            queued_at=now,
            modified_at=now,
            run_type=prepared.request.run_type,
            run_request=prepared.request.masked(),
            max_screenshot_scrolls=prepared.request.max_screenshot_scrolls,
        )
        self._folder: RunFolder | None = None
        self._session: Session | None = None
        self._progress = Progress()
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._canceled = False
        self._task = asyncio.create_task(self._live(), name=self.id)
        self._task.add_done_callback(lambda _: self._news.set())

    # what a caller does with it

    @property
    def id(self) -> str:
        """`tsk_...`."""
        return self._run.run_id

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self._run.status

    async def events(self) -> AsyncIterator[Event]:
        """Everything that has happened and will happen, from the start; any number may listen."""
        heard = 0
        while True:
            while heard < len(self._events):
                yield self._events[heard]
                heard += 1
            if self._task.done():
                return
            news = self._news
            await news.wait()

    def cancel(self) -> None:
        """End the run as `canceled`, whatever it is doing. Nothing happens if it is over."""
        if not self._canceled and not self._task.done():
            self._canceled = True
            self._task.cancel()

    def answer(self, text: str) -> None:
        """Answer what the engine has asked a person (`UserAsked`)."""
        self._answers.put_nowait(text)

    async def result(self) -> TaskRun:
        """Wait for the end. Canceling this wait leaves the run alone.

        Raises:
            BrowserNotFound, LaunchFailed: It could not start.
        """
        return await asyncio.shield(self._task)

    # what the loop tells it

    def tell(self, event: Event) -> None:
        """Keep an event for all who listen."""
        if isinstance(event, StepEnded):
            self._run.steps.append(event.step)
            if self._folder is not None:
                self._folder.append(event.step)
        self._events.append(event)
        news, self._news = self._news, asyncio.Event()
        news.set()
        if self._on_event is not None:
            self._hand_over(event, self._on_event)

    def _hand_over(self, event: Event, on_event: OnEvent) -> None:
        try:
            on_event(event)
        except Exception as error:  # noqa: BLE001  the caller's code; its mistakes are not the run's
            self._on_event = None
            self._warn(f"on_event raised {type(error).__name__}: {error}; it is not called any more")

    def _warn(self, warning: str) -> None:
        if warning not in self._run.warnings:
            self._run.warnings.append(warning)
            self.tell(Warned(text=warning))

    async def ask(self, question: AskUser) -> str | None:
        """Hand a question over to a person."""
        self.tell(UserAsked(question=question))
        if self._ask_user is not None:
            answer = self._ask_user(question)
            return await answer if inspect.isawaitable(answer) else answer
        if not self._waits_for_answer:
            return None
        try:
            async with asyncio.timeout(self._prepared.settings.answer_timeout_s):
                return await self._answers.get()
        except TimeoutError:
            return None

    async def picture(self, step: StepRecord) -> None:
        """Keep a picture of the page as the step left it."""
        if self._session is None or self._folder is None or not self._prepared.settings.screenshots:
            return
        try:
            async with asyncio.timeout(PICTURE_TIMEOUT_S):
                picture = await self._session.screenshot()
            step.screenshot = await self._folder.keep(step.number, picture)
        except (TimeoutError, BrowserError) as error:
            self._warn(f"a step has no picture: {error}" if str(error) else "a step's picture took too long")

    # its life

    async def _live(self) -> TaskRun:
        browsers = self._shared or Browsers(self._warn)
        for warning in self._prepared.warnings:
            self._warn(warning)
        try:
            return await self._begin_and_end(browsers)
        finally:
            await to_its_end(_close(self._engine))
            if browsers is not self._shared:
                await to_its_end(browsers.close())
            if self._run.finished_at is not None:
                self.tell(RunEnded(run=self._run))

    async def _begin_and_end(self, browsers: Browsers) -> TaskRun:
        request = self._prepared.request
        clock = asyncio.timeout(request.timeout_s)
        try:
            async with clock:
                browser = await browsers.get(self._prepared.way)
                self._end(await self._pursue(browser))
        except asyncio.CancelledError:
            self._stop("canceled", "canceled by the caller")
        except (BadRequest, BrowserNotFound, LaunchFailed):
            raise
        except ModelError as error:
            self._fail(error.code, str(error))
        except NavigationFailed as error:
            self._fail("NAVIGATION_FAILED", str(error))
        except BrowserError as error:
            self._fail("BROWSER_LOST", str(error))
        except Exception as error:  # noqa: BLE001  the edge: an engine's mistake must not leave a browser
            if isinstance(error, TimeoutError) and clock.expired():
                self._stop("timed_out", f"not done within timeout_s={request.timeout_s:g}")
            else:
                self._break_off(error)
        await to_its_end(self._put_away())
        return self._run

    async def _pursue(self, browser: Browser) -> Ending:
        request = self._prepared.request
        engine = self._engine
        folder = self._begin()
        goal = goal_of(request)
        start = await start_address(goal, engine, self._prepared.settings.search_url)
        if not start:
            why = "no address to begin at: give url, or name one in the prompt, or set AGENT_CORE_SEARCH_URL"
            return Failure(code="NAVIGATION_FAILED", message=why)
        options = _session_options(request, start, folder.downloads)
        self._session = await to_its_end(browser.open_session(options), undo=_close)
        self.tell(
            RunStarted(
                run_id=self.id,
                engine=self._prepared.engine_name,
                url=start,
                folder=str(folder.path),
                max_steps=request.steps,
            )
        )
        await self._session.goto(start)
        budget = Budget(
            request.steps, request.max_tokens_total, request.max_cost_usd, self._prepared.cost_usd
        )
        return await pursue(
            replace(goal, url=start),
            self._session,
            engine,
            budget,
            self,
            full_history=request.include_action_history_in_verification,
            progress=self._progress,
        )

    def _begin(self) -> RunFolder:
        """From here on the run is one that has begun, and leaves a folder."""
        if self._folder is None:
            self._run.status = "running"
            self._run.started_at = self._run.modified_at = datetime.now(UTC)
            try:
                self._folder = RunFolder.make(self._prepared.runs, self._run)
            except OSError as error:
                raise BadRequest("run_dir", f"the run cannot be kept there: {error}") from error
            self._run.folder = str(self._folder.path)
        return self._folder

    # its end

    def _end(self, ending: Ending) -> None:
        match ending:
            case Finish():
                self._run.status = "completed"
                self._run.output = self._progress.output
            case GiveUp(reason=reason, impossible=impossible, error_codes=codes):
                self._stop("terminated" if impossible else "failed", reason)
                ours = [] if impossible else [RunError(error_code="GAVE_UP", reasoning=reason)]
                self._run.errors = [*ours, *self._users_errors(codes, reason), *(self._run.errors or [])]
            case Failure(code=code, message=message):
                self._fail(code, message)

    def _users_errors(self, codes: tuple[str, ...], reason: str) -> list[RunError]:
        known = self._prepared.request.error_code_mapping or {}
        return [
            RunError(error_code=code, reasoning=reason, error_type="USER_DEFINED_ERROR")
            for code in dict.fromkeys(codes)
            if code in known
        ]

    def _fail(self, code: str, reason: str) -> None:
        self._stop("failed", reason)
        self._run.errors = [RunError(error_code=code, reasoning=reason), *(self._run.errors or [])]

    def _break_off(self, error: Exception) -> None:
        """A mistake in an engine or in us: the run ends, and the folder holds the traceback."""
        where = self._begin().keep_traceback(error)
        self._fail("INTERRUPTED", f"{type(error).__name__}: {error} (a mistake in the program; see {where})")

    def _stop(self, status: Status, reason: str) -> None:
        """End without success: what was extracted so far is kept, and what is wrong with it is said."""
        self._begin()
        self._run.status = status
        self._run.failure_reason = reason
        self._run.output = self._progress.output
        self._run.errors = [
            RunError(error_code="OUTPUT_INVALID", reasoning=str(problem), pointer=problem.pointer)
            for problem in self._problems()
        ] or None

    def _problems(self) -> tuple[OutputProblem, ...]:
        if self._progress.output is None and self._prepared.request.output_schema is not None:
            return (OutputProblem(pointer="", text="nothing was extracted"),)
        return self._progress.problems

    async def _put_away(self) -> None:
        """Write the result, then close what the run opened."""
        run, session = self._run, self._session
        run.step_count = len(run.steps)
        run.usage = _usage(self._engine, self._prepared)
        if run.output is not None:
            self._trace_values()
        if session is not None:
            await session.downloads_done(DOWNLOADS_TIMEOUT_S if run.status == "completed" else 0)
            run.downloaded_files = [_file_info(download) for download in session.downloads] or None
        folder = self._begin()
        run.screenshot_urls = screenshot_urls(folder.path, run.steps)
        run.finished_at = run.modified_at = datetime.now(UTC)
        folder.finish(run)
        if session is not None:
            await _close(session)

    def _trace_values(self) -> None:
        """Say where each value was read; one that stands nowhere is a warning."""
        run = self._run
        run.provenance = sources_of(run.output, self._progress.seen, self._progress.sources)
        unfounded = [pointer for pointer, source in run.provenance.items() if source is None]
        if unfounded:
            listed = ", ".join(pointer or "the output" for pointer in unfounded[:10])
            more = f" and {len(unfounded) - 10} more" if len(unfounded) > 10 else ""
            self._warn(f"not found on the pages seen: {listed}{more}")


async def end_with_caller(run: Run) -> TaskRun:
    """Wait for a run; a caller that is canceled takes it along."""
    try:
        return await run.result()
    except asyncio.CancelledError:
        run.cancel()
        await to_its_end(_ended(run))
        raise


async def _ended(run: Run) -> None:
    async for _ in run.events():
        pass


def _session_options(request: TaskRequest, start: str, downloads: Path) -> SessionOptions:
    from browser.launch import SessionOptions

    return SessionOptions(
        viewport=request.viewport,
        locale=request.locale,
        timezone=request.timezone,
        device_scale_factor=request.device_scale_factor,
        extra_http_headers=request.extra_http_headers or {},
        header_hosts=(urlsplit(start).netloc.rpartition("@")[2], *(request.header_hosts or ())),
        downloads_dir=downloads,
    )


def _usage(engine: Engine, prepared: Prepared) -> RunUsage:
    usage = engine.usage
    return RunUsage(
        model=usage.model,
        model_calls=usage.calls,
        input_tokens=usage.input_tokens,
        cached_tokens=usage.cached_tokens,
        output_tokens=usage.output_tokens,
        images=usage.images,
        cost_usd=prepared.cost_usd(usage) if prepared.cost_usd else None,
    )


def _file_info(download: Any) -> FileInfo:
    return FileInfo(
        url=Path(download.path).absolute().as_uri(),
        filename=download.name,
        checksum=download.sha256,
        size=download.size,
        modified_at=datetime.now(UTC),
    )
