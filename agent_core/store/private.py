"""Folders and files that only their owner can read (0700 and 0600), whatever the umask says."""

from __future__ import annotations

import logging
import os
import tempfile
from io import FileIO
from pathlib import Path

logger = logging.getLogger(__name__)

FOLDER, FILE = 0o700, 0o600


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing. A folder that exists keeps its mode.

    Raises:
        OSError: It cannot be made.
    """
    missing = []
    for each in (path, *path.parents):
        if each.exists():
            break
        missing.append(each)
    for each in reversed(missing):
        each.mkdir(mode=FOLDER, exist_ok=True)
        each.chmod(FOLDER)


def appending(path: Path) -> FileIO:
    """Open a file to append to it; it is made if it is missing. What is written is not buffered.

    Raises:
        OSError: It cannot be written.
    """
    return FileIO(_opened(path, os.O_WRONLY | os.O_APPEND), "ab")


def write(path: Path, content: str | bytes) -> None:
    """Write a whole file in place of what stood there; it appears whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    data = content if isinstance(content, bytes) else content.encode()
    # A name of its own, so that of two who write at once one comes last; only the owner can read it.
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def make_private(folder: Path) -> None:
    """Remove other users' permissions from all files in a folder, whoever wrote them."""
    for path in (folder, *folder.rglob("*")):
        try:
            if not path.is_symlink():
                path.chmod(FOLDER if path.is_dir() else FILE)
        except OSError as error:
            logger.info("The mode of %s cannot be set: %s", path, error)


def _opened(path: Path, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_CREAT, FILE)
    if hasattr(os, "fchmod"):  # Windows has it from Python 3.13 on
        os.fchmod(descriptor, FILE)
    return descriptor
