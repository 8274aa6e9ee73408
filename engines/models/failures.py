"""What a provider answers when it does not answer, sorted by what can be done about it.

* CallFailed              one call failed; raised inside of engines only
* ModelError
  + ModelTruncated
    x ContextOverflow       the prompt did not fit; the engine shortens it and asks once more
  + ModelUnusable
    x ToolsRefused          no tools are taken; the engine asks in JSON instead

Statuses and wordings differ between servers; they are read here, the shapes of bodies in
`engines.models.transport.error_bodies`, and nowhere else.
"""

from __future__ import annotations

import re
from typing import Literal

from browser.model.text import cut, squeeze
from engines.errors import ModelError, ModelRefused, ModelTruncated, ModelUnreachable, ModelUnusable
from engines.models.protocols.own_server import LONGER_CONTEXT
from engines.models.protocols.wire import Ending

Kind = Literal[
    "configuration",
    "unavailable",
    "timeout",
    "auth",
    "quota",
    "address",
    "model",
    "rate_limit",
    "server_error",
    "malformed",
    "context_length",
    "refused",
    "bad_request",
]
"""`configuration`: the message is a whole sentence. `malformed`: an answer came that is no reply of the
protocol. `bad_request`: a 4xx about the form of the request, which another dialect may get past."""

PASSING: frozenset[Kind] = frozenset({"rate_limit", "server_error", "unavailable", "malformed"})
"""Failures that may be over when asked again a little later."""
SOON_TOLD: frozenset[Kind] = frozenset({"unavailable", "malformed"})
"""Those that are asked again once only: the address is wrong more often than the server is starting."""


class ContextOverflow(ModelTruncated):
    """The prompt was longer than the model's context."""

    def __init__(self, message: str, limit: int | None = None) -> None:
        self.limit = limit
        super().__init__(message)


class ToolsRefused(ModelUnusable):
    """The endpoint takes no tools, or the model calls none; the same can be asked without them."""


