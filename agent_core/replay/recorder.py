"""Recording a run: what was done, to which elements, and where that led."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from agent_core.loop.acts.records import as_json
from agent_core.loop.parties import Page
from agent_core.replay.elements.fingerprint import describe
from agent_core.replay.elements.places import where_it_stands
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.evidence import shape_of_url
from agent_core.replay.format import TARGETS, Described, Place, Step
from agent_core.replay.words import sentence
from browser.model.actions import Action, Collect, Point, Target, TypeText, Wait
from browser.model.observation import Element, LookAnswer, LookRequest, Observation, View
from browser.model.results import ActionResult
from engines.protocol import Act

Everything = Callable[[], Awaitable[Sequence[Element]]]
"""All elements of the page as they are, whatever budget the engine's look at it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformedAction:
    """One action that was performed."""

    action: Action
    on: Mapping[str, Described]
    read: Place | None
    """Where a typed text stood on the page."""
    result: ActionResult


@dataclass(kw_only=True)
class Recorder:
    """A page that records the actions done to it, and passes looks and actions on to the page itself."""

    page: Page
    everything: Everything | None = None
    """None: what the engine saw."""
    performed: list[PerformedAction] = field(default_factory=list)
    """What was done well, oldest first."""
    led_to: dict[int, str] = field(default_factory=dict)
    """Place in `performed` -> the address it led to."""
    seen: list[Observation] = field(default_factory=list)
    """The first look, and the last two that differ."""
    _index: Surroundings | None = None

    async def observe(self, view: View) -> Observation:
        """The page as it is now."""
        now = await self.page.observe(view)
        if self.performed and self.seen and self.seen[-1].url != now.url:
            self.led_to.setdefault(len(self.performed) - 1, now.url)
        self.seen.append(now)
        self._index = None
        return now

    async def look(self, requests: Sequence[LookRequest]) -> tuple[LookAnswer, ...]:
        """Answer a look request."""
        return await self.page.look(requests)

    async def perform(self, action: Action) -> ActionResult:
        """Perform an action, and record it if it succeeded."""
        targets = dict(targets_of(action))
        on: dict[str, Described] = {}
        read: Place | None = None
        if targets or isinstance(action, TypeText):
            page = await self._surroundings()
            on = {name: found for name, target in targets.items() if (found := described(target, page))}
            if isinstance(action, TypeText):
                read = where_it_stands(action.text, page, not_in=str(action.target))
        result = await self.page.perform(action)
        if result.ok and not isinstance(action, Wait):
            self.performed.append(PerformedAction(action=action, on=on, read=read, result=result))
        return result

    async def _surroundings(self) -> Surroundings:
        if self._index is None:
            elements = (
                await self.everything() if self.everything else self.seen[-1].elements if self.seen else ()
            )
            self._index = Surroundings(elements)
        return self._index

    def steps(
        self,
        values: Mapping[str, str],
        results: Iterable[ActionResult] | None = None,
        acted: Sequence[tuple[Act, Sequence[ActionResult]]] = (),
    ) -> list[Step]:
        """What was done as steps.

        Args:
            values: Of the parameters, to tell addresses apart from them.
            results: Only the actions that these came of; None: all.
            acted: The decisions that they came of, which may say what part of the prompt they carry out.
        """
        wanted = None if results is None else {id(result) for result in results}
        parts = {id(result): decision.part or "" for decision, came in acted for result in came}
        return [
            step_of(
                one,
                shape_of_url(self.led_to[at], values) if at in self.led_to else "",
                parts.get(id(one.result), ""),
            )
            for at, one in enumerate(self.performed)
            if (wanted is None or id(one.result) in wanted) and not isinstance(one.action, Collect)
        ]


def targets_of(action: Action) -> Iterable[tuple[str, Target]]:
    """The fields of an action that name a place on the page, and the place."""
    for name in TARGETS:
        target = getattr(action, name, None)
        if target is not None:
            yield name, target


def described(target: Target, page: Surroundings) -> Described | None:
    """What a target is; None where nothing is known to be there."""
    if isinstance(target, Point):
        element = page.at(target.x, target.y)
        return describe(element, page, target) if element else None
    element = page.by_ref.get(target)
    return describe(element, page) if element else None


def step_of(performed: PerformedAction, url: str, part: str = "") -> Step:
    """Convert a performed action to a step of a script, with where it led and the clause it was for."""
    kind = type(performed.action).__name__
    arguments = {
        each.name: as_json(getattr(performed.action, each.name))
        for each in fields(performed.action)
        if each.name not in TARGETS and getattr(performed.action, each.name) != each.default
    }
    for name, target in targets_of(performed.action):
        if name not in performed.on and isinstance(target, Point):
            arguments[name] = as_json(target)
    return Step(
        says=sentence(kind, arguments, dict(performed.on)),
        do=kind,
        arguments=arguments,
        on=dict(performed.on),
        read=performed.read,
        part=part,
        url=url,
    )
