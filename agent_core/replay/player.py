"""An engine that decides what was decided before: it does a script again, and needs no model for that.

What is not as it was is found again where that is sure (`match`). A step that is not sure is given to the
agent of the task, for that step only; what it did then takes the step's place in the script.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent_core.loop.loop import Page
from agent_core.replay.evidence import missing
from agent_core.replay.extraction import Reading, read_places
from agent_core.replay.fingerprint import describe
from agent_core.replay.format import Described, Ending, Script, Step, action_of
from agent_core.replay.matcher import Found, NotFound, find
from agent_core.replay.parameters import with_parameters
from agent_core.replay.places import read_there
from agent_core.replay.recorder import Recorder
from agent_core.replay.rules import MakeRules, Rules
from agent_core.replay.surroundings import Surroundings
from agent_core.replay.template import fill, fill_all, names_in
from agent_core.replay.words import place
from browser.model.actions import Action, ActionResult, Point, Scroll, Target
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from engines.errors import EngineError
from engines.output_spec import OutputSpec
from engines.protocol import Act, Decision, Engine, Evidence, Finish, GiveUp, Goal, Look, Turn, Usage, Verdict

PATIENCE_S = 4.0
"""How long a page is given to show the element of the next step."""
PATIENCE_TO_HEAL_S = 1.0
"""How long it is given to show it as it was, where something else could be it."""
PAUSE_S = 0.1
TOGETHER = frozenset(("TypeText", "Select", "SetChecked", "Upload"))
"""Actions that fill in: several in a row are done at one go, since they leave the page as it is."""
MOST_TOGETHER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who does what cannot be done as it was recorded."""

    make: Callable[[], Engine]
    reads_prose: bool
    """Whether it understands a step and what it is about in free words; else it is told the step alone."""


@dataclass(kw_only=True)
class _Helper:
    """The agent at work on one step, on the output, or on all that is left."""

    engine: Engine
    goal: Goal
    began: int
    """How many turns had acted before."""
    step: int | None
    """The step that it does; None: it finishes the task."""


@dataclass(frozen=True, slots=True)
class _Planned:
    at: int
    action: Action
    on: Mapping[str, Found]


@dataclass(kw_only=True)
class Story:
    """How a replay went."""

    healed: list[str] = field(default_factory=list)
    """What was not as it was, and was found again."""
    worked_out: list[str] = field(default_factory=list)
    """The parts of the prompt that rules carried out anew."""
    fallbacks: list[str] = field(default_factory=list)
    """What the agent was needed for."""
    steps: dict[int, Sequence[Step]] = field(default_factory=dict)
    """Place of a step -> what takes its place in the script."""


