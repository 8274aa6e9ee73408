"""A disk of a few bytes, which is soon full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Mount a file system of this size at a folder; skips the test where that is not allowed."""
    folder.mkdir(parents=True)
    size = f"size={kilobytes}k,mode=700"
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "none", str(folder)], check=False)
    except FileNotFoundError:
        pytest.skip("there is no program `mount` here")
    if mounted.returncode:
        pytest.skip("a disk can be mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
