"""The body of an answer that is an error: its message, and the status that it stands for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from browser.model.text import cut
from engines.models.failures import RATE_LIMITED, CallFailed, kind_of

_CODES = ("code", "status")
_NOTHING = frozenset({"", "0", "200", "null", "none", "false", "ok", "success", "succeeded", "completed"})
"""What a field that may hold an error says where there is none, in lower case."""
_WORDS: Mapping[int, re.Pattern[str]] = {
    429: RATE_LIMITED,
    401: re.compile(r"api[_ -]?key|unauthori[sz]ed|unauthenticated|authenticat|credentials", re.IGNORECASE),
    404: re.compile(
        r"\b(?:model|deployment)\b.{0,80}\b(?:not found|not exist)|\b(?:unknown|no such|invalid) model\b"
        r"|\A(?!.*\b(?:models?|deployment)\b).*(?:endpoint|\b(?:route|path|url|method)\b)",
        re.IGNORECASE | re.DOTALL,
    ),
    500: re.compile(
        r"internal|server error|unavailable|busy|capacity|temporar|time(?:d )?-?out|try again|crash"
        r"|unexpectedly|out of memory|\bcuda\b|upstream|gateway|disconnect|connection|terminated",
        re.IGNORECASE,
    ),
}
"""Status -> words of an error that stands for it."""
_STATUS_OF: Mapping[str, int] = {
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "too_many_requests": 429,
    "insufficient_quota": 429,
    "overloaded_error": 529,
    "overloaded": 529,
    "unavailable": 503,
    "service_unavailable": 503,
    "server_error": 500,
    "api_error": 500,
    "internal": 500,
    "internal_server_error": 500,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "unauthenticated": 401,
    "unauthorized": 401,
    "permission_error": 403,
    "permission_denied": 403,
    "not_found_error": 404,
    "not_found": 404,
    "model_not_found": 404,
    "invalid_request_error": 400,
    "invalid_argument": 400,
    "bad_request": 400,
    "badrequesterror": 400,
}
"""Names of errors in bodies, lower case, and the status that each stands for."""


def error_in(body: object) -> tuple[str, int | None] | None:
    """The message of an error body and the status that it names; None where it is no error.

    An error may be an object, a text or a list, under `error`, `errors`, `detail` or `message`.
    """
    if isinstance(body, list):
        return next((found for each in body[:10] if (found := error_in(each))), None)
    if not isinstance(body, Mapping):
        return None
    told = next((body[key] for key in ("error", "errors", "detail") if _says_something(body.get(key))), None)
    # Some servers put every answer into an envelope with a code and a message, replies too.
    is_reply = any(isinstance(body.get(key), list) for key in ("choices", "content", "output"))
    marked = (
        "error" in (body.get("object"), body.get("type"), body.get("status"))
        or body.get("success") is False
        or (isinstance(body.get("message"), str) and any(_says_something(body.get(key)) for key in _CODES))
    )
    if told is None and (is_reply or not marked):
        return None
    inner = told if isinstance(told, Mapping) else next(
        (each for each in told if isinstance(each, Mapping)) if isinstance(told, list) else iter(()), body
    )  # fmt: skip
    status = next((found for found in map(_status, (inner, body)) if found), None)
    return _message(told, inner), status


def _says_something(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(map(_says_something, value))
    return str(value).strip().lower() not in _NOTHING


def error_message(body: object) -> str:
    """What the body of an answer with an error's status says, as far as it can be read."""
    found = error_in(body)
    if found:
        return found[0]
    if isinstance(body, Mapping) and isinstance(body.get("message"), str):
        return str(body["message"])
    return _short_json(body)


def raise_where_error(body: object, *, begun: bool = False) -> None:
    """Raise CallFailed for an error that came under a status of success.

    Args:
        begun: It came in the middle of a reply, so that the request itself was taken.
    """
    found = error_in(body)
    if found is not None:
        message, status = found
        meant = status or (500 if begun and not RATE_LIMITED.search(message) else _status_by_words(message))
        raise CallFailed(kind_of(meant, message), message, status=status)


def _status_by_words(message: str) -> int:
    """The status that an error without one stands for; where no word tells, the request was at fault."""
    return next((status for status, words in _WORDS.items() if words.search(message)), 400)


def _status(body: Mapping[str, Any]) -> int | None:
    for key in ("code", "status", "status_code", "http_code", "type"):
        value = body.get(key)
        if isinstance(value, str):
            value = (
                int(value)
                if re.fullmatch(r"[45]\d\d", value.strip())
                else _STATUS_OF.get(value.strip().lower())
            )
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return None


def _message(told: object, inner: Mapping[str, Any]) -> str:
    if isinstance(told, str):
        return told
    words = next(
        (inner[key] for key in ("message", "msg", "detail", "error", "reason") if inner.get(key)), told
    )
    text = words if isinstance(words, str) else _short_json(words or inner)
    behind = inner.get("metadata")
    raw = behind.get("raw") if isinstance(behind, Mapping) else None
    named = inner.get("code") or (inner.get("type") if inner.get("type") != "error" else None)
    code = f" [{named}]" if isinstance(named, str | int) and str(named) not in text else ""
    return f"{text}{f': {raw}' if isinstance(raw, str) else ''}{code}"


def _short_json(value: object) -> str:
    return cut(json.dumps(value, ensure_ascii=False, default=str), 500) if value else ""
