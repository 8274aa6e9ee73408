"""Pages as plain data, for tests of rules that need no browser: parts that lie in each other, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from browser.model.actions import Action
from browser.model.observation import Box, Element, Observation, State
from browser.model.results import ActionResult
from engines.rules.plan import read_plan
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Step

URL = "http://127.0.0.1/"
_ROW_PX = 20.0


@dataclass(frozen=True)
class Part:
    """An element and what lies in it."""

    element: Element
    inside: tuple[Part, ...] = ()


def part(
    role: str,
    name: str = "",
    *inside: Part | str,
    ref: str = "",
    states: tuple[State, ...] = (),
    **fields: Any,
) -> Part:
    """An element of this role and name; a string in it is a text. Controls are what a person can use."""
    usable = role in ("button", "link", "textbox", "checkbox", "radio", "combobox", "tab")
    element = Element(
        ref=ref, role=role, name=name, states=frozenset(states), **{"interactive": usable, **fields}
    )
    return Part(element, tuple(text(one) if isinstance(one, str) else one for one in inside))


def text(words: str) -> Part:
    """A run of text."""
    return Part(Element(ref="", role="text", tag="#text", name=words))


def seen(root: Part, results: tuple[ActionResult, ...] = (), steps_left: int = 20) -> Scene:
    """The page as an engine sees it: one line of 20 px for each element, one below the other."""
    elements = tuple(_elements(root, "", "r", 0))
    placed = [replace(element, box=Box(8, _ROW_PX * at, 200, _ROW_PX)) for at, element in enumerate(elements)]
    return Scene(Observation(url=URL, elements=tuple(placed)), results, steps_left=steps_left)


def _elements(one: Part, parent: str, path: str, depth: int) -> Iterator[Element]:
    ref = one.element.ref or path
    words = one.element.name if one.element.role == "text" else " ".join(_words(one))
    yield replace(one.element, ref=ref, parent=parent, depth=depth, text=words)
    for at, inner in enumerate(one.inside):
        yield from _elements(inner, ref, f"{path}.{at}", depth + 1)


def _words(one: Part) -> Iterator[str]:
    if one.element.role == "text" or (not one.inside and one.element.role in ("button", "link", "heading")):
        yield one.element.name
    for inner in one.inside:
        yield from _words(inner)


def only_step(prompt: str) -> Step:
    """The one step that a prompt is read as."""
    plan = read_plan(prompt)
    assert not plan.unread, plan
    assert len(plan.steps) == 1, plan
    return plan.steps[0].step


def carried_out(prompt: str, draw: Callable[[], Part], do: Callable[[Action], None], turns: int = 30) -> str:
    """Carry out the one step of a prompt on a page that is drawn anew after each action; what it says it saw.

    Raises:
        CannotDo: The step gave up.
    """
    course = only_step(prompt).carry_out(seen(draw()), Notes())
    try:
        actions = next(course)
        for left in range(turns, 0, -1):
            results = []
            for action in actions:
                do(action)
                results.append(ActionResult(action=action, did="did it"))
            actions = course.send(seen(draw(), tuple(results), left))
    except StopIteration as ended:
        return str(ended.value.said)
    raise AssertionError("it did not end")
