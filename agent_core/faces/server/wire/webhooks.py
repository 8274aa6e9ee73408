"""Sending a webhook once more, as the published API names it."""

from __future__ import annotations

from pydantic import BaseModel


class ResendRequest(BaseModel):
    """Where a run's result is sent once more."""

    webhook_url: str | None = None
    """Null: to the run's own `webhook_url`."""


class ResendAnswer(BaseModel):
    """What came of it."""

    run_id: str
    run_type: str
    default_webhook_url: str | None
    """The run's own."""
    target_webhook_url: str | None
    payload: str
    """What was sent."""
    headers: dict[str, str]
    """What it was signed with."""
    status_code: int | None
    """What the receiver answered; null: nothing."""
    latency_ms: int | None
    response_body: str | None = None
    """Always null: `error` holds the beginning of a refusal."""
    error: str | None
    """Null: it was delivered."""
