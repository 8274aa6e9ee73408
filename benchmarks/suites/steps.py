"""What a step costs on a page with one button: own time, without any model, and the prompt.

A model that answers at once clicks the button, again and again; a step is what lies between its answer and
the next time it is asked: acting, settling, keeping a record, looking again with a picture. browser-use is
measured the same way, and the two take turns.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent_core import Settings, run_task
from agent_core.testing import Scripted
from benchmarks.measure import commit, machine, now
from benchmarks.suites.peers.pages import MadePages
from benchmarks.suites.peers.peer import Peer
from browser.model.actions import Click
from browser.model.observation import View
from engines.chat.engine import Skyvern
from engines.protocol import Act, Decision, Finish, Turn
from testbed.recorded_model import RecordedModel

STEPS = 6
"""Clicks in one run; few enough that no engine is told that it repeats itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsRun:
    """A line of `results/steps.jsonl`."""

    ours_ms: float
    """Median own time of one step, milliseconds."""
    phases_ms: Mapping[str, float]
    """Medians of the phases of our step, as the run records them."""
    peer_ms: float | None
    """browser-use's; None where it was not measured."""
    steps: int
    """Steps measured on each side."""
    prompt_tokens: int
    """All text that skyvern-1.0 sends for the page, and its schema: characters / 4."""
    peer_prompt_tokens: int | None
    versions: Mapping[str, str]
    load: float
    commit: str
    date: str
    machine: str

    def __str__(self) -> str:
        ours = f"own time per step {self.ours_ms:.0f} ms ({_listed(self.phases_ms)})"
        prompt = f"prompt {self.prompt_tokens:,} tokens"
        if self.peer_ms is not None and self.peer_prompt_tokens is not None:
            ours += f", browser-use {self.peer_ms:.0f} ms: {self.peer_ms / self.ours_ms:.1f} times as long"
            prompt += f", browser-use {self.peer_prompt_tokens:,}"
        return f"{ours}\n{prompt}\nload {self.load}, {dict(self.versions)}"


async def measure_steps(pages: MadePages, rounds: int, process: Peer | None = None) -> StepsRun:
    """Run the same steps on both sides, in turn, `rounds` times.

    Args:
        pages: Where the page with one button is.
        rounds: Runs on each side.
        process: The peer; None: we are measured alone.

    Raises:
        PeerMissing: The peer ended.
    """
    ours: list[float] = []
    phases: list[Mapping[str, float]] = []
    theirs: list[float] = []
    peer_chars = 0
    for _ in range(rounds):
        took, ms = await our_steps(pages.url + "/button")
        ours += took
        phases += ms
        if process:
            said = await process.ask("steps", url=pages.url + "/button", count=STEPS)
            theirs += said["ms"]
            peer_chars = said["prompt_chars"]
    return StepsRun(
        ours_ms=round(statistics.median(ours), 1),
        phases_ms=_medians(phases),
        peer_ms=round(statistics.median(theirs), 1) if theirs else None,
        steps=len(ours),
        prompt_tokens=await prompt_chars(pages.url + "/button") // 4,
        peer_prompt_tokens=peer_chars // 4 if process else None,
        versions={"browser-use": process.version} if process else {},
        load=round(os.getloadavg()[0], 1),
        commit=commit(),
        date=now(),
        machine=machine(),
    )


async def our_steps(url: str) -> tuple[list[float], list[Mapping[str, float]]]:
    """Own time of each step of one run, and what the run says of its phases; milliseconds."""
    asked: list[float] = []

    def click(turn: Turn) -> Decision:
        asked.append(time.perf_counter())
        if len(asked) > STEPS:
            return Finish(evidence=(turn.observation.text,))
        button = next(element for element in turn.observation.elements if element.role == "button")
        return Act(actions=(Click(button.ref),))

    engine = Scripted([click] * (STEPS + 1), view=View(screenshots="viewport"))
    with tempfile.TemporaryDirectory() as folder:
        run = await run_task("Click Go until you are stopped", url, engine=engine, run_dir=folder)
    if run.status != "completed" or f"Clicked {STEPS} times" not in engine.turns[-1].observation.text:
        raise AssertionError(f"the steps were not what was asked for: {run.status}, {run.failure_reason}")
    own = [(after - before) * 1000 for before, after in pairwise(asked)]
    return own, [step.ms for step in run.steps[1:STEPS]]


async def prompt_chars(url: str) -> int:
    """Characters of all text that the engine sends for the page's first turn, the schema included."""
    model = RecordedModel(['{"thought": "", "actions": [{"action": "give_up", "reason": "measured"}]}'])
    with tempfile.TemporaryDirectory() as folder:
        await run_task(
            "Click Go until you are stopped",
            url,
            engine=Skyvern(model),
            run_dir=folder,
            settings=Settings(screenshots=False),
        )
    schema = model.schemas[0]
    texts = sum(len(message.text) for message in model.asked[0])
    return texts + (len(json.dumps(schema, separators=(",", ":"))) if schema else 0)


def _medians(phases: Sequence[Mapping[str, float]]) -> dict[str, float]:
    names = {name for step in phases for name in step}
    return {
        name: round(statistics.median(step.get(name, 0.0) for step in phases), 1) for name in sorted(names)
    }


def _listed(phases: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {ms:.0f}" for name, ms in phases.items())
