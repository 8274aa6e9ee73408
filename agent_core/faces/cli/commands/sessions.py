"""`agent-core sessions`: browsers that stay between runs."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from agent_core import (
    BrowserSessionInfo,
    close_browser_session,
    list_browser_sessions,
    open_browser_session,
)

app = typer.Typer(
    help="Browsers that stay between runs: open one, work in it with `run --session`, close it.",
    no_args_is_help=True,
)


@app.command("open", short_help="Open a browser that stays.")
def open_session(
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="The page its first run goes on from.")
    ] = None,
    minutes: Annotated[
        float, typer.Option(metavar="N", help="When it closes by itself, at most 240.")
    ] = 60.0,
    proxy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Go out by this entry of AGENT_CORE_PROXIES.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="PROFILE", help="Lay this profile under it; its id or name.")
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
) -> None:
    """Open a browser that stays when this command ends, and print the id of its session."""

    async def work() -> str:
        session = await open_browser_session(
            url,
            timeout_minutes=minutes,
            outlives=True,
            headless=False if headed else None,
            proxy_location=proxy,
            browser_profile_id=profile,
        )
        for warning in session.warnings:
            typer.echo(warning, err=True)
        return session.id

    typer.echo(asyncio.run(work()))


@app.command("list", short_help="List the sessions.")
def list_sessions(
    as_json: Annotated[bool, typer.Option("--json", help="Print all that is known, as JSON.")] = False,
) -> None:
    """List the browser sessions that are open, and those that have ended of late."""
    sessions = list_browser_sessions()
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in sessions], indent=2))
        return
    for one in sessions:
        typer.echo(f"{one.browser_session_id}  {_state(one)}")


def _state(one: BrowserSessionInfo) -> str:
    if one.ended:
        return f"ended: {one.ended}"
    until = f"{one.ends_at.astimezone():%H:%M}"
    return f"{one.held_by} works in it, until {until} at most" if one.held_by else f"free until {until}"


@app.command("close", short_help="Close sessions.")
def close_sessions(
    sessions: Annotated[
        list[str] | None, typer.Argument(metavar="SESSION...", help="Ids of sessions.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Close all that are open.")] = False,
) -> None:
    """Close browser sessions, also while a run works in them."""
    if not sessions and not every:
        raise typer.BadParameter("name a session, or say --all")
    still_open = [one.browser_session_id for one in list_browser_sessions() if not one.ended]

    async def work() -> None:
        for one in still_open if every else sessions or ():
            closed = await close_browser_session(one)
            typer.echo(f"{one}  {_state(closed)}")

    asyncio.run(work())
