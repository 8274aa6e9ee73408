"""A run that had its id before it began."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent_core.store.run_folder import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRun:
    """A run that somebody else keeps in a queue until it begins.

    Who keeps the queue also posts the result to the run's webhook, with `resend_webhook`: the run does not.
    """

    run_id: str
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it was asked for."""

    @classmethod
    def new(cls, *, workflow: bool = False) -> QueuedRun:
        """One with a new id, asked for now; `workflow` says that it runs a workflow."""
        return cls(run_id=new_id("wr_" if workflow else "tsk_"))
