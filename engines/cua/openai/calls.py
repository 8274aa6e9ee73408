"""The model's calls, turned into actions. https://developers.openai.com/api/docs/guides/tools-computer-use"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from browser.model.actions import Action, Button, Click, Drag, MouseMove, Point, Press, Scroll, Wait
from browser.model.keys import chords, modifiers
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.extras import typed, understood
from engines.cua.shared.sight import Sight
from engines.protocol import AskUser, Finish, GiveUp, Goal

WAIT_S = 2.0
"""What a `wait` without a duration means, as in OpenAI's guide."""
_BUTTONS: dict[str, Button] = {
    "left": "left",
    "right": "right",
    "wheel": "middle",
    "middle": "middle",
    "back": "back",
    "forward": "forward",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call, which has to be answered, and what it comes to."""

    item: Mapping[str, Any]
    """As the model wrote it."""
    actions: tuple[Action, ...] = ()
    end: Finish | GiveUp | AskUser | None = None

    @property
    def by_computer(self) -> bool:
        """Whether it is answered with a picture."""
        return self.item.get("type") == "computer_call"

    @property
    def checks(self) -> tuple[Mapping[str, Any], ...]:
        """Safety checks that somebody has to agree to before it is carried out."""
        return tuple(self.item.get("pending_safety_checks") or ())


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
    """Read an answer. One bad call spoils all: what comes after it was meant for what it would have done."""
    items = answer["output"]
    calls: list[Call] = []
    mistakes: list[str] = []
    for item in items:
        if item.get("type") not in ("computer_call", "function_call"):
            continue
        try:
            calls.append(_call(item, sight, goal))
        except (ReplyError, ValueError) as error:
            calls.append(Call(item))
            mistakes.append(str(error))
    return Said(text_of(items), tuple(calls), "; ".join(mistakes), items)


def text_of(items: Sequence[Mapping[str, Any]]) -> str:
    """What an answer says in words."""
    parts = (part for item in items if item.get("type") == "message" for part in item.get("content") or ())
    return "\n".join(part["text"] for part in parts if part.get("type") == "output_text").strip()


def _call(item: Mapping[str, Any], sight: Sight, goal: Goal) -> Call:
    if item["type"] == "function_call":
        meaning = understood(str(item.get("name")), item.get("arguments") or "{}", sight, goal)
        if isinstance(meaning, Finish | GiveUp | AskUser):
            return Call(item, end=meaning)
        return Call(item, (meaning,))
    # The preview tool names one action, the present one a list.
    given = item.get("actions")
    given = given if given is not None else [item.get("action")]
    return Call(item, tuple(action for each in given for action in _actions(each, sight)))


def _actions(given: Any, sight: Sight) -> tuple[Action, ...]:
    """What one action of the computer tool comes to.

    Raises:
        ReplyError, ValueError: It cannot be carried out; the message says why to the model.
    """
    if not isinstance(given, Mapping):
        raise ReplyError("a computer call without an action")
    kind = str(given.get("type"))
    reader = _READERS.get(kind)
    if reader is None:
        raise ReplyError(f"there is no action {kind!r}; there are {', '.join(_READERS)}")
    return reader(given, sight)


def _click(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    button = _BUTTONS.get(str(given.get("button") or "left"))
    if button is None:
        raise ReplyError(f"there is no mouse button {given.get('button')!r}")
    return (Click(_point(given, sight), button, modifiers=modifiers(given.get("keys"))),)


def _double_click(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    return (Click(_point(given, sight), count=2, modifiers=modifiers(given.get("keys"))),)


def _drag(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    points = [_point(each, sight) for each in given.get("path") or ()]
    if len(points) < 2:
        raise ReplyError("a drag needs a path of at least two points")
    held = modifiers(given.get("keys"))
    return (Drag(points[0], points[-1], path=tuple(points[1:-1]), modifiers=held),)


def _keypress(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    return tuple(Press(chord) for chord in chords(given.get("keys")))


def _move(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    return (MouseMove(_point(given, sight), modifiers(given.get("keys"))),)


def _scroll(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    scale = sight.picture.scale
    across, down = (_number(given.get(key) or 0, key) / scale for key in ("scroll_x", "scroll_y"))
    held = modifiers(given.get("keys"))
    return (Scroll(across, down, target=_point(given, sight), modifiers=held),)


def _type(given: Mapping[str, Any], sight: Sight) -> tuple[Action, ...]:
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise ReplyError("type needs a text")
    return typed(text)


_READERS: dict[str, Callable[[Mapping[str, Any], Sight], tuple[Action, ...]]] = {
    "click": _click,
    "double_click": _double_click,
    "drag": _drag,
    "keypress": _keypress,
    "move": _move,
    "screenshot": lambda given, sight: (),
    "scroll": _scroll,
    "type": _type,
    "wait": lambda given, sight: (Wait(WAIT_S),),
}


def _point(given: Any, sight: Sight) -> Point:
    if isinstance(given, Mapping):
        x, y = given.get("x"), given.get("y")
    elif isinstance(given, Sequence) and len(given) == 2:
        x, y = given
    else:
        raise ReplyError("a point needs x and y")
    return sight.point(_number(x, "x"), _number(y, "y"))


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReplyError(f"{name} must be a number of pixels, not {value!r}")
    return float(value)
