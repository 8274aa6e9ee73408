"""One cycle of looking, deciding, acting and checking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from agent_core.loop import verify
from agent_core.loop.acts.places import placed
from agent_core.loop.acts.records import kind_of, record_of, without_rows
from agent_core.loop.course import MOST_COMPLAINTS, Course
from agent_core.loop.events import Acted, Complained, Decided, Event, Observed
from agent_core.task.run import FailureCode, StepRecord
from browser.model.actions import Action, Select, SetChecked, TypeText, Upload, Wait
from browser.model.errors import NavigationFailed
from browser.model.observation import LookRequest, Observation
from browser.model.results import ActionResult
from browser.model.text import well_formed, without_lone_surrogates
from engines.loading import shows_loading
from engines.protocol import OVERTAKEN, Act, AskUser, Decision, Finish, Preparing

if TYPE_CHECKING:
    from agent_core.loop.grounds.unfounded import Grounds

MOST_WAITS = 5
"""How often a page that says that it is loading is looked at again before what it shows is judged."""
WAIT_S = 1.0
DONE = "done"
"""What a person says who only acts in the page, or presses Enter."""
_NOWHERE = (
    "These values of the output stand on no page that was seen: {values}. "
    "Read them from a page, or leave them out."
)
_IN_A_PICTURE = " What a picture of the page shows may be given again."
_PICTURE = "read from a picture of the page, as the engine says"


class Step:
    """One cycle of looking, deciding, acting and checking."""

    def __init__(self, course: Course, number: int) -> None:
        self.course = course
        self.record = StepRecord(number=number)
        self.tried = ""
        """What was done or refused last, in words."""
        self._claims = course.control.claims

    def overtaken(self) -> bool:
        """Whether a person has claimed the page since the step has looked at it."""
        return self.course.control.claims != self._claims

    def excuse(self) -> None:
        """Let the engine decide anew, in a step that is not counted: a person had the page meanwhile."""
        self.course.budget.excuse_step()
        self.course.tried = None

    async def decide(self) -> Decision:
        """Look at the page and have the engine decide."""
        course, control = self.course, self.course.control
        if not course.progress.seen and isinstance(course.engine, Preparing):
            with self.timed("decide"):
                await course.engine.prepare()
        async with control.for_agent():
            with self.timed("observe"):
                self._claims = control.claims
                now = _well_formed(await course.page.observe(course.engine.view))
        now = replace(now, notes=(*now.notes, *control.news()))
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
        """Do its actions in order, up to the first that leads elsewhere; once one fails only other fields."""
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
                if not all(result.ok for result in results) and not _fills_a_field(action):
                    break
                began = time.perf_counter()
                done = await self._perform(action, [each.action for each in results])
                result = placed(done, seen)
                took_ms = round((time.perf_counter() - began) * 1000, 1)
                results.append(result)
                self.record.actions.append(record_of(result, seen))
                course.audience.came_of_it(self.record)
                course.heard("\n".join((result.effect, result.shown or "")))
                if result.collected is not None:
                    course.progress.collected.append(result.collected)
                self._tell(Acted(number=self.record.number, result=without_rows(result), took_ms=took_ms))
                if result.navigated or result.problem == OVERTAKEN:
                    break
        if results and results[0].problem == OVERTAKEN:
            self.excuse()
        if results:
            course.history += (tuple(results),)
            course.progress.acted.append((decision, tuple(results)))
            self.tried = results[-1].did or results[-1].problem

    async def _perform(self, action: Action, before: Sequence[Action]) -> ActionResult:
        """Do one; `before` is what was done since the step has looked at the page."""
        if self.overtaken():
            return ActionResult(action=action, problem=OVERTAKEN)
        audience, page = self.course.audience, self.course.progress.seen[-1]
        refusal = self.course.repetition.refuse(action) or audience.objection(action)
        if refusal := refusal or await audience.refusal(action, page, before):
            return ActionResult(action=action, problem=refusal)
        if self.overtaken():  # while a person was asked
            return ActionResult(action=action, problem=OVERTAKEN)
        try:
            async with self.course.control.for_agent():
                audience.begins(self.record, action, page, before)
                return well_formed(await self.course.page.perform(action))
        except NavigationFailed as error:
            return well_formed(ActionResult(action=action, problem=str(error)))

    async def look(self, requests: Sequence[LookRequest]) -> None:
        """See more of some parts; the engine hears of it on its next turn, when it sees the page anew.

        Without requests it wants nothing but that: what is still loading is waited for.
        """
        if not requests:
            await self._let_it_load()
            return
        with self.timed("look"):
            async with self.course.control.for_agent():
                self.course.looked = well_formed(await self.course.page.look(requests))
        self.course.all_looked += self.course.looked
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
        await self._let_it_load()
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
            readings, settled = await asyncio.to_thread(progress.readings, course.history)
            verdict = await verify.check(
                course.engine,
                course.goal,
                finish,
                seen=progress.seen,
                history=course.history,
                effects=course.effects,
                looked=tuple(course.all_looked),
                readings=readings,
                settled=settled and not any(course.complaints.values()),
                full_history=course.full_history,
            )
            if not verdict.met:
                self._send_back("goal", f"The goal is not met yet: {verdict.reason}", "GAVE_UP")
            return verdict.met and await self._leave_out(nowhere)

    async def _let_it_load(self) -> None:
        """Look at the page again while it says that it is loading, until it was given enough time."""
        course = self.course
        with self.timed("observe"):
            for _ in range(MOST_WAITS):
                if not shows_loading(course.progress.seen[-1]):
                    return
                async with course.control.for_agent():
                    await course.page.perform(Wait(seconds=WAIT_S))
                    course.saw_again(_well_formed(await course.page.observe(course.engine.view)))

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
        from agent_core.loop.grounds.unfounded import without  # most runs never need it

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


def _fills_a_field(action: Action) -> bool:
    """Whether an action fills in a field of its own, whatever became of the fields before it."""
    match action:
        case TypeText(target=target, clear=clear, submit=submit):
            return target is not None and clear and not submit
        case _:
            return isinstance(action, Select | SetChecked | Upload)


def _well_formed(page: Observation) -> Observation:
    """The page without lone surrogates. A session's has none; only that is looked at, which takes no time."""
    texts = [page.url, page.title, page.text, *page.notes, page.dialog.message if page.dialog else ""]
    texts += [tab.title for tab in page.tabs]
    for one in page.elements:
        texts += (one.name, one.text, one.value or "", one.description, one.placeholder, one.label, one.href)
        texts += (*one.options, *one.hints)
    joined = "".join(texts)
    return page if without_lone_surrogates(joined) is joined else well_formed(page)
