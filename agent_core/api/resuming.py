"""Go on with a run whose process was killed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent_core.api.tasks import EngineChoice, request_of
from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.events import OnEvent
from agent_core.runner.asking.questions import AskPerson
from agent_core.runner.keeping.earlier import EarlierPart, seconds_of
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.deciding import make_engine
from agent_core.runner.preparing.prepared import Prepared
from agent_core.runner.preparing.resolve import load_run, prepare, run_folder_of
from agent_core.runner.queued import QueuedRun
from agent_core.services.codes import GetCode
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun
from browser.model.addresses.credentials import MASK

LEAST_S = 1.0
"""What is left of `timeout_s` at least."""


def resume_task(
    run: str | Path,
    task: TaskRequest | None = None,
    *,
    engine: EngineChoice | None = None,
    settings: Settings | None = None,
    on_event: OnEvent | None = None,
    ask_user: AskPerson | None = None,
    get_code: GetCode | None = None,
    headless: bool | None = None,
    queued: QueuedRun | None = None,
) -> Run:
    """Go on with a run that was asked to be `resumable` and whose process was killed; return at once.

    It goes on under its id, in its folder and in its browser session. The page is looked at again, and the
    engine hears what was done until then; what was read until then it has to read again. Where an act had
    begun whose effect no page shows, a person is asked first (`UserAsked`); where nobody answers, the run
    ends as `NEEDS_USER`. What cannot be taken back is not done twice unless a person allows it.

    Args:
        run: Its id, or its folder.
        task: What it was asked for, with its secrets, which its folder does not hold; None: as it is there.
        engine: The caller's own engine, where it was given one; None: the engine that its task names.
        queued: The run as a queue knows it; its webhook is then the queue's to post.

    The other arguments are those of `start_task`.

    Raises:
        NoSuchRun: There is none.
        BadRequest: It still goes on, it has ended, it was not resumable, its browser session has ended, or
            `task` is another task. Nothing was done.
        UnknownEngine, EngineUnavailable: Its engine cannot be made here.
    """
    settings = settings or Settings.from_env()
    kept, path = load_run(run, settings), run_folder_of(run, settings).absolute()
    _refuse_unless_cut_off(kept)
    asked, own = request_of(task or _as_kept(kept), None, engine, {})
    prepared = prepare(asked, own_engine=own is not None, settings=settings, headless=headless)
    _refuse_another_task(prepared, kept)
    limit_s = prepared.limits.timeout_s
    left_s = None if limit_s is None else max(LEAST_S, limit_s - seconds_of(kept, path))
    prepared = replace(prepared, runs=path.parent, limits=replace(prepared.limits, timeout_s=left_s))
    made = make_engine(prepared, own)
    return Run(
        prepared,
        made,
        on_event=on_event,
        ask_user=ask_user,
        get_code=get_code,
        queued=queued,
        earlier=EarlierPart.of(path),
    )


def _refuse_unless_cut_off(kept: TaskRun) -> None:
    if not kept.final:
        raise BadRequest("run", f"{kept.run_id} still goes on")
    if kept.finished_at is not None:
        raise BadRequest(
            "run", f"{kept.run_id} has ended as {kept.status}; only a run that was killed goes on"
        )
    if not (kept.run_request or {}).get("resumable"):
        raise BadRequest("run", f"{kept.run_id} was not asked to be resumable, so that it cannot go on")


def _as_kept(kept: TaskRun) -> TaskRequest:
    """The task as the folder of the run has it, which is whole where it had no secrets."""
    usual = TaskRequest.of({"prompt": "-"}).masked()
    asked = kept.run_request or {}
    if MASK in json.dumps(asked):
        raise BadRequest("task", f"is needed: {kept.run_id} was given secrets, and its folder holds none")
    return TaskRequest.of({name: value for name, value in asked.items() if value != usual.get(name)})


def _refuse_another_task(prepared: Prepared, kept: TaskRun) -> None:
    """Raise `BadRequest` where the task is not that of the run."""
    asked: dict[str, Any] = json.loads(json.dumps(prepared.secrets.mask.of(prepared.request.masked())))
    before = kept.run_request or {}
    other = [name for name, value in asked.items() if name in before and before[name] != value]
    if other:
        raise BadRequest(other[0], f"is not what {kept.run_id} was asked for; give the task as it was")
