"""The files of a run that callers may have, as they lie in its folder."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent_core.faces.server.wire.links import artifact_id

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "video/mp4"})
"""What a browser shows by itself and cannot run; everything else is handed over as a download."""
WHOLE_FILES = {
    "recording.mp4": "recording",
    "network.har": "har",
    "trace.zip": "trace",
    "script.json": "script_file",
    "steps.jsonl": "skyvern_log_raw",
}
"""Name of a file in the run folder -> its kind, in the words of the published API."""
FOLDERS = {"screenshots": "screenshot_action", "downloads": "download"}
"""Folder in the run folder -> the kind of its files."""


@dataclass(frozen=True, slots=True)
class RunFile:
    """One file of a run."""

    run_id: str
    kind: str
    """One of the published API's artifact types."""
    path: Path
    relative: str
    """Its path in the run's folder."""

    @property
    def artifact_id(self) -> str:
        """What others name it by."""
        return artifact_id(self.run_id, self.relative)

    @property
    def media_type(self) -> str:
        """By its name; `application/octet-stream` where that says nothing."""
        return mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"

    @property
    def is_shown_inline(self) -> bool:
        """Whether a browser may show it. What a site made the run download is never shown."""
        return self.kind != "download" and self.media_type in SHOWN_INLINE


def files_of(run_id: str, folder: Path) -> Iterator[RunFile]:
    """All files of a run that callers may have: pictures, downloads, recordings, its script and its steps."""
    for name, kind in WHOLE_FILES.items():
        if _is_plain(folder / name):
            yield RunFile(run_id, kind, folder / name, name)
    for name, kind in FOLDERS.items():
        for path in sorted((folder / name).rglob("*")) if (folder / name).is_dir() else ():
            if _is_plain(path):
                yield RunFile(run_id, kind, path, path.relative_to(folder).as_posix())


def file_at(run_id: str, folder: Path, relative: Path) -> RunFile | None:
    """The file at this place; None: there is none that callers may have.

    It is one of those that the folder is found to hold, so that no path leads out of it.
    """
    wanted = relative.as_posix()
    return next((each for each in files_of(run_id, folder) if each.relative == wanted), None)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
