"""The part of RESULTS.md on reading, stepping, the fixture matrix, sessions and recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from benchmarks.suites.capture import CaptureRun, table
from benchmarks.suites.matrix import MatrixRun
from benchmarks.suites.recording import RecordingRun
from benchmarks.suites.sessions import Handovers
from benchmarks.suites.steps import StepsRun

Run = TypeVar("Run", CaptureRun, StepsRun, MatrixRun, Handovers, RecordingRun)


def report_on(folder: Path) -> str:
    """The newest line of each of these benchmarks; what was not measured yet is left out."""
    parts = []
    if read := _newest(folder / "capture.jsonl", CaptureRun):
        parts.append(f"## Reading pages\n\n{_when(read)}\n\n{table(read)}\n")
    if stepped := _newest(folder / "steps.jsonl", StepsRun):
        parts.append(f"## A step\n\n{_when(stepped)}\n\n{stepped}\n")
    if matrix := _newest(folder / "matrix.jsonl", MatrixRun):
        parts.append(_of_matrix(matrix))
    if handed := _newest(folder / "sessions.jsonl", Handovers):
        parts.append(f"## Sessions\n\n{_when(handed)}\n\n{handed}\n")
    if filmed := _newest(folder / "recording.jsonl", RecordingRun):
        parts.append(f"## Recording\n\n{_when(filmed)}\n\n{filmed}\n")
    return "\n".join(parts)


def _of_matrix(run: MatrixRun) -> str:
    red = "".join(f"* {cell}: {' '.join(why.split())[:200]}\n" for cell, why in run.red.items())
    wholly = ", ".join(run.rows_wholly_red) or "none"
    green = f"{run.green} of {run.cells} cells are green ({run.share:.1%})"
    head = f"## Capability x kind of frame x way to act\n\n{_when(run)}"
    return f"{head}\n\n{green}; rows wholly red: {wholly}. Red:\n\n{red or 'none'}"


def _newest(file: Path, kind: type[Run]) -> Run | None:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return TypeAdapter(kind).validate_json(lines[-1]) if lines else None


def _when(run: CaptureRun | StepsRun | MatrixRun | Handovers | RecordingRun) -> str:
    return f"{run.date}, `{run.commit}`, {run.machine}"
