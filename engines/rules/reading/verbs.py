"""The verbs of instructions, and their plain forms."""

from __future__ import annotations

import re
from functools import cache

VERBS: dict[str, tuple[str, ...]] = {
    "click": (
        "click",
        "press",
        "tap",
        "hit",
        "push",
        "double-click",
        "double click",
        "right-click",
        "right click",
    ),
    "type": ("type", "enter", "write", "fill in", "fill out", "fill", "input", "put", "insert", "key in"),
    "choose": ("choose", "select", "pick", "set", "pick out"),
    "check": ("check off", "tick off", "check", "tick", "mark"),
    "uncheck": ("uncheck", "untick", "unselect", "deselect"),
    "submit": ("submit",),
    "find": ("find", "locate", "look for", "look up"),
    "search": ("search for", "search"),
    "scroll": ("scroll",),
    "drag": ("drag", "move"),
    "copy": ("copy",),
    "paste": ("paste",),
    "highlight": ("highlight",),
    "sort": ("sort", "arrange"),
    "order": ("order", "add"),
    "expand": ("expand", "unfold"),
    "collapse": ("collapse", "fold"),
    "open": ("open",),
    "close": ("close", "dismiss"),
    "switch": ("switch",),
    "navigate": ("navigate", "go to", "go through", "visit"),
    "back": ("go back",),
    "ahead": ("go forward",),
    "use": ("use", "using"),
    "draw": ("draw",),
    "create": ("create",),
    "generate": ("generate",),
    "guess": ("guess",),
    "solve": ("solve", "calculate", "compute"),
    "count": ("count", "how many"),
    "book": ("book",),
    "buy": ("buy", "purchase"),
    "delete": ("delete", "remove", "erase"),
    "reply": ("reply", "respond", "answer"),
    "forward": ("forward", "foward", "send", "email", "e-mail", "give", "pass on"),
    "star": ("star", "flag", "file"),
    "focus": ("focus",),
    "resize": ("resize",),
    "hover": ("hover over", "hover"),
    "play": ("play", "playing"),
    "win": ("win",),
    "make": ("make",),
    "login": ("log in", "sign in", "log into", "login"),
    "extract": (
        "extract", "list", "collect", "scrape", "get", "read", "return", "tell me", "give me", "show me",
        "report",
    ),
    "accept": ("accept", "reject", "decline"),
    "wait": ("wait",),
    "reload": ("reload", "refresh"),
    "upload": ("upload", "attach"),
    "download": ("download",),
    "change": (
        "change", "update", "adjust", "replace", "increase", "decrease", "raise", "lower", "reduce", "extend",
        "correct",
    ),
    "enable": ("turn on", "switch on", "enable", "activate"),
    "disable": ("turn off", "switch off", "disable", "deactivate"),
    "turn": ("turn",),
    "assign": ("assign", "unassign"),
    "agree": ("agree to", "agree with", "agree"),
    **{
        verb: (verb,)
        for verb in (
            "save", "edit", "view", "show", "register", "sign up", "join", "subscribe", "unsubscribe",
            "confirm", "cancel", "continue", "proceed", "apply", "clear", "post", "publish", "share",
            "like", "follow", "unfollow", "approve", "pay", "schedule", "check out", "check in",
            "log out", "sign out", "reset", "discard", "archive", "rename", "undo", "finish", "revoke",
            "void", "deny", "mute", "unmute", "snooze", "unsnooze", "unblock", "disconnect", "duplicate",
            "resolve", "unresolve", "reopen", "restore", "discontinue", "filter", "unstar", "unpin",
            "unlock",
        )
    },
}  # fmt: skip

_GERUNDS = {
    "clicking": "click", "pressing": "click", "hitting": "click", "tapping": "click", "dragging": "drag",
    "typing": "type", "entering": "type", "selecting": "choose", "choosing": "choose", "picking": "choose",
    "scrolling": "scroll", "moving": "drag", "searching": "search",
}  # fmt: skip

_LEMMAS = {form: lemma for lemma, forms in VERBS.items() for form in forms} | _GERUNDS


def lemma_of(verb: str) -> str:
    """The plain form under which a verb is known; the verb itself where it is not."""
    folded = re.sub(r"\s+", " ", verb.lower())
    return _LEMMAS.get(folded, folded)


def is_verb(word: str) -> bool:
    """Whether a word is a form of a known verb."""
    return word.lower() in _LEMMAS


@cache
def verb_pattern() -> str:
    """A regular expression for any form of any verb, longest first."""
    forms = sorted(_LEMMAS, key=len, reverse=True)
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)
