"""Browser profiles on the disk: a file each, readable by its owner alone, encrypted where there is a key.

The head of a file is always plain: what it is, its version, id, name and times. What sites keep stands under
`content`, as a list of [key, value], or encrypted (Fernet) as a text.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from agent_core.errors import BadRequest
from agent_core.store.run_folder import new_id
from browser.state.storage_state import Key, StorageState, describe, merge

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FORMAT, VERSION = "agent-core browser profile", 1
FIELD = "browser_profile_id"
MOST_NAMED = 10
"""How many things that both had changed are named."""


class BrowserProfileInfo(BaseModel):
    """A browser profile: what sites keep in a browser, saved under a name."""

    browser_profile_id: str
    """`bp_...`."""
    name: str
    created_at: datetime
    saved_at: datetime
    encrypted: bool
    """Whether what sites keep is encrypted in its file."""


class ProfileFiles:
    """The files of all browser profiles."""

    def __init__(self, folder: Path, key: str = "") -> None:
        """`key` is a Fernet key; "": new content is written as it is."""
        self._folder, self._key = folder, key

    def find(self, wanted: str) -> BrowserProfileInfo:
        """A profile by its id or its name.

        Raises:
            BadRequest: There is none, or its file cannot be used.
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
        """All of them, oldest first, without those that cannot be read."""
        for path in sorted(self._folder.glob("bp_*.json")):
            try:
                yield _info(self._head(path.stem))
            except BadRequest:
                continue

    def check(self, name: str) -> None:
        """See whether a profile of this name can be made.

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
        """A new profile.

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
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write(info, stored)
        return info

    def load(self, profile_id: str) -> StorageState:
        """What sites keep in it.

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
        """Save what was made of `base`, together with what others have saved meanwhile.

        Returns what both had changed, in words; "" where nothing was.

        Raises:
            BadRequest: The file cannot be used, or is gone.
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
        """Remove it."""
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
        partial = self._folder / f".{info.browser_profile_id}.partial"
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(whole), "utf-8")
        partial.replace(self._folder / f"{info.browser_profile_id}.json")

    @contextmanager
    def _alone(self, profile_id: str) -> Iterator[None]:
        """Let nobody else save it meanwhile."""
        lock = os.open(self._folder / f"{profile_id}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def fernet(key: str) -> Fernet:
    """What encrypts and decrypts with this key.

    Raises:
        BadRequest: It is no key, or the package for it is missing.
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
