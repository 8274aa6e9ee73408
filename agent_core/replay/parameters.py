"""What of a prompt is a value, that may be another one the next time, and where a recording uses it.

A value is what stands in quotation marks, and what was typed or chosen as it stands in the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent_core.replay.format import Described, Parameter, Place, Script, Step, texts_of_step
from agent_core.replay.template import ONE_TIME_CODE, hole, names_in, with_holes
from browser.model.element_match import fold

_QUOTED = re.compile(
    r'"(?P<a>[^"\n]+)"|“(?P<b>[^”\n]+)”|«(?P<c>[^»\n]+)»|`(?P<d>[^`\n]+)`'
    r"|(?<![\w’'])[‘'](?P<e>[^\s'‘’](?:[^'‘’\n]*[^\s'‘’])?)[’'](?!\w)"
)
_SECRET = re.compile(r"\{\{[^{}]*\}\}")
_VALUES = ("text", "url", "options", "files")
"""Arguments of actions that may be values."""
RESERVED = frozenset(
    ("url", "engine", "settings", "run_dir", "on_event", "ask_user", "headless", "task", ONE_TIME_CODE)
)
"""Names that `run_workflow`, or a text of a script, has a meaning for."""
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one prompt."""

    template: str
    """The prompt with a place for each."""
    given: Mapping[str, str]
    """Name -> value."""
    about: Mapping[str, Parameter]


def values_of(prompt: str, steps: Sequence[Step]) -> Values:
    """The values that a prompt has, in view of what was done for it."""
    quoted = list(dict.fromkeys(_quoted(prompt)))
    typed = [text for step in steps for text in _typed(step) if not _SECRET.search(text)]
    bare = [text for text in dict.fromkeys(typed) if text not in quoted and _stands_in(text, prompt)]
    names: dict[str, str] = {}
    taken = set(RESERVED)
    about: dict[str, Parameter] = {}
    for value in (*quoted, *bare):
        name, says, required = _called(value, steps)
        name = _unlike(name, taken)
        taken.add(name)
        names[name] = value
        about[name] = Parameter(example=value, required=required, about=says)
    return Values(_template(prompt, names), names, about)


def _quoted(prompt: str) -> Iterator[str]:
    for found in _QUOTED.finditer(prompt):
        value = next(text for text in found.groups() if text is not None)
        if not _SECRET.search(value):
            yield value


def _typed(step: Step) -> Iterator[str]:
    for name in _VALUES:
        value = step.arguments.get(name)
        yield from [value] if isinstance(value, str) else value or ()


def _stands_in(text: str, prompt: str) -> bool:
    return len(text) > 1 and with_holes(prompt, {"x": text}) != prompt


def _template(prompt: str, values: Mapping[str, str]) -> str:
    """Quoted values first, each in its marks; then the others wherever they stand."""
    of = {value: name for name, value in values.items()}

    def put(found: re.Match[str]) -> str:
        value = next(text for text in found.groups() if text is not None)
        if value not in of:
            return found[0]
        return found[0][0] + hole(of[value]) + found[0][-1]

    return with_holes(_QUOTED.sub(put, prompt), values)


def _called(value: str, steps: Sequence[Step]) -> tuple[str, str, bool]:
    """Name and description of a parameter, and whether it must be given: what is typed must be."""
    for step in steps:
        if value in _typed(step):
            field = step.on.get("target")
            label = (field.label or field.name or field.placeholder or field.tip) if field else ""
            return _name_of(label) or "value", f"goes into {label!r}" if label else "", True
    for step in steps:
        for element in step.on.values():
            if fold(element.name or element.label) == fold(value):
                return _name_of(f"{value} {element.role}") or element.role, f"names the {element.role}", False
    return "value", "", False


def _name_of(words: str) -> str:
    name = _NOT_A_NAME.sub("_", fold(words)).strip("_")[:40].strip("_")
    return f"value_{name}" if name[:1].isdigit() else name


def _unlike(name: str, taken: Iterable[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def with_parameters(step: Step, values: Mapping[str, str]) -> Step:
    """The step with places for values, in what is typed and in what its elements are called."""
    arguments = {
        name: _with_places(value, values) if name in _VALUES else value
        for name, value in step.arguments.items()
    }
    on = {field: described_with(element, values) for field, element in step.on.items()}
    read = step.read and place_with(step.read, values)
    texts = {name: with_holes(getattr(step, name), values) for name in ("says", "url")}
    part = _template(step.part, values)
    return step.model_copy(update={"arguments": arguments, "on": on, "read": read, "part": part, **texts})


def _with_places(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return with_holes(value, values)
    return [with_holes(each, values) for each in value]


def place_with(place: Place, values: Mapping[str, str]) -> Place:
    """The same place, with places for values in what its element is called."""
    return place.model_copy(update={"element": described_with(place.element, values)})


def described_with(element: Described, values: Mapping[str, str]) -> Described:
    """The same element, with places for values in what it is called and in what is around it."""
    changed: dict[str, Any] = {
        name: _called_with(getattr(element, name), values)
        for name in ("name", "label", "placeholder", "text", "row")
    }
    for name in ("before", "after", "company"):
        changed[name] = tuple(_called_with(text, values) for text in getattr(element, name))
    return element.model_copy(update=changed)


def _called_with(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if text and fold(text) == fold(value):
            return hole(name)
    return with_holes(text, values)


def used(script: Script) -> set[str]:
    """The parameters that what is done, or what is read, depends on."""
    texts = [text for step in script.steps for text in _depended_on(step)]
    if script.output:
        texts.append(script.output.wish)
    return {name for text in texts for name in names_in(text)}


def _depended_on(step: Step) -> Iterator[str]:
    """The texts of a step that say what is done."""
    if step.worked_out:
        yield step.part
    else:
        yield from texts_of_step(step.model_copy(update={"says": "", "part": ""}))
