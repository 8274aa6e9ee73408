"""What is done to the page: click, type, choose, press, scroll, drag, upload."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal, cast

from browser.model.actions import (
    Click,
    Drag,
    HoldKey,
    Hover,
    MouseDown,
    MouseMove,
    MouseUp,
    Point,
    Press,
    Scroll,
    Select,
    SetChecked,
    TypeText,
    Upload,
)
from engines.action_codec.arguments import shown
from engines.action_codec.arguments import values as read
from engines.action_codec.arguments.given import LONGEST_WAIT_S, Given, Item
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import REF, Argument, Meaning, Verb, X, Y, also

_USUAL_SCROLL_PX = 600.0
_MOST_PRESSES = 100
_HOW: Mapping[str, Mapping[str, Any]] = {
    "double": {"count": 2},
    "right": {"button": "right"},
    "shift": {"modifiers": ["Shift"]},
    "control": {"modifiers": ["Control"]},
}
"""What a tool's one word for a click means."""


def _click(given: Given) -> Item:
    how = given.optional("how", read.one_of(_HOW), "")
    given = replace(given, arguments={**given.arguments, **_HOW.get(how, {})})
    count = given.optional("count", read.whole(1, 3), 1)
    return Click(given.target(), given.optional("button", read.button, "left"), count, given.held())


def _type(given: Given) -> Item:
    return TypeText(
        text=given.needed("text", read.text),
        target=given.target_or_none(),
        clear=given.optional("clear", read.flag, True),
        submit=given.optional("submit", read.flag, False),
    )


def _keyboard(given: Given) -> tuple[Item, ...]:
    """Text typed where the keyboard is, or where is clicked first; a new line at its end is the Enter key."""
    text = given.needed("text", read.text)
    if not text:
        raise ReplyError(f'{given.call} needs a "{given.names.get("text", "text")}" that is not empty')
    place = given.target_or_none()
    clicked = (Click(place),) if place is not None else ()
    body = text.removesuffix("\n")
    if not body:
        return (*clicked, Press("Enter"))
    return (*clicked, TypeText(body, clear=False, submit=body != text))


def _press(given: Given) -> tuple[Item, ...]:
    chords = given.needed("keys", read.chords)
    repeat = given.optional("repeat", read.whole(1, _MOST_PRESSES), 1)
    target = given.target_or_none()
    if len(chords) == 1:
        return (Press(chords[0], target, repeat),)
    first, *more = chords * repeat
    return (Press(first, target), *map(Press, more))


def _scroll(given: Given) -> Item:
    target, held = given.target_or_none(), given.held()
    direction = given.optional("direction", read.one_of([*read.DIRECTIONS, "top", "bottom"]), "")
    to = given.optional("to", read.one_of(["top", "bottom", "target"]), "")
    if direction in ("top", "bottom"):
        direction, to = "", direction
    if not (to or direction or {"amount", "dx", "dy"} & given.arguments.keys()):
        if target is None:
            raise ReplyError(f'{given.call} needs "direction", "to" or "ref"')
        to = "target"
    if to == "target" and target is None:
        raise ReplyError(f'{given.call} to "target" needs "ref"')
    if to:
        return Scroll(target=target, to=cast(Literal["top", "bottom", "target"], to), modifiers=held)
    if "dx" in given or "dy" in given:
        scale = given.shown.picture.scale if given.shown.picture else 1.0
        across, down = (given.optional(name, read.number, 0.0) / scale for name in ("dx", "dy"))
    else:
        amount = given.optional("amount", read.number, _USUAL_SCROLL_PX)
        across, down = (sign * amount for sign in read.DIRECTIONS[direction or "down"])
    # `-0.0` would be another action to the eyes of the loop.
    return Scroll(across + 0.0, down + 0.0, target=target, modifiers=held)


def _drag(given: Given) -> Item:
    start, end = given.target(), given.target("to_ref", "to_point")
    return Drag(start, end, given.optional("path", given.points, ()), given.held())


def _hover(given: Given) -> Item:
    target = given.target()
    return MouseMove(target) if isinstance(target, Point) else Hover(target)


def _mouse(button: type[MouseDown] | type[MouseUp], given: Given) -> tuple[Item, ...]:
    action = button(given.optional("button", read.button, "left"))
    return (MouseMove(given.needed("point", given.point)), action) if "point" in given else (action,)


