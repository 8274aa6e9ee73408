"""The engine: plans, has `skyvern-1.0` pursue what was planned, and keeps what that led to.

Every `decide` is one step of the run's budget, and what is returned is the worker's decision. Planning,
and checking what a worker claims, go on between two of them and cost calls of the model, but no step.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from browser.model.observation import ONWARD, LookAnswer, LookRequest, Observation, View
from browser.model.text import cut, quoted
from engines.action_codec.asked import Unanswered, answered
from engines.action_codec.reply_error import ReplyError
from engines.chat.budgets import Budgets
from engines.chat.engine import Skyvern
from engines.loading import shows_loading
from engines.models.chat import ToolModel
from engines.models.failures import ContextOverflow
from engines.models.tokens import reply_tokens
from engines.output_spec import JSON, OutputSpec, Schema
from engines.planner.evidence import evidence_of, only_read, stands_there
from engines.planner.findings import Finding, Findings
from engines.planner.plan import (
    MOST_LOOKS,
    Done,
    Hopeless,
    Peek,
    Plan,
    Pursue,
    form_of,
    plan_schema,
    read_plan,
    read_verdict_and_plan,
)
from engines.planner.pursuit import MOST_STEPS, Pursuit
from engines.planner.question import FOUND_TOKENS, LEAST_TOKENS, Background, Claim, question
from engines.prompts.templates import fenced, rendered, unmarked
from engines.protocol import (
    Act,
    AskUser,
    Decision,
    Evidence,
    Finish,
    GiveUp,
    Goal,
    Look,
    Turn,
    Usage,
    Verdict,
)

T = TypeVar("T")
MOST_FRUITLESS = 4
"""Plannings in a row that led to nothing, after which it gives up."""
MOST_AT_ONCE = 8
"""Plannings without a step between them, after which it gives up."""
MOST_CLAIMS = 3
"""How often a worker may say that it is done and be told that it is not."""
MOST_TIMES = 2
"""How often one goal may be pursued."""
MOST_LOST = 3
"""Values of a loop that may be lost from its beginning on, after which the others are not tried."""
_MOST_PLACES = 12


class Planner:
    """Works on one task by smaller goals, with a general chat model."""

    def __init__(self, model: ToolModel, *, max_scrolls: int = 0, nonce: str = "") -> None:
        self._model = model
        self._max_scrolls = max_scrolls
        self._nonce = nonce or secrets.token_hex(4)
        self._context_tokens = 0
        self._worker = self._new_worker()
        self._task: Goal | None = None
        self._findings = Findings()
        self._plan = Plan(next=Hopeless(reason="nothing was planned"))
        self._number = 0
        self._waiting: deque[tuple[str, str]] = deque()
        """Values and goals of the plan that nobody has pursued yet."""
        self._pursuit: Pursuit | None = None
        self._ahead: Plan | None = None
        """What was planned as the last goal was found to be met, until that is followed."""
        self._is_complete = False
        """Whether the last goal of the task is met, and so was every goal before it."""
        self._was_checked = True
        """Whether the last goal was found to be met by more than that what it read stands on a page."""
        self._seen: list[Observation] = []
        """Every page, and what was shown beside them, oldest first."""
        self._looked: tuple[LookAnswer, ...] = ()
        """All that was looked for."""
        self._effects: tuple[str, ...] = ()
        """What was seen to change after each step that acted; the last may be still to come."""
        self._places: dict[str, str] = {}
        """Addresses where the work has been, each with its title."""
        self._fruitless = 0
        self._looks = 0
        """How often it has looked since the last goal."""
        self._objections: list[str] = []
        """What was wrong with the last plannings, for the next one."""

    @property
    def view(self) -> View:
        """What its worker wants to see."""
        return self._worker.view

    @property
    def usage(self) -> Usage:
        """What the model has counted, for planning and for acting."""
        return self._model.usage

    @property
    def gathered(self) -> JSON:
        """What was read so far."""
        return self._findings.gathered(self._task.output.schema if self._task else None)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What there is to know of the model."""
        return self._model.remarks

    async def prepare(self) -> None:
        """Learn how much the model can take in."""
        await self._learn_context()
        self._worker = self._new_worker()

    async def decide(self, turn: Turn) -> Decision:
        """Let the worker go on; plan where its goal is reached or lost."""
        self._task = turn.goal
        self._is_complete = False
        self._saw(turn)
        if self._pursuit is None and turn.complaint:
            self._objections.append(f"What you gave as the end was not accepted: {turn.complaint}")
        planned = 0
        while True:
            if self._pursuit is None and not self._waiting:
                planned += 1
                ending = await self._plan_next(turn) if planned <= MOST_AT_ONCE else _all_talk()
                if isinstance(ending, Peek):
                    return self._looking(ending, turn)
                if ending is not None:
                    return self._ended(ending)
            pursuit = self._pursuit = self._pursuit or self._next_pursuit(turn)
            came_of_it = await self._pursued(pursuit, turn)
            if not isinstance(came_of_it, Finding):
                pursuit.steps += 1
                return came_of_it
            self._findings.add(came_of_it)
            self._pursuit = None
            self._end_hopeless_loop()
            if (ending := self._completed(turn.goal)) is not None:
                return self._ended(ending)

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Ask the model whether the task is met, by the page and by what was read on the way.

        Nothing is asked where the goal that completes the task was just found to be met, and none before it
        was lost: that something was read says nothing of what was to be done before, and that it stands on a
        page does not say that it is all, or what was asked for.
        """
        if self._is_complete and self._was_checked:
            return Verdict(met=True)
        return await self._judged_with_findings(goal, evidence)

    async def propose_start(self, goal: Goal) -> str:
        """Ask the model for an address; "" where it knows none or says nothing usable."""
        return await self._worker.propose_start(goal)

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Ask the model which error codes describe a failure; empty where it names none."""
        return await self._worker.choose_codes(goal, reason, page)

    async def close(self) -> None:
        """Close the model's connections."""
        await self._model.close()

    def _saw(self, turn: Turn) -> None:
        """Take in what the page shows now."""
        page = turn.observation
        if len(self._effects) < len(turn.history):
            self._effects += (turn.effect,)
        self._places[page.url] = page.title
        self._looked += turn.looked
        self._seen += [Observation(url=page.url, elements=answer.elements) for answer in turn.looked]
        self._seen.append(page)
        if self._pursuit is not None:
            self._pursuit.saw(turn)

    # planning

    async def _plan_next(self, turn: Turn) -> Done | Hopeless | Peek | None:
        """Plan until there is a goal to pursue (None), something to look at, or an ending."""
        if self._number and not self._looks:
            self._fruitless = 0 if self._findings.brought_news(self._number) else self._fruitless + 1
        while self._fruitless < MOST_FRUITLESS:
            self._plan = self._ahead or await self._planned(turn)
            self._ahead = None
            objection = self._objection(self._plan, turn)
            if not objection:
                self._objections.clear()
                return self._begin(self._plan)
            self._fruitless += 1
            self._objections.append(objection)
        return Hopeless(reason=self._why_fruitless())

    def _begin(self, plan: Plan) -> Done | Hopeless | Peek | None:
        self._looks = self._looks + 1 if isinstance(plan.next, Peek) else 0
        if not isinstance(plan.next, Pursue):
            return plan.next
        self._number += 1
        self._waiting.extend(plan.next.goals())
        return None

    def _looking(self, peek: Peek, turn: Turn) -> Look:
        """The look that is meant: at elements by their refs, notes also without "+", else for words."""
        found = (element for answer in turn.looked for element in answer.elements)
        refs = {element.ref for element in (*turn.observation.elements, *found)}
        requests = [
            next(
                (LookRequest(ref=ref) for ref in (one, f"{one}{ONWARD}") if ref in refs),
                LookRequest(query=one),
            )
            for one in peek.queries
        ]
        return Budgets.of(self._context_tokens, self._context_tokens // 2).shared_by(
            Look(requests=tuple(requests), thought=self._plan.thought)
        )

    def _objection(self, plan: Plan, turn: Turn) -> str:
        """Why a planning leads nowhere; "" where it may be followed."""
        match plan.next:
            case Pursue() as pursue:
                known = [text for _, text in pursue.goals() if self._findings.times(text) >= MOST_TIMES]
                return f"This goal was pursued {MOST_TIMES} times already: {known[0]}" if known else ""
            case Peek() if self._looks == MOST_LOOKS or turn.steps_left <= 1:
                return "You cannot look any more now: plan with what you have seen."
            case Done(output=None) if not self._findings.any_met:
                return "Nothing was done or read yet that a check agreed to, so the task cannot be done."
            case Done(output=output):
                try:
                    self._findings.put_in(output)
                except ReplyError as mistake:
                    return str(mistake)
        return ""

    def _why_fruitless(self) -> str:
        if self._objections:
            return f"{MOST_FRUITLESS} plannings in a row led to nothing; the last: {self._objections[-1]}"
        last = self._findings.all[-1]
        return f"{MOST_FRUITLESS} goals in a row led to nothing; the last: {last.goal}: {last.why}"

    async def _planned(self, turn: Turn) -> Plan:
        schema = plan_schema(turn.goal.output.schema)
        try:
            return await self._asked(turn, schema, lambda text: read_plan(text, turn.goal))
        except Unanswered as unanswered:
            raise unanswered.error from unanswered

    async def _checked(self, claim: Claim, turn: Turn) -> Verdict:
        """Whether a goal is met; where it is, what comes next is planned in the same answer."""
        schema = plan_schema(turn.goal.output.schema, claimed=True)
        try:
            verdict, self._ahead = await self._asked(
                turn, schema, lambda text: read_verdict_and_plan(text, turn.goal), claim
            )
        except Unanswered:
            return Verdict(met=False, reason="the completion check gave no readable answer")
        return verdict

    async def _learn_context(self) -> None:
        if not self._context_tokens:
            self._context_tokens = await self._model.context_tokens()

    async def _asked(
        self, turn: Turn, schema: Schema, read: Callable[[str], T], claim: Claim | None = None
    ) -> T:
        """What the planner's model answers, asked in a smaller context where the first is too small."""
        await self._learn_context()
        try:
            return await self._answered(turn, schema, read, claim)
        except ContextOverflow as overflow:
            self._context_tokens = min(overflow.limit or self._context_tokens, self._context_tokens // 2)
            return await self._answered(turn, schema, read, claim)

    async def _answered(self, turn: Turn, schema: Schema, read: Callable[[str], T], claim: Claim | None) -> T:
        known, sees = self._what_is_known(), self._model.sees_images
        asked = question(turn, known, self._nonce, self._context_tokens, sees=sees, claim=claim)
        return await answered(self._model, asked, schema, lambda text: read(unmarked(text, self._nonce)))

    def _what_is_known(self) -> Background:
        return Background(
            findings=self._findings,
            plan=self._plan.known,
            memory=self._worker.memory,
            objections=self._objections,
        )

    # pursuing

    def _next_pursuit(self, turn: Turn) -> Pursuit:
        assert isinstance(self._plan.next, Pursue)
        value, text = self._waiting.popleft()
        self._worker = self._new_worker(self._worker.memory, self._background(turn.goal, text))
        is_end = self._is_last and not self._plan.next.values
        return Pursuit(
            number=self._number,
            goal=self._smaller(turn.goal, self._plan.next, text),
            value=value,
            reads=self._plan.next.reads,
            worker=self._worker,
            most=turn.steps_left if is_end else MOST_STEPS,
            begun=len(turn.history),
            before=turn.observation,
        )

    def _smaller(self, task: Goal, plan: Pursue, text: str) -> Goal:
        form, any_form = form_of(plan, task), ""
        if plan.last and not (task.output or plan.many or plan.values):
            form, any_form = None, _in_words(plan)
        elif plan.reads and form is None:
            any_form = "what was read, as JSON"
        return replace(task, text=text, url="", output=OutputSpec(schema=form, wish=any_form), error_codes={})

    def _background(self, task: Goal, text: str) -> str:
        """What a worker should know beside its goal: the larger task, and the work before it."""
        larger = rendered(__package__, "background.txt", task=cut(task.text, 1500))
        return "\n".join(filter(None, (larger if text != task.text else "", self._known())))

    def _known(self) -> str:
        """What a worker should know of the work before it: what was found out, and where it has been."""
        if not self._findings.all:
            return ""
        places = [f"{cut(url, 200)} {quoted(title, 60)}" for url, title in self._places.items()]
        known = "\n".join([cut(self._plan.known, 600), *places[-_MOST_PLACES:]])
        return f"What is known by now, and the pages so far:\n{fenced(known, self._nonce)}"

    async def _pursued(self, pursuit: Pursuit, turn: Turn) -> Decision | Finding:
        """The worker's next decision; or what became of the goal, where it is over."""
        claim, pursuit.claim = pursuit.claim, None
        if claim is not None:
            return await self._judged(pursuit, claim, turn)
        if not pursuit.may_go_on:
            return pursuit.over(turn, met=False, why=f"not done in {pursuit.most} steps")
        decision = await pursuit.worker.decide(pursuit.shown(turn))
        match decision:
            case Act() | Look() | AskUser():
                return replace(decision, thought=self._told(pursuit, decision.thought))
            case GiveUp(reason=reason, output=output):
                return pursuit.over(turn, met=False, why=reason, output=output)
            case Finish():
                if shows_loading(turn.observation) and turn.steps_left > 1:
                    pursuit.claim = decision
                    return Look(requests=(), thought=self._told(pursuit, decision.thought))
                return await self._judged(pursuit, decision, turn)

    async def _judged(self, pursuit: Pursuit, claim: Finish, turn: Turn) -> Decision | Finding:
        """What becomes of a goal that is said to be met. If the check refuses it, the page is seen anew."""
        mistake = _mistake_in(pursuit, claim)
        doubt = mistake or await self._doubt(pursuit, claim, turn)
        if not doubt:
            met = pursuit.over(turn, met=True, why="; ".join(claim.evidence), output=claim.output)
            return replace(met, checked=self._was_checked)
        pursuit.doubt, pursuit.claims = doubt, pursuit.claims + 1
        if pursuit.claims == MOST_CLAIMS:
            return pursuit.over(turn, met=False, why=f"it was said to be done, but {doubt}")
        if mistake or turn.steps_left <= 1:
            return await self._pursued(pursuit, turn)
        return Look(requests=(), thought=f"It is said to be done, but {doubt}.")

    async def _doubt(self, pursuit: Pursuit, finish: Finish, turn: Turn) -> str:
        """Why the check does not find a goal met; "" where the evidence agrees."""
        history = pursuit.history(turn)
        self._was_checked = True
        if (
            pursuit.reads
            and only_read(history)
            and await asyncio.to_thread(stands_there, finish.output, turn.observation, history)
        ):
            self._was_checked = False
            return ""
        if self._is_last and not self._waiting and (whole := self._as_the_end(pursuit, finish, turn)):
            verdict = await self._judged_whole(whole, turn)
            return "" if verdict.met else f"the check does not agree: {verdict.reason}"
        goal = Goal(text=pursuit.goal.text, output=OutputSpec(schema=pursuit.goal.output.schema))
        evidence = await asyncio.to_thread(pursuit.evidence, finish, turn, tuple(self._seen))
        if self._waiting or (self._is_last and turn.goal.output.schema is not None):
            verdict = await pursuit.worker.judge(goal, evidence)
        else:
            verdict = await self._checked(Claim(goal=goal, evidence=evidence), turn)
        return "" if verdict.met else f"the check does not agree: {verdict.reason}"

    def _as_the_end(self, pursuit: Pursuit, finish: Finish, turn: Turn) -> Finish | None:
        """What the task would end with if the last goal were met; None: not the output that it asks for."""
        met = pursuit.over(turn, met=True, why="; ".join(finish.evidence), output=finish.output)
        done = Findings([*self._findings.all, met]).completed(self._number, turn.goal)
        return Finish(output=done.output, evidence=done.evidence) if done else None

    async def _judged_whole(self, ending: Finish, turn: Turn) -> Verdict:
        """Whether the whole task is met, by all that was done and read for it since the start."""
        evidence = await asyncio.to_thread(
            evidence_of,
            ending,
            self._seen[0],
            turn,
            turn.history,
            self._effects,
            self._looked,
            tuple(self._seen),
        )
        return await self._judged_with_findings(turn.goal, evidence)

    async def _judged_with_findings(self, goal: Goal, evidence: Evidence) -> Verdict:
        await self._learn_context()
        room = (self._context_tokens - reply_tokens(self._context_tokens)) // 8
        agreed = self._findings.as_evidence(self._number) if self._is_complete else self._findings
        found = agreed.text(max(LEAST_TOKENS, min(FOUND_TOKENS, room))) if agreed.all else ""
        return await self._worker.judge(goal, evidence, found)

    @property
    def _is_last(self) -> bool:
        """Whether the task is done once what was planned is met."""
        return isinstance(self._plan.next, Pursue) and self._plan.next.last

    def _completed(self, task: Goal) -> Done | None:
        """The end of the task, where the goal that completes it is met; None: it goes on."""
        if self._waiting or not self._is_last:
            return None
        ending = self._findings.completed(self._number, task)
        self._is_complete = ending is not None and all(finding.met for finding in self._findings.all)
        return ending

    def _end_hopeless_loop(self) -> None:
        """Leave the rest of a loop whose first values were all lost; each is answered for all the same."""
        lost = self._findings.of(self._number)
        if len(lost) < MOST_LOST or any(finding.met for finding in lost):
            return
        why = f"not tried, since it was not met for the first {len(lost)} values"
        for value, text in self._waiting:
            self._findings.add(Finding(number=self._number, goal=text, value=value, met=False, why=why))
        self._waiting.clear()

    def _told(self, pursuit: Pursuit, thought: str) -> str:
        """The worker's thought, after what it works on where that is new."""
        if pursuit.steps:
            return thought
        return " ".join(filter(None, (self._plan.thought, f"Goal: {pursuit.goal.text}.", thought)))

    # ending

    def _ended(self, ending: Done | Hopeless) -> Decision:
        thought = self._plan.thought
        match ending:
            case Done(output=output, evidence=evidence):
                return Finish(output=self._findings.put_in(output), evidence=evidence, thought=thought)
            case Hopeless(reason=reason, impossible=impossible, error_codes=codes):
                return GiveUp(
                    reason=reason,
                    impossible=impossible,
                    error_codes=codes,
                    output=self.gathered,
                    thought=thought,
                )

    def _new_worker(self, memory: str = "", background: str = "") -> Skyvern:
        return Skyvern(
            self._model,
            max_scrolls=self._max_scrolls,
            nonce=self._nonce,
            memory=memory,
            background=background,
            context_tokens=self._context_tokens,
        )


def _in_words(plan: Pursue) -> str:
    """What the last goal of a task without a schema is to end with; "" where nothing is to be read."""
    if not (plan.reads or plan.fields):
        return ""
    return ": ".join(filter(None, ("what the task asks for, in words", ", ".join(plan.fields))))


def _mistake_in(pursuit: Pursuit, finish: Finish) -> str:
    """What is wrong with the form of what was read; "" for nothing."""
    if not (pursuit.reads or pursuit.goal.output):
        return ""
    if finish.output is None:
        return "there is no output; give what was read"
    return pursuit.goal.output.complaint(finish.output)


def _all_talk() -> Hopeless:
    return Hopeless(reason=f"{MOST_AT_ONCE} plannings in a row without anything done on the page")
