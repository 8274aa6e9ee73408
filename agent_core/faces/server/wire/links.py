"""Addresses of a run's page and of its files, signed so that they need no key."""

from __future__ import annotations

import base64
import binascii
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from agent_core.faces.server.errors import NotFound
from agent_core.faces.server.kept.sealing import Seal

GOOD_FOR_S = 7 * 24 * 3600
"""How long a signed link is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Makes links, and reads the ids in them."""

    base: str
    """The server's own address, without a slash at the end."""
    seal: Seal

    def page(self, run_id: str) -> str:
        """The page of a run."""
        return f"{self.base}/runs/{run_id}"

    def file(self, run_id: str, path: str, *, signed: bool = True) -> str:
        """The content of a file of a run; `path` is relative to the run's folder."""
        artifact, expiry = artifact_id(run_id, path), str(int(time.time()) + GOOD_FOR_S)
        address = f"{self.base}/v1/artifacts/{artifact}/content"
        if not signed:
            return address
        return f"{address}?expiry={expiry}&sig={self.seal.signature(f'{artifact} {expiry}')}"

    def session(self, session_id: str) -> str:
        """The page of the browser sessions, at this one."""
        return f"{self.base}/sessions#{session_id}"

    def upload(self, file_id: str) -> str:
        """The content of a file that was sent."""
        expiry = str(int(time.time()) + GOOD_FOR_S)
        address = f"{self.base}/v1/files/{file_id}/content"
        return f"{address}?expiry={expiry}&sig={self.seal.signature(f'{file_id} {expiry}')}"

    def is_good(self, artifact: str, expiry: str, signature: str) -> bool:
        """Whether this is the signature of a link that has not expired."""
        in_time = expiry.isdecimal() and len(expiry) < 12 and int(expiry) > time.time()
        return in_time and self.seal.is_signed(f"{artifact} {expiry}", signature)

    def served(self, run_id: str, uri: str | None) -> str | None:
        """The link to a file that a run names by its `file://` URI; other addresses stay as they are."""
        if uri is None or not uri.startswith("file:"):
            return uri
        _, found, path = unquote(urlsplit(uri).path).partition(f"/{run_id}/")
        return self.file(run_id, path) if found else None


def artifact_id(run_id: str, path: str) -> str:
    """The id of a file of a run: it says which, and only files of run folders have one."""
    named = base64.urlsafe_b64encode(path.encode()).decode().rstrip("=")
    return f"a_{run_id}_{named}"


def artifact_of(artifact: str) -> tuple[str, Path]:
    """The run and the path in its folder that an id names.

    Raises:
        NotFound: It names none, or one outside the folder.
    """
    kind, _, rest = artifact.partition("_")
    prefix, _, rest = rest.partition("_")
    number, _, named = rest.partition("_")
    try:
        path = Path(base64.urlsafe_b64decode(named + "=" * (-len(named) % 4)).decode())
    except (binascii.Error, UnicodeDecodeError, ValueError):
        path = Path()
    good = kind == "a" and prefix in ("tsk", "wr") and number.isalnum() and number.isascii()
    if not good or path.is_absolute() or ".." in path.parts or not path.parts or "\0" in str(path):
        raise NotFound(f"there is no artifact {artifact[:64]!r}")
    return f"{prefix}_{number}", path
