"""Workflows: recorded runs with a name, that are run again with other values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent_core.api.tasks import EngineChoice, begin_run, in_any_loop, request_of
from agent_core.config import Settings
from agent_core.errors import BadRequest, BadScript
from agent_core.loop.events import OnEvent
from agent_core.replay.export import playwright_program
from agent_core.replay.format import Script, read_script
from agent_core.replay.template import fill
from agent_core.runner.asking.questions import AskPerson
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.deciding import MakeEngine
from agent_core.runner.preparing.resolve import prepare, run_folder_of
from agent_core.runner.queued import QueuedRun
from agent_core.services.codes import GetCode
from agent_core.store.scripts import Scripts, StoredScript, name_from
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from browser.model.text import well_formed
from engines.protocol import Engine


async def run_workflow(
    name: str,
    /,
    *,
    url: str | None = None,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    task: Mapping[str, Any] | None = None,
    **parameters: str,
) -> TaskRun:
    """Run a workflow again, with these values for its parameters, and return how it went.

    No model is used as long as the pages are what they were. Otherwise see `run_task`.

    Args:
        name: The workflow's name, the id of a recording, or the path of a script's file.
        url: Where to begin; None: where it was recorded.
        engine: Who does what cannot be done as it was recorded; default: that of a task.
        task: Further fields of a `TaskRequest`, such as `timeout_s` or `secrets`.
        parameters: A value for each parameter that the workflow has; those with a default may be left out.

    Raises:
        NoSuchWorkflow, BadScript, BadRequest: It cannot be run so; nothing was started.
        BrowserNotFound, LaunchFailed: There is no browser to do it in.
    """
    run = start_workflow(
        name,
        parameters,
        url=url,
        engine=engine,
        settings=settings,
        run_dir=run_dir,
        on_event=on_event,
        ask_user=ask_user,
        get_code=get_code,
        headless=headless,
        task=task,
        waits_for_answer=False,
    )
    return await run.result_or_cancel()


def run_workflow_sync(name: str, /, **arguments: Any) -> TaskRun:
    """`run_workflow` for code that is not async; it takes the same arguments."""
    return in_any_loop(lambda: run_workflow(name, **arguments))


def start_workflow(
    name: str,
    parameters: Mapping[str, str],
    *,
    url: str | None = None,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    run_dir: str | Path | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    task: Mapping[str, Any] | None = None,
    waits_for_answer: bool = True,
    queued: QueuedRun | None = None,
) -> Run:
    """Start a workflow and return at once; the arguments are those of `run_workflow`.

    `queued` is the run as a queue knows it that has kept it until now.

    Raises:
        NoSuchWorkflow, BadScript, BadRequest: It cannot be run so; nothing was started.
    """
    settings = settings or Settings.from_env()
    script, path = _find(name, settings)
    values = _values(script, parameters)
    return begin_run(
        _request(script, values, url, engine, task or {}),
        settings=settings,
        run_dir=run_dir,
        headless=headless,
        workflow=StoredScript(script=script, values=values, path=path),
        on_event=on_event,
        ask_user=ask_user,
        get_code=get_code,
        waits_for_answer=waits_for_answer,
        queued=queued,
    )


def check_workflow(
    name: str,
    parameters: Mapping[str, str],
    *,
    url: str | None = None,
    task: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
) -> TaskRequest:
    """Find out whether a workflow could start now, without starting it; returns the task that it would be.

    Raises:
        NoSuchWorkflow, BadScript, BadRequest, UnknownEngine, EngineUnavailable: It cannot be run so.
    """
    settings = settings or Settings.from_env()
    script, path = _find(name, settings)
    values = _values(script, parameters)
    request, _ = _request(script, values, url, None, task or {})
    prepare(request, settings=settings, workflow=StoredScript(script=script, values=values, path=path))
    return request


def _find(name: str, settings: Settings) -> tuple[Script, Path]:
    """Read a workflow by its name, a recording by its id, or a script by the path of its file."""
    if name.endswith(".json") or "/" in name or "\\" in name:
        path = Path(name).expanduser()
        return read_script(path), path
    if name.startswith("scr_"):
        path = _scripts(settings).recording_path(name)
        return read_script(path), path
    return _scripts(settings).workflow(name), _scripts(settings).workflow_path(name)


def _values(script: Script, given: Mapping[str, str]) -> dict[str, str]:
    """A value for each parameter.

    Raises:
        BadRequest: One is missing, or there is none of that name.
    """
    known = script.parameters
    for name, value in given.items():
        if name not in known:
            raise BadRequest(
                f"parameters.{name}", f"there is none; there are {', '.join(known) or 'none at all'}"
            )
        if not isinstance(value, str):
            raise BadRequest(f"parameters.{name}", "must be a text")
    missing = [name for name, each in known.items() if each.required and name not in given]
    if missing:
        about = known[missing[0]].about
        raise BadRequest(f"parameters.{missing[0]}", f"is missing{f'; it {about}' if about else ''}")
    return {name: given.get(name, each.example) for name, each in known.items()}


def _request(
    script: Script,
    values: Mapping[str, str],
    url: str | None,
    engine: EngineChoice | None,
    task: Mapping[str, Any],
) -> tuple[TaskRequest, Engine | MakeEngine | None]:
    output = _wanted_of(script)
    own = {
        "run_with": "agent" if script.described else "code",
        "title": script.title or None,
        "data_extraction_schema": output or None,
        **script.task,
    }
    return request_of(fill(script.prompt, values), url or fill(script.url, values), engine, {**own, **task})


def _wanted_of(script: Script) -> Any:
    """What its runs are to extract; a recording that was made for a wish in words knows how that is done."""
    if script.output is None:
        return None
    return script.output.json_schema or (script.output.wish if script.described else None)


def list_workflows(settings: Settings | None = None) -> list[Script | BadScript]:
    """All workflows by name; in the place of a file that cannot be read, what is wrong with it."""
    return list(_scripts(settings).workflows())


def list_recordings(settings: Settings | None = None) -> list[Script | BadScript]:
    """The recordings that `run_with="code"` has made, by site; in the place of a bad file, what is wrong."""
    return list(_scripts(settings).recordings())


def load_workflow(name: str, settings: Settings | None = None) -> Script:
    """The script of a workflow, by its name or its file, or a recording by its id.

    Raises:
        NoSuchWorkflow, BadScript: There is none, or it cannot be used.
    """
    return _find(name, settings or Settings.from_env())[0]


def publish_run(run: str | Path, name: str | None = None, settings: Settings | None = None) -> Script:
    """Make a workflow of a run that completed, by its id or folder.

    Raises:
        BadScript: The run left no script: it is not there, or did not complete.
        BadRequest: That is no name.
    """
    settings = settings or Settings.from_env()
    script = read_script(run_folder_of(run, settings) / "script.json")
    return _scripts(settings).publish(script, name or name_from(script.title or script.prompt))


def save_workflow(script: Script, settings: Settings | None = None) -> Script:
    """Keep a workflow, and return it with its name.

    A script that has a `name` takes the place of the workflow of that name; one without is given a name that
    is made of its title, and that no other has.

    Raises:
        BadRequest: That is no name.
    """
    scripts, script = _scripts(settings), Script.model_validate(well_formed(script.model_dump()))
    return scripts.publish(script, script.name) if script.name else scripts.add(script)


def delete_workflow(name: str, settings: Settings | None = None) -> Script:
    """Delete a workflow, and return what it was. Recordings and runs stay.

    Raises:
        NoSuchWorkflow, BadScript: There is none, or its file cannot be read.
    """
    return _scripts(settings).delete(name)


def export_workflow(name: str, settings: Settings | None = None) -> str:
    """A workflow as a program in Python that needs Playwright and nothing of ours.

    Raises:
        NoSuchWorkflow, BadScript: There is none, or it cannot be used.
        BadRequest: It was never recorded.
    """
    script = load_workflow(name, settings)
    if script.described:
        raise BadRequest("name", f"{name!r} is only described; export a workflow that was made of a run")
    return playwright_program(script)


def _scripts(settings: Settings | None) -> Scripts:
    return Scripts(home=(settings or Settings.from_env()).data_folder)
