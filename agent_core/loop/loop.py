"""The loop: look, let the engine decide, do it, see what came of it, until done or out of budget.

Nothing here knows an engine's name, opens a browser or writes a file.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Protocol, assert_never

from agent_core.loop import verify
from agent_core.loop.budget import Budget
from agent_core.loop.events import Acted, Complained, Decided, Event, Observed, StepEnded, StepStarted
from agent_core.loop.places import naming, rectangle_of
from agent_core.loop.repetition import Repetition
from agent_core.loop.unfounded import Grounds, grounds_of, shows_pictures, without
from agent_core.task.run import ActionRecord, FailureCode, Rectangle, StepRecord
from browser.model.actions import Action, ActionResult, Collected, Point
from browser.model.errors import NavigationFailed
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from browser.model.text import well_formed, without_lone_surrogates
from browser.values.standing import Scalar
from engines.output_spec import JSON, OutputProblem, OutputSpec
from engines.protocol import Act, AskUser, Decision, Engine, Finish, Gatherer, GiveUp, Goal, Look, Turn

DONE = "done"
"""What a person says who only acts in the page, or presses Enter."""
MOST_COMPLAINTS = 3
"""How often an output, or a claim to be done, goes back to the engine."""
_NOWHERE = (
    "These values of the output stand on no page that was seen: {values}. "
    "Read them from a page, or leave them out."
)
_IN_A_PICTURE = " What a picture of the page shows may be given again."
_PICTURE = "read from a picture of the page, as the engine says"
_TOLD = "These values of the output were found on no page that was seen: {values}"


class Page(Protocol):
    """What the loop needs of a browser; `browser.session.Session` is one."""

    async def observe(self, view: View) -> Observation:
        """The active tab as it is now."""
        ...

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """More of some parts; nothing is changed."""
        ...

    async def perform(self, action: Action) -> ActionResult:
        """Carry out one action; what cannot be done is `ActionResult.problem`."""
        ...


class Audience:
    """Who listens to a run, answers it and may object. This one does nothing of it; subclass it."""

    def tell(self, event: Event) -> None:
        """Hear of an event."""

    async def ask(self, question: AskUser) -> str | None:
        """A person's answer; None: there is nobody to ask."""
        return None

    def objection(self, action: Action) -> str:
        """Why the action is not to be carried out, for the engine to hear; "" where it may be."""
        return ""

    async def picture_before(self, step: StepRecord) -> None:
        """Note in the record which picture shows the page that the step is about to act on."""

    async def picture(self, step: StepRecord) -> None:
        """Take a picture of the page as the step left it, and note it in the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The goal was not reached."""

    code: FailureCode
    message: str
    error_codes: tuple[str, ...] = ()
    """Those of `Goal.error_codes` that describe it."""


Ending = Finish | GiveUp | Failure
"""How a pursuit ended. Only `Finish` is a success, and its output is valid."""


