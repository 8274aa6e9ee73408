"""What a pixel model cannot do by pointing alone, and how a task ends, as functions it may call.

A headless page has no address bar and no tabs, draws no list of a `<select>` and no dialog: each is a
function here. Adapters offer them in their provider's form, and give calls to `understood`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from browser.model.actions import Action, AnswerDialog, Back, Goto, Press, Select, SwitchTab, TypeText, Upload
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.sight import Sight
from engines.protocol import AskUser, Finish, GiveUp, Goal

Meaning = Action | Finish | GiveUp | AskUser
"""What a call comes to: something to do, or the end of the task."""


@dataclass(frozen=True, slots=True)
class Extra:
    """One function, as it is offered."""

    name: str
    description: str
    properties: Mapping[str, Any]
    required: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {"type": "object", "properties": dict(self.properties), "required": list(self.required)}


_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_TEXTS = {"type": "array", "items": _TEXT}
_PLACE = {"x": _NUMBER, "y": _NUMBER}
_ALWAYS = (
    Extra("goto", "Open an http(s) address in this tab.", {"url": _TEXT}, ("url",)),
    Extra("back", "Go back in this tab's history.", {}),
    Extra("switch_tab", "Bring another tab to the front, by its id.", {"tab": _TEXT}, ("tab",)),
    Extra(
        "choose",
        "Choose options, by the text they show, in the drop-down list or list box at this place. "
        "Drop-down lists are not drawn when they are open: use this instead of clicking them.",
        {**_PLACE, "options": _TEXTS},
        ("x", "y", "options"),
    ),
    Extra(
        "answer_dialog",
        "Accept or dismiss the JavaScript dialog that is open; text is for a prompt.",
        {"accept": {"type": "boolean"}, "text": _TEXT},
        ("accept",),
    ),
    Extra(
        "give_up",
        "The task cannot be done. impossible: the page itself shows that it cannot be done as asked.",
        {"reason": _TEXT, "impossible": {"type": "boolean"}, "error_codes": _TEXTS},
        ("reason",),
    ),
    Extra(
        "ask_user",
        "Hand over to the user: a captcha, a login you have no data for, a decision only they can take.",
        {"kind": {"enum": ["captcha", "login", "confirm", "question"]}, "text": _TEXT},
        ("kind", "text"),
    ),
)
_UPLOAD = Extra(
    "upload",
    "Hand files of the task to the file field or drop zone at this place, by their names.",
    {**_PLACE, "files": _TEXTS},
    ("x", "y", "files"),
)


def extras(goal: Goal) -> tuple[Extra, ...]:
    """The functions that a task may need, the one that ends it last."""
    upload = (_UPLOAD,) if goal.files else ()
    wanted = goal.output.schema
    # A reference in the schema would point into the function's own; then the words alone say the form.
    output = dict(wanted) if wanted is not None and "$ref" not in str(wanted) else {}
    finish = Extra(
        "finish",
        "The page shows that the task is done. output: only values that were read on a page, as they stand "
        "there, null for one that is not there. evidence: what on the page shows that the task is done.",
        {"output": output, "evidence": _TEXTS},
        ("output", "evidence") if goal.output else ("evidence",),
    )
    return (*_ALWAYS, *upload, finish)


def understood(name: str, arguments: str | Mapping[str, Any], sight: Sight, goal: Goal) -> Meaning:
    """What a call of one of these functions comes to.

    Args:
        arguments: A JSON object, or the text of one.

    Raises:
        ReplyError: It cannot be used; the message says why to the model.
    """
    meaning = _MEANINGS.get(name)
    if meaning is None:
        raise ReplyError(f"there is no function {name!r}")
    given = _Given(name, _object(name, arguments), sight, goal)
    return meaning(given)


def typed(text: str) -> tuple[Action, ...]:
    """Text typed where the keyboard is; a new line at its end is the Enter key."""
    body = text.removesuffix("\n")
    if not body:
        return (Press("Enter"),)
    return (TypeText(body, clear=False, submit=body != text),)


def _object(name: str, arguments: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError as error:
            raise ReplyError(f"the arguments of {name} are not JSON: {error}") from error
    if not isinstance(arguments, Mapping):
        raise ReplyError(f"the arguments of {name} must be one JSON object")
    return arguments


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments of one call, read one by one."""

    name: str
    arguments: Mapping[str, Any]
    sight: Sight
    goal: Goal

    def text(self, key: str, default: str | None = None) -> str:
        value = self.arguments.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise ReplyError(f"{self.name} needs {key}, a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.arguments.get(key)
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
            raise ReplyError(f"{self.name} needs {key}, a list of texts")
        return tuple(listed)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.arguments.get(key, default)
        if not isinstance(value, bool):
            raise ReplyError(f"{self.name} needs {key}, true or false")
        return value

    def point(self) -> Any:
        x, y = self.arguments.get("x"), self.arguments.get("y")
        numbers = [each for each in (x, y) if isinstance(each, int | float) and not isinstance(each, bool)]
        if len(numbers) != 2:
            raise ReplyError(f"{self.name} needs x and y, pixels of the newest screenshot")
        try:
            return self.sight.point(*numbers)
        except ValueError as error:
            raise ReplyError(str(error)) from error


def _goto(given: _Given) -> Meaning:
    url = given.text("url").strip()
    return Goto(url if "://" in url or url.startswith("about:") else f"https://{url}")


def _choose(given: _Given) -> Meaning:
    return Select(given.point(), _some(given, "options"))


def _upload(given: _Given) -> Meaning:
    unknown = [name for name in _some(given, "files") if name not in given.goal.files]
    if unknown:
        raise ReplyError(
            f"no file {unknown[0]!r} came with the task; there are {', '.join(given.goal.files)}"
        )
    return Upload(given.point(), given.texts("files"))


def _some(given: _Given, key: str) -> tuple[str, ...]:
    found = given.texts(key)
    if not found:
        raise ReplyError(f"{given.name} needs at least one of {key}")
    return found


def _answer_dialog(given: _Given) -> Meaning:
    return AnswerDialog(given.flag("accept"), given.text("text", ""))


def _finish(given: _Given) -> Meaning:
    goal = given.goal
    if goal.output and "output" not in given.arguments:
        raise ReplyError("finish needs output")
    evidence = given.texts("evidence") if given.arguments.get("evidence") else ()
    return Finish(output=given.arguments.get("output"), evidence=evidence)


def _give_up(given: _Given) -> Meaning:
    codes = given.texts("error_codes") if given.arguments.get("error_codes") else ()
    known = tuple(code for code in codes if code in given.goal.error_codes)
    return GiveUp(reason=given.text("reason"), impossible=given.flag("impossible", False), error_codes=known)


def _ask_user(given: _Given) -> Meaning:
    kind = given.text("kind", "question")
    kinds = ("captcha", "login", "confirm", "question")
    kind = kind if kind in kinds else "question"
    return AskUser(
        kind=cast("Literal['captcha', 'login', 'confirm', 'question']", kind), text=given.text("text")
    )


_MEANINGS: dict[str, Callable[[_Given], Meaning]] = {
    "goto": _goto,
    "back": lambda _: Back(),
    "switch_tab": lambda given: SwitchTab(given.text("tab")),
    "choose": _choose,
    "upload": _upload,
    "answer_dialog": _answer_dialog,
    "finish": _finish,
    "give_up": _give_up,
    "ask_user": _ask_user,
}
