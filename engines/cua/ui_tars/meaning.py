"""What the calls of a reply come to: actions of ours, or the end of the task."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from browser.model.actions import (
    Action,
    AnswerDialog,
    Back,
    Click,
    Drag,
    Goto,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    Select,
    SwitchTab,
    Upload,
    Wait,
)
from browser.model.keys import chords
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.extras import typed
from engines.cua.ui_tars.calls import Call
from engines.cua.ui_tars.coordinates import Kind, Picture, place_in
from engines.cua.ui_tars.names import NOT_THE_MODELS, PHONE
from engines.protocol import AskUser, Finish, GiveUp, Goal

WAIT_S = 5.0
"""What a `wait` without a number means to these models."""
SCROLLED = 0.6
"""Share of the viewport that one scroll moves; the grammar has no amount."""

End = Finish | GiveUp | AskUser


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a call is read against."""

    picture: Picture
    kind: Kind
    goal: Goal
    thought: str


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


@dataclass(frozen=True, slots=True)
class _Given:
    """One call, its arguments read one by one."""

    call: Call
    around: Surroundings

    def text(self, *names: str) -> str:
        """The first of these arguments that is there, else the one without a name; "" where none is."""
        found = (self.call.arguments[name] for name in names if name in self.call.arguments)
        return next(found, self.call.loose[0] if self.call.loose else "")

    def needed(self, *names: str) -> str:
        """As `text`, but it must be there."""
        found = self.text(*names)
        if not found.strip(" "):
            raise ReplyError(f"{self.call.name} needs {names[0]}, as in {self.call.name}({names[0]}='xxx')")
        return found

    def place(self, name: Literal["start", "end"] = "start") -> Point | None:
        """A place, where one is named."""
        written = self.call.arguments.get(name, "") or self._numbers(name)
        if not written.strip():
            return None
        x, y = place_in(written, f"{name}_box")
        return self.around.picture.point(x, y, self.around.kind)

    def point(self, name: Literal["start", "end"] = "start") -> Point:
        """A place, which must be there."""
        found = self.place(name)
        if found is None:
            raise ReplyError(f"{self.call.name} needs {name}_box, as in {name}_box='(x,y)'")
        return found

    def _numbers(self, name: str) -> str:
        """A place that is given without its name: by x and y, or as what stands first and second."""
        arguments, loose = self.call.arguments, self.call.loose
        if "x" in arguments and "y" in arguments and name == "start":
            return f"{arguments['x']} {arguments['y']}"
        written = " ".join(loose)
        if self.call.name != "drag":
            return written if name == "start" else ""
        numbers = re.findall(r"-?\d+(?:\.\d+)?", written)
        return " ".join(numbers[:2] if name == "start" else numbers[2:])


def _actions(given: _Given) -> tuple[Action, ...]:
    name = given.call.name
    reader = _READERS.get(name)
    if reader is not None:
        try:
            return reader(given)
        except ValueError as error:  # a key that there is none of
            raise ReplyError(str(error)) from error
    if name in PHONE:
        raise ReplyError(
            f"{name} is for phones; this is a page in a web browser, with a mouse and a keyboard"
        )
    there = ", ".join([*_READERS, *_ENDS])
    if name in NOT_THE_MODELS:
        raise ReplyError(f"{name} is no action of yours; there are {there}")
    raise ReplyError(f"there is no action {name!r}; there are {there}")


def _click(given: _Given) -> tuple[Action, ...]:
    point = given.point()
    match given.call.name:
        case "double_click":
            return (Click(point, count=2),)
        case "triple_click":
            return (Click(point, count=3),)
        case "right_click":
            return (Click(point, "right"),)
        case "middle_click":
            return (Click(point, "middle"),)
        case _:
            return (Click(point),)


def _mouse(given: _Given) -> tuple[Action, ...]:
    point = given.place()
    button: Action = MouseDown() if given.call.name == "mouse_down" else MouseUp()
    return (MouseMove(point), button) if point else (button,)


def _drag(given: _Given) -> tuple[Action, ...]:
    return (Drag(given.point("start"), given.point("end")),)


def _type(given: _Given) -> tuple[Action, ...]:
    content = given.text("content")
    if not content:
        raise ReplyError("type needs content, as in type(content='xxx')")
    point = given.place() if "start" in given.call.arguments else None
    first: tuple[Action, ...] = (Click(point),) if point else ()
    body = content.rstrip("\n")
    # Several line ends at the end are still one Enter.
    return first + typed(body + "\n" if body != content else body)


_SPACED = re.compile(
    r"\b(page|arrow|caps|print|back)[ _-](?=(?:up|down|left|right|lock|screen|space)\b)", re.I
)


def _keys(given: _Given) -> tuple[Action, ...]:
    written = _SPACED.sub(r"\1", given.needed("key", "content"))
    return tuple(Press(chord) for chord in chords(re.split(r"[\s,]+", written.strip())))


def _held(given: _Given) -> tuple[Action, ...]:
    raise ReplyError("no key is held from one action to the next; press all at once: hotkey(key='ctrl c')")


def _scroll(given: _Given) -> tuple[Action, ...]:
    way = given.text("direction", "content").strip().lower()
    if way not in _WAYS:
        raise ReplyError(f"scroll needs direction='up', 'down', 'left' or 'right', not {way!r}")
    across, down = _WAYS[way]
    taken = given.around.picture.taken
    wide, high = taken.width_px / taken.scale, taken.height_px / taken.scale
    target = given.place() if "start" in given.call.arguments else None
    return (Scroll(round(across * SCROLLED * wide), round(down * SCROLLED * high), target=target),)


_WAYS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


def _wait(given: _Given) -> tuple[Action, ...]:
    number = re.search(r"\d+(?:\.\d+)?", given.text("time", "content"))
    return (Wait(min(60.0, float(number[0])) if number else WAIT_S),)


def _navigate(given: _Given) -> tuple[Action, ...]:
    url = given.needed("url", "content").strip()
    return (Goto(url if "://" in url or url.startswith("about:") else f"https://{url}"),)


def _choose(given: _Given) -> tuple[Action, ...]:
    return (Select(given.point(), (given.needed("content"),)),)


def _upload(given: _Given) -> tuple[Action, ...]:
    name = given.needed("content").strip()
    files = given.around.goal.files
    if name not in files:
        raise ReplyError(f"no file {name!r} came with the task; there are {', '.join(files) or 'none'}")
    return (Upload(given.point(), (name,)),)


def _dialog(given: _Given) -> tuple[Action, ...]:
    word, _, text = given.needed("content").strip().partition(" ")
    if word.lower() not in ("accept", "dismiss"):
        raise ReplyError("dialog needs content='accept', content='accept TEXT' or content='dismiss'")
    return (AnswerDialog(word.lower() == "accept", text),)


_READERS: dict[str, Callable[[_Given], tuple[Action, ...]]] = {
    "click": _click,
    "double_click": _click,
    "triple_click": _click,
    "right_click": _click,
    "middle_click": _click,
    "hover": lambda given: (MouseMove(given.point()),),
    "mouse_down": _mouse,
    "mouse_up": _mouse,
    "drag": _drag,
    "type": _type,
    "hotkey": _keys,
    "hold": _held,
    "release": _held,
    "scroll": _scroll,
    "wait": _wait,
    "navigate": _navigate,
    "navigate_back": lambda given: (Back(),),
    "choose": _choose,
    "upload": _upload,
    "dialog": _dialog,
    "switch_tab": lambda given: (SwitchTab(given.needed("content").strip()),),
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
