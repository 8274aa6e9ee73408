"""Replies that are not actions: a verdict, an address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from browser.model.addresses.origins import origin_of
from engines.action_codec.arguments.values import address
from engines.action_codec.json_in_text.find_json import answer_in
from engines.action_codec.reply_error import ReplyError
from engines.action_codec.verbs.verb import fold
from engines.protocol import Verdict

_YES = frozenset({"true", "yes", "met", "pass", "success"})
_NO = frozenset({"false", "no", "notmet", "fail", "failure", "unmet"})


def read_verdict(text: str) -> Verdict:
    """Understand the answer to "is the goal met?".

    Raises:
        ReplyError: It cannot be told which; a doubtful yes is no yes.
    """
    answer = object_in(text)
    said = value_of(answer, ("met", "ismet", "completed", "success", "verdict", "complete"))
    word = fold(str(said))
    if word not in _YES and word not in _NO:
        raise ReplyError('"met" must be true or false')
    if word in _YES:
        return Verdict(met=True)
    reason = str(value_of(answer, ("reason", "missing", "explanation", "why")) or "").strip()
    if not reason:
        raise ReplyError('where the task is not met, "reason" must name what is missing')
    return Verdict(met=False, reason=reason)


def read_start(text: str) -> str:
    """Understand the answer to "where should the work begin?"; "" for nowhere.

    Raises:
        ReplyError: There is no such answer.
    """
    found = value_of(object_in(text), ("url", "address", "start", "starturl"))
    if found is None or not str(found).strip():
        return ""
    start = address('"url"', found)
    if not origin_of(start):
        raise ReplyError('"url" must be an http or https address')
    return start


def read_codes(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Understand the answer to "which error codes describe this failure?"; only known codes count.

    Raises:
        ReplyError: There is no such answer.
    """
    said = value_of(object_in(text), ("errorcodes", "errorcode", "codes", "code"))
    named = said if isinstance(said, list) else [said]
    return tuple(code for code in known if code in named)


def object_in(text: str) -> dict[str, Any]:
    """The one object that a reply holds.

    Raises:
        ReplyError: There is none, or more than one.
    """
    answer = answer_in(text)
    while isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, dict) and len(answer) == 1:
        inner = next(iter(answer.values()))
        answer = inner if isinstance(inner, dict) else answer
    if not isinstance(answer, dict):
        raise ReplyError("the answer must be one JSON object")
    return answer


def value_of(answer: dict[str, Any], names: tuple[str, ...]) -> Any:
    """The value under the first of these names, folded, that is there and not null; None: none is."""
    folded = {fold(key): value for key, value in answer.items()}
    return next((folded[name] for name in names if folded.get(name) is not None), None)