@dataclass(kw_only=True)
class Progress:
    """How far a pursuit came. Filled as it goes on, for a caller who may have to cut it off."""

    seen: list[Observation] = field(default_factory=list)
    """Every page seen, oldest first; the same look only once in a row."""
    heard: list[Observation] = field(default_factory=list)
    """What was shown or said beside them: answers to `Look` and of a person, what was seen while acting."""
    acted: list[tuple[Act, tuple[ActionResult, ...]]] = field(default_factory=list)
    """Every decision to act, and what came of it, oldest first."""
    collected: list[Collected] = field(default_factory=list)
    """Every long list that was read, oldest first."""
    output: JSON = None
    """The last answer as it was, valid or not."""
    problems: tuple[OutputProblem, ...] = ()
    """What is wrong with it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """`Finish.sources` of it."""
    grounds: Grounds | None = None
    """Where its values come from; None: that was not looked into."""
    left_out: tuple[tuple[str, Scalar], ...] = ()
    """JSON pointer into the output and the value that was taken out there, since it comes from nowhere."""

    @property
    def pictured(self) -> bool:
        """Whether a picture was seen that may say what no text does."""
        return any(map(shows_pictures, (*self.heard, *self.seen)))

    def trace(self, spec: OutputSpec, wish: str) -> Grounds:
        """Where the values of the output come from. It may take seconds, and so is called in a thread."""
        collected, heard = tuple(self.collected), tuple(self.heard)
        return grounds_of(self.output, spec, wish, tuple(self.seen), self.sources, collected, heard)


async def pursue(
    goal: Goal,
    page: Page,
    engine: Engine,
    budget: Budget,
    audience: Audience | None = None,
    *,
    full_history: bool = False,
    progress: Progress | None = None,
) -> Ending:
    """Let the engine work on the goal until it is done, gives up, or the budget is used up.

    Args:
        full_history: The completion check sees every action, not only those of the last step.
        progress: Filled as the pursuit goes on.
    """
    course = Course(goal, page, engine, budget, audience or Audience(), progress or Progress(), full_history)
    while budget.take_step():
        async with course.step() as step:
            match await step.decide():
                case Act() as decision:
                    await step.act(decision)
                    if course.repetition.stuck:
                        return Failure(code="STUCK", message=f"tried again and again: {step.tried}")
                case Look(requests=requests):
                    await step.look(requests)
                case AskUser(kind=kind, text=text) as question:
                    if not await step.ask(question):
                        return Failure(code="NEEDS_USER", message=f"a person is needed ({kind}): {text}")
                case GiveUp() as decision:
                    return course.gave_up(decision)
                case Finish() as decision:
                    if await step.accept(decision):
                        return decision
                    if (failure := course.no_more_complaints()) is not None:
                        return failure
                case never:
                    assert_never(never)
    return course.out_of_budget()


class Course:
    """What has happened in a pursuit so far."""

    def __init__(
        self,
        goal: Goal,
        page: Page,
        engine: Engine,
        budget: Budget,
        audience: Audience,
        progress: Progress,
        full_history: bool,
    ) -> None:
        self.goal, self.page, self.engine = goal, page, engine
        self.budget, self.audience, self.progress = budget, audience, progress
        self.full_history = full_history
        self.history: tuple[tuple[ActionResult, ...], ...] = ()
        self.complaint = ""
        self.answer = ""
        self.looked: tuple[LookAnswer, ...] = ()
        self.repetition = Repetition()
        self.tried: tuple[Action, ...] | None = None
        """The last step's actions, whose effect is still to be seen."""
        self.complaints = {"output": 0, "goal": 0, "values": 0, "form": 0}
        self.named: set[str] = set()
        """Values that the engine has heard stand on no page, as they are told."""
        self.has_answered = False
        """Whether the engine has ended with an output, accepted or not."""
        self.refusal: Failure | None = None
        """How the run ends if the answer that was just sent back was the last one."""

    @asynccontextmanager
    async def step(self) -> AsyncIterator[Step]:
        """One step, told of at its beginning and its end, however it ends."""
        step = Step(self, self.budget.steps_used)
        self.audience.tell(StepStarted(number=step.record.number))
        try:
            yield step
            with step.timed("picture"):
                await self.audience.picture(step.record)
        finally:
            self.budget.note(self.engine.usage)
            self.keep_gathered()
            step.record.complaint = self.complaint
            self.audience.tell(StepEnded(step=step.record))

    def saw(self, now: Observation) -> str:
        """Take in a new look at the page; what changed since the last one, "" on the first."""
        seen = self.progress.seen
        look = verify.digest(now)
        effect = verify.effect(seen[-1], now) if seen else ""
        if self.tried is not None:
            self.repetition.note(self.tried, look)
            self.tried = None
        if seen and verify.digest(seen[-1]) == look:
            seen[-1] = now
        else:
            seen.append(now)
        return effect

    def heard(self, text: str, **shown: Any) -> None:
        """Take in what was said or shown beside the page."""
        if text.strip() or shown:
            page = Observation(url=self.progress.seen[-1].url, text=text, **shown)
            self.progress.heard.append(page)

    def turn(self, effect: str) -> Turn:
        """What the engine is shown now. What was said once is not said again."""
        turn = Turn(
            goal=self.goal,
            observation=self.progress.seen[-1],
            history=self.history,
            complaint=self.complaint,
            effect=effect,
            nudge=self.repetition.nudge,
            forbidden=self.repetition.forbidden,
            looked=self.looked,
            answer=self.answer,
            steps_left=self.budget.steps_left + 1,
        )
        self.complaint, self.answer, self.looked, self.refusal = "", "", (), None
        return turn

    def send_back(self, about: str, complaint: str, code: FailureCode) -> None:
        """Refuse an answer; the engine hears why on its next turn."""
        self.complaint = complaint
        self.complaints[about] += 1
        self.refusal = Failure(code=code, message=complaint)

    def answered(self, output: JSON, sources: Mapping[str, str]) -> None:
        """Keep an answer, and what is wrong with it."""
        self.has_answered = True
        self._kept(output, sources)

    def _kept(self, output: JSON, sources: Mapping[str, str]) -> None:
        self.progress.output = output
        self.progress.grounds = None
        self.progress.sources = sources
        self.progress.problems = self.goal.output.validate(output)

    def keep_gathered(self) -> None:
        """Keep what an engine has read so far, until it gives an answer: a run may end at any time."""
        if not self.has_answered and isinstance(self.engine, Gatherer) and self.engine.gathered is not None:
            self._kept(well_formed(self.engine.gathered), {})

    def gave_up(self, decision: GiveUp) -> GiveUp:
        """The engine sees no way; what it has extracted so far is kept."""
        if decision.output is not None:
            self.answered(decision.output, {})
        return decision

    def may_name(self, grounds: Grounds) -> bool:
        """Whether the output goes back because of values that stand nowhere: each is named once."""
        told = {repr(value) for value in grounds.made_up.values()}
        new = told - self.named
        self.named |= told
        return bool(new and self.budget.steps_left and self.complaints["values"] < MOST_COMPLAINTS)

    def no_more_complaints(self) -> Failure | None:
        """The end of the run, where an answer has gone back as often as it may; None: it goes on."""
        return self.refusal if max(self.complaints.values()) > MOST_COMPLAINTS else None

    def out_of_budget(self) -> Failure:
        """No further step may begin. An answer that was just refused is the reason that matters."""
        if self.refusal is not None and self.refusal.code == "OUTPUT_INVALID":
            return self.refusal
        why = f"; {self.refusal.message}" if self.refusal else ""
        return Failure(code=self.budget.spent or "REACH_MAX_STEPS", message=self.budget.verdict + why)


