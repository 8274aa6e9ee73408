"""The engine without a model: reads the prompt as steps, carries them out, and says what shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from dataclasses import dataclass, replace

from browser.model.actions import Action, Collect, MouseMove, Point, Wait
from browser.model.observation import Observation, View
from browser.model.results import Collected
from engines.extraction import extract, prepare, reading_on, with_rows
from engines.output_spec import Schema
from engines.protocol import (
    OVERTAKEN,
    Act,
    Decision,
    EngineOptions,
    Finish,
    GiveUp,
    Goal,
    Turn,
    Usage,
    Verdict,
)
from engines.protocol import Evidence as PageEvidence
from engines.refusals import asks_about_errors
from engines.rules.answers import doubt
from engines.rules.dialogs import answer
from engines.rules.error_codes import fitting_codes
from engines.rules.held_values import HeldValues
from engines.rules.outcome import changed_nothing, complaint, happened, may_be_done, unanswered
from engines.rules.plan import Plan, Planned, read_plan
from engines.rules.reading.clauses import with_code_marks
from engines.rules.reading.questions import Question, read_question
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Step
from engines.rules.skills.controls.choice import Switch
from engines.rules.skills.lists.search import Search
from engines.rules.skills.records.by_page import AsThePageSays
from engines.rules.skills.records.locate import says_word
from engines.rules.step_generator import CannotDo, Evidence

_STEP_BACK: tuple[Action, ...] = (MouseMove(Point(0, 0)), Wait(1.0))
"""A second look, before a page is said to have done nothing: it may take a second to answer, and things look
different under the pointer.
"""
_FEW = 500
"""Elements of a page that is read at once."""


@dataclass(frozen=True, slots=True)
class _List:
    """A long list that is being read."""

    began: Observation
    """The page on which it begins."""
    action: Collect
    evidence: tuple[Evidence, ...]
    """What the steps before it have left."""


_Work = Generator[tuple[Action, ...], Scene, tuple[Evidence, ...]]


class EmbeddedEngine:
    """Decides by rules alone; one instance serves one run."""

    def __init__(self, options: EngineOptions, plan: Plan | None = None) -> None:
        """`plan`: what is to be done, where that is not to be read from the prompt."""
        self._work: _Work | None = None
        self._given = plan
        self._plan = plan or Plan(())
        self._doing = ""
        self._part = ""
        """The words of the prompt that are carried out now."""
        self._refused = ""
        self._acting: tuple[Action, ...] = ()
        """What it wanted done last."""
        self._acted_on: Observation | None = None
        """The page on which it wanted that done."""
        self._carried_out: tuple[Evidence, ...] | None = None
        """What the whole plan has left; None: it is not at its end."""
        self._cannot = ""
        """Why the plan cannot be carried out."""
        self._evidence: tuple[Evidence, ...] = ()
        self._list: _List | None = None
        self._question: Question | None = None
        """What is asked for in words alone."""

    @property
    def view(self) -> View:
        """Every element with its colours and what the page states for machines, and no picture."""
        return View(elements=True, screenshots="none", budget_tokens=None, appearance=True, structured=True)

    @property
    def usage(self) -> Usage:
        """Nothing: there is no model."""
        return Usage()

    async def decide(self, turn: Turn) -> Decision:
        """The next actions of the plan; at its end, Finish with the evidence, or GiveUp with the reason.

        Reading a large page takes seconds, in which the event loop has to go on: a run may be cancelled.
        """
        if len(turn.observation.elements) <= _FEW and self._list is None:
            return self._decided(turn)
        return await asyncio.to_thread(self._decided, turn)

    def _decided(self, turn: Turn) -> Decision:
        if turn.complaint:
            return GiveUp(reason=turn.complaint)
        if self._refused:
            return GiveUp(reason=f"{self._doing}: {self._refused}")
        if turn.observation.dialog is not None:
            answered = answer(turn.observation.dialog, turn.goal.text)
            self._refused = answered.refused
            self._acting = ()
            thought = f"dialog: {turn.observation.dialog.message}"
            return Act(actions=(answered.action,), thought=thought, part=self._part)
        if left := _overtaken(self._acting, turn):
            if self._acted_on is not None and may_be_done(left, self._acted_on, turn):
                return GiveUp(reason=f"{self._doing}: a person changed the page and may have done it already")
            return self._act(left, turn)
        if self._list is not None:
            return self._finish_list(self._list, turn)
        if self._cannot:
            return GiveUp(reason=self._cannot)
        if self._carried_out is not None:
            return self._finish(self._carried_out, turn.observation, turn.goal)
        scene = _scene(turn)
        try:
            if self._work is None:
                if self._given is None:
                    words = with_code_marks(turn.goal.text) if turn.goal.codes else turn.goal.text
                    self._plan = read_plan(words, extracting=turn.goal.output.schema is not None)
                    self._plan, self._question = _with_question(self._plan, words, turn.goal)
                _refuse_unread(self._plan, scene)
                self._work = self._carry_out(self._plan, scene)
                actions = next(self._work)
            else:
                actions = self._work.send(scene)
            return self._act(actions, turn)
        except StopIteration as done:
            evidence: tuple[Evidence, ...] = done.value
            self._carried_out = evidence
            return self._read_on(evidence, turn) or self._finish(evidence, turn.observation, turn.goal)
        except CannotDo as reason:
            self._cannot = f"{self._doing}: {reason}" if self._doing else str(reason)
            first = next(iter(self._plan.steps), None)
            if (
                first
                and first.words == self._doing
                and first.known_by
                and not says_word(first.known_by, scene)
            ):
                self._cannot = _unknown(first)
            return GiveUp(reason=self._cannot)

    def _act(self, actions: tuple[Action, ...], turn: Turn) -> Act:
        self._acting, self._acted_on = actions, turn.observation
        return Act(actions=actions, thought=self._doing, part=self._part)

    async def judge(self, goal: Goal, evidence: PageEvidence) -> Verdict:
        """Met where every step has left its evidence; the rules know of nothing else to ask."""
        if self._evidence and evidence.finish.evidence:
            return Verdict(met=True)
        return Verdict(met=False, reason="no step left evidence that it was carried out")

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """The error codes whose meaning stands on the page or in the reason, word by word."""
        return fitting_codes(goal.error_codes, reason, page)

    async def close(self) -> None:
        """Nothing is held."""
        self._work = None

    def _carry_out(self, plan: Plan, scene: Scene) -> _Work:
        notes, held = Notes(), HeldValues()
        told: list[Evidence] = []
        for planned in plan.steps:
            self._doing = self._part = planned.words
            course = planned.step.carry_out(scene, notes)
            actions, before = _start(course, told), scene
            while actions is not None:
                before = scene
                scene = yield actions
                held.note(before, scene)
                actions = _go_on(course, scene, told)
            notes.kept_by |= {one.kept_by for one in told[-1:] if one.kept_by}
            if scene is before:
                continue
            if changed_nothing(before, scene, closely=False):
                waited = yield _STEP_BACK
                scene = replace(waited, results=scene.results)
                if not happened(waited) and changed_nothing(before, scene, closely=True):
                    raise CannotDo("nothing at all changed on the page")
            if unanswered(before, scene) and (planned is plan.steps[-1] or isinstance(planned.step, Search)):
                scene = replace((yield _STEP_BACK[1:]), results=scene.results)
                if isinstance(planned.step, Search) and unanswered(before, scene):
                    raise CannotDo("nothing changed on the page")
            wrong = complaint(before, scene)
            if wrong and not asks_about_errors(scene.prompt):
                raise CannotDo(wrong)
        if held.may_be_taken_back:
            scene = yield _STEP_BACK[1:]
        if lost := held.lost(scene):
            raise CannotDo(lost)
        return tuple(told)

    def _read_on(self, evidence: tuple[Evidence, ...], turn: Turn) -> Decision | None:
        """Read a list that goes on to its end before it is put into the schema; None: there is none."""
        schema = self._schema(turn.goal)
        if schema is None or turn.steps_left < 2:
            return None
        page = turn.observation
        action = reading_on(schema, self._wish(turn.goal), page, prepare(page))
        if action is None:
            return None
        self._list = _List(page, action, evidence)
        self._acting = (action,)
        return Act(actions=(action,), thought="the list may go on: read it to its end")

    def _finish_list(self, reading: _List, turn: Turn) -> Decision:
        """Convert all collected rows to the schema."""
        results = turn.history[-1] if turn.history else ()
        collected = next((one.collected for one in results if one.collected), None)
        problem = next((one.problem for one in results if one.problem), "")
        if collected is None:
            return self._short(f"the list could not be read to its end: {problem}", reading.began, turn.goal)
        page = with_rows(reading.began, reading.action.target or "", collected)
        if collected.stopped == "stuck":
            return self._short(f"the list was not read to its end: {_told(collected)}", page, turn.goal)
        return self._finish((*reading.evidence, Evidence(_told(collected))), page, turn.goal)

    def _short(self, reason: str, page: Observation, goal: Goal) -> GiveUp:
        """Give up with the rows that were read of a longer list."""
        schema = self._schema(goal)
        output = extract(schema, self._wish(goal), page).output if schema else None
        return GiveUp(reason=reason, output=output)

    def _schema(self, goal: Goal) -> Schema | None:
        """What the output has to be like: what the caller says, else what a question asks for."""
        return self._question.schema if self._question else goal.output.schema

    def _wish(self, goal: Goal) -> str:
        return " ".join(words for words in (self._plan.wish or goal.text, goal.output.wish) if words)

    def _finish(self, evidence: tuple[Evidence, ...], page: Observation, goal: Goal) -> Decision:
        self._evidence = evidence
        told = tuple(one.said for one in evidence)
        schema = self._schema(goal)
        if schema is None:
            return Finish(evidence=told)
        found = extract(schema, self._wish(goal), page)
        if not found.confident:
            return GiveUp(reason=f"could not extract what was asked for: {found.reason}", output=found.output)
        if self._question and (wrong := doubt(self._question, found, page)):
            return GiveUp(reason=f"could not answer the question: {wrong}")
        read = f"{len(found.sources)} values read from {page.url}"
        self._evidence = (*evidence, Evidence(read))
        return Finish(output=found.output, evidence=(*told, read), sources=found.sources)


def _with_question(plan: Plan, words: str, goal: Goal) -> tuple[Plan, Question | None]:
    """The plan, its end a question where no schema says what is wanted and something was not read."""
    if goal.output or not (plan.unread or plan.why):
        return plan, None
    asking = read_plan(words, extracting=True)
    question = read_question(asking.wish)
    return (asking, question) if question else (plan, None)


def _overtaken(actions: tuple[Action, ...], turn: Turn) -> tuple[Action, ...]:
    """What of the last actions was not done since a person took over the page; they are still to be done."""
    results = turn.history[-1] if turn.history else ()
    if not results or results[-1].problem != OVERTAKEN:
        return ()
    return actions[len(results) - 1 :]


def _told(collected: Collected) -> str:
    """How much of a list was read."""
    pages = f" on {collected.pages} pages" if collected.pages > 1 else ""
    ended = "to its end" if collected.complete else "no further"
    return f"read {len(collected.rows)} rows of the list{pages}, {ended}: {collected.why}"


def _start(
    course: Generator[tuple[Action, ...], Scene, Evidence], told: list[Evidence]
) -> tuple[Action, ...] | None:
    try:
        return next(course)
    except StopIteration as done:
        told.append(done.value)
        return None


def _go_on(
    course: Generator[tuple[Action, ...], Scene, Evidence], scene: Scene, told: list[Evidence]
) -> tuple[Action, ...] | None:
    try:
        return course.send(scene)
    except StopIteration as done:
        told.append(done.value)
        return None


def _scene(turn: Turn) -> Scene:
    return Scene(
        observation=turn.observation,
        results=turn.history[-1] if turn.history else (),
        effect=turn.effect,
        prompt=turn.goal.text,
        steps_left=turn.steps_left,
    )


def _unknown(planned: Planned) -> str:
    return (
        f"could not read this part of the prompt: {planned.words!r}"
        f" (nothing on the page is called {planned.known_by!r})"
    )


def _refuse_unread(plan: Plan, scene: Scene) -> None:
    if plan.why:
        raise CannotDo("could not read the prompt: " + "; ".join(plan.why))
    if plan.unread:
        raise CannotDo(
            "could not read this part of the prompt: " + "; ".join(repr(part) for part in plan.unread)
        )
    if not plan.steps and not plan.wish:
        raise CannotDo("found no instruction in the prompt")
    for at, planned in enumerate(plan.steps[1:], start=1):
        if all(_may_be_setting(one.step) for one in plan.steps[: at + 1]):
            continue  # settings lie behind navigation, as the first of them does
        if planned.known_by and not says_word(planned.known_by, scene):
            raise CannotDo(_unknown(planned))


def _may_be_setting(step: Step) -> bool:
    return isinstance(step, Switch) or (isinstance(step, AsThePageSays) and step.may_be_setting)
