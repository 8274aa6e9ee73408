"""Waiting for a time."""

from __future__ import annotations

import asyncio

from browser.input.context import InputContext
from browser.input.outcome import Outcome
from browser.model.actions import Wait

MOST_WAIT_S = 60.0


async def wait(context: InputContext, action: Wait) -> Outcome:
    """Wait for a time."""
    outcome = context.report(f"waited {action.seconds:g} s")
    await asyncio.sleep(max(0.0, min(action.seconds, MOST_WAIT_S)))
    return outcome
