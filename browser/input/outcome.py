"""What an act gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from browser.model.results import Collected


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an act, or of the part of it that was done before it was interrupted."""

    did: str = ""
    """What was done, as a sentence that names the element: `clicked button 'Send'`; "" where nothing was."""
    shown: str | None = None
    """For fields: what the field shows afterwards."""
    collected: Collected | None = None
    """For `Collect`: the rows that were read."""
    at_rest: bool = False
    """Whether the page has been waited for after all that was done to it, and was only read since."""

    def and_then(self, words: str) -> Outcome:
        """The same outcome with more words at the end of what was done."""
        return replace(self, did=self.did + words)

    def showing(self, shown: str | None) -> Outcome:
        """The same outcome of a field that shows this text; None: it shows none, or is gone."""
        return replace(self, shown=shown)

    def rested(self) -> Outcome:
        """The same outcome of an act that has waited for the page, and did nothing to it afterwards."""
        return replace(self, at_rest=True)


Listener = Callable[[Outcome], None]
"""Hears how far an act has come."""


def unheard(outcome: Outcome) -> None:
    """A listener that ignores progress."""
