"""The model's calls, turned into actions. https://developers.openai.com/api/docs/guides/tools-computer-use"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from browser.model.actions import Action
from engines.action_codec.actions import Wire, acts
from engines.action_codec.arguments.given import End
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import brief
from engines.action_codec.json_in_text.repair_json import cleaned
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.extras import shown_in, understood
from engines.cua.shared.sight import Sight
from engines.protocol import AskUser, Finish, GiveUp, Goal

WAIT_S = 2.0
"""What a `wait` without a duration means, as in OpenAI's guide."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, which has to be answered, and what it comes to."""

    item: Mapping[str, Any]
    """As the model wrote it."""
    actions: tuple[Action, ...] = ()
    end: End | None = None

    @property
    def by_computer(self) -> bool:
        """Whether it is answered with a picture."""
        return self.item.get("type") == "computer_call"

    @property
    def checks(self) -> tuple[Mapping[str, Any], ...]:
        """Safety checks that somebody has to agree to before it is carried out."""
        return objects(self.item.get("pending_safety_checks"))


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the model's."""

    text: str
    calls: tuple[Call, ...]
    mistake: str = ""
    """Why its calls cannot be carried out; "" where they can."""
    items: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def only_looks(self) -> bool:
        """Whether all it asks for is a picture."""
        return bool(self.calls) and all(call.by_computer and not call.actions for call in self.calls)


def said_in(answer: Mapping[str, Any], sight: Sight, goal: Goal) -> Said:
    """Read an answer. Its whole batch is refused if one call is invalid: later calls assume that it ran."""
    items = objects(cleaned(answer["output"]))
    shown = shown_in(sight, goal)
    calls: list[Call] = []
    mistakes: list[str] = []
    for item in items:
        if item.get("type") not in ("computer_call", "function_call"):
            continue
        try:
            calls.append(_call(item, shown, goal))
        except ReplyError as error:
            calls.append(Call(item))
            mistakes.append(str(error))
    return Said(text_of(items), tuple(calls), "; ".join(mistakes), items)


def text_of(items: Sequence[Mapping[str, Any]]) -> str:
    """What an answer says in words."""
    contents = (item.get("content") for item in items if item.get("type") == "message")
    parts = (part for content in contents for part in objects(content))
    said = (part.get("text") for part in parts if part.get("type") == "output_text")
    return "\n".join(text for text in said if isinstance(text, str)).strip()


def objects(value: Any) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list; none of anything else."""
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, list) else ()


def _call(item: Mapping[str, Any], shown: Shown, goal: Goal) -> Call:
    if item["type"] == "function_call":
        meaning = understood(str(item.get("name")), item.get("arguments"), shown, goal)
        if isinstance(meaning, Finish | GiveUp | AskUser):
            return Call(item, end=meaning)
        return Call(item, (meaning,))
    # The preview tool names one action, the present one a list.
    given = item.get("actions")
    given = given if isinstance(given, list) else [given if given is not None else item.get("action")]
    return Call(item, tuple(action for each in given for action in _actions(each, shown)))


def _actions(given: Any, shown: Shown) -> tuple[Action, ...]:
    """What one action of the computer tool comes to.

    Raises:
        ReplyError: It cannot be carried out; the message says why to the model.
    """
    if not isinstance(given, Mapping):
        raise ReplyError("a computer call without an action")
    kind = given.get("type")
    if kind == "screenshot":
        return ()
    wire = WIRES.get(kind) if isinstance(kind, str) else None
    if wire is None:
        raise ReplyError(f"there is no action {brief(kind)}; there are {', '.join(WIRES)}, screenshot")
    written = {**given, **(_ends(given.get("path")) if kind == "drag" else {})}
    if {"x", "y"} & given.keys():
        written["x and y"] = {"x": given.get("x"), "y": given.get("y")}
    return acts(wire.read(str(kind), written, shown))


def _ends(path: Any) -> dict[str, Any]:
    """The path of a drag as its start, its end and what lies between."""
    if not isinstance(path, list | tuple) or len(path) < 2:
        raise ReplyError('a drag needs a "path" of at least two points')
    return {"start": path[0], "path": path[1:-1], "end": path[-1]}


_HELD = {"modifiers": "keys"}
_POINTED = {"point": "x and y", **_HELD}
WIRES: dict[str, Wire] = {
    "click": Wire("click", {**_POINTED, "button": "button"}),
    "double_click": Wire("click", _POINTED, {"count": 2}),
    "drag": Wire("drag", {"point": "start", "path": "path", "to_point": "end", **_HELD}),
    "keypress": Wire("press", {"keys": "keys"}),
    "move": Wire("mouse_move", _POINTED),
    "scroll": Wire("scroll", {**_POINTED, "dx": "scroll_x", "dy": "scroll_y"}, {"dx": 0, "dy": 0}),
    "type": Wire("keyboard", {"text": "text"}),
    "wait": Wire("wait", implied={"seconds": WAIT_S}),
}
