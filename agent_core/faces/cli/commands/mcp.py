"""`agent-core mcp`: runs and pages as tools of another agent."""

from __future__ import annotations

import asyncio
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from agent_core import BadRequest, Settings
from agent_core.config import environment_variable
from agent_core.faces.cli.secrets import secrets_named
from agent_core.faces.cli.task_options import takes_task_options

app = typer.Typer()


@app.command("mcp", short_help="Serve runs and pages as tools of another agent (MCP).")
@takes_task_options
def mcp_command(
    *,
    fields: dict[str, Any],
    secret: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SOURCE", help="As for run: a secret that tasks may type, never shown."),
    ] = None,
    totp_secret: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SOURCE", help="The same for the seed of one-time codes."),
    ] = None,
    secret_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ORIGIN", help="Where a secret may be typed."),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    run_dir: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the runs' folders are made.")
    ] = None,
    wait: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.1, help="A call answers after so many seconds at the latest."),
    ] = 25.0,
    most_runs: Annotated[int, typer.Option(metavar="N", min=1, help="Runs that may go on at once.")] = 4,
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP instead of stdio.")] = False,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="With --http: where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="With --http; 0: any.")] = 8766,
    key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="env:VARIABLE",
            help="With --http: a key that hosts must send. Repeatable. [default: one is made and shown]",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="With --http: a name under which it is reached. Repeatable."),
    ] = None,
) -> None:
    """Serve runs and pages as tools of another agent, over the Model Context Protocol.

    Over stdio a host starts this command by itself; see docs/mcp.md. The options of a task hold for every
    task, whatever a host asks for.
    """
    if find_spec("mcp") is None:
        raise BadRequest("mcp", "it needs the extra mcp: pip install 'agent-core[mcp]'")
    from agent_core.faces.desk.desk import Desk, DeskOptions
    from agent_core.faces.mcp.server import HttpOptions, listening, serve_http, serve_stdio

    named = secrets_named(secret or (), totp_secret or (), secret_origin or ())
    options = DeskOptions(
        fields={**fields, **({"secrets": named} if named else {})},
        wait_s=wait,
        most_runs=most_runs,
        run_dir=run_dir,
        headless=False if headed else None,
    )
    settings = Settings.from_env()
    if not http:
        asyncio.run(serve_stdio(Desk(options, settings)))
        return
    keys = [_key(source) for source in key or ()]
    at = HttpOptions(
        host=host,
        port=port,
        keys=keys or [secrets.token_urlsafe(24)],
        names=name or (),
        allow_private=_allow_private(),
    )
    listener = listening(at)
    typer.echo(f"http://{host}:{listener.getsockname()[1]}/mcp", err=True)
    if not keys:
        typer.echo(f"key: {at.keys[0]}", err=True)
    asyncio.run(serve_http(Desk(options, at.for_runs(settings)), at, listener))


def _allow_private() -> bool | None:
    """What the environment says of hosts of this machine and of private networks; None: nothing."""
    match environment_variable("AGENT_CORE_ALLOW_PRIVATE"):
        case "1":
            return True
        case "0":
            return False
        case None | "":
            return None
        case other:
            raise BadRequest("AGENT_CORE_ALLOW_PRIVATE", f"{other!r} is neither 1 nor 0")


def _key(source: str) -> str:
    """The key that an environment variable holds: what stands on a command line, everybody can read."""
    kind, _, variable = source.partition(":")
    if kind != "env" or not variable:
        raise BadRequest("--key", "is written as env:VARIABLE")
    value = environment_variable(variable)
    if not value:
        raise BadRequest("--key", f"the variable {variable} is not set")
    return value