VERBS: tuple[Verb, ...] = (
    Verb(
        "click",
        _click,
        '{"action":"click","ref":"f0e1"} also "count":2, "button":"right", "modifiers":["Shift"]',
        (
            REF, X, Y,
            Argument("how", choices=tuple(_HOW), in_json=False),
            Argument("count", "integer", also=("clicks", "clickcount", "numclicks"), offered=None),
            Argument("button", also=("mousebutton",), offered=None),
            Argument("modifiers", "texts", also=("modifier", "keys"), offered=None),
        ),
        "ref",
        also("clickelement", "clickelementbyindex", "leftclick", "tap", "clickon", "clickbutton",
              "clicklink", "mouseclick", "singleclick")
        | also("doubleclick", "dblclick", count=2)
        | also("tripleclick", count=3)
        | also("rightclick", "contextclick", button="right")
        | also("middleclick", button="middle"),
        needs=("ref",),
    ),
    Verb(
        "type",
        _type,
        '{"action":"type","ref":"f0e2","text":"..."} replaces what is there; "clear":false appends;'
        ' "submit":true presses Enter after',
        (
            Argument("text",
                     also=("value", "content", "input", "string", "inputtext")),
            REF, X, Y,
            Argument("clear", "flag", also=("clearfirst", "replace", "cleartext", "overwrite")),
            Argument("submit", "flag", also=("pressenter", "enter", "pressenterafter", "submitafter")),
        ),
        "text",
        also("typetext", "input", "inputtext", "fill", "fillin", "entertext", "typein", "write", "settext",
              "typeinto", "settextvalue", "fillfield", "setvalue"),
        does="Replaces what is there unless clear is false; submit presses Enter. No ref: at the focus.",
        needs=("text",),
    ),
    Verb(
        "select",
        lambda given: Select(given.target(), given.needed("options", read.some)),
        '{"action":"select","ref":"f0e3","options":["Blue"]} by visible text, any kind of list',
        (
            REF, X, Y,
            Argument("options", "texts",
                     also=("option", "value", "values", "label", "labels", "choice", "choices", "text")),
        ),
        "",
        also("selectoption", "selectoptions", "selectdropdownoption", "choose", "chooseoption",
              "selectbytext", "selectdropdown", "pick"),
        needs=("ref", "options"),
    ),
    Verb(
        "check",
        lambda given: SetChecked(given.target(), given.optional("checked", read.flag, True)),
        '{"action":"check","ref":"f0e4","checked":true} checkbox, radio, switch',
        (REF, X, Y, Argument("checked", "flag", also=("state", "value", "on"))),
        "ref",
        also("setchecked", "tick", "checkbox", "checkbox", "setcheckbox") | also("uncheck", "untick",
                                                                                  checked=False),
        needs=("ref", "checked"),
    ),
    Verb(
        "hover",
        _hover,
        '{"action":"hover","ref":"f0e5"}',
        (REF, X, Y),
        "ref",
        also("mouseover", "hoverover"),
        needs=("ref",),
    ),
    Verb(
        "press",
        _press,
        '{"action":"press","keys":"Control+A"} also "ref" to focus first, "repeat":3',
        (
            Argument("keys",
                     also=("key", "combo", "hotkey", "shortcut", "keycombination", "text", "keyname")),
            REF, X, Y,
            Argument("repeat", "integer", also=("times", "presses", "count")),
        ),
        "keys",
        also("presskey", "presskeys", "key", "keys", "keypress", "sendkeys", "hotkey", "keyboard"),
        does="Such as Control+A; ref is focused first.",
        needs=("keys",),
    ),
    Verb(
        "scroll",
        _scroll,
        '{"action":"scroll","direction":"down","amount":600} pixels; "to":"top"|"bottom"; "ref": inside it',
        (
            Argument("direction", choices=("down", "up", "left", "right", "top", "bottom")),
            Argument("amount", "number", offered=None,
                     also=("pixels", "distance", "px", "dy", "deltay", "by")),
            Argument("to", also=("position",), offered=None),
            REF, X, Y,
        ),
        "direction",
        also("scrollpage", "scrollby", "scrolltext")
        | also("scrolldown", direction="down")
        | also("scrollup", direction="up")
        | also("scrollleft", direction="left")
        | also("scrollright", direction="right")
        | also("scrolltotop", to="top")
        | also("scrolltobottom", to="bottom")
        | also("scrollto", "scrollintoview", "scrolltoelement", to="target"),
        does="The page, or inside ref; without direction, ref into view.",
    ),
    Verb(
        "drag",
        _drag,
        '{"action":"drag","ref":"f0e6","to_ref":"f0e7"}',
        (
            Argument("ref", "ref", also=(*REF.also, "from", "fromref", "start", "source", "startref",
                                         "sourceref")),
            Argument("to_ref", "ref", also=("to", "end", "endref", "destination", "targetref", "dropref",
                                            "droptarget", "toelement")),
            X, Y,
            Argument("to_x", "number", also=("endx", "tox"), offered=None),
            Argument("to_y", "number", also=("endy", "toy"), offered=None),
        ),
        "",
        also("draganddrop", "dragdrop", "dragto", "leftclickdrag"),
        needs=("ref", "to_ref"),
    ),
    Verb(
        "upload",
        lambda given: Upload(given.target(), given.needed("files", given.seen(shown.files))),
        '{"action":"upload","ref":"f0e8","files":["cv.pdf"]}',
        (REF, X, Y, Argument("files", "texts", also=("file", "path", "paths", "filepath",
                                                                       "filename"))),
        "",
        also("uploadfile", "uploadfiles", "attach", "setinputfiles"),
        needs=("ref", "files"),
        offered="files",
    ),
)  # fmt: skip

BY_POINTER_AND_KEYS: Mapping[str, Meaning] = {
    "keyboard": _keyboard,
    "hold_key": lambda given: HoldKey(
        given.needed("keys", read.chord), given.optional("seconds", read.between(0, LONGEST_WAIT_S), 1.0)
    ),
    "mouse_move": lambda given: MouseMove(given.needed("point", given.point), given.held()),
    "mouse_down": partial(_mouse, MouseDown),
    "mouse_up": partial(_mouse, MouseUp),
}
"""What only engines ask for that look at pixels; a chat model is not offered it."""
