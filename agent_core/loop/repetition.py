"""Notices when an engine does the same again and again, and the page stays as it was.

The same thing over and over (A-A-A) and going to and fro (A-B-A-B) are one pattern with a period of
one, two or three steps. First the engine is warned, then what it repeats is forbidden, and when it
insists the run is stuck. As soon as the page shows something new, all is forgiven.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from browser.model.actions import Action

NUDGE_AFTER = {1: 3, 2: 4, 3: 6}
"""Period of the pattern -> steps in it after which the engine is warned."""
FORBID_AFTER = {1: 5, 2: 6, 3: 9}
"""Period -> steps in it after which its actions are refused."""
MOST_REFUSALS = 3
"""The refusal that ends the run."""


@dataclass(frozen=True, slots=True)
class _Entry:
    actions: tuple[Action, ...]
    page: str
    """Digest of the page afterwards."""


@dataclass
class Repetition:
    """The memory of one run."""

    forbidden: tuple[Action, ...] = ()
    """Actions that are refused now."""
    nudge: str = ""
    """What the engine should hear now; "" where it does nothing in vain."""
    refusals: int = 0
    _entries: list[_Entry] = field(default_factory=list)
    _pages: set[str] = field(default_factory=set)
    """Digests of the pages in which the forbidden actions were in vain."""

    def note(self, actions: tuple[Action, ...], page: str) -> None:
        """Remember that these were tried, and what the page looked like afterwards (its digest)."""
        self._entries.append(_Entry(actions, page))
        self.nudge = ""
        if page not in self._pages:
            self.forbidden, self.refusals, self._pages = (), 0, set()
        for period in NUDGE_AFTER:
            steps = self._steps_in_pattern(period)
            if steps >= NUDGE_AFTER[period]:
                pattern = self._entries[-period:]
                tried = "the same was done" if period == 1 else f"the same {period} steps were repeated"
                times = steps // period
                self.nudge = f"{tried} {times} times and nothing new came of it; try another way or give up"
                if steps >= FORBID_AFTER[period]:
                    self.forbidden = tuple(
                        dict.fromkeys(action for entry in pattern for action in entry.actions)
                    )
                    self._pages = {entry.page for entry in pattern}
                return

    def refuse(self, action: Action) -> str:
        """Why this action is not carried out; "" where it may be."""
        if action not in self.forbidden:
            return ""
        return "refused: it was done again and again and nothing new came of it; do something else"

    def note_refusals(self, actions: Iterable[Action]) -> None:
        """Count a step in which some of these were refused."""
        self.refusals += any(action in self.forbidden for action in actions)

    @property
    def stuck(self) -> bool:
        """Whether the engine insists on what is forbidden."""
        return self.refusals >= MOST_REFUSALS

    def _steps_in_pattern(self, period: int) -> int:
        """How many of the last steps repeat with this period, and left the page as the time before."""
        entries = self._entries
        index = len(entries) - 1
        while index >= period and entries[index] == entries[index - period]:
            index -= 1
        repeated = len(entries) - 1 - index
        return repeated + period if repeated else 0
