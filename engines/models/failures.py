"""What a provider answers when it does not answer, sorted by what can be done about it.

* CallFailed              raised by the adapters of the SDKs, inside this package only
* ModelError
  + ModelTruncated
    x ContextOverflow       the prompt did not fit; the engine shortens it and asks once more

Statuses and wordings differ between servers; they are read here and nowhere else.
"""

from __future__ import annotations

import re
from typing import Literal

from browser.model.text import cut, squeeze
from engines.errors import ModelError, ModelRefused, ModelTruncated, ModelUnreachable
from engines.models.own_server import LONGER_CONTEXT

Kind = Literal[
    "refused_connection",
    "timeout",
    "key",
    "quota",
    "address",
    "model",
    "rate",
    "server",
    "overflow",
    "declined",
    "rejected",
]
"""`rejected`: a 4xx about the form of the request, which another dialect may get past."""

PASSING: frozenset[Kind] = frozenset({"rate", "server", "refused_connection"})
"""Failures that may be over when asked again a little later."""


class ContextOverflow(ModelTruncated):
    """The prompt was longer than the model's context."""

    def __init__(self, message: str, limit: int | None = None) -> None:
        self.limit = limit
        super().__init__(message)


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
_MODEL = re.compile(r"\bmodel\b", re.IGNORECASE)
_QUOTA = re.compile(r"insufficient[_ ]quota|credit balance|billing|your current quota", re.IGNORECASE)
_DECLINED = re.compile(r"content[_ ](filter|policy)|safety system|content management policy", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?:maximum context length|context (?:length|size|window)|maximum|n_ctx)\D{0,24}(\d{3,8})", re.IGNORECASE
)


def kind_of(status: int, message: str) -> Kind:
    """Sort an HTTP answer by what can be done about it."""
    if _QUOTA.search(message) or status == 402:
        return "quota"
    if status == 413 or (status in (400, 422, 500) and _OVERFLOW.search(message)):
        return "overflow"
    if status in (401, 403):
        return "key"
    if status == 404:
        return "model" if _MODEL.search(message) else "address"
    if status in (408, 409, 425, 429):
        return "rate"
    if status == 400 and _DECLINED.search(message):
        return "declined"
    return "server" if status >= 500 else "rejected"


def limit_in(message: str) -> int | None:
    """The context length that an overflow message names, in tokens; None where it names none."""
    above = re.search(r">\s*(\d{3,8})", message)
    found = above or _LIMIT.search(message)
    return int(found.group(1)) if found else None


def as_model_error(failed: CallFailed, endpoint: str, model: str) -> ModelError:
    """The sentence for the user: what happened, where, and what to do about it."""
    said = _short(failed.message)
    match failed.kind:
        case "refused_connection":
            return ModelUnreachable(f"nothing answers at {endpoint} ({said}); is the server running?")
        case "timeout":
            return ModelUnreachable(
                f"{model} at {endpoint} did not answer in time: {said}; see whether the server is busy, or "
                "take a smaller model"
            )
        case "key":
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
        case "rate":
            return ModelUnreachable(
                f"{endpoint} is limiting requests and did not stop in time: {said}; try later"
            )
        case "server":
            return ModelUnreachable(
                f"{endpoint} failed with status {failed.status}: {said}; its own log says more, or try later"
            )
        case "overflow":
            return ContextOverflow(
                f"the prompt does not fit the context of {model} ({said}); {LONGER_CONTEXT}",
                limit_in(failed.message),
            )
        case "declined":
            return ModelRefused(
                f"{model} declined: {said}; say the task in other words, or take another model"
            )
        case "rejected":
            return ModelUnreachable(
                f"{endpoint} rejected the request (status {failed.status}): {said}; check "
                "model.model_name and model.extra_body"
            )


def _short(message: str) -> str:
    folded = squeeze(message)
    return cut(folded, 300)
