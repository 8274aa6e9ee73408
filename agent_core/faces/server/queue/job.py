"""A run that waits: what was asked for, and what else its worker has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

FORMAT = 2
"""Version of what is kept of a job; a worker leaves a newer one to newer workers."""

Kind = Literal["task", "workflow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What is kept of a job encrypted."""

    request: Mapping[str, Any] = field(repr=False)
    """The fields of the `TaskRequest` as they were given; of a workflow, those of its task."""
    workflow: str = ""
    """The workflow's name; "" for a task."""
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of the workflow."""
    webhook_url: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)
    """What webhooks and requests for one-time codes are signed with; "": that of the settings."""

    public_only: bool = True
    """Whether nothing of the machine that carries it out, and of its network, may be gone to. The server
    that queues it decides that, and not the worker, which nobody reaches."""

    def as_json(self) -> dict[str, Any]:
        """All fields."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def for_webhook(self) -> Sealed:
        """Only what is needed to post the result."""
        return replace(self, request={}, workflow="", parameters={})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A run that is to be queued."""

    run_id: str
    kind: Kind = "task"
    sealed: Sealed
    key_id: str = ""
    user_agent: str = ""
    priority: int = 0
    """A higher one begins first; within one, runs begin in the order in which they were queued."""
    run_type: str
    title: str = ""
    prompt: str = ""
    """Secrets masked."""
    asked: dict[str, Any]
    """The request as it may be shown, secrets masked."""
    created_at: datetime
    needs: tuple[str, ...] = ()
    """What it needs for itself alone, such as `session:pbs_...`; one run at a time has each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenJob:
    """A run that a worker has taken."""

    run_id: str
    kind: Kind
    sealed: Sealed
    created_at: datetime
    run_type: str
    asked: dict[str, Any] = field(repr=False)
    left_by: str = ""
    """Of a run that was left behind: the id of the worker that is gone."""
    silent_s: float = 0.0
    """Of a run that was left behind: for how long its worker's lease has been over, seconds."""
    cancel_asked: bool = False
    """Of a run that was left behind: whether its caller has canceled it."""
    goes_on: bool = False
    """Whether it was begun by a worker that is gone, and goes on from its last step."""
