"""`agent-core codes`: handing a one-time code to a run that waits for it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from agent_core import push_code

app = typer.Typer(name="codes", help="One-time codes for runs that wait for them.", no_args_is_help=True)


@app.callback()
def _codes() -> None:
    pass


@app.command(short_help="Hand a code to the run that waits for it.")
def push(
    identifier: Annotated[
        str,
        typer.Argument(metavar="IDENTIFIER", help="The task's totp_identifier: an e-mail address, a number."),
    ],
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The code; - reads it from standard input.")
    ] = "-",
) -> None:
    """Hand a one-time code to the run with this identifier, also one in another process.

    It is good for ten minutes and for one use; of several, the newest is taken first.
    """
    push_code(identifier, sys.stdin.readline() if code == "-" else code)
    typer.echo(f"kept for {identifier} for ten minutes", err=True)
