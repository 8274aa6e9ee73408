"""The model's tool calls, turned into actions, for the toolset and for the single tool of older models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from browser.model.actions import Action, Click, Drag, MouseMove, Point, Press, Scroll
from engines.action_codec.actions import Wire, acts
from engines.action_codec.arguments.given import LONGEST_WAIT_S, End
from engines.action_codec.arguments.shown import Shown, point
from engines.action_codec.arguments.values import brief, filled, number, whole
from engines.action_codec.json_in_text.repair_json import cleaned
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.extras import shown_in, understood
from engines.cua.shared.sight import Sight
from engines.protocol import AskUser, Finish, GiveUp, Goal

CLICK_OF_WHEEL_PX = 100
"""How far one click of a wheel scrolls; models ask for clicks."""
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
    end: End | None = None
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
        """All tool calls of an answer. Calls after one that cannot be read are not carried out."""
        found: list[Call] = []
        for block in blocks:
            if block.get("type") != "tool_use":
                continue
            spoilt = any(call.mistake for call in found)
            found.append(_named(block) if spoilt else self._read(_named(block)))
        return tuple(found)

    @property
    def shown(self) -> Shown:
        """What the model was shown."""
        return shown_in(self.sight, self.goal)

    def _read(self, call: Call) -> Call:
        named = call.block.get("toolset_name")
        if named and named != self.toolset:
            return replace(call, mistake=f"there is no toolset {brief(named)} here")
        try:
            if call.member == "cursor_position" and call.by_computer:
                return replace(call, note=self._whereabouts())
            if call.by_computer:
                return replace(call, actions=self._computer(call.member, call.arguments))
            meaning = understood(call.member, call.arguments, self.shown, self.goal)
        except ReplyError as error:
            return replace(call, mistake=str(error))
        if isinstance(meaning, Finish | GiveUp | AskUser):
            return replace(call, end=meaning)
        return replace(call, actions=(meaning,))

    def _computer(self, member: str, given: Mapping[str, Any]) -> tuple[Action, ...]:
        if member == "zoom":
            zoomed(self.sight, given.get("region"))  # raises where there is no such part
        if member in SHOWS:
            return ()
        wire = WIRES.get(member)
        if wire is None:
            raise ReplyError(f"there is no action {brief(member)}")
        written = {**given, "text": given.get("text") or given.get("key")}
        place = wire.names.get("point", "")
        if place and given.get(place) is None:
            # Where nothing else is said, the pointer stays where it is.
            middle = Point(self.sight.picture.width_px / 2, self.sight.picture.height_px / 2)
            written[place] = self.cursor or ([middle.x, middle.y] if member == "scroll" else None)
        if member == "scroll":
            written["scroll_amount"] = wheel_clicks(given, 5) * CLICK_OF_WHEEL_PX
        return self.moved(
            keyboard(member, written, self.shown) or acts(wire.read(member, written, self.shown))
        )

    def moved(self, actions: tuple[Action, ...]) -> tuple[Action, ...]:
        """The actions; the pointer is known to be where the last of them leaves it."""
        for action in actions:
            match action:
                case Click(target=Point() as at) | MouseMove(point=at) | Drag(end=Point() as at):
                    self.cursor = at
                case Scroll(target=Point() as at):
                    self.cursor = at
        return actions

    def _whereabouts(self) -> str:
        """Where the pointer is, in pixels of the picture."""
        at, scale = self.cursor or Point(0, 0), self.sight.picture.scale
        return f"X={at.x * scale:.0f},Y={at.y * scale:.0f}"


def _named(block: Mapping[str, Any]) -> Call:
    arguments = cleaned(block.get("input"))
    arguments = arguments if isinstance(arguments, Mapping) else {}
    if block.get("toolset_name"):
        return Call(block, str(block.get("name")), arguments, True)
    if block.get("name") == "computer":
        return Call(block, str(arguments.get("action")), arguments, True)
    return Call(block, str(block.get("name")), arguments, False)


def zoomed(sight: Sight, region: Any) -> tuple[float, float, float, float]:
    """The part of the picture that a zoom asks for: left, top, right, bottom.

    Raises:
        ReplyError: There is no such part.
    """
    if not isinstance(region, list | tuple) or len(region) != 4:
        raise ReplyError("a region is [x0, y0, x1, y1], in pixels of the newest screenshot")
    left, top, right, bottom = (number('"region"', each) for each in region)
    for corner in ((left, top), (right, bottom)):
        point('"region"', corner, Shown(picture=sight.picture))
    if right - left < 1 or bottom - top < 1:
        raise ReplyError("the region is empty: x0 must be left of x1, and y0 above y1")
    return left, top, right, bottom


def wheel_clicks(given: Mapping[str, Any], usual: float) -> float:
    """How far the wheel is to turn, in its clicks."""
    asked = given.get("scroll_amount")
    return number('"scroll_amount"', usual if asked is None else asked)


def keyboard(member: str, given: Mapping[str, Any], shown: Shown) -> tuple[Action, ...]:
    """What the members come to that all toolsets have alike; nothing of any other."""
    match member:
        case "key":
            return _keys(given, shown)
        case "hold_key" | "wait":
            text, asked = given.get("text"), given.get("duration")
            seconds = min(LONGEST_WAIT_S, max(0.0, number('"duration"', 1 if asked is None else asked)))
            held = text.split() if isinstance(text, str) else text
            return acts(WIRES[member].read(member, {"text": held, "duration": seconds}, shown))
        case "type":
            return acts(WIRES[member].read(member, given, shown))
        case _:
            return ()


def _keys(given: Mapping[str, Any], shown: Shown) -> tuple[Action, ...]:
    # One chord after the other: what the first of them holds is let go before the second.
    parts = filled('"text"', given.get("text")).split()
    pressed = acts(tuple(item for part in parts for item in WIRES["key"].read("key", {"text": part}, shown)))
    asked = given.get("repeat")
    repeat = whole(1, 100)('"repeat"', 1 if asked is None else asked)
    match pressed:
        case [Press() as only]:
            return (replace(only, repeat=repeat),)
        case _:
            return pressed * repeat


_AT = {"point": "coordinate", "modifiers": "text"}
WIRES: Mapping[str, Wire] = {
    "left_click": Wire("click", _AT),
    "right_click": Wire("click", _AT, {"button": "right"}),
    "middle_click": Wire("click", _AT, {"button": "middle"}),
    "double_click": Wire("click", _AT, {"count": 2}),
    "triple_click": Wire("click", _AT, {"count": 3}),
    "left_click_drag": Wire(
        "drag", {"point": "start_coordinate", "to_point": "coordinate", "modifiers": "text"}
    ),
    "mouse_move": Wire("mouse_move", {"point": "coordinate"}),
    "left_mouse_down": Wire("mouse_down"),
    "left_mouse_up": Wire("mouse_up"),
    "scroll": Wire(
        "scroll", {**_AT, "direction": "scroll_direction", "amount": "scroll_amount"}, needs=("direction",)
    ),
    "type": Wire("keyboard", {"text": "text"}),
    "key": Wire("press", {"keys": "text"}),
    "hold_key": Wire("hold_key", {"keys": "text", "seconds": "duration"}),
    "wait": Wire("wait", {"seconds": "duration"}),
}
