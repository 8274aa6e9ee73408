"""Files that callers have sent, for runs to upload: a folder each, until they expire or are deleted."""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_core import BadRequest
from agent_core.faces.server.errors import NoRoom

logger = logging.getLogger(__name__)

FILE_ID = re.compile(r"file_[0-9a-f]{24}")
KEPT_DAYS = 7
"""How long a file is kept where its sender does not say."""
MOST_DAYS = 90
LONGEST_NAME = 150
"""Bytes of a file's name."""
MOST_FILES = 50
"""Files of one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file that somebody has sent."""

    file_id: str
    path: Path
    """Where it lies, under the name that its sender gave it."""
    size: int
    expires_at: datetime


class Uploads:
    """The files in one folder."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """`most_bytes` is the space that all of them may have together."""
        self._folder, self._most_bytes = folder, most_bytes
        self._coming: dict[str, int] = {}
        """Files that come in now -> the bytes that are kept free for each of them."""
        self._one_at_a_time = threading.Lock()

    def begin(self, file_id: str, most_bytes: int) -> Path:
        """Make room for a file of at most so many bytes; where to write it.

        `finish` or `forget` has to follow, also where this fails.

        Raises:
            NoRoom: All files together would need more than they may have.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._one_at_a_time:
            if self._kept_bytes() + sum(self._coming.values()) + most_bytes > self._most_bytes:
                raise NoRoom(
                    f"the files that were sent may have {self._most_bytes:,} bytes together; delete some "
                    "with DELETE /v1/files/{file_id}, or wait until they expire"
                )
            (self._folder / file_id).mkdir(mode=0o700)
            self._coming[file_id] = most_bytes
        return self._folder / file_id / ".partial"

    def finish(self, file_id: str, name: str, days: int | None) -> SentFile:
        """Give a file that has come in its name, and keep it for so many days."""
        folder = self._folder / file_id
        expires_at = datetime.now(UTC) + timedelta(days=KEPT_DAYS if days is None else days)
        path = folder / plain_name(name)
        (folder / ".partial").chmod(0o600)
        (folder / ".partial").rename(path)
        (folder / ".about").write_text(json.dumps({"name": path.name, "expires_at": expires_at.isoformat()}))
        self._has_come(file_id)
        return SentFile(file_id=file_id, path=path, size=path.stat().st_size, expires_at=expires_at)

    def find(self, file_id: str) -> SentFile | None:
        """The file with this id; None: there is none, or it has expired."""
        if not FILE_ID.fullmatch(file_id):
            return None
        folder = self._folder / file_id
        try:
            about = json.loads((folder / ".about").read_text("utf-8"))
            path = folder / about["name"]
            found = SentFile(
                file_id=file_id,
                path=path,
                size=path.stat().st_size,
                expires_at=datetime.fromisoformat(about["expires_at"]),
            )
        except FileNotFoundError:
            return None
        return found if found.expires_at > datetime.now(UTC) else None

    def paths_of(self, file_ids: Sequence[str] | None) -> list[str]:
        """Where the files of a task lie.

        Raises:
            BadRequest: There are too many, or one of them is not there.
        """
        wanted = list(dict.fromkeys(file_ids or ()))
        if len(wanted) > MOST_FILES:
            raise BadRequest("file_ids", f"may name {MOST_FILES} files at most")
        found = {each: self.find(each) for each in wanted}
        for file_id, each in found.items():
            if each is None:
                why = f"there is no file {file_id!r}; send it with POST /v1/upload_file"
                raise BadRequest("file_ids", why)
        return [str(each.path) for each in found.values() if each]

    def forget(self, file_id: str) -> None:
        """Delete a file. Nothing happens if there is none."""
        if FILE_ID.fullmatch(file_id):
            shutil.rmtree(self._folder / file_id, ignore_errors=True)
            self._has_come(file_id)

    def sweep(self) -> None:
        """Delete what has expired, and what never came in whole."""
        long_ago = datetime.now(UTC) - timedelta(days=1)
        for folder in self._folders():
            with suppress(FileNotFoundError):  # another request deletes it just now
                begun = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
                if self.find(folder.name) is None and ((folder / ".about").exists() or begun < long_ago):
                    logger.info("The upload %s has expired and is deleted", folder.name)
                    self.forget(folder.name)

    def _has_come(self, file_id: str) -> None:
        with self._one_at_a_time:
            self._coming.pop(file_id, None)

    def _kept_bytes(self) -> int:
        """The space of all files but those that come in now."""
        size = 0
        for folder in self._folders():
            if folder.name not in self._coming:
                with suppress(FileNotFoundError):
                    size += sum(path.stat().st_size for path in folder.iterdir())
        return size

    def _folders(self) -> Iterator[Path]:
        yield from (path for path in self._folder.glob("file_*") if path.is_dir())


def new_id() -> str:
    """An id for a file that is about to come in."""
    return f"file_{secrets.token_hex(12)}"


def plain_name(name: str) -> str:
    """A name that cannot be a path, from what a sender calls a file."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(each for each in last if each.isprintable() and each not in '<>:"|?*').strip(" .")
    stem, dot, ending = printable.rpartition(".")
    while len(f"{stem}{dot}{ending}".encode()) > LONGEST_NAME:
        stem, ending = (stem[:-1], ending) if stem else (stem, ending[:-1])
    return f"{stem}{dot}{ending}".strip(" .") or "file"
