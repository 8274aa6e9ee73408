"""What has happened in a pursuit so far, and what the engine is to hear of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent_core.loop import verify
from agent_core.loop.budget import Budget
from agent_core.loop.control import PageControl
from agent_core.loop.parties import Audience, Page
from agent_core.loop.progress import Failure, Progress
from agent_core.loop.repetition import Repetition
from agent_core.task.run import FailureCode
from browser.model.actions import Action
from browser.model.observation import LookAnswer, Observation
from browser.model.results import ActionResult
from browser.model.text import well_formed
from engines.output_spec import JSON
from engines.protocol import Engine, Gatherer, GiveUp, Goal, Turn

if TYPE_CHECKING:
    from agent_core.loop.grounds.unfounded import Grounds

MOST_COMPLAINTS = 3
"""How often an output, or a claim to be done, goes back to the engine."""


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
        control: PageControl,
    ) -> None:
        self.goal, self.page, self.engine = goal, page, engine
        self.budget, self.audience, self.progress = budget, audience, progress
        self.full_history = full_history
        self.control = control
        self.history: tuple[tuple[ActionResult, ...], ...] = ()
        self.effects: tuple[str, ...] = ()
        """What was seen to change after each entry of the history; the last one may be still to come."""
        self.meanwhile = ""
        """What has changed on the page since the engine has seen it last."""
        self.complaint = ""
        self.answer = ""
        self.looked: tuple[LookAnswer, ...] = ()
        self.all_looked: list[LookAnswer] = []
        """All that was looked for since the start."""
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

    async def may_step(self) -> bool:
        """Whether the budget has another step, which is used then; asked when no person has the page."""
        await self.control.freed()
        return self.budget.take_step()

    def saw_again(self, now: Observation) -> None:
        """Take in a look at the page as it is once it has loaded: what changed came of the last step, too."""
        self.meanwhile = self.saw(now)
        if self.effects:
            self.effects = (*self.effects[:-1], _and(self.effects[-1], self.meanwhile))

    def saw(self, now: Observation) -> str:
        """Take in a new look at the page; what changed since the engine has seen it, "" on the first."""
        seen = self.progress.seen
        look = verify.digest(now)
        came_of = self.history[-1] if self.history and len(self.effects) < len(self.history) else ()
        effect = verify.effect_of(came_of, seen[-1], now) if seen else ""
        if len(self.effects) < len(self.history):
            self.effects += (effect,)
        if self.tried is not None:
            self.repetition.note(self.tried, look)
            self.tried = None
        if seen and verify.digest(seen[-1]) == look:
            seen[-1] = now
        else:
            seen.append(now)
        effect, self.meanwhile = _and(self.meanwhile, effect), ""
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


def _and(one: str, other: str) -> str:
    """Two accounts of what changed; that nothing did is said only where both say it."""
    if one in verify.NOTHING_CHANGED or one == other:
        return other
    return one if other in verify.NOTHING_CHANGED else f"{one}; {other}"