class Replay:
    """Does a script again. One instance serves one run."""

    name = "replay"

    def __init__(
        self, script: Script, values: Mapping[str, str], agent: Agent, rules: MakeRules | None = None
    ) -> None:
        """`values`: one for each parameter. `rules`: makes what decided the recording, where that was no
        model."""
        self._script, self._values, self._agent = script, dict(values), agent
        self._new = {name for name, each in script.parameters.items() if values[name] != each.example}
        self._at = 0
        self._tries = 0
        self._doing: list[_Planned] = []
        self._page: Surroundings | None = None
        self._helper: _Helper | None = None
        self._reading: Reading | None = None
        self._rules = Rules(rules) if rules else None
        self._parts = {fill(part, values) for part in script.parts or ()}
        self._agents: list[Engine] = []
        """All that were made, to be closed with the run: the caller's own may come again and again."""
        self._problem = ""
        self._just_healed = False
        self._ended_anew = False
        """Whether the last thing that was done was a part that rules carried out anew."""
        self.recorder: Recorder | None = None
        """Knows what the agent did, for the script to be mended."""
        self.story = Story()

    # what the loop asks

    @property
    def view(self) -> View:
        """All elements, no picture; what the agent, or the rules, want to see while they are at work."""
        if self._helper is not None:
            return self._helper.engine.view
        if self._rules and (view := self._rules.view):
            return view
        return self._reading.view if self._reading else View(budget_tokens=None)

    @property
    def usage(self) -> Usage:
        """What agents have used; nothing without one."""
        return _sum(engine.usage for engine in dict.fromkeys(self._agents))

    async def decide(self, turn: Turn) -> Decision:
        """The next steps of the script, the agent's decision where it has taken over, or the end."""
        if self._helper is not None:
            return await self._helped(self._helper, turn)
        if turn.complaint:
            return await self._hand_over(turn, None, turn.complaint)
        self._take_in(turn)  # compares with the page as it was
        self._page = Surroundings(turn.observation.elements)
        parts_may_be_left = self._script.parts is not None and self._rules and self._rules.following
        if self._at < len(self._script.steps) or parts_may_be_left:
            return await self._next(turn)
        return await self._finish(turn)

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Met where the page ended as it did when this was recorded; an agent that finishes judges itself."""
        if self._helper is not None and self._helper.step is None:
            return await self._helper.engine.judge(goal, evidence)
        problem = self.not_as_recorded(evidence)
        return Verdict(met=not problem, reason=problem)

    def not_as_recorded(self, evidence: Evidence) -> str:
        """What of the recorded ending is not there; "" where it is. What was worked out last ends otherwise
        on a page that is another."""
        ending = self._script.ending
        if self._ended_anew:
            ending = Ending(fields=ending.fields)
        return missing(ending, evidence.before, evidence.after, self._values)

    async def close(self) -> None:
        """Let go of the agents and the rules."""
        for engine in dict.fromkeys(self._agents):
            await engine.close()
        if self._rules:
            await self._rules.close()

    # what the run asks

    @property
    def script(self) -> Script:
        """What is done again."""
        return self._script

    @property
    def goes_well(self) -> bool:
        """Whether all is as it was recorded, so far as this step is concerned."""
        return self._helper is None and not self._problem and not self._just_healed

    # waiting

    def ready(self, page: Observation) -> bool | None:
        """Whether the next step finds its element here: as it was, as something else (None), or not."""
        at = self._doing[-1].at + 1 if self._doing else self._at
        if self._helper is not None or at >= len(self._script.steps) or page.dialog:
            return True
        step = self._script.steps[at]
        if self._rules and (self._rules.at_work or step.worked_out):
            return True  # they wait for what they need
        found = [self._find(element, Surroundings(page.elements)) for element in step.on.values()]
        if any(isinstance(one, NotFound) for one in found):
            return False
        return None if any(isinstance(one, Found) and one.how == "healed" for one in found) else True

    # the steps

    def _take_in(self, turn: Turn) -> None:
        """See how far the last steps came."""
        if not self._doing:
            return
        results = turn.history[-1] if turn.history else ()
        done = sum(1 for result in results if result.ok)
        self._problem = next((result.problem for result in results if not result.ok), "")
        for planned in self._doing[:done]:
            self._note(planned)
        if done:
            self._at, self._tries = self._doing[min(done, len(self._doing)) - 1].at + 1, 0
        if self._problem:
            self._tries += 1
        self._doing = []

    def _note(self, planned: _Planned) -> None:
        """Remember what an element is now, where it is not what it was."""
        healed = [found for found in planned.on.values() if found.how == "healed"]
        if healed and self._page:
            self.story.healed.append(f"step {planned.at + 1}: {'; '.join(found.why for found in healed)}")
            step, page = self._script.steps[planned.at], self._page
            now = {name: describe(page.by_ref[found.ref], page) for name, found in planned.on.items()}
            on = {name: now[name].model_copy(update={"at": was.at}) for name, was in step.on.items()}
            self.story.steps[planned.at] = [with_parameters(step.model_copy(update={"on": on}), self._values)]

    async def _next(self, turn: Turn) -> Decision:
        """Do the next steps; where they cannot be done as recorded, the rules, then the agent, are asked."""
        at_once = 0
        if self._rules:
            at_once = await self._rules.look(turn)
            if decision := await self._anew(turn, self._rules):
                return decision
            if self._at == len(self._script.steps):
                self._rules.see_done(())  # they are asked once at the end; the output is not theirs to read
                return await self._finish(turn)
        planned = self._plan_next(turn.observation, at_once or MOST_TOGETHER)
        if isinstance(planned, str):
            return await self._instead(turn, planned)
        if self._rules:
            self._rules.see_done([one.action for one in planned])
        if not planned:
            return await self._finish(turn)
        if self._tries > 1:
            return await self._hand_over(turn, self._at, self._problem)
        self._ended_anew = False
        # A step that only brings its element into view is not done by that.
        self._doing = [one for one in planned if not self._only_scrolls(one)]
        self._just_healed = any(found.how == "healed" for one in planned for found in one.on.values())
        return Act(actions=tuple(one.action for one in planned), thought=self._told(planned))

    def _plan_next(self, now: Observation, most: int) -> list[_Planned] | str:
        """The next steps that can be done at one go, as many as leave the page as it is; or why none can."""
        planned: list[_Planned] = []
        at = self._at
        while at < len(self._script.steps) and len(planned) < most:
            step = self._script.steps[at]
            anew = step.worked_out and self._rules is not None
            if planned and (step.do not in TOGETHER or anew):
                break
            if anew:
                return "what it is done to follows from the page"
            one = self._plan(at, step, now)
            if isinstance(one, str):
                if planned:
                    break
                if step.optional:
                    at = self._at = at + 1
                    continue
                return one
            planned.append(one)
            if isinstance(one.action, Scroll) and step.do != "Scroll":
                break
            if step.do not in TOGETHER or step.arguments.get("submit"):
                break
            at += 1
        return planned

    async def _anew(self, turn: Turn, rules: Rules) -> Decision | None:
        """What rules do next of a part that was worked out; None where the recording is to be done."""
        decision: Act | GiveUp | None = None
        if rules.at_work:
            decision = await rules.go_on(turn)
        while decision is None:
            self._skip(rules)
            part = self._part_to_do_anew(rules)
            if not part:
                return None
            decision = await rules.carry_out(part, turn)
        if isinstance(decision, GiveUp):
            return await self._hand_over(turn, None, decision.reason)
        return decision

    def _part_to_do_anew(self, rules: Rules) -> str:
        """The part that is now to be carried out anew: that of a step that was worked out, or one for which
        nothing had to be done before; "" where there is none."""
        if self._script.parts is not None and rules.wanted and rules.wanted not in self._parts:
            return rules.wanted
        if self._at == len(self._script.steps):
            return ""
        step = self._script.steps[self._at]
        return fill(step.part, self._values) if step.worked_out else ""

    def _skip(self, rules: Rules) -> None:
        """Go past the steps of parts that were carried out anew."""
        new = rules.carried_out[len(self.story.worked_out) :]
        self.story.worked_out += new
        self._ended_anew = self._ended_anew or bool(new)
        steps = self._script.steps
        for part in new:
            while self._at < len(steps) and fill(steps[self._at].part, self._values) == part:
                self._at += 1

    async def _instead(self, turn: Turn, why: str) -> Decision:
        """Have the rules do the part of a step that cannot be done as it was recorded; where they cannot, or
        it is half done and they do not know how far, the agent."""
        steps, at = self._script.steps, self._at
        part = fill(steps[at].part, self._values)
        begins = at == 0 or steps[at - 1].part != steps[at].part
        if not self._rules or not part or not (begins or self._rules.know(part)):
            return await self._hand_over(turn, at, why)
        decision = await self._rules.carry_out(part, turn)
        if isinstance(decision, GiveUp):
            return await self._hand_over(turn, at, why)
        self.story.healed.append(f"step {at + 1}: {why}; rules carried out anew what it was for")
        return decision or await self._next(turn)

    def _only_scrolls(self, planned: _Planned) -> bool:
        return isinstance(planned.action, Scroll) and self._script.steps[planned.at].do != "Scroll"

    def _told(self, planned: Sequence[_Planned]) -> str:
        said = [fill(self._script.steps[one.at].says, self._values) for one in planned]
        return f"step {planned[0].at + 1} of {len(self._script.steps)}: {' '.join(said)}"

    def _plan(self, at: int, step: Step, now: Observation) -> _Planned | str:
        """The action of a step on the page as it is; else why it cannot be done as it was recorded."""
        if (now.dialog is not None) != (step.do == "AnswerDialog"):
            return f"a dialog is open: {now.dialog.message!r}" if now.dialog else "no dialog has opened"
        page = self._page or Surroundings(now.elements)
        found: dict[str, Found] = {}
        targets: dict[str, Target] = {}
        for name, element in step.on.items():
            match = self._find(element, page)
            if isinstance(match, NotFound):
                return match.why
            found[name] = match
            targets[name] = _target(element, match, page)
            box = page.by_ref[match.ref].box
            if isinstance(targets[name], Point) and not page.by_ref[match.ref].visible and box:
                return _Planned(at, Scroll(target=match.ref, to="target"), found)
        filled = self._filled(step, page)
        if isinstance(filled, str):
            return filled
        return _Planned(at, action_of(step, targets, filled), found)

    def _filled(self, step: Step, page: Surroundings) -> dict[str, Any] | str:
        """The step's arguments with the values of this time; else why they are not known."""
        arguments: dict[str, Any] = fill_all(step.arguments, self._values)
        if step.read is not None:
            text = read_there(self._with_values(step.read.element, step), page)
            if text is None:
                return "what is to be typed does not stand where it stood"
            return {**arguments, "text": text}
        if step.made_up and not self._is_as_it_was(step, page):
            return "what was typed was made up for the page as it was, and the page is another"
        return arguments

    def _with_values(self, element: Described, step: Step) -> Any:
        assert step.read is not None
        return step.read.model_copy(update={"element": self._valued(element)})

    def _is_as_it_was(self, step: Step, page: Surroundings) -> bool:
        target = step.on.get("target")
        if target is None:
            return False
        match = self._find(target, page)
        if isinstance(match, NotFound):
            return False
        element, wanted = page.by_ref[match.ref], self._valued(target)
        before, after = page.before(element, len(wanted.before)), page.after(element, len(wanted.after))
        return tuple(before) == wanted.before and tuple(after) == wanted.after

    def _valued(self, element: Described) -> Described:
        return Described.model_validate(fill_all(element.model_dump(), self._values))

    def _find(self, element: Described, page: Surroundings) -> Found | NotFound:
        named = (element.name, element.label, element.placeholder, element.text, element.row)
        renamed = any(name in self._new for text in named for name in names_in(text))
        return find(self._valued(element), page, renamed=renamed)

    # the end

    async def _finish(self, turn: Turn) -> Decision:
        """The output, and that the page ended as it did when this was recorded."""
        output = self._script.output
        if output is None:
            return Finish(evidence=(f"all {len(self._script.steps)} steps were done again",))
        if output.by == "agent":
            return await self._hand_over(turn, None, "the output has to be read by an agent")
        if output.by == "places":
            places = {name: self._place(each) for name, each in output.places.items()}
            values = read_places(places, output, Surroundings(turn.observation.elements))
            if isinstance(values, str):
                return await self._hand_over(turn, None, values)
            return values
        if self._reading is None:
            self._reading = Reading(fill(output.wish, self._values))
        decision = await self._reading.decide(turn)
        if isinstance(decision, GiveUp):
            self._reading = None
            return await self._hand_over(turn, None, decision.reason)
        return decision

    def _place(self, place: Any) -> Any:
        return place.model_copy(update={"element": self._valued(place.element)})

    # the agent

    async def _hand_over(self, turn: Turn, at: int | None, why: str) -> Decision:
        """Have the agent do one step, or (None) finish the task."""
        told = f"step {at + 1}" if at is not None else "the end"
        if self._rules:
            self._rules.see_done(())  # whatever the agent does, it is not theirs
        try:
            engine = self._agent.make()
        except EngineError as error:
            return GiveUp(reason=f"{told} cannot be done as it was recorded: {why}; and {error}")
        self._agents.append(engine)
        self.story.fallbacks.append(f"{told}: {why}")
        goal = self._goal_of_step(turn.goal, at) if at is not None else self._goal_of_rest(turn.goal, why)
        if goal is None:
            return GiveUp(reason=f"{told} is not as it was recorded: {why}")
        self._helper = _Helper(engine=engine, goal=goal, began=len(turn.history), step=at)
        # The agent decides on what it asks to see.
        return Look(requests=(), thought=f"{told} is not as it was recorded ({why}); the agent takes it")

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
        """What is left once all steps are done; None where the agent could only begin from the start."""
        if self._agent.reads_prose:
            return replace(
                goal,
                text=f"{goal.text}\n\nWhat this asks for was already done on this page, by steps that were "
                f"recorded earlier. But: {why} Look at the page, do what is still missing, do nothing twice.",
            )
        if self._script.output is None or not self._script.output.wish:
            return None
        return replace(goal, text=fill(self._script.output.wish, self._values))

    async def _helped(self, helper: _Helper, turn: Turn) -> Decision:
        """What the agent decides; where it is done with its step, the script goes on."""
        own = replace(turn, goal=helper.goal, history=turn.history[helper.began :])
        decision = await helper.engine.decide(own)
        match decision:
            case Finish() if helper.step is not None:
                self._helper_is_done(helper, own.history)
                return Look(requests=(), thought="the agent has done the step; the script goes on")
            case GiveUp(reason=reason):
                told = f"step {helper.step + 1}" if helper.step is not None else "the rest"
                return replace(
                    decision, reason=f"{told} cannot be done as it was recorded, and the agent: {reason}"
                )
            case _:
                return decision

    def _helper_is_done(self, helper: _Helper, history: Sequence[Sequence[ActionResult]]) -> None:
        assert helper.step is not None
        results = [result for each in history for result in each if result.ok]
        if self.recorder is not None:
            steps = self.recorder.steps(self._values, results)
            if steps:
                self.story.steps[helper.step] = [with_parameters(step, self._values) for step in steps]
            else:
                self.story.steps[helper.step] = [
                    self._script.steps[helper.step].model_copy(update={"optional": True})
                ]
        self._helper = None
        self._at, self._tries, self._problem = helper.step + 1, 0, ""


