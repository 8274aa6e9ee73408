"""Posting a run's result to the caller's server: signed, retried, and never a reason for a run to fail.

The body is the `TaskRun` as compact JSON. `x-skyvern-signature` is the HMAC-SHA256 of exactly these
bytes, in hex; who receives it computes the same with the key that both know.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from agent_core.services.http import ProxyUnusable, client_for
from agent_core.task.run import TaskRun, WebhookDelivery
from browser.model.addresses.credentials import with_credentials_masked
from browser.model.text import cut, squeeze

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response
    from tenacity import RetryCallState

logger = logging.getLogger(__name__)

TRIED_AGAIN = frozenset({403, 408, 425, 429})
"""Answers after which it is sent again, beside all from 500 on. Any other is meant."""
IDEMPOTENCY = "Idempotency-Key"
"""Header that is the same each time a delivery is tried; it is the id of the run, but where it is sent once
more because somebody asked for that. The name is that of draft-ietf-httpapi-idempotency-key-header."""
MOST_QUOTED = 200
"""Characters of a refusal that are kept."""
CANCELED_S = 10.0
"""Who cancels does not want to wait: all attempts of a canceled run together, seconds."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a delivery is tried, and how long is waited."""

    attempts: int = 3
    timeout_s: float = 30.0
    """For one attempt, from its beginning to the answer's headers."""
    waits_s: tuple[float, ...] = (1.0, 2.0)
    """Before the second attempt, the third, ...; the last one also before all later ones."""
    jitter_s: float = 1.0
    """At most so much is added to a wait, so that many runs do not come back at once."""
    longest_retry_after_s: float = 30.0
    """The most that a server's Retry-After is waited for."""
    overall_s: float | None = None
    """For all attempts and waits together; None: no limit."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


def compact(payload: Mapping[str, Any]) -> bytes:
    """The one form that is signed: no blanks, keys as they come, `é` as it is, `1.0` as `1`."""
    text = json.dumps(_plain(payload), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", errors="replace")


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case float() if not math.isfinite(value):
            return None  # JSON has no such numbers
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def signature(body: bytes, key: str) -> str:
    """What `x-skyvern-signature` holds."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def signed_headers(body: bytes, key: str) -> dict[str, str]:
    """The headers that go with a body; without a key there is no signature among them."""
    headers = {"Content-Type": "application/json", "x-skyvern-timestamp": str(int(time.time()))}
    return {**headers, "x-skyvern-signature": signature(body, key)} if key else headers


