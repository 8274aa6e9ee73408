"""How a replay went, for the run's report and for the script to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent_core.replay.format import Step


@dataclass(kw_only=True)
class ReplayReport:
    """What was done otherwise than it was recorded."""

    healed: list[str] = field(default_factory=list)
    """One sentence for each element that had changed and was found again."""
    worked_out: list[str] = field(default_factory=list)
    """The clauses of the prompt that were recomputed."""
    fallbacks: list[str] = field(default_factory=list)
    """One sentence for each time that the task's engine was needed."""
    steps: dict[int, Sequence[Step]] = field(default_factory=dict)
    """Index of a step -> the steps that take its place in the script."""
