"""What the page of a run shows, as its templates read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agent_core.faces.pages.files import Kept, downloads_of, further_of, recording_of
from agent_core.faces.pages.output_view import Drawn, schema_of, view_of
from agent_core.task.run import RunError, TaskRun

SHOWN_ELSEWHERE = {"prompt", "title", "data_extraction_schema"}
LONGEST_JSON = 100_000
"""Characters of an output's JSON on a page."""


class Place(Protocol):
    """How a page reaches the files of its run."""

    def picture(self, name: str) -> str:
        """The address of a picture; "" where the page holds it itself, under its name."""
        ...

    def file(self, name: str) -> str:
        """The address of a file."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """The run, and what is worked out of it for its page."""

    run: TaskRun
    place: Place
    output: Drawn | None
    output_json: str
    schema_json: str
    errors: tuple[RunError, ...]
    """Those that say more than `failure_reason`."""
    asked: tuple[tuple[str, str], ...]
    """The further fields of the request that were given, with their values."""
    downloads: tuple[Kept, ...]
    recording: Kept | None
    further: tuple[Kept, ...]

    @property
    def prompt(self) -> str:
        """What was asked for in plain words."""
        return str((self.run.run_request or {}).get("prompt") or "")


def run_page(run: TaskRun, folder: Path, place: Place) -> RunPage:
    """Work out what the page of a run shows; `folder` is where the run's files lie now."""
    output = "" if run.output is None else _json(run.output)
    schema = schema_of(run)
    return RunPage(
        run=run,
        place=place,
        output=view_of(run),
        output_json=output if len(output) <= LONGEST_JSON else f"{output[:LONGEST_JSON]}\n…",
        schema_json=_json(schema) if schema else "",
        errors=tuple(error for error in run.errors or () if error.reasoning != run.failure_reason),
        asked=tuple(_asked(run.run_request or {})),
        downloads=tuple(downloads_of(run, folder)),
        recording=recording_of(run, folder),
        further=tuple(further_of(folder)),
    )


def _asked(request: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that say something, in the order of the request."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in request.items()
        if name not in SHOWN_ELSEWHERE and value not in (None, False, "", [], {})
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