class Step:
    """One cycle of looking, deciding, acting and checking."""

    def __init__(self, course: Course, number: int) -> None:
        self.course = course
        self.record = StepRecord(number=number)
        self.tried = ""
        """What was done or refused last, in words."""

    async def decide(self) -> Decision:
        """Look at the page and have the engine decide."""
        course = self.course
        with self.timed("observe"):
            now = _well_formed(await course.page.observe(course.engine.view))
        effect = course.saw(now)
        turn = course.turn(effect)
        self.record.url, self.record.title, self.record.viewport = now.url, now.title, now.viewport
        self.record.digest, self.record.effect, self.record.nudge = verify.digest(now), effect, turn.nudge
        self._tell(
            Observed(
                number=self.record.number,
                url=now.url,
                title=now.title,
                elements=len(now.elements),
                took_ms=self.record.ms["observe"],
            )
        )
        with self.timed("decide"):
            decision = well_formed(await course.engine.decide(turn))
        self.record.decision = kind_of(decision)
        self.record.thought = decision.thought
        took_ms = self.record.ms["decide"]
        self._tell(Decided(number=self.record.number, decision=decision, took_ms=took_ms))
        return decision

    async def act(self, decision: Act) -> None:
        """Do its actions in order, up to the first that fails or leads elsewhere."""
        course, actions = self.course, decision.actions
        if not actions:
            self._complain("No action was named; name at least one, or finish, or give up.")
        course.tried = actions
        course.repetition.note_refusals(actions)
        results: list[ActionResult] = []
        with self.timed("picture"):
            await course.audience.picture_before(self.record)
        seen = (course.progress.seen[-1], *reversed(course.progress.heard))
        with self.timed("act"):
            for action in actions:
                result = await self._perform(action)
                results.append(result)
                self.record.actions.append(record_of(result, seen))
                course.heard("\n".join((result.effect, result.shown or "")))
                if result.collected is not None:
                    course.progress.collected.append(result.collected)
                self._tell(Acted(number=self.record.number, result=without_rows(result)))
                if not result.ok or result.navigated:
                    break
        if results:
            course.history += (tuple(results),)
            course.progress.acted.append((decision, tuple(results)))
            self.tried = results[-1].did or results[-1].problem

    async def _perform(self, action: Action) -> ActionResult:
        refusal = self.course.repetition.refuse(action) or self.course.audience.objection(action)
        if refusal:
            return ActionResult(action=action, problem=refusal)
        try:
            return well_formed(await self.course.page.perform(action))
        except NavigationFailed as error:
            return well_formed(ActionResult(action=action, problem=str(error)))

    async def look(self, requests: Sequence[LookRequest]) -> None:
        """See more of some parts; the engine hears of it on its next turn."""
        with self.timed("look"):
            self.course.looked = well_formed(await self.course.page.look(requests))
        for one in self.course.looked:
            pictures = (one.screenshot,) if one.screenshot else ()
            self.course.heard("", elements=one.elements, screenshots=pictures)

    async def ask(self, question: AskUser) -> bool:
        """Hand over to a person; False: nobody answered."""
        with self.timed("ask"):
            answer = await self.course.audience.ask(question)
        self.course.answer = (answer or "").strip() or DONE
        self.course.heard(self.course.answer)
        return answer is not None

    async def accept(self, finish: Finish) -> bool:
        """Whether this output is valid and the goal is met; else it goes back with a complaint."""
        course, progress = self.course, self.course.progress
        with self.timed("check"):
            course.answered(finish.output, finish.sources)
            if progress.problems:
                self._send_back("output", course.goal.output.complaint(finish.output), "OUTPUT_INVALID")
                return False
            progress.grounds = await self._traced()
            nowhere = progress.grounds.told()
            if course.may_name(progress.grounds):
                pictured = _IN_A_PICTURE if progress.pictured else ""
                self._send_back("values", _NOWHERE.format(values=nowhere) + pictured, "OUTPUT_INVALID")
                return False
            refused = verify.refused(course.goal, progress.seen, course.history)
            if refused and not course.complaints["form"]:
                self._send_back("form", f"The goal is not met yet: {refused}.", "GAVE_UP")
                return False
            told = (*finish.evidence, _TOLD.format(values=nowhere)) if nowhere else finish.evidence
            verdict = await verify.check(
                course.engine,
                course.goal,
                replace(finish, evidence=told),
                before=progress.seen[0],
                after=progress.seen[-1],
                history=course.history,
                full_history=course.full_history,
            )
            if not verdict.met:
                self._send_back("goal", f"The goal is not met yet: {verdict.reason}", "GAVE_UP")
            return verdict.met and await self._leave_out(nowhere)

    async def _traced(self) -> Grounds:
        goal = self.course.goal
        return await asyncio.to_thread(self.course.progress.trace, goal.output, goal.text)

    async def _leave_out(self, nowhere: str) -> bool:
        """Take made-up values out of the output; False: one is required, so that the output is not valid.

        What a picture may have shown is kept: the engine was asked about it, and so was the check.
        """
        course, progress = self.course, self.course.progress
        if not nowhere or progress.grounds is None:
            return True
        if progress.pictured:
            progress.grounds = progress.grounds.read_from(progress.seen[-1].url, _PICTURE)
            return True
        made_up = progress.grounds.made_up
        progress.output, places = without(progress.output, made_up, course.goal.output)
        progress.left_out = tuple((places[at], value) for at, value in made_up.items())
        progress.problems = course.goal.output.validate(progress.output)
        progress.grounds = await self._traced()
        if progress.problems:
            self._send_back("output", _NOWHERE.format(values=nowhere), "OUTPUT_INVALID")
            course.complaints["output"] = MOST_COMPLAINTS + 1
        return not progress.problems

    def _send_back(self, about: str, complaint: str, code: FailureCode) -> None:
        self._complain(complaint)
        self.course.send_back(about, complaint, code)

    def _complain(self, complaint: str) -> None:
        self.course.complaint = complaint
        self._tell(Complained(number=self.record.number, complaint=complaint))

    def _tell(self, event: Event) -> None:
        self.course.audience.tell(event)

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Note how long a phase of the step took."""
        began = time.perf_counter()
        try:
            yield
        finally:
            before = self.record.ms.get(phase, 0.0)
            self.record.ms[phase] = round(before + (time.perf_counter() - began) * 1000, 1)


def _well_formed(page: Observation) -> Observation:
    """The page without lone surrogates. A session's has none; only that is looked at, which takes no time."""
    texts = [page.url, page.title, page.text, *page.notes, page.dialog.message if page.dialog else ""]
    texts += [tab.title for tab in page.tabs]
    for one in page.elements:
        texts += (one.name, one.text, one.value or "", one.description, one.placeholder, one.label, one.href)
        texts += (*one.options, *one.hints)
    joined = "".join(texts)
    return page if without_lone_surrogates(joined) is joined else well_formed(page)


