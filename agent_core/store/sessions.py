"""Kept browsers as they are written down: a folder each, in which its keeper says how it stands.

session.json    when it was opened, until when, how it is reached, who works in it, how it ended
profile/        Chromium's own; gone when the browser is
lock            held for as long as anything of the browser is left
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from agent_core.errors import BadRequest
from agent_core.store import private
from agent_core.store.run_folder import is_held, new_id

logger = logging.getLogger(__name__)

KEPT_DAYS = 7
"""So long it can be read how a session ended."""
FIELD = "browser_session_id"


class BrowserSessionInfo(BaseModel):
    """A browser session as it stands."""

    browser_session_id: str
    """`pbs_...`."""
    created_at: datetime
    ends_at: datetime
    """When its limit is reached."""
    timeout_minutes: float
    browser_profile_id: str | None = None
    """The profile that was laid under it, and that runs in it save to."""
    outlives: bool = False
    """Whether it goes on when the program that opened it ends."""
    browser_address: str = Field(default="", repr=False)
    """DevTools endpoint; whoever knows it has the browser. "" where it has ended."""
    pid: int = 0
    """The process that keeps it."""
    held_by: str = ""
    """The run that works in it; "": none does."""
    ended: str = ""
    """Why it has ended; "": it has not."""


class SessionFolders:
    """The folders of all browser sessions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self) -> tuple[str, Path]:
        """The id of a new session, and its folder, which is for its owner alone."""
        session_id = new_id("pbs_")
        private.make_folder(self._folder / session_id)
        return session_id, self._folder / session_id

    def forget(self, session_id: str) -> None:
        """Remove what is written down of it."""
        shutil.rmtree(self._folder / session_id, ignore_errors=True)

    def read(self, session_id: str) -> BrowserSessionInfo:
        """How it stands; one whose browser is gone without a word reads as ended too.

        Raises:
            BadRequest: There is none of this id.
        """
        path = self._folder / session_id
        try:
            if not re.fullmatch(r"pbs_[0-9a-z]+", session_id):
                raise FileNotFoundError
            info = BrowserSessionInfo.model_validate_json((path / "session.json").read_text("utf-8"))
        except FileNotFoundError as error:
            why = f"there is no session {session_id!r}; `agent-core sessions list` shows those there are"
            raise BadRequest(FIELD, why) from error
        except (OSError, ValidationError) as error:
            why = f"{path / 'session.json'} cannot be read as a session; open another one"
            raise BadRequest(FIELD, why) from error
        if not is_held(path / "lock"):
            shutil.rmtree(path / "profile", ignore_errors=True)
            if not info.ended:
                info.ended = "the process that kept it was killed"
        if info.ended:
            info.browser_address = info.held_by = ""
        return info

    def usable(self, session_id: str) -> BrowserSessionInfo:
        """A session that a run can work in now.

        Raises:
            BadRequest: There is none of this id, it has ended, or somebody else works in it.
        """
        info = self.read(session_id)
        if info.ended:
            raise BadRequest(FIELD, f"{session_id} has ended: {info.ended}; open another one")
        if info.held_by:
            raise BadRequest(FIELD, busy(session_id, info.held_by))
        return info

    def all(self) -> Iterator[BrowserSessionInfo]:
        """All of them, oldest first; those that ended long ago are forgotten."""
        long_ago = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        for path in sorted(self._folder.glob("pbs_*")):
            try:
                info = self.read(path.name)
            except BadRequest as error:
                logger.debug("Session %s is left out: %s", path.name, error)
                continue  # one that is just being opened, or that somebody else wrote
            if info.ended and info.ends_at < long_ago:
                self.forget(path.name)
            else:
                yield info

    async def end_of(self, session_id: str, patience_s: float) -> str:
        """Why a session has ended; "" where it has not after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not (ended := self.read(session_id).ended):  # noqa: ASYNC110  another process writes it
                    await asyncio.sleep(0.02)
                return ended
        return ""


def busy(session_id: str, who: str) -> str:
    """Why a session cannot be used that somebody works in."""
    return f"{who} works in {session_id} at the moment; wait for its end, or open another session"
