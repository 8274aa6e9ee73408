"""What came of an action: whether it was done, what changed on the page, and the rows that it read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from browser.model.actions import Action
from browser.model.observation import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a long list, as it was when it was read."""

    text: str
    """What it says, one block a line."""
    url: str
    """The page it stood on."""
    ref: str = ""
    """Names it for as long as the page keeps it; lists that drop or replace rows do not."""
    cells: tuple[tuple[str, str], ...] = ()
    """In a table with named columns: column and text."""
    elements: tuple[Element, ...] = ()
    """All that is in it, with refs that no other row has; those at its top have no parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A long list, each row once, in order."""

    rows: tuple[Row, ...] = ()
    stopped: Literal["end", "max_rows", "max_pages", "max_seconds", "stuck"] = "end"
    """Only after `end` are these all there are."""
    why: str = ""
    """How that is known, or what stood in the way, as a sentence."""
    pages: int = 1
    """Pages turned or blocks loaded by pressing something, the first one included."""
    presses: int = 0
    scrolls: int = 0
    adverts: int = 0
    """Adverts between the rows that were left out."""
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the list was read to its end."""
        return self.stopped == "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What came of one action."""

    action: Action
    did: str = ""
    """What was done, as a sentence that names the element: `clicked button 'Send'`."""
    problem: str = ""
    """Why it could not be done; "" where it was."""
    effect: str = ""
    """What was seen to change because of it: `the page went to /thanks`; "" where nothing was seen."""
    shown: str | None = None
    """For fields: what the field shows afterwards."""
    collected: Collected | None = None
    """For `Collect`: the rows; also where something cut it short."""
    navigated: bool = False
    """Another document, tab or dialog is in front now: the rest of a batch was meant for the old one."""
    took_ms: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the action was carried out."""
        return not self.problem
