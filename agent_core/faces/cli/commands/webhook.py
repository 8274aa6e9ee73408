"""`agent-core webhook`: send the result of a run to its webhook once more."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from agent_core import resend_webhook

FAILED = 1

app = typer.Typer()


@app.command("webhook", short_help="Send a run's result to its webhook again.")
def webhook_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id or folder.")],
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where to. [default: the run's own webhook]")
    ] = None,
) -> None:
    """Send a run's result to its webhook again, signed with AGENT_CORE_WEBHOOK_KEY.

    Exit status: 0 delivered, 1 not delivered, 2 could not be sent.
    """
    sent = asyncio.run(resend_webhook(run, url=url))
    if sent.delivered:
        typer.echo(f"delivered to {sent.url}: status {sent.status_code}")
        return
    typer.echo(f"not delivered to {sent.url} in {sent.attempts} attempts: {sent.problem}", err=True)
    raise typer.Exit(FAILED)
