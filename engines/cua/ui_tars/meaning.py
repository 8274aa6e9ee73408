"""What the calls of a reply come to: actions of ours, or the end of the task."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from browser.model.actions import Action
from engines.action_codec.actions import Wire, acts
from engines.action_codec.arguments.given import LONGEST_WAIT_S, End
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import modifiers
from engines.action_codec.reply_error import ReplyError
from engines.cua.ui_tars.calls import Call
from engines.cua.ui_tars.coordinates import Kind, Picture, place_in
from engines.cua.ui_tars.names import NOT_THE_MODELS, PHONE
from engines.protocol import AskUser, Finish, GiveUp, Goal

WAIT_S = 5.0
"""What a `wait` without a number means to these models."""
SCROLLED = 0.6
"""Share of the viewport that one scroll moves; the grammar has no amount."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a call is read against."""

    picture: Picture
    kind: Kind
    goal: Goal
    thought: str

    @property
    def shown(self) -> Shown:
        """What the model was shown, and what its coordinates mean."""
        return Shown(
            tabs=None,
            locate=partial(self.picture.point, kind=self.kind),
            files=tuple(self.goal.files),
            error_codes=frozenset(self.goal.error_codes),
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reply comes to: actions, or an end."""

    actions: tuple[Action, ...] = ()
    end: End | None = None


def meaning_of(calls: Sequence[Call], around: Surroundings) -> Meaning:
    """What the calls come to. An end that follows actions is left for the turn that has seen them done.

    Raises:
        ReplyError: One of them cannot be carried out; the others were planned with it.
    """
    actions: list[Action] = []
    for call in calls:
        given = _Given(call, around)
        if (end := _ENDS.get(call.name)) is not None:
            if not actions:
                return Meaning(end=end(given))
            break
        actions += _actions(given)
    return Meaning(tuple(actions))


def _actions(given: _Given) -> tuple[Action, ...]:
    name = given.call.name
    wire = WIRES.get(name)
    if wire is not None:
        readers = {**_WRITTEN, **({"content": _typed} if name == "type" else {})}
        written = {theirs: readers.get(theirs, _named(theirs))(given) for theirs in wire.names.values()}
        return acts(wire.read(name, written, given.around.shown))
    if name in ("hold", "release"):
        raise ReplyError(
            "no key is held from one action to the next; press all at once: hotkey(key='ctrl c')"
        )
    if name in PHONE:
        raise ReplyError(
            f"{name} is for phones; this is a page in a web browser, with a mouse and a keyboard"
        )
    there = ", ".join([*WIRES, *_ENDS])
    if name in NOT_THE_MODELS:
        raise ReplyError(f"{name} is no action of yours; there are {there}")
    raise ReplyError(f"there is no action {name!r}; there are {there}")


@dataclass(frozen=True, slots=True)
class _Given:
    """One call, and what it is read against."""

    call: Call
    around: Surroundings

    def text(self, *names: str) -> str:
        """The first of these arguments that is there, else the one without a name; "" where none is."""
        found = (self.call.arguments[name] for name in names if name in self.call.arguments)
        return next(found, self.call.loose[0] if self.call.loose else "")

    def place(self, name: Literal["start", "end"]) -> list[float] | None:
        """The numbers of a place, where one is named."""
        written = self.call.arguments.get(name, "") or self._numbers(name)
        return list(place_in(written, f"{name}_box")) if written.strip() else None

    def _numbers(self, name: str) -> str:
        """A place that is given without its name: by x and y, or as what stands first and second."""
        arguments, loose = self.call.arguments, self.call.loose
        if "x" in arguments and "y" in arguments and name == "start":
            return f"{arguments['x']} {arguments['y']}"
        if self.call.name in ("type", "scroll"):
            return ""  # what has no name is the text or the direction
        written = " ".join(loose)
        if self.call.name != "drag":
            return written if name == "start" else ""
        numbers = re.findall(r"-?\d+(?:\.\d+)?", written)
        return " ".join(numbers[:2] if name == "start" else numbers[2:])


_SPACED = re.compile(
    r"\b(page|arrow|caps|print|back)[ _-](?=(?:up|down|left|right|lock|screen|space)\b)", re.I
)


def _key_names(written: str) -> list[str] | None:
    """Names of keys as these models write them: with spaces between them, or as a list."""
    listed = written.strip()
    if len(listed) > 1 and listed[0] == "[" and listed[-1] == "]":
        listed = re.sub(r"[\[\]'\"]", " ", listed)
    return re.split(r"[\s,]+", _SPACED.sub(r"\1", listed.strip())) if listed.strip() else None


def _held(given: _Given) -> list[str] | None:
    """The modifier keys of a click. A `key` beside a click counts only where it is one to be held."""
    named = _key_names(given.call.arguments.get("modifiers", ""))
    beside = _key_names(given.call.arguments.get("key", ""))
    if named is None and beside is not None:
        try:
            modifiers("key", beside)
        except ReplyError:
            return None
        return beside
    return named


def _scrolled(given: _Given) -> float:
    """How far one scroll moves, CSS pixels."""
    taken = given.around.picture.taken
    sideways = given.text("direction", "content").strip().lower() in ("left", "right")
    return round(SCROLLED * (taken.width_px if sideways else taken.height_px) / taken.scale)


def _seconds(given: _Given) -> float:
    number = re.search(r"\d+(?:\.\d+)?", given.text("time", "content"))
    return min(LONGEST_WAIT_S, float(number[0])) if number else WAIT_S


def _answer(given: _Given) -> bool | None:
    word = given.text("content").split()[:1]
    if word and word[0].lower() not in ("accept", "dismiss"):
        raise ReplyError("dialog needs content='accept', content='accept TEXT' or content='dismiss'")
    return word[0].lower() == "accept" if word else None


def _typed(given: _Given) -> str | None:
    content = given.text("content")
    body = content.rstrip("\n")
    # Several line ends at the end are still one Enter.
    return (body + "\n" if body != content else body) or None


def _named(name: str) -> Callable[[_Given], Any]:
    """A text under its own name, under `content`, or without a name."""
    return lambda given: given.text(name, "content").strip() or None


_WRITTEN: dict[str, Callable[[_Given], Any]] = {
    "start_box": lambda given: given.place("start"),
    "end_box": lambda given: given.place("end"),
    "button": lambda given: given.call.arguments.get("button"),
    "modifiers": _held,
    "key": lambda given: _key_names(given.text("key", "content")),
    "distance": _scrolled,
    "time": _seconds,
    "accept": _answer,
    "answer": lambda given: given.text("content").strip().partition(" ")[2] or None,
}
"""What stands in a call under each name of `WIRES`, where it is more than a text."""

_AT = {"point": "start_box"}
_HELD = {**_AT, "modifiers": "modifiers"}
_CLICKED = {**_HELD, "button": "button"}
WIRES: dict[str, Wire] = {
    "click": Wire("click", _CLICKED),
    "double_click": Wire("click", _CLICKED, {"count": 2}),
    "triple_click": Wire("click", _CLICKED, {"count": 3}),
    "right_click": Wire("click", _HELD, {"button": "right"}),
    "middle_click": Wire("click", _HELD, {"button": "middle"}),
    "hover": Wire("mouse_move", _HELD),
    "mouse_down": Wire("mouse_down", {**_AT, "button": "button"}),
    "mouse_up": Wire("mouse_up", {**_AT, "button": "button"}),
    "drag": Wire("drag", {**_HELD, "to_point": "end_box"}),
    "type": Wire("keyboard", {**_AT, "text": "content"}),
    "hotkey": Wire("press", {"keys": "key"}),
    "scroll": Wire("scroll", {**_HELD, "direction": "direction", "amount": "distance"}, needs=("direction",)),
    "wait": Wire("wait", {"seconds": "time"}),
    "navigate": Wire("goto", {"url": "url"}),
    "navigate_back": Wire("back"),
    "choose": Wire("select", {**_AT, "options": "content"}),
    "upload": Wire("upload", {**_AT, "files": "content"}),
    "dialog": Wire("dialog", {"accept": "accept", "text": "answer"}),
    "switch_tab": Wire("switch_tab", {"tab": "content"}),
}


def _finished(given: _Given) -> Finish:
    """The older models call it without a word; what they thought is then the answer."""
    answer = given.text("content").strip() or given.around.thought
    return Finish(output=answer or None, thought=given.around.thought, evidence=(answer,) if answer else ())


def _gave_up(given: _Given) -> GiveUp:
    reason = given.text("content").strip() or given.around.thought
    codes = tuple(code for code in given.around.goal.error_codes if code in reason)
    return GiveUp(
        reason=reason or "the model gave no reason", error_codes=codes, thought=given.around.thought
    )


_CAPTCHA = re.compile(r"captcha|not a robot|verify (?:that )?you|human verification", re.I)
_LOGIN = re.compile(r"log[ -]?in|sign[ -]?in|password|credential|verification code", re.I)


def _asked(given: _Given) -> AskUser:
    text = (
        given.text("content").strip() or given.around.thought or "the model asks for help, without a word why"
    )
    kind: Literal["captcha", "login", "question"] = "question"
    if _CAPTCHA.search(text):
        kind = "captcha"
    elif _LOGIN.search(text):
        kind = "login"
    return AskUser(kind=kind, text=text, thought=given.around.thought)


_ENDS: dict[str, Callable[[_Given], End]] = {
    "finished": _finished,
    "give_up": _gave_up,
    "call_user": _asked,
}
