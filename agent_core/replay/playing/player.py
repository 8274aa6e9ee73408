"""An engine that repeats a script, and needs no model for that.

Elements that have changed are found again if that is certain (`matcher`). Clauses whose result was worked out
from the page are recomputed by rules (`recompute`). A step that can be done in neither way is handed to the
engine of the task, for that step only (`healing`).
"""

from __future__ import annotations

from collections.abc import Mapping

from agent_core.replay.elements.fingerprint import describe
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.evidence import missing
from agent_core.replay.format import Ending, Script
from agent_core.replay.parameters import with_parameters
from agent_core.replay.playing.extraction import OutputReader
from agent_core.replay.playing.healing import Agent, Healing
from agent_core.replay.playing.planning import MOST_TOGETHER, NextSteps, PlannedStep, StepPlanner
from agent_core.replay.playing.recompute import MakeRules, Recomputer
from agent_core.replay.recorder import Recorder
from agent_core.replay.report import ReplayReport
from agent_core.replay.template import fill
from browser.model.observation import Observation, View
from engines.protocol import Act, Decision, Evidence, Finish, GiveUp, Goal, Turn, Usage, Verdict


class Replay:
    """Repeats a script. One instance serves one run."""

    name = "replay"

    def __init__(
        self, script: Script, values: Mapping[str, str], agent: Agent, rules: MakeRules | None = None
    ) -> None:
        """Prepare to repeat a script.

        Args:
            script: What is repeated.
            values: A value for each of its parameters.
            agent: The engine of the task.
            rules: Makes the rules that decided the recording; None if a model did.
        """
        self.script, self._values = script, dict(values)
        self.report = ReplayReport()
        self._planner = StepPlanner(script, self._values)
        self._healing = Healing(script, self._values, agent, self.report)
        self._recomputer = Recomputer(rules) if rules else None
        self._reader = OutputReader(script.output, self._values) if script.output else None
        self._clauses = {fill(part, values) for part in script.parts or ()}
        self._at = 0
        """Index of the next step."""
        self._failures = 0
        """How often in a row the next step has failed."""
        self._problem = ""
        """Why it failed the last time."""
        self._doing: tuple[PlannedStep, ...] = ()
        """What was decided in the last turn, on this page:"""
        self._page = Surroundings(())
        self._just_healed = False
        self._ended_recomputed = False
        """Whether the last thing that was done was a clause that was recomputed."""

    def mend_with(self, recorder: Recorder) -> None:
        """Have steps that the agent does replaced in the script by what the recorder saw of them."""
        self._healing.recorder = recorder

    # what the loop asks

    @property
    def view(self) -> View:
        """All elements and no screenshot, or what the agent or the rules want to see when they work."""
        wanted = self._healing.view
        if wanted is None and self._recomputer:
            wanted = self._recomputer.view
        if wanted is None and self._reader:
            wanted = self._reader.view
        return wanted or View(budget_tokens=None)

    @property
    def usage(self) -> Usage:
        """What the agent has used; nothing if it was not needed."""
        return self._healing.usage

    async def decide(self, turn: Turn) -> Decision:
        """Return the next steps of the script, the agent's decision while it is at work, or the end."""
        if self._healing.at_work:
            decision, step = await self._healing.decide(turn)
            if step is not None:
                self._at, self._failures, self._problem = step + 1, 0, ""
            return decision
        if turn.complaint:
            return self._hand_over(turn, None, turn.complaint)
        self._take_in(turn)
        self._page = Surroundings(turn.observation.elements)
        clauses_may_be_left = (
            self.script.parts is not None and self._recomputer and self._recomputer.following
        )
        if self._at < len(self.script.steps) or clauses_may_be_left:
            return await self._next(turn)
        return await self._finish(turn)

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Met if the page ended as it did in the recording. An agent that finishes the task judges itself."""
        if verdict := await self._healing.judge(goal, evidence):
            return verdict
        ending = self.script.ending
        if self._ended_recomputed:  # then the page ends in another way, but for the number of invalid fields
            ending = Ending(fields=ending.fields)
        problem = missing(ending, evidence.before, evidence.after, self._values)
        return Verdict(met=not problem, reason=problem)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """The error codes that the engine of the task chooses."""
        return await self._healing.choose_codes(goal, reason, page)

    async def close(self) -> None:
        """Close the engines of the agent and the rules."""
        await self._healing.close()
        if self._recomputer:
            await self._recomputer.close()

    # what the run asks

    @property
    def goes_well(self) -> bool:
        """Whether the last steps went as they were recorded."""
        return not self._healing.at_work and not self._problem and not self._just_healed

    def ready(self, page: Observation) -> bool | None:
        """Whether the next step can be done on this page; None: only with an element that has changed."""
        at = self._doing[-1].at + 1 if self._doing else self._at
        if self._healing.at_work or at >= len(self.script.steps) or page.dialog:
            return True
        if self._recomputer and (self._recomputer.at_work or self.script.steps[at].worked_out):
            return True  # the rules wait for what they need
        return self._planner.is_there(at, page)

    # the steps

    def _take_in(self, turn: Turn) -> None:
        """See how many of the last steps were done."""
        if not self._doing:
            return
        results = turn.history[-1] if turn.history else ()
        done = next((at for at, result in enumerate(results) if not result.ok), len(results))
        self._problem = next((result.problem for result in results if not result.ok), "")
        for planned in self._doing[:done]:
            self._note_healed(planned)
        if done:
            self._at, self._failures = self._doing[min(done, len(self._doing)) - 1].at + 1, 0
        self._failures += bool(self._problem)
        self._doing = ()

    def _note_healed(self, planned: PlannedStep) -> None:
        """Describe the elements of a step as they are now, if one of them had changed."""
        if not planned.healed:
            return
        why = "; ".join(found.why for found in planned.healed)
        self.report.healed.append(f"step {planned.at + 1}: {why}")
        step, page = self.script.steps[planned.at], self._page
        now = {name: describe(page.by_ref[found.ref], page) for name, found in planned.on.items()}
        on = {name: now[name].model_copy(update={"at": was.at}) for name, was in step.on.items()}
        mended = with_parameters(step.model_copy(update={"on": on}), self._values)
        self.report.steps[planned.at] = [mended]

    async def _next(self, turn: Turn) -> Decision:
        """Do the next steps; ask the rules, then the agent, if they cannot be done as they were recorded."""
        rules, at_once = self._recomputer, 0
        if rules:
            at_once = await rules.look(turn)
            if decision := await self._recompute(turn, rules):
                return decision
            if self._at == len(self.script.steps):
                rules.see_done(())  # they are asked once at the end; the output is not theirs to read
                return await self._finish(turn)
        plan = self._planner.next(
            self._at,
            turn.observation,
            self._page,
            most=at_once or MOST_TOGETHER,
            recomputes=rules is not None,
        )
        self._at = plan.at
        if plan.problem:
            return await self._instead(turn, plan.problem)
        if rules:
            rules.see_done([one.action for one in plan.steps])
        if not plan.steps:
            return await self._finish(turn)
        if self._failures > 1:
            return self._hand_over(turn, self._at, self._problem)
        return self._act(plan)

    def _act(self, plan: NextSteps) -> Act:
        self._ended_recomputed = False
        self._doing = tuple(one for one in plan.steps if not one.only_scrolls)
        self._just_healed = any(one.healed for one in plan.steps)
        said = " ".join(fill(self.script.steps[one.at].says, self._values) for one in plan.steps)
        return Act(
            actions=tuple(one.action for one in plan.steps),
            thought=f"step {plan.at + 1} of {len(self.script.steps)}: {said}",
        )

    # what was worked out from the page

    async def _recompute(self, turn: Turn, rules: Recomputer) -> Decision | None:
        """Return what the rules do next for a clause; None if the next step is to be repeated."""
        decision: Act | GiveUp | None = None
        if rules.at_work:
            decision = await rules.go_on(turn)
        while decision is None:
            self._skip_recomputed(rules)
            clause = self._clause_to_recompute(rules)
            if not clause:
                return None
            decision = await rules.begin(clause, turn)
        if isinstance(decision, GiveUp):
            return self._hand_over(turn, None, decision.reason)
        return decision

    def _clause_to_recompute(self, rules: Recomputer) -> str:
        """The clause of the next step if that was worked out, or one for which the recording has no step."""
        if self.script.parts is not None and rules.proposed and rules.proposed not in self._clauses:
            return rules.proposed
        if self._at == len(self.script.steps) or not self.script.steps[self._at].worked_out:
            return ""
        return self._clause_of(self._at)

    def _skip_recomputed(self, rules: Recomputer) -> None:
        """Skip the steps of clauses that were recomputed."""
        new = rules.recomputed[len(self.report.worked_out) :]
        self.report.worked_out += new
        self._ended_recomputed = self._ended_recomputed or bool(new)
        for clause in new:
            while self._at < len(self.script.steps) and self._clause_of(self._at) == clause:
                self._at += 1

    async def _instead(self, turn: Turn, why: str) -> Decision:
        """Recompute the clause of a step that cannot be repeated; hand the step over if that is not possible.

        A clause that is half done can only be recomputed if the rules know how far it is.
        """
        rules, at = self._recomputer, self._at
        clause = self._clause_of(at)
        begins = at == 0 or self.script.steps[at - 1].part != self.script.steps[at].part
        if not rules or not clause or not (begins or rules.is_at(clause)):
            return self._hand_over(turn, at, why)
        decision = await rules.begin(clause, turn)
        if isinstance(decision, GiveUp):
            return self._hand_over(turn, at, why)
        self.report.healed.append(f"step {at + 1}: {why}; rules carried out anew what it was for")
        return decision or await self._next(turn)

    def _clause_of(self, at: int) -> str:
        return fill(self.script.steps[at].part, self._values)

    # the end

    async def _finish(self, turn: Turn) -> Decision:
        """Read the output."""
        if self._reader is None:
            return Finish(evidence=(f"all {len(self.script.steps)} steps were done again",))
        decision = await self._reader.read(turn, self._page)
        return self._hand_over(turn, None, decision) if isinstance(decision, str) else decision

    def _hand_over(self, turn: Turn, step: int | None, why: str) -> Decision:
        if self._recomputer:
            self._recomputer.see_done(())  # whatever the agent does, it is not what the rules would do
        return self._healing.hand_over(turn, step, why)
