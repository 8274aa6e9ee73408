"""What of a request cannot work here, which is refused, or does less than asked, which is a warning."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.store.sessions import BrowserSessionInfo
from agent_core.task.request import TaskRequest
from engines.spec import EngineSpec

if TYPE_CHECKING:
    from browser.options import ProxySettings


def check(request: TaskRequest, settings: Settings, proxy: ProxySettings | None) -> None:
    """Raise `BadRequest` for what cannot work on this machine, or in the browser that is asked for."""
    _check_recording(request)
    _check_files(request, settings)
    _check_place(request, proxy)


def doubts_about(
    request: TaskRequest, settings: Settings, engine: EngineSpec, session: BrowserSessionInfo | None
) -> tuple[str, ...]:
    """What does less than the request asks for, as sentences; "" in the place of one that does not apply.

    Raises:
        BadRequest: The output is described in words, and the engine has no model to read them.
    """
    return (
        _about_wish(request, engine),
        _about_webhook(request, settings),
        _about_looks(request),
        _about_lists(request, session),
    )


def _about_wish(request: TaskRequest, engine: EngineSpec) -> str:
    if not request.output.wish:
        return ""
    if not engine.has_model:
        why = f"is a text; the engine {engine.name}, which has no model, needs a JSON Schema or an example"
        raise BadRequest("data_extraction_schema", why)
    return "the output is not validated: data_extraction_schema is a wish in words"


def _check_files(request: TaskRequest, settings: Settings) -> None:
    """Raise `BadRequest` where a file cannot be handed over."""
    for file in request.files or ():
        size_mb = Path(file).stat().st_size / 1_000_000
        if size_mb > settings.max_upload_mb:
            why = f"{file!r} has {size_mb:,.0f} MB; at most {settings.max_upload_mb:,.0f} MB are handed over"
            raise BadRequest("files", f"{why} (AGENT_CORE_MAX_UPLOAD_MB)")
        if not os.access(file, os.R_OK):
            raise BadRequest("files", f"{file!r} may not be read")


def _check_place(request: TaskRequest, proxy: ProxySettings | None) -> None:
    """Raise `BadRequest` where a browser that runs already would have to go out another way."""
    theirs = "browser_session_id" if request.browser_session_id else "browser_address"
    if proxy is not None and getattr(request, theirs):
        why = "a browser that runs already goes out its own way; leave this out, or leave out"
        raise BadRequest("proxy_location", f"{why} {theirs}")


def _about_looks(request: TaskRequest) -> str:
    """What of the looks does not hold in a browser that runs already."""
    if not (request.browser_session_id or request.browser_address):
        return ""
    size = ("viewport", "device_scale_factor") if request.browser_session_id else ()
    looks = ("locale", "timezone", *size)
    left_out = [name for name in looks if name in request.model_fields_set]
    if not left_out:
        return ""
    return f"{', '.join(left_out)}: not applied, since the browser runs already, with its own"


def _about_lists(request: TaskRequest, session: BrowserSessionInfo | None) -> str:
    """What the lists of hosts do not hold in somebody's browser, and in a session behind a proxy."""
    if not (request.allowed_domains or request.blocked_domains) or not (
        request.browser_address or (session and session.has_proxy)
    ):
        return ""
    lists = " and ".join(name for name in ("allowed_domains", "blocked_domains") if getattr(request, name))
    if session:
        return (
            f"{lists}: not held in a session behind a proxy: WebSockets, and connections without a request; "
            "leave out browser_session_id for a browser that holds them"
        )
    return (
        f"{lists}: not held in a browser that runs already: connections without a request (preconnect), "
        "WebRTC and WebTransport of a sandboxed frame that has no address, and these and WebSockets of a "
        "window without an opener before it is reached; leave out browser_address for one that holds them"
    )


def check_engine_goes_on(request: TaskRequest, engine: EngineSpec) -> None:
    """Raise `BadRequest` where a resumable run has an engine that cannot begin in the midst of a task."""
    if request.resumable and not engine.has_model:
        why = f"the engine {engine.name} cannot go on in the midst of a prompt; name one with a model"
        raise BadRequest("resumable", why)


def _check_recording(request: TaskRequest) -> None:
    """Raise `BadRequest` where what is needed for a video is not here."""
    from browser.recording.recorder import video_problem

    if "video" in request.record and (problem := video_problem()):
        raise BadRequest("record", problem)


def _about_webhook(request: TaskRequest, settings: Settings) -> str:
    if not request.webhook_url or settings.webhook_key.get_secret_value():
        return ""
    return "the webhook is sent unsigned: no key is set in AGENT_CORE_WEBHOOK_KEY"


def checked_folder(folder: Path) -> Path:
    """The folder, where one can be made and written there, as far as can be said before it is tried."""
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        why = "is no folder" if not there.is_dir() else "may not be written to"
        raise BadRequest("run_dir", f"the run cannot be kept in {folder}: {there} {why}")
    return folder
