"""The model's tool calls, turned into actions, for the toolset and for the single tool of older models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from browser.model.actions import (
    Action,
    Button,
    Click,
    Drag,
    HoldKey,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    Wait,
)
from browser.model.keys import Modifier, chords, modifiers
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.extras import typed, understood
from engines.cua.shared.sight import Sight
from engines.protocol import AskUser, Finish, GiveUp, Goal

CLICK_OF_WHEEL_PX = 100
"""How far one click of a wheel scrolls; models ask for clicks."""
LONGEST_WAIT_S = 60.0
WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
SHOWS = frozenset({"screenshot", "zoom", "cursor_position"})
"""What is answered without touching the page."""


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call, which has to be answered, and what it comes to."""

    block: Mapping[str, Any]
    """As the model wrote it."""
    member: str
    """`left_click`; the name of a function of ours."""
    arguments: Mapping[str, Any]
    by_computer: bool
    actions: tuple[Action, ...] = ()
    end: Finish | GiveUp | AskUser | None = None
    mistake: str = ""
    """Why it cannot be carried out; nothing after it is."""
    note: str = ""
    """What answers it, where nothing has to be done for that."""


@dataclass(slots=True)
class Reader:
    """Reads the calls of one answer; knows where the pointer is after each."""

    sight: Sight
    goal: Goal
    cursor: Point | None = None
    toolset: str = "computer"
    """The one that was offered; calls of another come to nothing."""

    def calls(self, blocks: Sequence[Mapping[str, Any]]) -> tuple[Call, ...]:
        """All tool calls of an answer. After one that cannot be read none comes to anything."""
        found: list[Call] = []
        for block in blocks:
            if block.get("type") != "tool_use":
                continue
            spoilt = any(call.mistake for call in found)
            found.append(_named(block) if spoilt else self._read(_named(block)))
        return tuple(found)

    def _read(self, call: Call) -> Call:
        named = call.block.get("toolset_name")
        if named and named != self.toolset:
            return replace(call, mistake=f"there is no toolset {named!r} here")
        try:
            if call.member == "cursor_position" and call.by_computer:
                return replace(call, note=self._whereabouts())
            if call.by_computer:
                return replace(call, actions=self._computer(call.member, call.arguments))
            meaning = understood(call.member, call.arguments, self.sight, self.goal)
        except (ReplyError, ValueError) as error:
            return replace(call, mistake=str(error))
        if isinstance(meaning, Finish | GiveUp | AskUser):
            return replace(call, end=meaning)
        return replace(call, actions=(meaning,))

    def _computer(self, member: str, given: Mapping[str, Any]) -> tuple[Action, ...]:
        if member == "zoom":
            zoomed(self.sight, given.get("region"))  # raises where there is no such part
        if member in SHOWS:
            return ()
        reader = _READERS.get(member)
        if reader is None:
            raise ReplyError(f"there is no action {member!r}")
        return reader(self, given)

    def _whereabouts(self) -> str:
        """Where the pointer is, in pixels of the picture."""
        at, scale = self.cursor or Point(0, 0), self.sight.picture.scale
        return f"X={at.x * scale:.0f},Y={at.y * scale:.0f}"

    def point(self, given: Any) -> Point:
        """A place of the picture; the pointer is there afterwards."""
        if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
            raise ReplyError("a coordinate is [x, y], in pixels of the newest screenshot")
        self.cursor = self.sight.point(number(given[0]), number(given[1]))
        return self.cursor

    def place(self, given: Mapping[str, Any]) -> Point:
        """Where to act: at the coordinate, or where the pointer is."""
        if given.get("coordinate") is not None:
            return self.point(given["coordinate"])
        if self.cursor is None:
            raise ReplyError("the pointer has not been moved yet: give a coordinate")
        return self.cursor


def _named(block: Mapping[str, Any]) -> Call:
    arguments = block.get("input")
    arguments = arguments if isinstance(arguments, Mapping) else {}
    if block.get("toolset_name"):
        return Call(block, str(block.get("name")), arguments, True)
    if block.get("name") == "computer":
        return Call(block, str(arguments.get("action")), arguments, True)
    return Call(block, str(block.get("name")), arguments, False)


