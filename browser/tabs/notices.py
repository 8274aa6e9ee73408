"""Notes on what happened in a session without an act, for the next observation."""

from __future__ import annotations


class Notices:
    """The sentences that were not told yet, each once with how often it happened."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def add(self, what: str) -> None:
        """Have a sentence told with the next observation."""
        self._times[what] = self._times.get(what, 0) + 1

    def take(self) -> tuple[str, ...]:
        """What was not told yet; it counts as told from now on."""
        told = tuple(what if times == 1 else f"{what} ({times} times)" for what, times in self._times.items())
        self._times.clear()
        return told
