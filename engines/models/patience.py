"""Asking a failing endpoint again: how often, how long, and after which failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential, wait_random

from engines.models.failures import PASSING, SOON_TOLD, CallFailed

logger = logging.getLogger("agent_core." + __name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long a failing endpoint is asked again."""

    attempts: int = 4
    longest_wait_s: float = 60.0
    """A server that asks for a longer pause than this is not waited for."""
    first_wait_s: float = 1.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def ask(
        self, attempt: Callable[[], Awaitable[T]], on_failure: Callable[[], None] = lambda: None
    ) -> T:
        """Try until it answers; `on_failure` hears of each time that it does not.

        Raises the last CallFailed where it never does.
        """
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=self._pause,
            retry=self._may_pass,
            sleep=self.sleep,
            reraise=True,
        )
        async for trial in retrying:
            with trial:
                try:
                    return await attempt()
                except CallFailed as failed:
                    number = trial.retry_state.attempt_number
                    logger.info("Call %d of at most %d failed: %s", number, self.attempts, failed)
                    on_failure()
                    raise
        raise AssertionError("retrying ends with a result or an error")

    def _may_pass(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, CallFailed) or error.kind not in PASSING:
            return False
        if error.kind in SOON_TOLD and state.attempt_number >= 2:
            return False
        return (error.retry_after_s or 0.0) <= self.longest_wait_s

    def _pause(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, CallFailed) and error.retry_after_s is not None:
            return error.retry_after_s
        growing = wait_exponential(multiplier=self.first_wait_s, max=self.longest_wait_s)
        return (growing + wait_random(0, self.first_wait_s))(state)
