"""The ways to start a task: await it, wait for it, or hold a handle on it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from agent_core.config import Settings
from agent_core.loop.events import OnEvent
from agent_core.runner.asking.questions import AskPerson
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.deciding import MakeEngine, make_engine
from agent_core.runner.preparing.resolve import prepare
from agent_core.runner.queued import QueuedRun
from agent_core.services.codes import GetCode
from agent_core.task.keywords import TaskFields
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from engines.protocol import Engine

if TYPE_CHECKING:
    from agent_core.store.scripts import StoredScript

EngineChoice = str | Engine | MakeEngine
"""An engine's name, an engine, or what makes one of `EngineOptions`."""

T = TypeVar("T")


def request_of(
    prompt: str | TaskRequest, url: str | None, engine: EngineChoice | None, fields: Mapping[str, Any]
) -> tuple[TaskRequest, Engine | MakeEngine | None]:
    """The request that the arguments make, and the caller's own engine where there is one.

    Raises:
        BadRequest: Names the field.
    """
    given: dict[str, Any] = {**fields}
    if url is not None:
        given["url"] = url
    own = None if engine is None or isinstance(engine, str) else engine
    if engine is not None:
        given["engine"] = engine if isinstance(engine, str) else name_of(engine)
    if isinstance(prompt, TaskRequest):
        return (prompt.but_with(given) if given else prompt), own
    return TaskRequest.of({"prompt": prompt, **given}), own


def name_of(engine: Engine | MakeEngine) -> str:
    """Return what the caller's own engine is called."""
    named = getattr(engine, "name", None) or getattr(engine, "__name__", None)
    return named if isinstance(named, str) else type(engine).__name__


def begin_run(
    asked: tuple[TaskRequest, Engine | MakeEngine | None],
    *,
    settings: Settings | None,
    run_dir: str | Path | None,
    headless: bool | None,
    workflow: StoredScript | None = None,
    **hooks: Any,
) -> Run:
    """Check a request, and begin its run; the one way in which tasks and workflows start.

    Args:
        asked: What `request_of` gave: the request, and the caller's own engine.
        workflow: The recording that is repeated; None: the request alone decides.
        hooks: The other arguments of `Run`.
    """
    request, own = asked
    prepared = prepare(
        request,
        own_engine=own is not None,
        settings=settings,
        run_dir=run_dir,
        headless=headless,
        workflow=workflow,
    )
    return Run(prepared, make_engine(prepared, own), **hooks)


def start_task(
    prompt: str | TaskRequest,
    url: str | None = None,
    *,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    queued: QueuedRun | None = None,
    **fields: Unpack[TaskFields],
) -> Run:
    """Start a task and return at once; the event loop that is running carries it out.

    Args:
        prompt: The task in plain words, or a whole `TaskRequest` that the other fields add to.
        url: Where to begin.
        engine: Its name, an engine, or what makes one of `EngineOptions`; None: the default engine.
        settings: Default: `Settings.from_env()`, read now.
        run_dir: The folder in which the run's own folder is made; default: the user's data directory.
        on_event: Called with every event, in the event loop; must not block.
        ask_user: Answers what the engine asks a person; else `Run.answer` does.
        get_code: Gives a one-time code where one is wanted and nothing else gives it; see
            `agent_core.services.codes`.
        headless: False shows the browser's window; None: as in the settings.
        queued: The run as a queue knows it that has kept it until now; None: it begins as it is asked for.
        fields: Every other field of `TaskRequest`.

    Raises:
        BadRequest, UnknownEngine, EngineUnavailable: It cannot start; nothing was started.
    """
    return begin_run(
        request_of(prompt, url, engine, fields),
        settings=settings,
        run_dir=run_dir,
        headless=headless,
        on_event=on_event,
        ask_user=ask_user,
        get_code=get_code,
        queued=queued,
    )


def check_task(request: TaskRequest, *, settings: Settings | None = None) -> tuple[str, ...]:
    """Find out whether a task could start now, without starting it; returns what the caller should know.

    Raises:
        BadRequest, UnknownEngine, EngineUnavailable: It cannot start.
    """
    prepared = prepare(request, settings=settings)
    make_engine(prepared)  # asks nobody anything yet
    return prepared.warnings


async def run_task(
    prompt: str | TaskRequest,
    url: str | None = None,
    *,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    **fields: Unpack[TaskFields],
) -> TaskRun:
    """Do a task in a real browser and return how it went; the arguments are those of `start_task`.

    A run that fails is a value, see `TaskRun.status` and `TaskRun.failure_reason`. Where the caller is
    canceled, the run ends as `canceled` and its browser is closed before the cancellation goes on.
    A question to a person that `ask_user` does not answer ends the run as `NEEDS_USER`.

    Raises:
        BadRequest, UnknownEngine, EngineUnavailable: It cannot start; nothing was started.
        BrowserNotFound, LaunchFailed: There is no browser to do it in.
    """
    run = begin_run(
        request_of(prompt, url, engine, fields),
        settings=settings,
        run_dir=run_dir,
        headless=headless,
        on_event=on_event,
        ask_user=ask_user,
        get_code=get_code,
        waits_for_answer=False,
    )
    return await run.result_or_cancel()


def run_task_sync(
    prompt: str | TaskRequest,
    url: str | None = None,
    *,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    **fields: Unpack[TaskFields],
) -> TaskRun:
    """`run_task` for code that is not async: in scripts, in threads, and where a loop runs already.

    Where an event loop runs in this thread (a notebook, a web framework), the task runs in a thread
    and an event loop of its own; the caller's loop stands still meanwhile.
    """

    return in_any_loop(
        lambda: run_task(
            prompt,
            url,
            engine=engine,
            settings=settings,
            run_dir=run_dir,
            on_event=on_event,
            ask_user=ask_user,
            get_code=get_code,
            headless=headless,
            **fields,
        )
    )


def in_any_loop(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end from code that is not async, also where an event loop runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    return _in_a_thread(work)


def _in_a_thread(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it in an event loop of its own; a Ctrl-C here ends it there."""
    result: concurrent.futures.Future[T] = concurrent.futures.Future()
    loop = asyncio.new_event_loop()
    task = loop.create_task(work())

    def live() -> None:
        try:
            result.set_result(loop.run_until_complete(task))
        except BaseException as error:  # noqa: BLE001  handed over to the thread that waits
            result.set_exception(error)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=live, name="agent-core run")
    thread.start()
    try:
        return result.result()
    except KeyboardInterrupt:
        loop.call_soon_threadsafe(task.cancel)
        raise
    finally:
        thread.join()