def body_of(run: TaskRun) -> bytes:
    """What is sent of a run: all of it but how it was delivered."""
    return compact(run.model_dump(mode="json", exclude={"webhook"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The answer to one attempt, or the error."""

    status_code: int | None = None
    """None: no answer came."""
    problem: str = ""
    again: bool = False
    """Whether another attempt might do better."""
    retry_after_s: float | None = None


Accepted = Callable[[WebhookDelivery], None]
"""Hears of a delivery at the instant in which the receiver has taken it."""


async def deliver(
    url: str,
    run: TaskRun,
    key: str = "",
    patience: Patience | None = None,
    *,
    idempotency_key: str = "",
    accepted: Accepted | None = None,
    public_only: bool = False,
) -> WebhookDelivery:
    """Post a run to its webhook. Errors are part of the result; nothing is raised.

    Args:
        url: Where to.
        run: What is posted.
        key: What it is signed with; "": it is not signed.
        patience: How often it is tried; None: as usual.
        idempotency_key: What a receiver knows it by that gets it twice; "": the id of the run.
        accepted: Called as soon as the receiver has taken it, before anything else is waited for.
        public_only: Whether it is not posted to this machine and into private networks.
    """
    patience = patience or Patience()
    body, began = body_of(run), time.monotonic()
    tries = _Tries()

    def delivery(answer: _Answer) -> WebhookDelivery:
        return WebhookDelivery(
            url=with_credentials_masked(url, path=True),
            delivered=not answer.problem,
            attempts=tries.count,
            status_code=answer.status_code,
            problem=answer.problem,
            signed=bool(key),
            latency_ms=round((time.monotonic() - began) * 1000, 1),
            at=datetime.now(UTC),
        )

    def hear(answer: _Answer) -> None:
        if accepted is not None and not answer.problem:
            accepted(delivery(answer))

    post = _Post(url=url, body=body, key=key, known_by=idempotency_key or run.run_id, hear=hear)
    try:
        async with asyncio.timeout(patience.overall_s):
            # In a thread: reading the certificates that are trusted takes a quarter of a second.
            made = await asyncio.to_thread(client_for, url, patience.timeout_s, public_only=public_only)
            async with made as client:
                answer = await _until_delivered(client, post, patience, tries)
    except TimeoutError:
        answer = _Answer(problem=f"not delivered within {patience.overall_s:g} s")
    except ProxyUnusable as error:
        answer = _Answer(problem=str(error))
    return delivery(answer)


def given_up(url: str) -> WebhookDelivery:
    """What is kept of a delivery that nobody waited for."""
    why = "nobody waited for it; it can be sent again"
    return WebhookDelivery(
        url=with_credentials_masked(url, path=True), delivered=False, problem=why, at=datetime.now(UTC)
    )


@dataclass(slots=True)
class _Tries:
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """What is posted, the same in each attempt."""

    url: str
    body: bytes
    key: str
    known_by: str
    hear: Callable[[_Answer], None]
    """Hears of the answer before the connection is done with."""

    @property
    def headers(self) -> dict[str, str]:
        return {**signed_headers(self.body, self.key), IDEMPOTENCY: self.known_by}


async def _until_delivered(client: AsyncClient, post: _Post, patience: Patience, tries: _Tries) -> _Answer:
    from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt

    async def attempt() -> _Answer:
        tries.count += 1
        answer = await _posted(client, post, patience.timeout_s)
        if answer.problem:
            logger.info(
                "Webhook attempt %d of at most %d: %s", tries.count, patience.attempts, answer.problem
            )
        return answer

    retrying = AsyncRetrying(
        stop=stop_after_attempt(patience.attempts),
        wait=lambda state: _wait_s(_answer_in(state), state.attempt_number, patience),
        retry=retry_if_result(lambda answer: answer.again),
        retry_error_callback=_answer_in,
        sleep=patience.sleep,
    )
    answer: _Answer = await retrying(attempt)
    return answer


def _answer_in(state: RetryCallState) -> _Answer:
    assert state.outcome is not None  # an attempt has ended
    answer: _Answer = state.outcome.result()
    return answer


def _wait_s(answer: _Answer, attempt: int, patience: Patience) -> float:
    if answer.retry_after_s is not None:
        return min(answer.retry_after_s, patience.longest_retry_after_s)
    usual = patience.waits_s[min(attempt, len(patience.waits_s)) - 1]
    return usual + random.uniform(0, patience.jitter_s)


async def _posted(client: AsyncClient, post: _Post, timeout_s: float) -> _Answer:
    """One attempt. Of the answer only its beginning is read, and only where it is a refusal."""
    from httpx2 import HTTPError, InvalidURL

    try:
        async with asyncio.timeout(timeout_s):
            # Redirects are not followed: what was signed for one place is not for another.
            async with client.stream(
                "POST", post.url, content=post.body, headers=post.headers, follow_redirects=False
            ) as response:
                answer = await _judged(response)
                post.hear(answer)
                return answer
    except TimeoutError:
        return _Answer(problem=f"no answer within {timeout_s:g} s", again=True)
    except InvalidURL as error:
        return _Answer(problem=f"no usable address: {error}")
    except HTTPError as error:
        return _Answer(problem=f"no answer: {str(error) or type(error).__name__}", again=True)


async def _judged(response: Response) -> _Answer:
    code = response.status_code
    if response.is_success:
        return _Answer(status_code=code)
    said = cut(squeeze(await _beginning(response)), MOST_QUOTED)
    return _Answer(
        status_code=code,
        problem=f"answered with status {code}{f': {said}' if said else ''}",
        again=code in TRIED_AGAIN or code >= 500,
        retry_after_s=_retry_after_s(response.headers.get("Retry-After", "")),
    )


async def _beginning(response: Response) -> str:
    async for piece in response.aiter_bytes(MOST_QUOTED * 4):
        return piece.decode("utf-8", errors="replace")
    return ""


def _retry_after_s(said: str) -> float | None:
    """Seconds, given as a number or as a date; None where it says nothing of use."""
    if said.strip().isdecimal():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        logger.debug("The webhook's Retry-After is no time")
        return None
    return max(0.0, at.timestamp() - time.time())
