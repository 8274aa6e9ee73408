"""Browser profiles on disk: one file each, readable by its owner alone, and encrypted if there is a key.

The head of a file is always plain: format, version, id, name and times. The storage state stands under
`content`, as a list of [key, value], or as one encrypted (Fernet) text.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from agent_core.errors import BadRequest
from agent_core.store import private
from agent_core.store.run_folder import new_id
from browser.state.storage_state import Key, StorageState, describe, merge

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

logger = logging.getLogger(__name__)

FORMAT, VERSION = "agent-core browser profile", 1
FIELD = "browser_profile_id"
MOST_NAMED = 10
"""How many conflicting keys a warning names."""


class BrowserProfileInfo(BaseModel):
    """A browser profile: the storage state of a browser, saved under a name."""

    browser_profile_id: str
    """`bp_...`."""
    name: str
    created_at: datetime
    saved_at: datetime
    encrypted: bool
    """Whether the storage state is encrypted in the file."""


class ProfileFiles:
    """The files of all browser profiles."""

    def __init__(self, folder: Path, key: str = "") -> None:
        """`key` is a Fernet key; "" means that new content is not encrypted."""
        self._folder, self._key = folder, key

    def find(self, wanted: str) -> BrowserProfileInfo:
        """Find a profile by its id or its name.

        Raises:
            BadRequest: There is no such profile, or its file cannot be used.
        """
        if re.fullmatch(r"bp_[0-9a-z]+", wanted) and (self._folder / f"{wanted}.json").is_file():
            return _info(self._head(wanted))
        for info in self.all():
            if info.name == wanted:
                return info
        raise BadRequest(
            FIELD, f"there is no profile {wanted!r}; `agent-core profiles list` shows those there are"
        )

    def all(self) -> Iterator[BrowserProfileInfo]:
        """Return all profiles, oldest first, without those that cannot be read."""
        for path in sorted(self._folder.glob("bp_*.json")):
            try:
                yield _info(self._head(path.stem))
            except BadRequest as error:
                logger.info("A profile is left out: %s", error)

    def check(self, name: str) -> None:
        """Check that a profile of this name can be made.

        Raises:
            BadRequest: The name is taken or blank, or the key cannot be used.
        """
        self._fernet()
        if not name.strip():
            raise BadRequest("name", "is blank; say what the profile is to be called")
        if any(name == info.name for info in self.all()):
            raise BadRequest(
                "name", f"there is a profile {name!r} already; delete it first, or take another name"
            )

    def make(self, name: str, stored: StorageState) -> BrowserProfileInfo:
        """Make a new profile.

        Raises:
            BadRequest: The name is taken or blank, or the key cannot be used.
        """
        self.check(name)
        now = datetime.now(UTC)
        info = BrowserProfileInfo(
            browser_profile_id=new_id("bp_"),
            name=name,
            created_at=now,
            saved_at=now,
            encrypted=bool(self._key),
        )
        private.make_folder(self._folder)
        self._write(info, stored)
        return info

    def load(self, profile_id: str) -> StorageState:
        """Return the storage state of a profile.

        Raises:
            BadRequest: The file cannot be used: another version, no key or a wrong one, damaged.
        """
        content = self._head(profile_id).get("content")
        text = self._decrypted(profile_id, content) if isinstance(content, str) else ""
        try:
            rows = json.loads(text) if text else content
            return StorageState({_key(key): value for key, value in rows or ()})
        except (ValueError, TypeError) as error:
            raise self._damaged(profile_id) from error

    def save(self, profile_id: str, base: StorageState, ours: StorageState) -> str:
        """Save `ours`, which was made from `base`, merged with what others have saved meanwhile.

        Returns:
            A sentence that names the conflicting keys; "" if there are none.

        Raises:
            BadRequest: The file cannot be used, or it was deleted.
        """
        with self._alone(profile_id):
            info = _info(self._head(profile_id))
            together, both = merge(base, ours, self.load(profile_id))
            info.saved_at, info.encrypted = datetime.now(UTC), bool(self._key)
            self._write(info, together)
        if not both:
            return ""
        more = f" and {len(both) - MOST_NAMED} more" if len(both) > MOST_NAMED else ""
        named = ", ".join(map(describe, both[:MOST_NAMED]))
        return (
            f"another run had saved other values in the profile meanwhile, and this run's hold: {named}{more}"
        )

    def delete(self, profile_id: str) -> None:
        """Delete the file of a profile."""
        for path in (self._folder / f"{profile_id}.json", self._folder / f"{profile_id}.lock"):
            path.unlink(missing_ok=True)

    def _head(self, profile_id: str) -> dict[str, Any]:
        path = self._folder / f"{profile_id}.json"
        try:
            head = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            raise BadRequest(FIELD, f"the profile {profile_id} is gone: it was deleted") from error
        except (OSError, ValueError) as error:
            raise self._damaged(profile_id) from error
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise self._damaged(profile_id)
        if head.get("version") != VERSION:
            why = (
                f"{path} is of version {head.get('version')}, and this program reads version {VERSION}; "
                "use the program that wrote it, or make the profile anew"
            )
            raise BadRequest(FIELD, why)
        return head

    def _damaged(self, profile_id: str) -> BadRequest:
        path = self._folder / f"{profile_id}.json"
        return BadRequest(FIELD, f"{path} is damaged, and no profile can be read from it; make it anew")

    def _decrypted(self, profile_id: str, content: str) -> str:
        from_key = self._fernet()
        if from_key is None:
            raise BadRequest(FIELD, f"{profile_id} is encrypted; set AGENT_CORE_PROFILE_KEY to its key")
        from cryptography.fernet import InvalidToken

        try:
            return from_key.decrypt(content.encode()).decode()
        except InvalidToken as error:
            why = f"AGENT_CORE_PROFILE_KEY is not the key of {profile_id}, or its file is damaged"
            raise BadRequest(FIELD, why) from error

    def _fernet(self) -> Fernet | None:
        return fernet(self._key) if self._key else None

    def _write(self, info: BrowserProfileInfo, stored: StorageState) -> None:
        # Sites may keep lone surrogates, which UTF-8 does not have: JSON in ASCII has them as they are.
        rows: Any = [[list(key), value] for key, value in stored.items.items()]
        if with_key := self._fernet():
            rows = with_key.encrypt(json.dumps(rows).encode()).decode()
        whole = {"format": FORMAT, "version": VERSION, **info.model_dump(mode="json"), "content": rows}
        path = self._folder / f"{info.browser_profile_id}.json"
        private.write(path, json.dumps(whole))

    @contextmanager
    def _alone(self, profile_id: str) -> Iterator[None]:
        """Hold the lock of a profile, so that no other process saves it meanwhile."""
        lock = os.open(self._folder / f"{profile_id}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def fernet(key: str) -> Fernet:
    """Return the cipher for this key.

    Raises:
        BadRequest: The key is invalid, or the package for it is missing.
    """
    try:
        from cryptography.fernet import Fernet
    except ImportError as error:
        why = "encrypting profiles needs a package: pip install '.[vault]' in agent-core's checkout"
        raise BadRequest("AGENT_CORE_PROFILE_KEY", why) from error
    try:
        return Fernet(key)
    except ValueError as error:
        why = "is no key of Fernet (32 bytes in base64); `agent-core profiles key` makes one"
        raise BadRequest("AGENT_CORE_PROFILE_KEY", why) from error


def _info(head: dict[str, Any]) -> BrowserProfileInfo:
    try:
        return BrowserProfileInfo.model_validate(head)
    except ValidationError as error:
        why = f"the head of {head.get('browser_profile_id')!r} is damaged; make the profile anew"
        raise BadRequest(FIELD, why) from error


def _key(parts: list[str]) -> Key:
    if not parts or not all(isinstance(part, str) for part in parts):
        raise ValueError("no key")
    return tuple(parts)
