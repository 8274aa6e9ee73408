"""A run as a notebook shows it: HTML that stands alone, with everything that pages said escaped."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_core.task.run import StepRecord, TaskRun

logger = logging.getLogger(__name__)

MOST_ROWS = 100
MOST_STEPS = 200
LARGEST_PICTURE = 3_000_000
"""Bytes of a picture that a notebook is given; larger ones would make it slow to open."""
_COLORS = {"completed": "#1a7f37", "terminated": "#9a6700", "canceled": "#9a6700"}
_STATUS = "color:#fff;border-radius:4px;padding:1px 6px"
"""White on a color of its own: as readable in a dark notebook as in a light one."""
_TEXT = "white-space:pre-wrap;display:inline-block;max-width:30em;overflow-wrap:break-word"
_CELL = "text-align:left;vertical-align:top;padding:2px 10px 2px 0"


def html_of(run: TaskRun) -> str:
    """The run: how it ended, its output as a table, the last picture, and its steps folded."""
    color = _COLORS.get(run.status, "#0969da" if not run.final else "#cf222e")
    reason = f"<div>{escape(run.failure_reason)}</div>" if run.failure_reason else ""
    status = f'<b style="background:{color};{_STATUS}">{escape(run.status)}</b>'
    parts = [
        f"<div>{status} {escape(run.run_id)}{_figures(run)}</div>",
        reason,
        "" if run.output is None else f'<div style="overflow-x:auto">{_value(run.output)}</div>',
        _picture(run),
        _steps(run.steps),
        _folded("Warnings", [escape(warning) for warning in run.warnings]),
    ]
    return f'<div style="max-width:60em;overflow-wrap:break-word">{"".join(parts)}</div>'


def _figures(run: TaskRun) -> str:
    said = [_counted(run.steps)] if run.steps else []
    if run.started_at and run.finished_at:
        said.append(f"{(run.finished_at - run.started_at).total_seconds():.1f} s")
    if run.usage.cost_usd is not None:
        said.append(f"{run.usage.cost_usd:.4f} USD")
    return f" · {', '.join(said)}" if said else ""


def _value(value: Any) -> str:
    """A list of objects as a table, an object as its names and values, everything else as text."""
    match value:
        case [dict(), *_] if all(isinstance(row, dict) for row in value):
            return _table(value)
        case dict() if value:
            rows = [f"<tr>{_head(str(name))}{_cell(each)}</tr>" for name, each in value.items()]
            return f"<table>{''.join(rows)}</table>"
        case str():
            return f'<span style="{_TEXT}">{escape(value)}</span>'
        case _:
            return f"<code>{escape(json.dumps(value, ensure_ascii=False, default=str))}</code>"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(_head(str(name)) for name in columns)
    cells = ["".join(_cell(row.get(name, "")) for name in columns) for row in rows[:MOST_ROWS]]
    body = "".join(f"<tr>{line}</tr>" for line in cells)
    more = f"<div>and {len(rows) - MOST_ROWS} more rows</div>" if len(rows) > MOST_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _head(name: str) -> str:
    return f'<th style="{_CELL}">{escape(name)}</th>'


def _cell(value: Any) -> str:
    return f'<td style="{_CELL}">{_value(value)}</td>'


def _picture(run: TaskRun) -> str:
    """The page after the last step that was pictured; "" where there is none any more."""
    name = next((step.screenshot for step in reversed(run.steps) if step.screenshot), None)
    if name is None or run.folder is None:
        return ""
    try:
        data = (Path(run.folder) / name).read_bytes()
    except OSError as error:
        logger.debug("the picture of %s cannot be shown: %s", run.run_id, error)
        return ""
    if len(data) > LARGEST_PICTURE:
        return ""
    kind = "jpeg" if name.endswith(".jpg") else "png"
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img alt="the page after the last step" src="{source}" style="max-width:100%;margin:6px 0">'


def _steps(steps: Sequence[StepRecord]) -> str:
    lines = [_step(step) for step in steps[:MOST_STEPS]]
    if len(steps) > MOST_STEPS:
        lines.append(f"and {len(steps) - MOST_STEPS} more steps")
    return _folded(_counted(steps), lines)


def _counted(steps: Sequence[StepRecord]) -> str:
    return "1 step" if len(steps) == 1 else f"{len(steps)} steps"


def _step(step: StepRecord) -> str:
    what = step.headline if step.actions or not step.thought else step.thought
    return f"{step.number}. {escape(step.title or step.url)}: {escape(what)}"


def _folded(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    body = "".join(f"<div>{line}</div>" for line in lines)
    return f"<details><summary>{escape(title)}</summary>{body}</details>"
