"""Files that pages hand out: kept, measured, listed."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Download as LiveDownload


@dataclass(slots=True, kw_only=True)
class Download:
    """One download; all but name and url are filled in when it has ended."""

    name: str
    url: str
    path: str = ""
    """Where it lies; "" while it runs and where it failed."""
    size: int = 0
    """Bytes."""
    sha256: str = ""
    """Hex."""
    mime: str = ""
    """Guessed from the name; `application/octet-stream` where that says nothing."""
    problem: str = ""
    """Why it failed; "" where it did not."""

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return bool(self.path or self.problem)


async def keep(live: LiveDownload, download: Download, folder: Path | None) -> None:
    """Wait for a download, move it into the folder, measure it."""
    from playwright.async_api import Error

    folder = folder or Path(tempfile.mkdtemp(prefix="agent-core-downloads-"))
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder / _safe(download.name))
    path.touch()
    try:
        await live.save_as(path)
    except Error as error:
        path.unlink(missing_ok=True)
        download.problem = error.message.splitlines()[0]
        return
    download.sha256, download.size = await asyncio.to_thread(_measure, path)
    download.mime = mimetypes.guess_type(download.name)[0] or "application/octet-stream"
    download.path = str(path)


def _safe(name: str) -> str:
    plain = Path(name.replace("\\", "/")).name
    return plain if plain not in ("", ".", "..") else "download"


def _free(path: Path) -> Path:
    """The path, or the path with a number where that name is taken."""
    candidate, number = path, 1
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


def _measure(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