class CallFailed(Exception):
    """One call to a provider failed."""

    def __init__(
        self, kind: Kind, message: str, *, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        self.kind = kind
        self.message = message
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(message)


_OVERFLOW = re.compile(
    r"context[_ ](length|size|window)|maximum context|prompt is too long|too many tokens|input is too long"
    r"|exceed\w*( the)?( available| model'?s?)?( maximum)? (context|input|token)|request_too_large",
    re.IGNORECASE,
)
_REPLY_TOO_LONG = re.compile(r"max_\w*tokens\W{0,3}(?:must|should|has to|can|may|needs)\b", re.IGNORECASE)
_MODEL = re.compile(r"\bmodels?\b|\bdeployment\b", re.IGNORECASE)
_QUOTA = re.compile(r"insufficient[_ ]quota|credit balance|billing|your current quota", re.IGNORECASE)
RATE_LIMITED = re.compile(
    r"rate[_ -]?limit|too many requests|throttl|requests per (second|minute|hour|day)|resource[_ ]exhausted"
    r"|slow down|over ?capacity|overloaded|try again (later|in)",
    re.IGNORECASE,
)
_DECLINED = re.compile(r"content[_ ](filter|policy)|safety system|content management policy", re.IGNORECASE)
_NO_STREAM = re.compile(
    r"(?:must be verified to|not|n't|cannot|unsupported)\W*(?:\w+\W+){0,4}stream\w*\b"
    r"|\bstream(?!_options)\w*\W+(?:\w+\W+){0,4}(?:not|n't|unsupported|disabled|unavailable|must be false)\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:maximum context length|context (?:length|size|window)|maximum|n_ctx)\D{0,24}(\d{3,8})", re.IGNORECASE
)


def kind_of(status: int, message: str, *, waits: bool = False) -> Kind:
    """Sort an HTTP answer by what can be done about it.

    Args:
        waits: The server said when to ask again.
    """
    if _QUOTA.search(message) or status == 402:
        return "quota"
    if status == 413 or (
        status in (400, 422, 500) and _OVERFLOW.search(message) and not _REPLY_TOO_LONG.search(message)
    ):
        return "context_length"
    if status < 500 and _NO_STREAM.search(message):
        return "bad_request"
    if status in (408, 409, 425, 429) or (status == 403 and (waits or RATE_LIMITED.search(message))):
        return "rate_limit"
    if status in (401, 403, 407):
        return "auth"
    if status == 404:
        return "model" if _MODEL.search(message) else "address"
    if status == 405:
        return "address"
    if status == 400 and _DECLINED.search(message):
        return "refused"
    return "server_error" if status >= 500 else "bad_request"


def refuses_to_stream(message: str) -> bool:
    """Whether an error says that replies are not streamed."""
    return _NO_STREAM.search(message) is not None


def no_reply(answer: object) -> CallFailed:
    """The failure of a call that was answered by something else than a reply; None: by nothing."""
    said = repr(cut(squeeze(str(answer)[:400]), 80)) if answer is not None else "an empty stream"
    return CallFailed("malformed", said)


def raise_where_stopped(ending: Ending, why: str = "") -> None:
    """Raise CallFailed for a reply that did not end by itself or at its limit."""
    match ending:
        case "refused":
            raise CallFailed("refused", why or "the model, or its provider's filter, stopped the reply")
        case "context":
            raise CallFailed("context_length", "the context was full before the reply ended")
        case "error":
            raise CallFailed("server_error", "the reply ended by an error", status=500)


def limit_in(message: str) -> int | None:
    """The context length that an overflow message names, in tokens; None where it names none."""
    above = re.search(r">\s*(\d{3,8})", message)
    found = above or _LIMIT.search(message)
    return int(found.group(1)) if found else None


def as_model_error(failed: CallFailed, endpoint: str, model: str) -> ModelError:
    """The sentence for the user: what happened, where, and what to do about it."""
    error = _model_error(failed, endpoint, model)
    error.kind = failed.kind
    return error


def _model_error(failed: CallFailed, endpoint: str, model: str) -> ModelError:
    said = _short(failed.message) or f"status {failed.status}"
    match failed.kind:
        case "configuration":
            return ModelUnreachable(said)
        case "unavailable":
            return ModelUnreachable(f"nothing answers at {endpoint} ({said}); is the server running?")
        case "timeout":
            return ModelUnreachable(
                f"{model} at {endpoint} did not answer in time: {said}; see whether the server is busy, or "
                "take a smaller model"
            )
        case "auth":
            return ModelUnreachable(f"{endpoint} refused the API key ({said}); check model.api_key")
        case "quota":
            return ModelUnreachable(
                f"the account at {endpoint} cannot pay for this: {said}; top it up, or set another key"
            )
        case "address":
            return ModelUnreachable(
                f"no chat endpoint at {endpoint} ({said}); check model.base_url, it often ends in /v1"
            )
        case "model":
            return ModelUnreachable(f"{endpoint} has no model {model!r} ({said}); check model.model_name")
        case "rate_limit":
            return ModelUnreachable(
                f"{endpoint} is limiting requests and did not stop in time: {said}; try later"
            )
        case "server_error":
            return ModelUnreachable(
                f"{endpoint} failed{_status_of(failed)}: {said}; its own log says more, or try later"
            )
        case "malformed":
            return ModelUnreachable(
                f"{endpoint} answered what is no reply: {said}; check model.base_url and model.provider, "
                "and the "
                "server's own log"
            )
        case "context_length":
            return ContextOverflow(
                f"the prompt does not fit the context of {model} ({said}); {LONGER_CONTEXT}",
                limit_in(failed.message),
            )
        case "refused":
            return ModelRefused(
                f"{model} declined: {said}; say the task in other words, or take another model"
            )
        case "bad_request":
            return ModelUnreachable(
                f"{endpoint} rejected the request{_status_of(failed)}: {said}; check model.model_name and "
                "model.extra_body"
            )


def _status_of(failed: CallFailed) -> str:
    return f" with status {failed.status}" if failed.status else ""


def _short(message: str) -> str:
    return cut(squeeze(message[:2000]), 300)
