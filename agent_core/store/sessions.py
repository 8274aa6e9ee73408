"""Browser sessions on disk: one folder each, in which the host of the browser writes its state.

session.json    its times, its address, the run that works in it, and why it ended
profile/        Chromium's own files; removed when the browser has ended
lock            held while anything of the browser is left
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
"""Days for which the end of a session can be read."""
FIELD = "browser_session_id"


class BrowserSessionInfo(BaseModel):
    """The state of a browser session."""

    browser_session_id: str
    """`pbs_...`."""
    created_at: datetime
    ends_at: datetime
    """When its limit is reached."""
    timeout_minutes: float
    browser_profile_id: str | None = None
    """The profile that was restored into it, and that its runs save to."""
    has_proxy: bool = False
    """Whether it goes out by a proxy."""
    outlives: bool = False
    """Whether it stays when the program that opened it ends."""
    browser_address: str = Field(default="", repr=False)
    """DevTools endpoint. Whoever knows it can drive the browser. "" if the session has ended."""
    pid: int = 0
    """The process id of its host."""
    held_by: str = ""
    """The run that works in it; "" if none does."""
    ended: str = ""
    """Why it has ended; "" if it has not."""


class SessionFolders:
    """The folders of all browser sessions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self) -> tuple[str, Path]:
        """Make a folder for a new session, readable by its owner alone; return its id and the folder."""
        session_id = new_id("pbs_")
        private.make_folder(self._folder / session_id)
        return session_id, self._folder / session_id

    def forget(self, session_id: str) -> None:
        """Remove the folder of a session."""
        shutil.rmtree(self._folder / session_id, ignore_errors=True)

    def read(self, session_id: str) -> BrowserSessionInfo:
        """Read the state of a session. One whose host was killed reads as ended too.

        Raises:
            BadRequest: There is no session with this id.
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
                info.ended = "its host process was killed"
        if info.ended:
            info.browser_address = info.held_by = ""
        return info

    def usable(self, session_id: str) -> BrowserSessionInfo:
        """Return a session that a run can use now.

        Raises:
            BadRequest: There is no session with this id, it has ended, or another run works in it.
        """
        info = self.read(session_id)
        if info.ended:
            raise BadRequest(FIELD, f"{session_id} has ended: {info.ended}; open another one")
        if info.held_by:
            raise BadRequest(FIELD, busy(session_id, info.held_by))
        return info

    def all(self) -> Iterator[BrowserSessionInfo]:
        """Return all sessions, oldest first. Those that ended long ago are removed."""
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
        """Wait up to `patience_s` for the end of a session; return its reason, "" if it has not ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not (ended := self.read(session_id).ended):  # noqa: ASYNC110  another process writes it
                    await asyncio.sleep(0.02)
                return ended
        return ""


def busy(session_id: str, who: str) -> str:
    """The sentence for a session in which somebody works."""
    return f"{who} works in {session_id} at the moment; wait for its end, or open another session"