def _target(element: Described, found: Found, page: Surroundings) -> Target:
    """What to act on: the element, or the point of it that was used."""
    now = page.by_ref[found.ref]
    if element.at is None or now.box is None:
        return found.ref
    if now.interactive and "unreadable" not in now.states:
        return found.ref
    return Point(now.box.x + element.at[0] * now.box.width, now.box.y + element.at[1] * now.box.height)


def _sum(usages: Iterable[Usage]) -> Usage:
    all_of = list(usages)
    return Usage(
        model=next((one.model for one in all_of if one.model), ""),
        calls=sum(one.calls for one in all_of),
        input_tokens=sum(one.input_tokens for one in all_of),
        cached_tokens=sum(one.cached_tokens for one in all_of),
        output_tokens=sum(one.output_tokens for one in all_of),
        images=sum(one.images for one in all_of),
    )


class Patient:
    """A page that is looked at again until the next step of a replay can be done on it, or for so long."""

    def __init__(self, page: Page, replay: Replay) -> None:
        self._page, self._replay = page, replay

    async def observe(self, view: View) -> Observation:
        """The page once the next step's element is there; as it is, where it does not come."""
        began = time.monotonic()
        while True:
            now = await self._page.observe(view)
            ready = self._replay.ready(now)
            waited = time.monotonic() - began
            if ready or waited > PATIENCE_S or (ready is None and waited > PATIENCE_TO_HEAL_S):
                return now
            await asyncio.sleep(PAUSE_S)

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """More of some parts."""
        return await self._page.look(requests) if requests else ()

    async def perform(self, action: Action) -> ActionResult:
        """Carry out one action."""
        return await self._page.perform(action)
