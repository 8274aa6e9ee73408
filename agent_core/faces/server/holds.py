"""The pages of runs that people hold through this server, each under a name that only its holder knows.

A connection that breaks does not end a hold: who comes back in time, with the name, goes on.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from agent_core import Hold

MOST_WATCHING = 100
"""Connections that watch or hold pages of this process at a time."""


@dataclass
class Holds:
    """What is held now, and by how many connections runs are watched."""

    watching: int = 0
    _held: dict[str, tuple[str, Hold]] = field(default_factory=dict)

    def keep(self, run_id: str, hold: Hold) -> str:
        """Remember a hold; returns the name by which its holder finds it again."""
        self._held = {name: held for name, held in self._held.items() if held[1].lasts}
        name = secrets.token_urlsafe(24)
        self._held[name] = (run_id, hold)
        return name

    def again(self, run_id: str, name: str) -> Hold | None:
        """The hold of this run by that name; None: there is none any more."""
        of_run, hold = self._held.get(name, ("", None))
        return hold if hold is not None and of_run == run_id and hold.lasts else None
