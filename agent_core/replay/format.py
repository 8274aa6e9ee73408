"""The script: a completed run as one JSON file that a person can read and change.

Texts may hold `{{name}}`, where the value of a parameter goes, and `{{secret:name}}`, where a secret is
typed; values of secrets are never in it. Fields at their default are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from agent_core.errors import BadScript
from agent_core.replay.template import names_in
from browser.model import actions
from browser.model.actions import Action

VERSION = 1
FORMAT: Literal["agent-core script"] = "agent-core script"

ACTIONS: dict[str, type[Action]] = {kind.__name__: kind for kind in get_args(Action)}
"""Name of an action, as `Step.do` has it -> its class."""
TARGETS = ("target", "start", "end", "point")
"""Fields of actions that name a place on the page; a script describes it instead."""


class Plain(BaseModel):
    """Data with names that are checked: a misspelt one is an error, not a setting that does nothing."""

    # Validators are built when a script is first read or written: importing the library costs less.
    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), defer_build=True)


class Around(Plain):
    """Something that encloses an element."""

    role: str
    name: str = ""


class Described(Plain):
    """What an element was when it was used: enough to know it again on a page that has changed."""

    role: str
    tag: str = ""
    name: str = ""
    """Accessible name."""
    label: str = ""
    placeholder: str = ""
    text: str = ""
    """What can be read in it, where that is not its name."""
    kind: str = ""
    """The `type` of an input."""
    tip: str = ""
    """Title, description."""
    link: str = ""
    """Path and query of a link's address, or the source of a picture."""
    options: tuple[str, ...] = ()
    """The first labels of a list to choose from."""
    words: tuple[str, ...] = ()
    """What the page's author calls it: words of ids, classes, names, test ids."""
    usable: bool = True
    """Whether it is something to be used; False for texts and places."""
    before: tuple[str, ...] = ()
    """The texts before it, nearest first."""
    after: tuple[str, ...] = ()
    """The texts after it, nearest first."""
    around: tuple[Around, ...] = ()
    """What encloses it and has a role or a name, innermost first; frames among it."""
    row: str = ""
    """What the row, card or list item that it is in says besides."""
    company: tuple[str, ...] = ()
    """What the smallest part of the page around it says besides, in any order."""
    peers: tuple[str, ...] = ()
    """Names of the others of its very role and kind of input."""
    states: tuple[str, ...] = ()
    """States that it was in, such as required, disabled, collapsed, checked."""
    size: tuple[int, ...] = ()
    """Width and height, CSS pixels; empty: unknown."""
    nth: int = 0
    """Its place among those of the same role and name, from 0, in reading order."""
    of: int = Field(default=1, ge=1)
    """How many there were of the same role and name."""
    others: tuple[str, ...] = ()
    """Names of the others of its kind on the page: what has one of these is not it."""
    at: tuple[float, float] | None = None
    """The point that was used, as shares of its width and height; None: any point of it."""


class Place(Plain):
    """A text that was read off the page: which element said it, and which part of that it was."""

    element: Described
    part: Literal["all", "first word", "last word", "between"] = "all"
    """Which part of the element's text it is; `between` what stands before and after it."""
    before: str = ""
    after: str = ""


class Step(Plain):
    """One action, where it was done, and what it led to."""

    says: str = ""
    """The step in words, for whoever reads the file, and for an agent that has to do it instead."""
    do: str
    """The action: a name from `browser.model.actions`, such as `Click`."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """The action's other fields, as far as they are not at their default."""
    on: dict[str, Described] = Field(default_factory=dict)
    """Field of the action (`target`; `start` and `end` of a drag) -> the element."""
    read: Place | None = None
    """Where the typed text stood on the page, where it was neither a value of the prompt nor made up."""
    made_up: bool = False
    """Whether the agent made the text up from what it saw: typed again only where the page is the same."""
    part: str = ""
    """The part of the prompt that it carries out, where an engine of rules read it in parts."""
    worked_out: bool = False
    """Whether what it was done to, or what was typed, follows from the page by that part: `the cheapest`, a
    sum. Then that part is carried out anew by the rules, with the values of the time, and this step only
    says what came of it when it was recorded. Set it to false to have just this done again."""
    url: str = ""
    """The address it led to, where that is another; digits may differ."""
    optional: bool = False
    """Whether it is left out where its element is not there."""

    @field_validator("do")
    @classmethod
    def _is_an_action(cls, do: str) -> str:
        if do not in ACTIONS:
            raise ValueError(f"there is no action {do!r}; there are {', '.join(ACTIONS)}")
        return do

    @model_validator(mode="after")
    def _has_what_the_action_needs(self) -> Step:
        for field in self.on:
            if field not in TARGETS:
                raise ValueError(f"an action has no target {field!r}; there are {', '.join(TARGETS)}")
        action_of(self, dict.fromkeys(self.on, actions.Point(0, 0)), {})
        return self


class Parameter(Plain):
    """A value that may be another one the next time."""

    example: str
    """What it was when the run was recorded."""
    required: bool = True
    """Whether `run_workflow` must be given it; else the example serves."""
    about: str = ""
    """What it is, in words."""


