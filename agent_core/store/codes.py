"""One-time codes that were pushed for somebody, kept until they are used or too old.

A file each, so that a run in another process sees them: `push_code` in one, the run that waits in another.
Only this user can read them (0600, in a folder 0700).
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent_core.store import private

logger = logging.getLogger(__name__)

GOOD_FOR_S = 600.0
"""How long a code that was pushed is used."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """One code."""

    identifier: str
    code: str = field(repr=False)
    at: float
    """Seconds since 1970."""
    path: Path


class PushedCodes:
    """The codes in a folder."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now

    def push(self, identifier: str, code: str) -> None:
        """Store a code for this identifier.

        Raises:
            OSError: It cannot be written there.
        """
        private.make_folder(self._folder)
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        content = json.dumps({"identifier": identifier, "code": code, "at": self._now()}, ensure_ascii=False)
        private.write(self._folder / f"{name}.json", content)

    def take(self, identifier: str) -> str | None:
        """Return the newest code for this identifier and delete it; None: there is none."""
        for pushed in self.all():
            if same(pushed.identifier, identifier) and self._is_ours(pushed):
                return pushed.code
        return None

    def _is_ours(self, pushed: Pushed) -> bool:
        """Whether it was still there: of several runs that wait, one gets it."""
        try:
            pushed.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def all(self) -> Iterator[Pushed]:
        """All codes that have not expired, the newest first; expired ones are deleted."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json"), reverse=True):
            pushed = _read(path)
            if pushed is None or pushed.at < self._now() - GOOD_FOR_S:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    logger.debug("An old code cannot be removed: %s", error)
            else:
                yield pushed


def _read(path: Path) -> Pushed | None:
    try:
        said = json.loads(path.read_text("utf-8"))
        return Pushed(str(said["identifier"]), str(said["code"]), float(said["at"]), path)
    except (OSError, ValueError, LookupError, TypeError) as error:
        logger.debug("%s holds no code: %s", path.name, type(error).__name__)
        return None


def same(one: str, other: str) -> bool:
    """Whether two identifiers mean the same; in e-mail addresses capitals do not count."""
    if "@" in one:
        return one.strip().casefold() == other.strip().casefold()
    return one.strip() == other.strip()
