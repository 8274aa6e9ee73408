"""`agent-core profiles`: logins and settings of sites, saved and restored in later runs."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from agent_core import (
    create_browser_profile,
    delete_browser_profile,
    list_browser_profiles,
    new_profile_key,
)

app = typer.Typer(
    help="What sites keep in a browser, logins above all: saved under a name, used with `run --profile`.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the profile is to be called.")]
Sites = Annotated[
    list[str] | None,
    typer.Option("--site", metavar="HOST", help="Take this site only; may be given more than once."),
]


@app.command("create", short_help="Make a profile.")
def create(
    name: Name,
    session: Annotated[
        str | None, typer.Option(metavar="SESSION", help="Take what is kept in this browser session.")
    ] = None,
    sites: Sites = None,
) -> None:
    """Make a profile, empty unless a session is named, and print its id."""
    made = asyncio.run(create_browser_profile(name, from_session=session, sites=sites or ()))
    typer.echo(made.browser_profile_id)


@app.command("import", short_help="Make a profile of a running Chrome.")
def import_profile(
    name: Name,
    browser_address: Annotated[
        str, typer.Option(metavar="ADDRESS", help="DevTools address of the browser, e.g. 127.0.0.1:9222.")
    ],
    sites: Sites = None,
) -> None:
    """Make a profile of what is kept in a running Chrome, where you have logged in by hand; print its id.

    It gets all cookies, and what the sites keep that are open in a tab or named with --site.
    """
    made = asyncio.run(create_browser_profile(name, browser_address=browser_address, sites=sites or ()))
    typer.echo(made.browser_profile_id)


@app.command("list", short_help="List the profiles.")
def list_profiles(
    as_json: Annotated[bool, typer.Option("--json", help="Print all that is known, as JSON.")] = False,
) -> None:
    """List the profiles: id, when last saved, name."""
    profiles = list_browser_profiles()
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in profiles], indent=2))
        return
    for one in profiles:
        secrecy = "encrypted" if one.encrypted else "plain"
        typer.echo(
            f"{one.browser_profile_id}  {one.saved_at.astimezone():%Y-%m-%d %H:%M}  {secrecy}  {one.name}"
        )


@app.command("delete", short_help="Delete a profile.")
def delete(profile: Annotated[str, typer.Argument(metavar="PROFILE", help="Its id or name.")]) -> None:
    """Delete a profile."""
    gone = delete_browser_profile(profile)
    typer.echo(f"{gone.browser_profile_id}  {gone.name}  deleted")


@app.command("key", short_help="Make a key to encrypt profiles with.")
def key() -> None:
    """Print a new key for AGENT_CORE_PROFILE_KEY. Whoever loses it loses the profiles."""
    typer.echo(new_profile_key())
