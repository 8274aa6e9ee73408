"""What `results/ui_tars.jsonl` says, for RESULTS.md. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.suites.ui_tars import Asked, Floor, TarsRun

HEAD = "## UI-TARS in process\n"
NOT_YET = f"{HEAD}\nNot measured yet: `make bench-ui-tars` does.\n"


def read_runs(file: Path) -> list[TarsRun]:
    """All runs of a file, oldest first."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [TarsRun(**json.loads(line)) for line in lines]


def report_on(runs: Sequence[TarsRun]) -> str:
    """The newest run on each device."""
    newest = {run.device: run for run in runs}
    return "\n".join([HEAD, *map(_one, newest.values())]) if newest else NOT_YET


def _one(run: TarsRun) -> str:
    wide, high = run.picture
    floor = Floor(**run.floor)
    asked = [Asked(**each) for each in run.asked]
    lines = [
        f"{run.device}, {run.dtype}, {run.family}, random weights: {run.reading / 1e6:.0f} M read, "
        f"{run.seeing / 1e6:.0f} M see; screenshots of {wide}x{high}.",
        "",
        "| screenshots | prompt tokens | kept | first token: generate | nothing kept | kept | shorter by "
        "| each further token: generate | ours | same tokens |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *map(_line, asked),
        "",
        *_steps(run),
        f"The floor, one new screenshot ({floor.matrix_tflops:g} TFLOP/s in a large matrix product, "
        f"{floor.copy_gb_s:g} GB/s in a large copy): first token {_seconds(floor.first_s)}, of which we take "
        f"{asked[-1].kept_first_s / floor.first_s:.1f} times as much; each further token "
        f"{floor.token_ms:.2f} ms, {floor.token_ms / asked[-1].kept_token_ms:.0%} of the bound is reached.",
        f"({run.date}, `{run.commit}`, {run.machine}, load {run.load}, "
        f"{', '.join(f'{name} {number}' for name, number in run.versions.items())})",
        "",
    ]
    return "\n".join(lines)


def _line(asked: Asked) -> str:
    return (
        f"| {asked.pictures} | {asked.prompt_tokens:,} | {asked.reused_tokens:,} "
        f"| {_seconds(asked.generate_first_s)} | {_seconds(asked.fresh_first_s)} "
        f"| {_seconds(asked.kept_first_s)} | {asked.gain:.1f} x | {asked.generate_token_ms:.1f} ms "
        f"| {asked.kept_token_ms:.1f} ms | {'yes' if asked.same_tokens else 'NO'} |"
    )


def _steps(run: TarsRun) -> list[str]:
    if not run.steps_s:
        return []
    worst = max(run.steps_s)
    share = run.later_by_earlier
    said = f"mean of steps 11 to 20: {share:.2f} times that of steps 2 to 6; " if share is not None else ""
    return [
        f"A run of {len(run.steps_s)} steps, pruned as the engine does it: {said}worst step "
        f"{_seconds(worst)} (step {list(run.steps_s).index(worst) + 1}), "
        f"sum {_seconds(sum(run.steps_s))}.",
        "Seconds by step (screenshots in the prompt): "
        + ", ".join(
            f"{took:.1f} ({count})" for took, count in zip(run.steps_s, run.steps_pictures, strict=True)
        )
        + ".",
        "",
    ]


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.1f} ms"
