"""Setting sliders and spinners to a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Click, Press, TypeText
from browser.model.element_match import fold
from browser.model.observation import Element
from browser.model.text import plain_number
from browser.values.written_numbers import first_number
from engines.rules.grounding.find import said, where
from engines.rules.reading.clauses import Clause
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.step_generator import (
    CannotDo,
    Evidence,
    NotFound,
    StepGenerator,
    Turns,
    act,
    attempt,
    problem_of,
)


@dataclass(frozen=True, slots=True)
class SetGauges:
    """Bring the sliders or spinners of the page, in their order, to these numbers."""

    kind: str
    """`slider` or `spinner`."""
    values: tuple[float, ...]

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Type the number where it can be typed, else move by arrow keys and watch what is shown."""
        gauges = _gauges(self.kind, scene)
        if len(gauges) != len(self.values):
            raise NotFound(f"found {len(gauges)} {self.kind}s for {len(self.values)} values")
        for gauge, value in zip(gauges, self.values, strict=True):
            if gauge.tag == "input" or gauge.role == "spinbutton":
                scene = yield from attempt(TypeText(plain_number(value), gauge.ref))
                if problem_of(scene) is not None:
                    scene = yield from _by_buttons(gauge, value, scene)
                now = scene.get(gauge.ref)
                if now is not None and now.value and first_number(now.value) != value:
                    raise CannotDo(f"{said(gauge)} shows {now.value}, not {plain_number(value)}")
            else:
                scene = yield from _by_arrows(gauge, value, scene)
        return Evidence(f"the {self.kind} shows {', '.join(plain_number(value) for value in self.values)}")


def _gauges(kind: str, scene: Scene) -> list[Element]:
    if kind == "spinner":
        return where(scene, lambda e: e.role == "spinbutton" or e.input_type == "number")
    real = where(scene, lambda e: e.role == "slider")
    return real or where(scene, lambda e: e.interactive and {"slider", "handle"} <= set(e.hints))


def _by_arrows(gauge: Element, wanted: float, scene: Scene) -> Turns:
    """Move by one to see which number on the page follows and how fast, then the rest of the way."""
    if _reading(gauge, scene) is not None and _reading(gauge, scene) == wanted:
        return scene
    for key, way_back in (("ArrowRight", "ArrowLeft"), ("ArrowLeft", "ArrowRight")):
        before = scene
        scene = yield from act(Press(key, gauge.ref))
        moved = _moved(gauge, before, scene)
        if moved is None:
            continue
        place, was, now = moved
        if now == wanted:
            return scene
        presses = (wanted - now) / (now - was)
        if abs(presses - round(presses)) > 1e-6:
            raise CannotDo(
                f"the slider goes in steps of {plain_number(round(abs(now - was), 9))} and never shows "
                f"{plain_number(wanted)}"
            )
        scene = yield from act(Press(key if presses > 0 else way_back, gauge.ref, repeat=abs(round(presses))))
        shown = _number_at(place, scene)
        if shown != wanted:
            raise CannotDo(f"the slider shows {shown}, not {plain_number(wanted)}")
        return scene
    raise CannotDo("the slider does not move by arrow keys, or no number on the page follows it")


def _by_buttons(gauge: Element, wanted: float, scene: Scene) -> Turns:
    """Press the small buttons that go up and down by one, beside a field that takes no typing."""
    now = _reading(gauge, scene) or 0.0
    word = "up" if wanted > now else "down"
    around = scene.parent(gauge)
    buttons = [e for e in scene.inside(around) if e.interactive and e.ref != gauge.ref] if around else []
    named = [e for e in buttons if word in e.hints or fold(e.name) in (word, "+" if word == "up" else "-")]
    if not named:
        raise CannotDo(f"{said(gauge)} takes no typing and has no buttons beside it")
    return (yield from act(*(Click(named[0].ref) for _ in range(abs(round(wanted - now))))))


def _reading(gauge: Element, scene: Scene) -> float | None:
    now = scene.get(gauge.ref)
    if now is not None and now.value:
        return first_number(now.value)
    return None


def _moved(gauge: Element, before: Scene, after: Scene) -> tuple[str, float, float] | None:
    """Where a number changed, with what it was and is."""
    was, now = _reading(gauge, before), _reading(gauge, after)
    if was is not None and now is not None and was != now:
        return gauge.ref, was, now
    shown = _numbers(before), _numbers(after)
    for at, (old, new) in enumerate(zip(*shown, strict=False)):
        if old != new:
            return f"#{at}", old, new
    return None


def _numbers(scene: Scene) -> list[float]:
    texts = [text.name.strip() for text in scene.texts]
    return [float(text) for text in texts if re.fullmatch(r"-?\d+(?:\.\d+)?", text)]


def _number_at(place: str, scene: Scene) -> float | None:
    if place.startswith("#"):
        numbers = _numbers(scene)
        at = int(place[1:])
        return numbers[at] if at < len(numbers) else None
    element = scene.get(place)
    return first_number(element.value or "") if element else None


_NUMBER_FIRST = re.compile(
    r"^(?P<value>-?\d+(?:\.\d+)?)\s+(?:with|on|using|in|from)\s+(?:the|a)\s+(?P<kind>slider|spinner)$",
    re.IGNORECASE,
)
_KIND_FIRST = re.compile(
    r"^(?:the\s+)?(?P<kind>slider|spinner)s?\s+(?:to|at|=)\s+(?:the\s+)?(?:values?\s+)?"
    r"\[?(?P<values>-?\d+(?:\.\d+)?(?:\s*(?:,|and)\s*-?\d+(?:\.\d+)?)*)\]?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`select 7 with the slider`, `set the sliders to [1, 2, 3]`."""
    clause = clauses[0]
    if clause.verb not in ("choose", "drag", "type"):
        return None
    match = _NUMBER_FIRST.match(clause.rest)
    if match:
        return Read(SetGauges(match["kind"].lower(), (float(match["value"]),)))
    match = _KIND_FIRST.match(clause.rest)
    if match:
        values = re.findall(r"-?\d+(?:\.\d+)?", match["values"])
        return Read(SetGauges(match["kind"].lower(), tuple(map(float, values)))) if values else None
    return None
