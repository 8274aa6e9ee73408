"""A browser agent engine: a goal in plain words in, a real Chromium driven, validated output out.

    from agent_core import run_task

    run = await run_task("Find the top 3 posts", "https://example.com", data_extraction_schema={...})
    print(run.status, run.output)

What it does in passing is logged under "agent_core", silently unless the program sets logging up.
Names are loaded when they are used: importing this costs little more than pydantic does.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_core.api.fleet import run_tasks
    from agent_core.api.profiles import (
        create_browser_profile,
        delete_browser_profile,
        list_browser_profiles,
        new_profile_key,
    )
    from agent_core.api.resuming import resume_task
    from agent_core.api.runs import delete_run, list_runs
    from agent_core.api.sessions import (
        BrowserSession,
        close_browser_session,
        extend_browser_session,
        list_browser_sessions,
        open_browser_session,
    )
    from agent_core.api.steering import SteeredPage, steer_page
    from agent_core.api.tasks import check_task, run_task, run_task_sync, start_task
    from agent_core.api.webhooks import resend_webhook
    from agent_core.api.workflows import (
        check_workflow,
        delete_workflow,
        export_workflow,
        list_recordings,
        list_workflows,
        load_workflow,
        publish_run,
        run_workflow,
        run_workflow_sync,
        save_workflow,
        start_workflow,
    )
    from agent_core.config import Settings
    from agent_core.errors import (
        START_ERRORS,
        AgentCoreError,
        BadRequest,
        BadScript,
        CannotTakeOver,
        HoldEnded,
        NoSuchRun,
        NoSuchWorkflow,
    )
    from agent_core.replay.format import Script
    from agent_core.runner.browsers import open_page
    from agent_core.runner.by_hand.hold import Hold
    from agent_core.runner.lifecycle import Run
    from agent_core.runner.preparing.resolve import load_run
    from agent_core.runner.queued import QueuedRun
    from agent_core.services.codes import CodeWanted, PushedCode, list_pushed_codes, push_code
    from agent_core.store.profiles import BrowserProfileInfo
    from agent_core.store.sessions import BrowserSessionInfo
    from agent_core.task.request import TaskRequest
    from agent_core.task.run import TaskRun
    from browser.lifecycle.find import find_browser, install_browser
    from browser.model.errors import BrowserError, BrowserNotFound, LaunchFailed
    from engines.errors import EngineError, EngineUnavailable, UnknownEngine

_HOME = {
    "agent_core.api.fleet": "run_tasks",
    "agent_core.api.profiles": (
        "create_browser_profile delete_browser_profile list_browser_profiles new_profile_key"
    ),
    "agent_core.api.resuming": "resume_task",
    "agent_core.api.runs": "delete_run list_runs",
    "agent_core.api.sessions": (
        "BrowserSession close_browser_session extend_browser_session list_browser_sessions"
        " open_browser_session"
    ),
    "agent_core.api.steering": "SteeredPage steer_page",
    "agent_core.api.tasks": "check_task run_task run_task_sync start_task",
    "agent_core.api.webhooks": "resend_webhook",
    "agent_core.api.workflows": (
        "check_workflow delete_workflow export_workflow list_recordings list_workflows load_workflow"
        " publish_run run_workflow run_workflow_sync save_workflow start_workflow"
    ),
    "agent_core.config": "Settings",
    "agent_core.errors": (
        "START_ERRORS AgentCoreError BadRequest BadScript CannotTakeOver HoldEnded NoSuchRun NoSuchWorkflow"
    ),
    "agent_core.replay.format": "Script",
    "agent_core.runner.browsers": "open_page",
    "agent_core.runner.lifecycle": "Run",
    "agent_core.runner.queued": "QueuedRun",
    "agent_core.runner.by_hand.hold": "Hold",
    "agent_core.runner.preparing.resolve": "load_run",
    "agent_core.services.codes": "CodeWanted PushedCode list_pushed_codes push_code",
    "agent_core.store.profiles": "BrowserProfileInfo",
    "agent_core.store.sessions": "BrowserSessionInfo",
    "agent_core.task.request": "TaskRequest",
    "agent_core.task.run": "TaskRun",
    "browser.lifecycle.find": "find_browser install_browser",
    "browser.model.errors": "BrowserError BrowserNotFound LaunchFailed",
    "engines.errors": "EngineError EngineUnavailable UnknownEngine",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "START_ERRORS",
    "AgentCoreError",
    "BadRequest",
    "BadScript",
    "BrowserError",
    "BrowserNotFound",
    "BrowserProfileInfo",
    "BrowserSession",
    "BrowserSessionInfo",
    "CannotTakeOver",
    "CodeWanted",
    "EngineError",
    "EngineUnavailable",
    "Hold",
    "HoldEnded",
    "LaunchFailed",
    "NoSuchRun",
    "NoSuchWorkflow",
    "PushedCode",
    "QueuedRun",
    "Run",
    "Script",
    "Settings",
    "SteeredPage",
    "TaskRequest",
    "TaskRun",
    "UnknownEngine",
    "check_task",
    "check_workflow",
    "close_browser_session",
    "create_browser_profile",
    "delete_browser_profile",
    "delete_run",
    "delete_workflow",
    "export_workflow",
    "extend_browser_session",
    "find_browser",
    "install_browser",
    "list_browser_profiles",
    "list_browser_sessions",
    "list_pushed_codes",
    "list_recordings",
    "list_runs",
    "list_workflows",
    "load_run",
    "load_workflow",
    "new_profile_key",
    "open_browser_session",
    "open_page",
    "publish_run",
    "push_code",
    "resend_webhook",
    "resume_task",
    "run_task",
    "run_task_sync",
    "run_tasks",
    "run_workflow",
    "run_workflow_sync",
    "save_workflow",
    "start_task",
    "start_workflow",
    "steer_page",
]


# A library says nothing unless the program that uses it asks for it.
logging.getLogger("agent_core").addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
