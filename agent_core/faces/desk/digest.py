"""What a run answers, made small enough for the context of a model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from agent_core import TaskRun
from agent_core.faces.desk.watching import Standing

MOST_OUTPUT_CHARS = 16_000
"""Characters of an output, as JSON, that are handed over at once: about 5,000 tokens."""
MOST_PICTURES = 3
_MOST_LINES = 8
_LONGEST_LINE = 300
_LONGEST_TEXT = 2_000
"""Characters of one text in an output that is too large as a whole."""


@dataclass(frozen=True, slots=True)
class FittedOutput:
    """An output, as far as there is room for it."""

    value: Any
    note: str = ""
    """What was left out; "": nothing."""


def fitted_output(output: Any, first: int = 0, most_chars: int = MOST_OUTPUT_CHARS) -> FittedOutput:
    """The output within so many characters of JSON: its longest list is cut, then its long texts.

    Args:
        first: The item of the longest list to begin with, from 0.
    """
    if not first and _size(output) <= most_chars:
        return FittedOutput(output)
    path, whole = _longest_list(output)
    if len(whole) <= 1:
        return FittedOutput(_with_short_texts(output), "long texts of the output are cut")
    first = min(first, len(whole) - 1)
    count = len(whole) - first
    value = _with_list(output, path, whole[first : first + count])
    while count > 1 and _size(value) > most_chars:
        count = max(1, count * 3 // 4)
        value = _with_list(output, path, whole[first : first + count])
    if _size(value) > most_chars:
        value = _with_short_texts(value)
    where = "".join(f"/{part}" for part in path) or "the output"
    return FittedOutput(value, f"items {first} to {first + count - 1} of {len(whole)} of {where} are shown")


def going_on(run_id: str, standing: Standing) -> dict[str, Any]:
    """What is said of a run that has not ended."""
    said: dict[str, Any] = {"run_id": run_id, "status": "running", "now": _line(standing.said)}
    if standing.lines:
        said["last_actions"] = [_line(line) for line in standing.lines]
    if standing.question is not None:
        said["question"] = {"kind": standing.question.kind, "text": _line(standing.question.text)}
        said["next"] = "a person is asked: call answer with the run_id and their words"
    else:
        said["next"] = "still running: call get_task with the run_id"
    return said


def ended(run: TaskRun, *, whole: str, first: int = 0) -> dict[str, Any]:
    """What is said of a run that was kept; where another process still carries it out, how far it is.

    Args:
        whole: Where the rest of an output can be had that is too large.
        first: The item of its longest list to begin with, from 0.
    """
    output = fitted_output(run.output, first)
    left_out = f"{output.note}; {whole}"
    said = {
        "run_id": run.run_id,
        "status": run.status,
        "output": output.value,
        "output_note": left_out if output.note else "",
        "failure_code": run.failure_code,
        "failure_reason": run.failure_reason,
        "errors": [
            _line(f"{each.error_code}: {each.reasoning}") for each in (run.errors or ())[:_MOST_LINES]
        ],
        "steps": run.step_count,
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "last_actions": [] if run.status == "completed" else _last_actions(run),
        "warnings": [_line(warning) for warning in run.warnings[:_MOST_LINES]],
        "downloads": [{"filename": file.filename, "url": file.url} for file in run.downloaded_files or ()],
        "folder": run.folder,
    }
    return {key: value for key, value in said.items() if value not in (None, "", [])}


def summary(run: TaskRun) -> dict[str, Any]:
    """One run in a list of runs."""
    prompt = str((run.run_request or {}).get("prompt") or "")
    said = {
        "run_id": run.run_id,
        "status": run.status,
        "created_at": run.created_at.isoformat(timespec="seconds"),
        "prompt": _line(prompt),
        "failure_reason": _line(run.failure_reason or ""),
    }
    return {key: value for key, value in said.items() if value}


def output_uri(run_id: str) -> str:
    """Where the whole output of a run can be read."""
    return f"agent-core://runs/{run_id}/output"


def picture_uri(run_id: str, name: str) -> str:
    """Where a picture of a run can be read."""
    return f"agent-core://runs/{run_id}/screenshots/{name}"


def pictures_of(run: TaskRun) -> list[tuple[int, str]]:
    """The last pictures of a run, newest first: number of the step, name of the file."""
    found = [
        (step.number, step.screenshot.rpartition("/")[2]) for step in reversed(run.steps) if step.screenshot
    ]
    return found[:MOST_PICTURES]


def _last_actions(run: TaskRun) -> list[str]:
    done = [
        _line(f"{step.number}: {action.problem or action.did}")
        for step in run.steps[-_MOST_LINES:]
        for action in step.actions
    ]
    return done[-_MOST_LINES:]


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _longest_list(value: Any, path: tuple[str, ...] = ()) -> tuple[tuple[str, ...], list[Any]]:
    """The list that takes the most room, and the keys that lead to it; lists inside it are not counted."""
    if isinstance(value, list):
        return path, value
    if not isinstance(value, dict):
        return path, []
    found = [_longest_list(inner, (*path, key)) for key, inner in value.items()]
    return max(found, key=lambda each: _size(each[1]), default=(path, []))


def _with_list(value: Any, path: tuple[str, ...], part: list[Any]) -> Any:
    if not path:
        return part
    return {**value, path[0]: _with_list(value[path[0]], path[1:], part)}


def _with_short_texts(value: Any) -> Any:
    match value:
        case str():
            return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]}…"
        case list():
            return [_with_short_texts(each) for each in value]
        case dict():
            return {key: _with_short_texts(each) for key, each in value.items()}
        case _:
            return value
