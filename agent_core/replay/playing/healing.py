"""Hands what cannot be done as it was recorded to the engine of the task.

The engine does one step, reads the output, or finishes the task. What it did instead of a step replaces that
step in the script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent_core.replay.format import Script
from agent_core.replay.parameters import with_parameters
from agent_core.replay.recorder import Recorder
from agent_core.replay.report import ReplayReport
from agent_core.replay.template import fill
from agent_core.replay.words import place
from browser.model.observation import Observation, View
from browser.model.results import ActionResult
from engines.errors import EngineError
from engines.output_spec import OutputSpec
from engines.protocol import (
    CodeChooser,
    Decision,
    Engine,
    Evidence,
    Finish,
    GiveUp,
    Goal,
    Look,
    Turn,
    Usage,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The engine of the task."""

    make: Callable[[], Engine]
    reads_prose: bool
    """Whether it understands a step and its context in free words. Otherwise it is told the step alone."""


@dataclass(frozen=True, kw_only=True)
class _Helper:
    """The engine while it works."""

    engine: Engine
    goal: Goal
    began: int
    """How many turns had acted before."""
    step: int | None
    """Index of the step that it does; None means that it finishes the task."""

    @property
    def told(self) -> str:
        return _name_of(self.step) if self.step is not None else "the rest"


class Healing:
    """Lets the engine of the task work in one replay. `close` closes every engine that was made for it."""

    def __init__(self, script: Script, values: Mapping[str, str], agent: Agent, report: ReplayReport) -> None:
        self._script, self._values, self._agent, self._report = script, values, agent, report
        self._helper: _Helper | None = None
        self._engines: list[Engine] = []
        """All that were made. The caller's own engine may be among them more than once."""
        self.recorder: Recorder | None = None
        """Knows what the engine did; None means that the script cannot be mended by that."""

    @property
    def at_work(self) -> bool:
        """Whether the engine decides at present."""
        return self._helper is not None

    @property
    def view(self) -> View | None:
        """What the engine wants to see; None if it is not at work."""
        return self._helper.engine.view if self._helper else None

    @property
    def usage(self) -> Usage:
        """What all engines have used together."""
        used = [engine.usage for engine in dict.fromkeys(self._engines)]
        return Usage(
            model=next((one.model for one in used if one.model), ""),
            calls=sum(one.calls for one in used),
            failed_calls=sum(one.failed_calls for one in used),
            input_tokens=sum(one.input_tokens for one in used),
            cached_tokens=sum(one.cached_tokens for one in used),
            cache_write_tokens=sum(one.cache_write_tokens for one in used),
            output_tokens=sum(one.output_tokens for one in used),
            images=sum(one.images for one in used),
        )

    def hand_over(self, turn: Turn, step: int | None, why: str) -> Decision:
        """Have the engine do one step, or (None) finish the task, from the next turn on.

        Args:
            turn: The turn in which the replay cannot go on.
            step: Index of the step.
            why: Why it cannot be done as it was recorded.
        """
        told = _name_of(step)
        try:
            engine = self._made()
        except EngineError as error:
            return GiveUp(reason=f"{told} cannot be done as it was recorded: {why}; and {error}")
        self._report.fallbacks.append(f"{told}: {why}")
        goal = self._goal_of_step(turn.goal, step) if step is not None else self._goal_of_rest(turn.goal, why)
        if goal is None:
            return GiveUp(reason=f"{told} is not as it was recorded: {why}")
        self._helper = _Helper(engine=engine, goal=goal, began=len(turn.history), step=step)
        # The engine decides on what it asks to see.
        return Look(requests=(), thought=f"{told} is not as it was recorded ({why}); the agent takes it")

    async def decide(self, turn: Turn) -> tuple[Decision, int | None]:
        """Return the engine's decision, and the index of its step if it is done with that."""
        helper = self._helper
        assert helper
        history = turn.history[helper.began :]
        decision = await helper.engine.decide(replace(turn, goal=helper.goal, history=history))
        if isinstance(decision, Finish) and helper.step is not None:
            self._mend(helper.step, history)
            self._helper = None
            done = Look(requests=(), thought="the agent has done the step; the script goes on")
            return done, helper.step
        if isinstance(decision, GiveUp):
            reason = f"{helper.told} cannot be done as it was recorded, and the agent: {decision.reason}"
            return replace(decision, reason=reason), None
        return decision, None

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict | None:
        """Return the opinion of an engine that has finished the task; None if the replay did that."""
        if self._helper is None or self._helper.step is not None:
            return None
        return await self._helper.engine.judge(goal, evidence)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """The codes that an engine of the task chooses for a failure; none where it cannot choose.

        Raises:
            EngineError: There is none.
            ModelError: Its model could not be used.
        """
        engine = self._helper.engine if self._helper else self._made()
        return await engine.choose_codes(goal, reason, page) if isinstance(engine, CodeChooser) else ()

    def _made(self) -> Engine:
        engine = self._agent.make()
        self._engines.append(engine)
        return engine

    async def close(self) -> None:
        """Close the engines."""
        for engine in dict.fromkeys(self._engines):
            await engine.close()

    def _mend(self, step: int, history: Sequence[Sequence[ActionResult]]) -> None:
        """Replace a step by what the engine did; a step that needed no action becomes optional."""
        if self.recorder is None:
            return
        done = self.recorder.steps(self._values, [result for each in history for result in each if result.ok])
        optional = self._script.steps[step].model_copy(update={"optional": True})
        self._report.steps[step] = [with_parameters(one, self._values) for one in done] or [optional]

    def _goal_of_step(self, goal: Goal, at: int) -> Goal:
        step = self._script.steps[at]
        says = fill(step.says, self._values)
        if self._agent.reads_prose:
            where = fill(place(step), self._values)
            says = (
                f"{says}\n\nThis is one step of a longer task: {goal.text!r}. The steps before it are done. "
                "Do this one step on the page as it is now, and nothing after it; then finish. When it was "
                f"recorded, it was {where or 'a step without an element'}; it may be called otherwise now."
            )
        return replace(goal, text=says, output=OutputSpec())

    def _goal_of_rest(self, goal: Goal, why: str) -> Goal | None:
        """The goal once all steps are done; None if the engine could only begin from the start."""
        if self._agent.reads_prose:
            return replace(
                goal,
                text=f"{goal.text}\n\nWhat this asks for was already done on this page, by steps that were "
                f"recorded earlier. But: {why} Look at the page, do what is still missing, do nothing twice.",
            )
        if self._script.output is None or not self._script.output.wish:
            return None
        return replace(goal, text=fill(self._script.output.wish, self._values))


def _name_of(step: int | None) -> str:
    return f"step {step + 1}" if step is not None else "the end"
