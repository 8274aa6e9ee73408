"""A browser profile in one run: restored into the session at first, saved back at last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agent_core.errors import BadRequest
from agent_core.runner.preparing.prepared import RestoredProfile
from browser.model.errors import BrowserError
from browser.state.storage_state import StorageState

if TYPE_CHECKING:
    from browser.session import Session

SAVE_S, HURRIED_S = 20.0, 3.0
"""How long taking what sites keep may delay the end of a run, and of one that is canceled or out of time."""


class ProfileUse:
    """A profile while a session uses it: restored at the start, saved at the end."""

    def __init__(self, profile: RestoredProfile) -> None:
        self._profile = profile
        self._base: StorageState | None = None

    async def begin(self, session: Session) -> list[str]:
        """Restore it into a new session; a persistent browser has it already. Returns what failed.

        Raises:
            BrowserLost: The browser is gone, or does not take it.
        """
        stored = self._profile.stored
        if self._profile.already_there:
            self._base = (await session.capture_storage(also=stored.origins)).stored
            return []
        warnings = await session.restore_storage(stored) if stored.items else []
        # As the browser has it, which need not be to the letter what it was given.
        taken = await session.capture_storage() if stored.items else None
        self._base = taken.since(stored) if taken else StorageState()
        return warnings

    async def save(self, session: Session, *, hurried: bool = False) -> list[str]:
        """Save what has changed. Never raises; says what the caller should know."""
        if self._base is None:
            return []
        patience_s = HURRIED_S if hurried else SAVE_S
        try:
            async with asyncio.timeout(patience_s):
                taken = await session.capture_storage(also=self._profile.stored.origins)
            both = await asyncio.to_thread(
                self._profile.files.save, self._profile.id, self._base, taken.since(self._base)
            )
        except (BrowserError, BadRequest, OSError, TimeoutError) as error:
            why = str(error) or f"its pages did not answer within {patience_s:g} s"
            return [f"the browser profile was not saved, and is as it was: {why}"]
        return [*taken.warnings, *([both] if both else [])]
