"""The verbs that a chat model may use, their arguments, and the other names under which they turn up.

Prompts describe this table, schemas are made of it, and replies are read with it. What a verb comes to
stands in `actions`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz.distance import OSA

Kind = Literal["ref", "text", "texts", "number", "integer", "flag", "json", "region"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb; `actions` says whether it must be there, and what it may be."""

    name: str
    kind: Kind = "text"
    also: tuple[str, ...] = ()
    """Other names, folded (lower case, letters only)."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a model can do."""

    name: str
    shown: str
    """How the prompt shows it, an example and half a sentence."""
    arguments: tuple[Argument, ...] = ()
    main: str = ""
    """The argument meant by a lone value, as in `{"click": "f0e1"}`."""
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Other names, folded -> the arguments they imply."""

    def argument(self, key: str) -> Argument | None:
        """The argument that a key means: by its name, another name, or its name misspelt by one letter."""
        folded = fold(key)
        for argument in self.arguments:
            if folded == fold(argument.name):
                return argument
        for argument in self.arguments:
            if folded in argument.also:
                return argument
        near = [each for each in self.arguments if _misspelt(folded, fold(each.name))]
        return near[0] if len(near) == 1 else None


def fold(name: str) -> str:
    """A name without case, separators and digits: `Click_Element` and `clickElement` are one."""
    return re.sub(r"[^a-z]", "", name.lower())


def _misspelt(said: str, meant: str) -> bool:
    return min(len(said), len(meant)) >= 4 and OSA.distance(said, meant) == 1


def _also(*names: str, **implied: Any) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(names, implied)


_REF = Argument(
    "ref",
    "ref",
    also=(
        "element", "elementid", "elementref", "elementindex", "id", "index", "target", "targetref", "uid",
        "node", "nodeid", "elem", "refid", "bid", "selector",
    ),
)  # fmt: skip
_X = Argument("x", "number", also=("coordinatex",))
_Y = Argument("y", "number", also=("coordinatey",))
_OUTPUT = Argument(
    "output", "json", also=("result", "data", "answer", "extracteddata", "extractedinformation", "value")
)

VERBS: tuple[Verb, ...] = (
    Verb(
        "click",
        '{"action":"click","ref":"f0e1"} also "count":2, "button":"right", "modifiers":["Shift"]',
        (
            _REF, _X, _Y,
            Argument("count", "integer", also=("clicks", "clickcount", "numclicks")),
            Argument("button",
                     also=("mousebutton",)),
            Argument("modifiers", "texts", also=("modifier", "keys")),
        ),
        "ref",
        _also("clickelement", "clickelementbyindex", "leftclick", "tap", "clickon", "clickbutton",
              "clicklink", "mouseclick", "singleclick")
        | _also("doubleclick", "dblclick", count=2)
        | _also("tripleclick", count=3)
        | _also("rightclick", "contextclick", button="right")
        | _also("middleclick", button="middle"),
    ),
    Verb(
        "type",
        '{"action":"type","ref":"f0e2","text":"..."} replaces what is there; "clear":false appends;'
        ' "submit":true presses Enter after',
        (
            Argument("text",
                     also=("value", "content", "input", "string", "inputtext")),
            _REF, _X, _Y,
            Argument("clear", "flag", also=("clearfirst", "replace", "cleartext", "overwrite")),
            Argument("submit", "flag", also=("pressenter", "enter", "pressenterafter", "submitafter")),
        ),
        "text",
        _also("typetext", "input", "inputtext", "fill", "fillin", "entertext", "typein", "write", "settext",
              "typeinto", "settextvalue", "fillfield", "setvalue"),
    ),
    Verb(
        "select",
        '{"action":"select","ref":"f0e3","options":["Blue"]} by visible text, any kind of list',
        (
            _REF, _X, _Y,
            Argument("options", "texts",
                     also=("option", "value", "values", "label", "labels", "choice", "choices", "text")),
        ),
        "",
        _also("selectoption", "selectoptions", "selectdropdownoption", "choose", "chooseoption",
              "selectbytext", "selectdropdown", "pick"),
    ),
    Verb(
        "check",
        '{"action":"check","ref":"f0e4","checked":true} checkbox, radio, switch',
        (_REF, _X, _Y, Argument("checked", "flag", also=("state", "value", "on"))),
        "ref",
        _also("setchecked", "tick", "checkbox", "checkbox", "setcheckbox") | _also("uncheck", "untick",
                                                                                  checked=False),
    ),
    Verb("hover", '{"action":"hover","ref":"f0e5"}', (_REF, _X, _Y), "ref", _also("mouseover", "hoverover")),
    Verb(
        "press",
        '{"action":"press","keys":"Control+A"} also "ref" to focus first, "repeat":3',
        (
            Argument("keys",
                     also=("key", "combo", "hotkey", "shortcut", "keycombination", "text", "keyname")),
            _REF, _X, _Y,
            Argument("repeat", "integer", also=("times", "presses", "count")),
        ),
        "keys",
        _also("presskey", "presskeys", "key", "keys", "keypress", "sendkeys", "hotkey", "keyboard"),
    ),
    Verb(
        "scroll",
        '{"action":"scroll","direction":"down","amount":600} pixels; "to":"top"|"bottom"; "ref": inside it',
        (
            Argument("direction"),
            Argument("amount", "number", also=("pixels", "distance", "px", "dy", "deltay", "by")),
            Argument("to", also=("position",)),
            _REF, _X, _Y,
        ),
        "direction",
        _also("scrollpage", "scrollby", "scrolltext")
        | _also("scrolldown", direction="down")
        | _also("scrollup", direction="up")
        | _also("scrollleft", direction="left")
        | _also("scrollright", direction="right")
        | _also("scrolltotop", to="top")
        | _also("scrolltobottom", to="bottom")
        | _also("scrollto", "scrollintoview", "scrolltoelement", to="target"),
    ),
    Verb(
        "drag",
        '{"action":"drag","ref":"f0e6","to_ref":"f0e7"}',
        (
            Argument("ref", "ref", also=(*_REF.also, "from", "fromref", "start", "source", "startref",
                                         "sourceref")),
            Argument("to_ref", "ref", also=("to", "end", "endref", "destination", "targetref", "dropref",
                                            "droptarget", "toelement")),
            _X, _Y,
            Argument("to_x", "number", also=("endx", "tox")),
            Argument("to_y", "number", also=("endy", "toy")),
        ),
        "",
        _also("draganddrop", "dragdrop", "dragto", "leftclickdrag"),
    ),
    Verb(
        "upload",
        '{"action":"upload","ref":"f0e8","files":["cv.pdf"]}',
        (_REF, _X, _Y, Argument("files", "texts", also=("file", "path", "paths", "filepath",
                                                                       "filename"))),
        "",
        _also("uploadfile", "uploadfiles", "attach", "setinputfiles"),
    ),
    Verb(
        "goto",
        '{"action":"goto","url":"https://..."}; also "back", "forward", "reload" (no arguments)',
        (Argument("url", also=("link", "address", "href", "uri", "page")),),
        "url",
        _also("navigate", "navigateto", "gotourl", "openurl", "visit", "open", "gotopage", "browse"),
    ),
    Verb("back", "", (), "", _also("goback", "navigateback", "browserback")),
    Verb("forward", "", (), "", _also("goforward", "navigateforward")),
    Verb("reload", "", (), "", _also("refresh", "reloadpage", "refreshpage")),
    Verb(
        "wait",
        '{"action":"wait","seconds":2} only if something is loading',
        (Argument("seconds", "number", also=("time", "duration", "second", "secs", "sec", "s")),),
        "seconds",
        _also("sleep", "pause", "waitseconds"),
    ),
    Verb(
        "open_tab",
        '{"action":"open_tab","url":"..."}, {"action":"switch_tab","tab":"t2"}, {"action":"close_tab"}',
        (Argument("url", also=("link", "address", "href")),),
        "url",
        _also("newtab", "opennewtab", "createtab"),
    ),
    Verb(
        "switch_tab",
        "",
        (Argument("tab", also=("tabid", "id", "index", "target")),),
        "tab",
        _also("switchtotab", "selecttab", "activatetab", "changetab"),
    ),
    Verb("close_tab", "", (Argument("tab", also=("tabid", "id", "index")),), "tab"),
    Verb(
        "dialog",
        '{"action":"dialog","accept":true,"text":"..."} answers an open dialog',
        (
            Argument("accept", "flag", also=("ok", "confirm", "yes", "accepted")),
            Argument("text", also=("value", "input", "answer")),
        ),
        "accept",
        _also("answerdialog", "handledialog", "dialoganswer")
        | _also("acceptdialog", "acceptalert", accept=True)
        | _also("dismissdialog", "dismissalert", "canceldialog", accept=False),
    ),
    Verb(
        "enter_code",
        '{"action":"enter_code","ref":"f0e9"} types the one-time code you cannot see',
        (_REF, _X, _Y),
        "ref",
        _also("entercode", "entertotp", "typecode", "enterotp"),
    ),
    Verb(
        "look",
        '{"action":"look","query":"words"} or "ref":"f0e1" or "region":[x,y,width,height]: more of the page',
        (
            Argument("query", also=("text", "words", "search")),
            _REF,
            Argument("region", "region", also=("area", "box", "rect")),
        ),
        "query",
        _also("lookat", "zoom", "find", "inspect", "searchpage", "findtext", "lookfor"),
    ),
    Verb(
        "collect",
        '{"action":"collect","ref":"f0e1"} every row of the long list there, over all pages; "max_rows":50',
        (
            _REF,
            Argument("max_rows", "integer", also=("rows", "count", "limit", "maxitems", "max", "number")),
        ),
        "ref",
        _also("collectrows", "collectlist", "collectall", "readlist", "readall", "extractall", "getall",
              "loadall", "listall", "paginate"),
    ),
    Verb(
        "ask_user",
        '{"action":"ask_user","kind":"captcha"|"login"|"confirm"|"question","text":"..."}',
        (
            Argument("kind", also=("type",)),
            Argument("text", also=("question", "message", "prompt", "reason")),
        ),
        "text",
        _also("askhuman", "requesthelp", "handover", "askquestion", "calluser")
        | _also("solvecaptcha", kind="captcha", text="please solve the captcha"),
    ),
    Verb(
        "finish",
        '{"action":"finish","output":...,"evidence":["what the page shows"],"sources":{"/title":"f0e1"}}',
        (
            _OUTPUT,
            Argument("evidence", "texts", also=("proof", "because")),
            Argument("sources", "json", also=("source", "provenance")),
            Argument("success", "flag", also=("successful", "ok")),
            Argument("text", also=("message", "summary", "finalanswer", "reason")),
        ),
        "output",
        _also("done", "complete", "completed", "finished", "taskcomplete", "finishtask", "submitanswer"),
    ),
    Verb(
        "give_up",
        '{"action":"give_up","reason":"...","impossible":true if the page shows it cannot be done,'
        '"error_codes":[]}',
        (
            Argument("reason",
                     also=("text", "message", "explanation", "why", "error", "because", "reasoning")),
            Argument("impossible", "flag", also=("infeasible", "notpossible")),
            Argument("error_codes", "texts", also=("errorcode", "code", "codes", "errors")),
            _OUTPUT,
        ),
        "reason",
        _also("giveup", "fail", "abort", "terminate", "failed", "reportinfeasible") | _also("impossible",
                                                                                           impossible=True),
    ),
)  # fmt: skip

_BY_NAME: dict[str, tuple[Verb, Mapping[str, Any]]] = {
    **{name: (verb, implied) for verb in VERBS for name, implied in verb.also.items()},
    **{fold(verb.name): (verb, {}) for verb in VERBS},
}


def verb_named(name: str) -> tuple[Verb, Mapping[str, Any]] | None:
    """The verb that a name means, and the arguments it implies; None where that is not certain.

    A name misspelt by one letter is taken only where it is near to a single verb's own name: `clik`
    is click, `chick` could be check.
    """
    folded = fold(name)
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    near = {verb.name: verb for verb in VERBS if _misspelt(folded, fold(verb.name))}
    return (next(iter(near.values())), {}) if len(near) == 1 else None


def nearest_verbs(name: str) -> tuple[str, ...]:
    """The three verbs most like a name, for the sentence that says it is unknown."""
    folded = fold(name)
    return tuple(
        verb.name for verb in sorted(VERBS, key=lambda verb: OSA.distance(folded, fold(verb.name)))[:3]
    )


def verbs_for_prompt() -> str:
    """The verbs as the prompt lists them, one a line."""
    return "\n".join(verb.shown for verb in VERBS if verb.shown)


_JSON_TYPES: Mapping[Kind, Mapping[str, Any]] = {
    "ref": {"type": "string"},
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "region": {"type": "array", "items": {"type": "number"}},
}


def reply_schema(output: Mapping[str, Any] | None) -> dict[str, Any]:
    """The JSON Schema of a reply: one flat kind of object for all verbs, which small models keep to best.

    `output` is the schema of the wanted output; None leaves it open.
    """
    properties: dict[str, Any] = {"action": {"type": "string", "enum": [verb.name for verb in VERBS]}}
    for verb in VERBS:
        for argument in verb.arguments:
            if argument.kind in _JSON_TYPES:
                properties.setdefault(argument.name, dict(_JSON_TYPES[argument.kind]))
    # `success` and `text` of finish are read where they turn up, but not offered.
    del properties["success"]
    properties["output"] = {} if output is None or "$ref" in str(output) else dict(output)
    action = {"type": "object", "properties": properties, "required": ["action"]}
    return {
        "type": "object",
        "properties": {
            "thought": {"type": "string"},
            "actions": {"type": "array", "items": action, "minItems": 1},
        },
        "required": ["thought", "actions"],
    }
