"""For tests of code that uses this library: an engine that plays a script, and a page without a browser.

    engine = Scripted([Act(actions=(Click("f0e1"),)), Finish(output={"sent": True})])
    run = await run_task("Send it", "http://127.0.0.1:8000/form", engine=engine)
    assert engine.turns[1].history[0][0].ok

`FakePage` is enough for `agent_core.loop.loop.pursue`, without a browser.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from browser.model.actions import Action, Click
from browser.model.errors import ActionFailed, NotInteractable
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from browser.model.results import ActionResult
from engines.protocol import Decision, Evidence, GiveUp, Goal, Turn, Usage, Verdict

Line = Decision | Callable[[Turn], Decision | Awaitable[Decision]]
"""A decision, or a function that makes one of the turn, e.g. to find a ref in the observation."""


class Scripted:
    """An engine that decides what it was told to, in order, and remembers what it was shown."""

    def __init__(
        self,
        decisions: Iterable[Line],
        verdict: bool | str = True,
        view: View | None = None,
        usage: Usage | None = None,
    ) -> None:
        """Set the decisions that it answers, in order.

        Args:
            decisions: Any iterable, also an endless one. At its end the engine gives up.
            verdict: What `judge` says: True; False; or a sentence, which is False with that reason.
            view: What it asks to see; default: all elements, no pictures.
            usage: What it claims to have used, from the first decision on.
        """
        self.view = view or View()
        self.usage = Usage()
        self.turns: list[Turn] = []
        """Every turn it was shown, oldest first."""
        self.evidence: list[Evidence] = []
        """What it was asked to judge."""
        self.closed = False
        self._decisions = iter(decisions)
        self._verdict = verdict
        self._usage = usage or Usage()

    async def decide(self, turn: Turn) -> Decision:
        """The next line of the script."""
        self.turns.append(turn)
        self.usage = self._usage
        line = next(self._decisions, GiveUp(reason="the script has no more decisions"))
        if not callable(line):
            return line
        decision = line(turn)
        return await decision if inspect.isawaitable(decision) else decision

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """The verdict it was given."""
        self.evidence.append(evidence)
        if isinstance(self._verdict, str):
            return Verdict(met=False, reason=self._verdict)
        return Verdict(met=self._verdict, reason="" if self._verdict else "it is not done")

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


class FakePage:
    """A page that is nothing but its observation; enough for `agent_core.loop.loop.pursue`."""

    def __init__(
        self,
        page: Observation | None = None,
        *,
        broken: Iterable[str] = (),
        leads_to: Mapping[str, Observation] | None = None,
    ) -> None:
        """Set what the page shows, and what its actions return.

        Args:
            page: What is seen; default: an empty page.
            broken: Refs that cannot be used.
            leads_to: Ref -> what is seen after a click on it; with another address it counts as
                having navigated.
        """
        self.page = page or Observation(url="http://127.0.0.1/")
        self.performed: list[Action] = []
        """What was done, without what failed."""
        self.looks: list[LookRequest] = []
        self._broken = frozenset(broken)
        self._leads_to = dict(leads_to or {})

    async def observe(self, view: View) -> Observation:
        """What is there now; without elements and text for an engine that asks for none."""
        return self.page if view.elements else replace(self.page, elements=(), text="")

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """The elements themselves, where they are named by ref."""
        self.looks.extend(requests)
        return tuple(self._answer(request) for request in requests)

    def _answer(self, request: LookRequest) -> LookAnswer:
        element = self.page.element(request.ref)
        if element is None:
            return LookAnswer(request=request, problem="nothing there")
        return LookAnswer(request=request, elements=(element,))

    async def perform(self, action: Action) -> ActionResult:
        """Do it, unless its target is broken."""
        ref = getattr(action, "target", None)
        try:
            if ref in self._broken:
                raise NotInteractable(ref, "covered by a cookie banner")
        except ActionFailed as error:
            return ActionResult(action=action, problem=str(error))
        self.performed.append(action)
        before = self.page
        if isinstance(action, Click) and isinstance(ref, str):
            self.page = self._leads_to.get(ref, self.page)
        return ActionResult(
            action=action, did=f"did {type(action).__name__}", navigated=self.page.url != before.url
        )
