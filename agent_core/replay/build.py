"""Builds a script from a completed run, and mends one after a replay that found the page changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from agent_core.loop.progress import Progress
from agent_core.replay.evidence import ending_of
from agent_core.replay.format import TARGETS, Described, Script, Step
from agent_core.replay.parameters import values_of, with_parameters
from agent_core.replay.playing.extraction import output_of
from agent_core.replay.recorder import Recorder
from agent_core.replay.report import ReplayReport
from agent_core.replay.template import with_holes
from agent_core.task.run import TaskRun
from browser.model.actions import Collect
from browser.model.element_match import fold
from browser.model.observation import Observation
from engines.protocol import Goal


def script_of(run: TaskRun, goal: Goal, recorder: Recorder, progress: Progress, end: Observation) -> Script:
    """Build the script of a completed run.

    Args:
        run: The run, with the sources of its output.
        goal: What it was for.
        recorder: What was done.
        progress: What was seen.
        end: The whole of the page on which it ended.
    """
    steps = recorder.steps({})
    values = values_of(goal.text, steps)
    done = recorder.steps(values.given, acted=progress.acted)
    steps = worked_out([made_up(with_parameters(step, values.given)) for step in done], values.template)
    lists = [
        (one.action, one.result.collected)
        for one in recorder.performed
        if isinstance(one.action, Collect) and one.result.collected is not None
    ]
    output = None
    if goal.output or progress.output is not None:
        output = output_of(progress.output, goal.output.schema or {}, goal.text, end, run.provenance, lists)
        output = output.model_copy(update={"wish": with_holes(output.wish, values.given)})
    request = run.run_request or {}
    return Script(
        title=request.get("title") or "",
        prompt=values.template,
        url=goal.url,
        parameters=dict(values.about),
        steps=tuple(steps),
        parts=parts_of(steps, progress),
        output=output,
        ending=ending_of(
            [*progress.seen[:-1], end] if len(progress.seen) > 1 else [*progress.seen, end], values.given
        ),
        run_id=run.run_id,
        recorded_at=datetime.now(UTC),
    )


def made_up(step: Step) -> Step:
    """The step, marked where its text came neither from the prompt nor from the page."""
    text = step.arguments.get("text")
    if step.do != "TypeText" or not text or "{{" in text:
        return step.model_copy(update={"read": None}) if step.read and text and "{{" in text else step
    return step if step.read else step.model_copy(update={"made_up": True})


def worked_out(steps: Sequence[Step], prompt: str) -> list[Step]:
    """The steps, marked where rules found on the page what a part of the prompt asks for: the whole part."""
    marked: list[Step] = []
    for part, group in groupby(steps, key=lambda step: step.part):
        together = list(group)
        anew = bool(part) and any(_came_from_the_page(step, prompt) for step in together)
        marked += [step.model_copy(update={"worked_out": anew}) for step in together]
    return marked


def parts_of(steps: Sequence[Step], progress: Progress) -> tuple[str, ...] | None:
    """The parts that the steps are for; None where nobody read the prompt in parts."""
    if all(decision.part is None for decision, _ in progress.acted):
        return None
    return tuple(dict.fromkeys(step.part for step in steps if step.part))


def _came_from_the_page(step: Step, prompt: str) -> bool:
    """Whether the prompt does not name what, or where, it was done to, or has not the text that was typed."""
    pointed_at = any(name in TARGETS for name in step.arguments)
    typed_otherwise = step.made_up or step.read is not None
    return pointed_at or typed_otherwise or any(not _named(on, prompt) for on in step.on.values())


def _named(element: Described, prompt: str) -> bool:
    """Whether it is the only one of its kind, or is called what the prompt says; a point of it is not."""
    if element.at is not None:
        return False
    called = (element.name, element.label, element.placeholder, element.text)
    only = element.usable and not element.peers
    return only or any(_says(prompt, fold(text)) for text in called if fold(text))


def _says(prompt: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", fold(prompt)) is not None


def mended(script: Script, report: ReplayReport) -> Script:
    """Return the script with the steps that a replay has replaced; the same script if it replaced none."""
    if not report.steps:
        return script
    steps: list[Step] = []
    for at, step in enumerate(script.steps):
        steps += report.steps.get(at, [step])
    return script.model_copy(update={"steps": tuple(steps), "mended": script.mended + 1})
