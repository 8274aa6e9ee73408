"""Pages made up element by element, and steps carried out on them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from browser.actions import Action
from browser.observation import Appearance, Box, Element, Observation, Screenshot, State
from engines.embedded.course import Evidence
from engines.embedded.plan import read_plan
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Step


def only_step(prompt: str) -> Step:
    plan = read_plan(prompt)
    assert not plan.unread
    assert not plan.why
    return plan.steps[0].step


def thing(
    ref: str,
    role: str = "generic",
    *,
    at: tuple[float, float, float, float] = (0, 0, 20, 20),
    words: str = "",
    tag: str = "div",
    fill: str = "",
    color: str = "#000000",
    parent: str = "",
    interactive: bool = False,
    states: Sequence[State] = (),
    hints: tuple[str, ...] = (),
    value: str | None = None,
    look: Appearance | None = None,
) -> Element:
    return Element(
        ref=ref,
        role=role,
        tag=tag,
        name=words,
        text=words,
        box=Box(*at),
        appearance=look or Appearance(color=color, background=fill),
        parent=parent,
        interactive=interactive,
        states=frozenset(states),
        hints=hints,
        value=value,
    )


def scene_of(*elements: Element, picture: Image.Image | None = None) -> Scene:
    shots: tuple[Screenshot, ...] = ()
    if picture is not None:
        data = io.BytesIO()
        picture.save(data, "PNG")
        shots = (Screenshot(data=data.getvalue(), width_px=picture.width, height_px=picture.height),)
    return Scene(
        observation=Observation(url="http://127.0.0.1/", elements=elements, screenshots=shots), steps_left=9
    )


def play(step: Step, *scenes: Scene) -> tuple[list[tuple[Action, ...]], Evidence]:
    """Carry a step out against these pages, one after each turn; its turns and its evidence."""
    course = step.carry_out(scenes[0], Notes())
    turns = [next(course)]
    for scene in scenes[1:]:
        try:
            actions = course.send(scene)
        except StopIteration as done:
            return turns, done.value
        turns += [actions]
    raise AssertionError(f"the step wants more pages after {turns[-1]}")
