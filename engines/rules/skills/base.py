"""What a skill is made of: a reader that knows its words, and the step it reads, which can be carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import Description
from engines.rules.scene import Scene
from engines.rules.step_generator import StepGenerator


@dataclass(slots=True)
class Notes:
    """What later steps need to know of earlier ones; one per run."""

    scope: Description | None = None
    """What the steps after it are about: `the email by Ann`, `the user @leo`."""
    tool: Description | None = None
    """What was said to be used: `use the textbox to enter "x"`."""
    entered: list[str] = field(default_factory=list)
    """Refs of the fields that were filled in."""
    looked_for: list[str] = field(default_factory=list)
    """Refs of the controls that were set where they had to be looked for, and not saved yet."""
    kept_by: set[str] = field(default_factory=set)
    """What the buttons are called that were pressed to keep what steps before it set."""
    ticked: tuple[str, ...] = ()
    """Names of the records that were selected last."""


class Step(Protocol):
    """One thing the prompt asks for."""

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Carry out the step and return the evidence for it; raises `CannotDo` if it is not possible."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of the clauses at the front of those it was given."""

    step: Step
    used: int = 1
    """How many clauses it took up."""
    word: str = ""
    """A word that the page has to know, else the clause was not understood; "" where none has to."""


Reader = Callable[[Sequence[Clause]], Read | None]
"""Looks at the clauses that remain; None where they do not begin with anything of its own."""
