"""Waiting for a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from browser.actions import Wait
from browser.perform.hand import InputContext
from browser.perform.outcome import Outcome

if TYPE_CHECKING:
    pass
MOST_WAIT_S = 60.0


async def wait(context: InputContext, action: Wait) -> Outcome:
    """Wait for a time."""
    outcome = context.report(f"waited {action.seconds:g} s")
    await asyncio.sleep(max(0.0, min(action.seconds, MOST_WAIT_S)))
    return outcome