class Output(Plain):
    """What was extracted, and how that is done again."""

    json_schema: dict[str, Any] = Field(default_factory=dict)
    wish: str = ""
    """The words that ask for it."""
    by: Literal["rules", "places", "agent"] = "agent"
    """`rules`: rules find it without a model; `places`: where each value stood is known;
    `agent`: neither gives what the run gave, so an agent has to read it."""
    places: dict[str, Place] = Field(default_factory=dict)
    """JSON pointer into the output -> where that value stood; also where `rules` find it, if it is known."""

    def kind_at(self, pointer: str) -> str:
        """The type that the schema wants there; `string` where it says none."""
        node: Any = self.json_schema
        for part in pointer.split("/")[1:]:
            properties = node.get("properties", {}) if isinstance(node, dict) else {}
            node = properties.get(part.replace("~1", "/").replace("~0", "~"), {})
        kinds = node.get("type", "string") if isinstance(node, dict) else "string"
        return kinds if isinstance(kinds, str) else next((kind for kind in kinds if kind != "null"), "string")


class Ending(Plain):
    """What showed that it was done."""

    url: str = ""
    """The address at the end, without its origin; digits and values of parameters may differ."""
    title: str = ""
    headings: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    """What could be read at the end and not before the last steps, digits as `#`."""
    fields: int = 0
    """How many fields the page called invalid."""


class Script(Plain):
    """A run that can be done again."""

    format: Literal["agent-core script"] = FORMAT
    version: int = VERSION
    id: str = ""
    title: str = ""
    name: str = ""
    """The workflow's name, where it is one: lower case letters, digits, dashes."""
    prompt: str
    """The task in words, with `{{name}}` for each parameter."""
    url: str = ""
    """Where it began."""
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    output: Output | None = None
    ending: Ending = Ending()
    engine: str = ""
    """The engine that did it first; where it decides by rules, they help when it is done again."""
    parts: tuple[str, ...] | None = None
    """The parts of the prompt, as rules read it, for which something had to be done; for another part that
    comes up when it is done again, the rules do what it asks for. None: no rules recorded it."""
    run_id: str = ""
    recorded_at: datetime | None = None
    mended: int = Field(default=0, ge=0)
    """How often it was changed: after a replay that found the page changed, or by who described it."""
    described: bool = False
    """Whether it is a task in words alone, which was not recorded: an agent carries it out each time."""
    task: dict[str, Any] = Field(default_factory=dict)
    """Fields of the task that all its runs have, unless one is given others."""

    @field_validator("version")
    @classmethod
    def _is_this_version(cls, version: int) -> int:
        if version != VERSION:
            raise ValueError(
                f"is {version}, and this version of agent-core reads {VERSION}; record the task again"
            )
        return version

    @model_validator(mode="after")
    def _knows_its_parameters(self) -> Script:
        unknown = [name for text in texts_of(self) for name in names_in(text) if name not in self.parameters]
        if unknown:
            raise ValueError(f"{{{{{unknown[0]}}}}} is used and is not among the parameters")
        return self

    def as_text(self) -> str:
        """Return the text of the script's file."""
        plain = self.model_dump(mode="json", exclude_defaults=True)
        whole = {"format": self.format, "version": self.version, **plain}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def texts_of(script: Script) -> Iterator[str]:
    """Every text of a script in which a parameter may stand."""
    yield script.prompt
    yield from script.parts or ()
    for step in script.steps:
        yield from texts_of_step(step)
    yield from _strings(script.ending.model_dump(mode="json"))
    if script.output:
        yield script.output.wish
        yield from _strings({name: place.model_dump() for name, place in script.output.places.items()})


def texts_of_step(step: Step) -> Iterator[str]:
    """Every text of a step."""
    yield from _strings(step.model_dump(mode="json"))


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list() | tuple():
            for each in value:
                yield from _strings(each)


def action_of(step: Step, targets: dict[str, actions.Target], filled: dict[str, Any]) -> Action:
    """The action that a step asks for.

    Args:
        step: What was recorded.
        targets: Field of the action -> the element or point that was found.
        filled: Further fields, in place of the step's own arguments.

    Raises:
        ValueError: The arguments are not those of the action.
    """
    kind: Callable[..., Action] = ACTIONS[step.do]
    hints = get_type_hints(kind, vars(actions))
    given = {**step.arguments, **filled}
    for name in (*given, *targets):
        if name not in hints:
            raise ValueError(f"{step.do} has no {name!r}; it has {', '.join(hints) or 'nothing'}")
    checked = {name: _as(hints[name], name, value) for name, value in given.items()}
    try:
        return kind(**checked, **targets)
    except TypeError as error:
        missing = str(error).partition("argument")[2].strip(": ") or str(error)
        raise ValueError(f"{step.do} needs {missing}") from error


def _as(kind: Any, name: str, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value, strict=False)
    except ValidationError as error:
        why = error.errors(include_url=False)[0]["msg"]
        raise ValueError(f"{name!r} cannot be {value!r}: {why}") from error


def read_script(path: Path) -> Script:
    """Read a script from its file.

    Raises:
        BadScript: The file cannot be read, is no script, or one of another version; says where and why.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadScript(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise BadScript(path, f"is not JSON: {error}") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise BadScript(path, f'is no script: a script is an object with "format": "{FORMAT}"')
    try:
        return Script.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        why = str(first.get("ctx", {}).get("error", "")) or first["msg"]
        raise BadScript(path, f"{place}: {why}" if place else why) from error