def kind_of(decision: Decision) -> Any:
    """The decision's kind, as `StepRecord.decision` has it."""
    match decision:
        case Act():
            return "act"
        case Look():
            return "look"
        case AskUser():
            return "ask_user"
        case Finish():
            return "finish"
        case GiveUp():
            return "give_up"
        case never:
            assert_never(never)


def without_rows(result: ActionResult) -> ActionResult:
    """A result for those who only want to know what happened: rows may be many."""
    if result.collected is None:
        return result
    return replace(result, collected=replace(result.collected, rows=()))


def record_of(result: ActionResult, seen: Sequence[Observation] = ()) -> ActionRecord:
    """A result as it is kept: JSON values.

    Args:
        seen: What shows the target of the action as it was before, the best first.
    """
    target = getattr(result.action, "target", None) or getattr(result.action, "start", None)
    at = Rectangle(x=target.x, y=target.y) if isinstance(target, Point) else None
    ref = target if isinstance(target, str) else ""
    found = next(filter(None, (page.element(ref) for page in seen)), None) if ref else None
    return ActionRecord(
        action=as_json(result.action),
        element=naming(found) if found else "",
        box=at or rectangle_of(found),
        did=result.did,
        problem=result.problem,
        effect=result.effect,
        shown=result.shown,
        took_ms=round(result.took_ms, 1),
    )


def as_json(value: Any) -> Any:
    """A dataclass as JSON values, its kind under `type`."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"type": type(value).__name__}
        return kind | {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    return value
