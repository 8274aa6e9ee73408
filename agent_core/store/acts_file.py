"""The file of a run's acts, to which lines are added while it goes on: `acts.jsonl` in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.store import private

if TYPE_CHECKING:
    from agent_core.store.acts import ActEntry

NAME = "acts.jsonl"


class ActsFile:
    """The acts of one run, written by the process that runs it."""

    def __init__(self, folder: Path) -> None:
        """Open the file; it is made where it is missing.

        Raises:
            OSError: It cannot be written.
        """
        self._path = folder / NAME
        self._file = private.appending(self._path)

    def append(self, entry: ActEntry) -> None:
        """Add a line; when this returns, a kill does not lose it.

        Raises:
            OSError, ValueError: It cannot be written. The file is gone then: where acts are not known,
                nothing goes on.
        """
        try:
            # What was cut off before, by a kill, is a line of its own.
            line = b"\n" + entry.model_dump_json().encode() + b"\n"
            if self._file.write(line) != len(line):
                raise OSError(f"{self._path} was not written whole")
        except Exception:
            self._file.close()
            self._path.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """Write no more."""
        self._file.close()
