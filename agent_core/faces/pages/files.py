"""The files that lie in a run's folder and are offered on its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from agent_core.task.run import TaskRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file of a run."""

    name: str
    """Its path in the run folder, with `/`."""
    title: str
    note: str = ""
    size: int | None = None
    """Bytes; None: the file is not there any more."""


FURTHER = {
    "network.har": "What the pages asked of the network",
    "trace.zip": "For Playwright's trace viewer",
    "script.json": "What the run did, to be done again",
    "result.json": "The whole result",
    "traceback.txt": "Where the program itself made a mistake",
}


def downloads_of(run: TaskRun, folder: Path) -> list[Kept]:
    """What the run downloaded, oldest first."""
    return [
        Kept(
            name=name_in(file.url, run) or f"downloads/{file.filename}",
            title=file.filename,
            note=f"SHA-256 {file.checksum}" if file.checksum else "",
            size=_size(folder, name_in(file.url, run)),
        )
        for file in run.downloaded_files or ()
    ]


def recording_of(run: TaskRun, folder: Path) -> Kept | None:
    """The video; None: there is none."""
    name = name_in(run.recording_url, run)
    there = _size(folder, name)
    return Kept(name=name, title="Recording", size=there) if name and there is not None else None


def further_of(folder: Path) -> Iterator[Kept]:
    """The other files that are there."""
    for name, note in FURTHER.items():
        there = _size(folder, name)
        if there is not None:
            yield Kept(name=name, title=name, note=note, size=there)


def name_in(url: str | None, run: TaskRun) -> str:
    """The path in the run folder of a `file://` address; "" where it lies elsewhere."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if parts.scheme != "file" or not run.folder:
        return ""
    path = Path(unquote(parts.path))
    folder = Path(run.folder).absolute()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""


def inside(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder; None: it is not there, or the name leads out of the folder."""
    path = (folder / name).resolve()
    return path if name and path.is_relative_to(folder.resolve()) and path.is_file() else None


def _size(folder: Path, name: str) -> int | None:
    path = inside(folder, name)
    return path.stat().st_size if path else None
