"""What an engine may not do on the caller's machine, whatever a page has talked it into."""

from __future__ import annotations

import re
from pathlib import Path

from agent_core.task.addresses.checked import scheme_of
from agent_core.task.request import TaskRequest
from browser.model.actions import Action, Goto, OpenTab, Upload


def objection(action: Action, request: TaskRequest) -> str:
    """Why this action is not carried out, for the engine to hear; "" where it may be.

    Files are handed over only if the caller gave them, or named them in the prompt where that is allowed.
    Files of this machine are opened only in a run that began at one.
    """
    match action:
        case Upload(files=files):
            return _about_files(files, request)
        case Goto(url=url) | OpenTab(url=url):
            scheme = scheme_of(url.strip())
            if scheme in ("", "http", "https") or url == "about:blank":
                return ""
            if scheme == "file" and (request.url or "").startswith("file:"):
                return ""
            return f"{scheme}: addresses are not opened; use http or https"
        case _:
            return ""


def files_by_name(request: TaskRequest) -> dict[str, str]:
    """The files that were given with the task: path by name, and by the path itself."""
    given = request.files or []
    return {Path(path).name: path for path in given} | {path: path for path in given}


def _about_files(files: tuple[str, ...], request: TaskRequest) -> str:
    given = files_by_name(request)
    prompt = request.prompt if request.named_files else ""
    strange = [name for name in files if name not in given and not _names(prompt, name)]
    if not strange:
        return ""
    known = ", ".join(Path(path).name for path in request.files or ()) or "none"
    return f"{strange[0]!r} was not given with the task, so it is not handed over; given were: {known}"


def _names(prompt: str, file: str) -> bool:
    """Whether the words name this file, as a word of its own and not as part of another."""
    return bool(file) and re.search(rf"(?<![\w./\\~-]){re.escape(file)}(?![\w/\\-])", prompt) is not None
