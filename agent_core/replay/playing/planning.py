"""Turns the next steps of a script into actions on the page as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent_core.replay.elements.matcher import find
from agent_core.replay.elements.reading import read_there
from agent_core.replay.elements.renamed import Found, NotFound
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Described, Script, Step, action_of
from agent_core.replay.template import fill_all, names_in
from browser.model.actions import Action, Point, Scroll, Target
from browser.model.observation import Observation

TOGETHER = frozenset(("TypeText", "Select", "SetChecked", "Upload"))
"""Actions that fill in a form. Several in a row are done at once, since they leave the page as it is."""
MOST_TOGETHER = 12


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as an action."""

    at: int
    """Index of the step in the script."""
    action: Action
    on: Mapping[str, Found]
    """The elements of the step, by the field of the action."""
    only_scrolls: bool = False
    """Whether the action only brings the element into view, so that the step itself is still to be done."""

    @property
    def healed(self) -> list[Found]:
        """Elements that had changed and were found again."""
        return [found for found in self.on.values() if found.how == "healed"]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The steps that come next."""

    at: int
    """Index of the first step that is left; optional steps that cannot be done are skipped."""
    steps: tuple[PlannedStep, ...] = ()
    problem: str = ""
    """Why the step at `at` cannot be done as it was recorded; "" if it can, or if no step is left."""


class StepPlanner:
    """Plans the steps of one script with the values of one run. It has no state."""

    def __init__(self, script: Script, values: Mapping[str, str]) -> None:
        self._steps, self._values = script.steps, values
        self._new = {name for name, each in script.parameters.items() if values[name] != each.example}

    def next(
        self, at: int, now: Observation, page: Surroundings, *, most: int, recomputes: bool
    ) -> NextSteps:
        """Plan as many steps as leave the page as it is.

        Args:
            at: Index of the next step.
            now: The page as it was seen.
            page: Its elements, indexed.
            most: The greatest number of steps.
            recomputes: Whether steps that were worked out from the page are left to the rules.
        """
        planned: list[PlannedStep] = []
        while at + len(planned) < len(self._steps) and len(planned) < most:
            step = self._steps[at + len(planned)]
            recomputed = recomputes and step.worked_out
            if planned and (step.do not in TOGETHER or recomputed):
                break
            if recomputed:
                return NextSteps(at, problem="what it is done to follows from the page")
            one = self._plan(at + len(planned), step, now, page)
            if isinstance(one, str):
                if planned:
                    break
                if not step.optional:
                    return NextSteps(at, problem=one)
                at += 1
                continue
            planned.append(one)
            if one.only_scrolls or step.do not in TOGETHER or step.arguments.get("submit"):
                break
        return NextSteps(at, tuple(planned))

    def is_there(self, at: int, now: Observation) -> bool | None:
        """Whether the elements of a step are on the page; None: only ones that have changed could be them."""
        page = Surroundings(now.elements)
        found = [self._find(element, page) for element in self._steps[at].on.values()]
        if any(isinstance(one, NotFound) for one in found):
            return False
        return None if any(isinstance(one, Found) and one.how == "healed" for one in found) else True

    def _plan(self, at: int, step: Step, now: Observation, page: Surroundings) -> PlannedStep | str:
        """Plan one step; a text says why it cannot be done as it was recorded."""
        if (now.dialog is not None) != (step.do == "AnswerDialog"):
            return f"a dialog is open: {now.dialog.message!r}" if now.dialog else "no dialog has opened"
        found: dict[str, Found] = {}
        targets: dict[str, Target] = {}
        for name, element in step.on.items():
            match = self._find(element, page)
            if isinstance(match, NotFound):
                return match.why
            found[name] = match
            targets[name] = _target(element, match, page)
            now_there = page.by_ref[match.ref]
            if isinstance(targets[name], Point) and not now_there.visible and now_there.box:
                scroll = Scroll(target=match.ref, to="target")
                return PlannedStep(at, scroll, found, only_scrolls=step.do != "Scroll")
        arguments = self._arguments(step, page)
        if isinstance(arguments, str):
            return arguments
        return PlannedStep(at, action_of(step, targets, arguments), found)

    def _arguments(self, step: Step, page: Surroundings) -> dict[str, Any] | str:
        """Fill in the values of this run; a text says why an argument is not known."""
        arguments: dict[str, Any] = fill_all(step.arguments, self._values)
        if step.read is not None:
            place = step.read.model_copy(update={"element": self._filled(step.read.element)})
            text = read_there(place, page)
            if text is None:
                return "what is to be typed does not stand where it stood"
            return {**arguments, "text": text}
        if step.made_up and not self._is_as_it_was(step, page):
            return "what was typed was made up for the page as it was, and the page is another"
        return arguments

    def _is_as_it_was(self, step: Step, page: Surroundings) -> bool:
        """Whether the texts around the target of a step are those of the recording."""
        target = step.on.get("target")
        match = self._find(target, page) if target else None
        if target is None or not isinstance(match, Found):
            return False
        element, wanted = page.by_ref[match.ref], self._filled(target)
        before, after = page.before(element, len(wanted.before)), page.after(element, len(wanted.after))
        return tuple(before) == wanted.before and tuple(after) == wanted.after

    def _find(self, element: Described, page: Surroundings) -> Found | NotFound:
        named = (element.name, element.label, element.placeholder, element.text, element.row)
        renamed = any(name in self._new for text in named for name in names_in(text))
        return find(self._filled(element), page, renamed=renamed)

    def _filled(self, element: Described) -> Described:
        return Described.model_validate(fill_all(element.model_dump(), self._values))


def _target(element: Described, found: Found, page: Surroundings) -> Target:
    """What to act on: the element, or the point of it that was used."""
    now = page.by_ref[found.ref]
    if element.at is None or now.box is None:
        return found.ref
    if now.interactive and "unreadable" not in now.states:
        return found.ref
    return Point(now.box.x + element.at[0] * now.box.width, now.box.y + element.at[1] * now.box.height)
