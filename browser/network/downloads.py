"""Files that pages hand out: kept, measured, listed."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import mimetypes
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browser.model.text import without_lone_surrogates
from browser.redaction.redactor import Redactor
from browser.tasks import Tasks

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page
    from playwright.async_api import Download as LiveDownload

logger = logging.getLogger("agent_core." + __name__)

CANCEL_S = 2.0


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
    """Guessed from the name, else from how it begins; `application/octet-stream` where neither tells."""
    problem: str = ""
    """Why it failed; "" where it did not."""

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return bool(self.path or self.problem)


MOST_DOWNLOADS = 100
"""Of one session: a page may hand out files without end."""
MOST_BYTES = 1_000_000_000


class Allowance:
    """How much the downloads of one session may come to."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._received: dict[str, int] = {}
        """Bytes by what a download is called by Chromium."""
        self._kept = 0

    @property
    def why(self) -> str:
        """What is said of a download that is too much."""
        return f"the downloads come to more than {self._most_bytes / 1_000_000:g} MB"

    def note(self, guid: str, received: int) -> None:
        """Note how many bytes of a download have arrived."""
        self._received[guid] = int(received)

    @property
    def exceeded(self) -> bool:
        """Whether what is here is more than may be."""
        return max(self._kept, sum(self._received.values())) > self._most_bytes

    def refusal(self, number: int) -> str:
        """Why the download of this number, counted from 1, is not taken; "" where it is."""
        if number > MOST_DOWNLOADS:
            return f"a run keeps no more than {MOST_DOWNLOADS} downloads"
        return self.why if self.exceeded else ""

    def keeps(self, size: int) -> bool:
        """Whether a file that is here whole may stay; it is counted then."""
        if self._kept + size > self._most_bytes:
            return False
        self._kept += size
        return True


class Downloads:
    """The downloads of one session, from their beginning to their end."""

    def __init__(self, folder: Path | None, redactor: Redactor, most_bytes: int = MOST_BYTES) -> None:
        self.all: list[Download] = []
        """Oldest first."""
        self._folder = folder
        self._redactor = redactor
        self._allowance = Allowance(most_bytes)
        self._under_way: dict[asyncio.Task[None], tuple[LiveDownload, Download]] = {}
        self._tasks = Tasks()

    def watch_page(self, page: Page) -> None:
        """Keep what a page hands out from now on."""
        page.on("download", self._begun)

    def watch_progress(self, session: CDPSession) -> None:
        """Count the bytes of a tab's downloads while they arrive."""
        session.on("Page.downloadProgress", self._progressed)

    def _begun(self, live: LiveDownload) -> None:
        download = self._redactor.of(
            Download(name=without_lone_surrogates(live.suggested_filename), url=live.url)
        )
        self.all.append(download)
        if why := self._allowance.refusal(len(self.all)):
            download.problem = why
            self._tasks.start(_cancel(live))
            return
        task = asyncio.ensure_future(keep(live, download, self._folder, self._allowance))
        self._under_way[task] = (live, download)
        task.add_done_callback(lambda ended: self._under_way.pop(ended, None))

    def _progressed(self, event: Mapping[str, Any]) -> None:
        """Cancel all running downloads once they exceed the limit together."""
        self._allowance.note(event["guid"], event["receivedBytes"])
        if self._allowance.exceeded and self._under_way:
            self._tasks.start(self.give_up(self._allowance.why))

    async def done(self, timeout_s: float = 30.0) -> None:
        """Wait for the downloads that have begun; those that have not ended by then are given up."""
        if not self._under_way:
            return
        await asyncio.wait(set(self._under_way), timeout=timeout_s)
        await self.give_up(f"it had not ended after {timeout_s:g} s")

    async def give_up(self, why: str) -> None:
        """Cancel running downloads; `why` becomes the problem of each."""
        given_up = dict(self._under_way)
        for task, (_, download) in given_up.items():
            download.problem = why
            task.cancel()
        if given_up:
            await asyncio.wait(set(given_up))
        for live, _ in given_up.values():
            await _cancel(live)


async def _cancel(live: LiveDownload) -> None:
    from playwright.async_api import Error

    try:
        async with asyncio.timeout(CANCEL_S):
            await live.cancel()
    except (Error, TimeoutError) as error:
        logger.debug("a download could not be cancelled; its tab or the browser is gone: %s", error)


async def keep(
    live: LiveDownload, download: Download, folder: Path | None, allowance: Allowance | None = None
) -> None:
    """Wait for a download, move it into the folder, measure it.

    Half a file looks like a whole one: of a download that fails or is given up, nothing is kept.
    """
    from playwright.async_api import Error

    folder = folder or Path(tempfile.mkdtemp(prefix="agent-core-downloads-"))
    path = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _free(folder / _safe(download.name))
        path.touch()
        await live.save_as(path)
        download.sha256, download.size, head = await asyncio.to_thread(_measure, path)
    except (Error, OSError) as error:
        said = error.message if isinstance(error, Error) else str(error)
        download.problem = said.removeprefix("Download.save_as: ").splitlines()[0]
    else:
        if allowance is not None and not allowance.keeps(download.size):
            download.problem = allowance.why
            return
        download.mime = mimetypes.guess_type(download.name)[0] or _looks_like(head)
        download.path = str(path)
    finally:
        if path and not download.path:
            path.unlink(missing_ok=True)


LONGEST_NAME = 200
"""Bytes; file systems take 255, and a number may be added."""


def _safe(name: str) -> str:
    """The name without a folder, and without what file systems do not take."""
    plain = Path(name.replace("\\", "/")).name
    plain = "".join(sign for sign in plain if sign.isprintable() and sign not in '<>:"|?*')
    if plain.strip(" .") == "":
        return "download"
    ending = Path(plain).suffix[:20]
    stem = plain.removesuffix(ending)
    while len((stem + ending).encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + ending


def _free(path: Path) -> Path:
    """The path, or the path with a number where that name is taken."""
    candidate, number = path, 1
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


def _measure(path: Path) -> tuple[str, int, bytes]:
    """SHA-256, size, and how it begins."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        return digest, path.stat().st_size, file.read(64)


BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"\x1f\x8b": "application/gzip",
    b"<!doctype html": "text/html",
    b"<html": "text/html",
    b"<?xml": "application/xml",
}


def _looks_like(head: bytes) -> str:
    """The MIME type of a file whose name says nothing of it."""
    lower = head.lower()
    known = next((mime for begins, mime in BEGINNINGS.items() if lower.startswith(begins.lower())), "")
    if known:
        return known
    is_text = head and not any(byte < 9 or 13 < byte < 32 for byte in head)
    return "text/plain" if is_text else "application/octet-stream"