def zoomed(sight: Sight, region: Any) -> tuple[float, float, float, float]:
    """The part of the picture that a zoom asks for: left, top, right, bottom.

    Raises:
        ReplyError, ValueError: There is no such part.
    """
    if not isinstance(region, Sequence) or isinstance(region, str) or len(region) != 4:
        raise ReplyError("a region is [x0, y0, x1, y1], in pixels of the newest screenshot")
    left, top, right, bottom = (number(each) for each in region)
    sight.picture.to_css(left, top)
    sight.picture.to_css(right, bottom)
    if right - left < 1 or bottom - top < 1:
        raise ReplyError("the region is empty: x0 must be left of x1, and y0 above y1")
    return left, top, right, bottom


def held(chord: Any) -> tuple[Modifier, ...]:
    """The modifier keys of a chord, `ctrl+shift`; none where there is no chord."""
    return modifiers(str(chord or ""))


def _held(given: Mapping[str, Any]) -> tuple[Modifier, ...]:
    return held(given.get("text") or given.get("key"))


def _clicks(button: Button, count: int = 1) -> Callable[[Reader, Mapping[str, Any]], tuple[Action, ...]]:
    def read(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
        return (Click(reader.place(given), button, count, _held(given)),)

    return read


def _drag(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    begin = given.get("start_coordinate")
    start = reader.point(begin) if begin is not None else reader.place({})
    return (Drag(start, reader.point(given.get("coordinate")), modifiers=_held(given)),)


def _move(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    return (MouseMove(reader.point(given.get("coordinate"))),)


def _scroll(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    way = WAYS.get(str(given.get("scroll_direction")))
    if way is None:
        raise ReplyError("scroll_direction is up, down, left or right")
    far = number(given.get("scroll_amount", 5)) * CLICK_OF_WHEEL_PX
    where = given.get("coordinate") is not None or reader.cursor is not None
    width, height = reader.sight.picture.width_px, reader.sight.picture.height_px
    target = reader.place(given) if where else reader.sight.point(width / 2, height / 2)
    return (Scroll(way[0] * far, way[1] * far, target=target, modifiers=_held(given)),)


def _type(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    text = given.get("text")
    if not isinstance(text, str) or not text:
        raise ReplyError("type needs a text")
    return typed(text)


def _key(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    # One chord after the other: what the first of them holds is let go before the second.
    parts = str(given.get("text") or "").split() or [""]
    pressed = tuple(chord for part in parts for chord in chords(part))
    repeat = min(100, max(1, int(number(given.get("repeat") or 1))))
    if len(pressed) == 1:
        return (Press(pressed[0], repeat=repeat),)
    return tuple(Press(chord) for chord in pressed * repeat)


def _hold_key(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    (chord, *more) = chords(str(given.get("text") or "").split())
    if more:
        raise ReplyError("hold_key holds one key or chord")
    return (HoldKey(chord, _seconds(given)),)


def _wait(reader: Reader, given: Mapping[str, Any]) -> tuple[Action, ...]:
    return (Wait(_seconds(given)),)


def _seconds(given: Mapping[str, Any]) -> float:
    return min(LONGEST_WAIT_S, max(0.0, number(given.get("duration", 1))))


def number(value: Any) -> float:
    """A number of pixels, seconds or times.

    Raises:
        ReplyError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReplyError(f"{value!r} is no number")
    return float(value)


KEYBOARD: dict[str, Callable[[Reader, Mapping[str, Any]], tuple[Action, ...]]] = {
    "type": _type,
    "key": _key,
    "hold_key": _hold_key,
    "wait": _wait,
}
"""Members that all toolsets have alike."""
_READERS: dict[str, Callable[[Reader, Mapping[str, Any]], tuple[Action, ...]]] = {
    "left_click": _clicks("left"),
    "right_click": _clicks("right"),
    "middle_click": _clicks("middle"),
    "double_click": _clicks("left", 2),
    "triple_click": _clicks("left", 3),
    "left_click_drag": _drag,
    "mouse_move": _move,
    "left_mouse_down": lambda reader, given: (MouseDown(),),
    "left_mouse_up": lambda reader, given: (MouseUp(),),
    "scroll": _scroll,
    **KEYBOARD,
}
