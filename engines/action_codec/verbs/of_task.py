"""What the task needs besides acts: its code, a closer look, whole lists, a person, its end."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Literal, cast

from browser.model.actions import Collect, EnterCode
from browser.model.observation import LookRequest
from engines.action_codec.arguments import shown
from engines.action_codec.arguments import values as read
from engines.action_codec.arguments.given import Given, Item
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import OUTPUT, REF, Argument, Verb, X, Y, also
from engines.protocol import AskUser, Finish, GiveUp

_MOST_ROWS = 10_000
_NUMBER = r"\d+(?:\.\d+)?"
_REGION = re.compile(rf"\s*\[?\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}\s*\]?\s*")
KINDS = ("captcha", "login", "confirm", "question")
"""What a person may be asked for."""


def _look(given: Given) -> Item:
    # A model that gives several of them means the narrowest.
    if "region" in given:
        return LookRequest(region=given.needed("region", given.seen(shown.region)))
    if "ref" in given:
        return LookRequest(ref=given.needed("ref", given.seen(shown.ref)))
    if query := given.optional("query", read.text, ""):
        return _looked_for(query, given)
    raise ReplyError(f'{given.call} needs "query", "ref" or "region"')


def _looked_for(query: str, given: Given) -> LookRequest:
    """Words of the page; a tool also has an element or a part of the picture there."""
    if shown.REF.fullmatch(query.strip()):
        with suppress(ReplyError):  # words may look like a ref that was never shown
            return LookRequest(ref=shown.ref("query", query, given.shown))
    if _REGION.fullmatch(query):
        return LookRequest(region=shown.region("query", re.findall(_NUMBER, query), given.shown))
    return LookRequest(query=query)


def _ask_user(given: Given) -> Item:
    kind = given.optional("kind", read.one_of(KINDS), "question")
    return AskUser(
        kind=cast(Literal["captcha", "login", "confirm", "question"], kind),
        text=given.needed("text", read.filled),
    )


def _give_up(given: Given) -> Item:
    codes: tuple[str, ...] = given.optional("error_codes", read.texts, ())
    return GiveUp(
        reason=given.needed("reason", read.filled),
        impossible=given.optional("impossible", read.flag, False),
        error_codes=tuple(code for code in codes if code in given.shown.error_codes),
        output=given.optional("output", given.seen(shown.output), None),
    )


def _finish(given: Given) -> Item:
    said = given.optional("text", read.text, "")
    output = given.optional("output", given.seen(shown.output), None)
    if not given.optional("success", read.flag, True):
        # Some models report their failure under the name of success.
        return GiveUp(reason=said or "the model said that it did not succeed", output=output)
    if "output" not in given.arguments and said:
        output = shown.output("text", said, given.shown)
    return Finish(
        output=output,
        evidence=given.optional("evidence", read.texts, ()),
        sources=given.optional("sources", given.seen(shown.sources), {}),
    )


VERBS: tuple[Verb, ...] = (
    Verb(
        "enter_code",
        lambda given: EnterCode(given.target()),
        '{"action":"enter_code","ref":"f0e9"} types the one-time code you cannot see',
        (REF, X, Y),
        "ref",
        also("entercode", "entertotp", "typecode", "enterotp"),
        does="Types the one-time code you cannot see.",
        needs=("ref",),
        offered="codes",
    ),
    Verb(
        "look",
        _look,
        '{"action":"look","query":"words"} or "ref":"f0e1" or "region":[x,y,width,height]: more of the page',
        (
            Argument("query", also=("text", "words", "search")),
            replace(REF, offered=None),
            Argument("region", "region", also=("area", "box", "rect"), offered=None),
        ),
        "query",
        also("lookat", "zoom", "find", "inspect", "searchpage", "findtext", "lookfor"),
        does="For words of the page, a ref, or x,y,width,height of the picture.",
        needs=("query",),
    ),
    Verb(
        "collect",
        lambda given: Collect(
            given.needed("ref", given.element) if "ref" in given else None,
            given.optional("max_rows", read.whole(1, _MOST_ROWS), Collect().max_rows),
        ),
        '{"action":"collect","ref":"f0e1"} every row of the long list there, over all pages; "max_rows":50',
        (
            REF,
            Argument("max_rows", "integer", also=("rows", "count", "limit", "maxitems", "max", "number"),
                     offered=None),
        ),
        "ref",
        also("collectrows", "collectlist", "collectall", "readlist", "readall", "extractall", "getall",
              "loadall", "listall", "paginate"),
        does="Every row of the list there, over all pages.",
    ),
    Verb(
        "ask_user",
        _ask_user,
        '{"action":"ask_user","kind":"captcha"|"login"|"confirm"|"question","text":"..."}',
        (
            Argument("kind", also=("type",), choices=KINDS),
            Argument("text", also=("question", "message", "prompt", "reason")),
        ),
        "text",
        also("askhuman", "requesthelp", "handover", "askquestion", "calluser")
        | also("solvecaptcha", kind="captcha", text="please solve the captcha"),
        needs=("kind", "text"),
    ),
    Verb(
        "finish",
        _finish,
        '{"action":"finish","output":...,"evidence":["what the page shows"],"sources":{"/title":"f0e1"}}',
        (
            OUTPUT,
            Argument("evidence", "texts", also=("proof", "because")),
            Argument("sources", "sources", also=("source", "provenance"), offered="output",
                     about="where values of output were read: JSON pointer, ref"),
            Argument("success", "flag", also=("successful", "ok"), offered=None, in_json=False),
            Argument("text", also=("message", "summary", "finalanswer", "reason"), offered=None),
        ),
        "output",
        also("done", "complete", "completed", "finished", "taskcomplete", "finishtask", "submitanswer"),
        needs=("output", "evidence"),
    ),
    Verb(
        "give_up",
        _give_up,
        '{"action":"give_up","reason":"...","impossible":true if the page shows it cannot be done,'
        '"error_codes":[]}',
        (
            Argument("reason",
                     also=("text", "message", "explanation", "why", "error", "because", "reasoning")),
            Argument("impossible", "flag", also=("infeasible", "notpossible")),
            Argument("error_codes", "texts", also=("errorcode", "code", "codes", "errors")),
            replace(OUTPUT, offered="output"),
        ),
        "reason",
        also("giveup", "fail", "abort", "terminate", "failed", "reportinfeasible") | also("impossible",
                                                                                           impossible=True),
        needs=("reason",),
    ),
)  # fmt: skip
