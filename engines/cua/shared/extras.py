"""What a pixel model cannot do by pointing alone, and how a task ends, as functions it may call.

A headless page has no address bar and no tabs, draws no list of a `<select>` and no dialog: each is a
function here. Adapters offer them in their provider's form, and give calls to `understood`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from browser.model.actions import Action
from browser.model.observation import LookRequest
from engines.action_codec.arguments.given import End
from engines.action_codec.arguments.shown import Shown
from engines.action_codec.arguments.values import brief
from engines.action_codec.json_in_text.normalise import Call
from engines.action_codec.json_in_text.repair_json import cleaned, strict
from engines.action_codec.read import items_of
from engines.action_codec.reply_error import ReplyError
from engines.cua.shared.sight import Sight
from engines.protocol import Goal


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

_NAMES = frozenset({extra.name for extra in (*_ALWAYS, _UPLOAD)} | {"finish"})


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


def understood(name: str, arguments: object, shown: Shown, goal: Goal) -> Action | End:
    """What a call of one of these functions comes to.

    Args:
        arguments: A JSON object, or the text of one.

    Raises:
        ReplyError: It cannot be used; the message says why to the model.
    """
    if name not in _NAMES:
        raise ReplyError(f"there is no function {brief(name)}")
    given = strict(arguments or "{}") if isinstance(arguments, str) else cleaned(arguments)
    if not isinstance(given, Mapping):
        raise ReplyError(f"the arguments of {name} must be one JSON object, not {brief(arguments)}")
    if name == "finish" and goal.output and "output" not in given:
        raise ReplyError('finish needs "output"')
    (found,), _ = items_of(Call(name, given), shown, {"point": "x and y"})
    assert not isinstance(found, LookRequest)  # none of the functions looks
    return found


def shown_in(sight: Sight, goal: Goal) -> Shown:
    """What a pixel model was shown: the picture, and what the task has."""
    codes = frozenset(goal.error_codes)
    return Shown(tabs=None, picture=sight.picture, files=tuple(goal.files), error_codes=codes)
