"""`agent-core serve`, `worker` and `keys`: the task API over HTTP, with its queue and its API keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from agent_core import BadRequest

if TYPE_CHECKING:
    from agent_core.faces.server.admission.keys import ApiKeys

app = typer.Typer()
keys_app = typer.Typer(help="API keys of the server.", no_args_is_help=True)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="postgresql://... or sqlite:///... [default: a file in the user's data]",
    ),
]
Concurrency = Annotated[
    int | None, typer.Option(metavar="N", min=0, max=256, help="The most runs at once here. [default: 2]")
]


@contextmanager
def _installed() -> Iterator[None]:
    """Say what to install where the extra is not."""
    try:
        yield
    except ModuleNotFoundError as error:
        why = f"{error.name} is not installed; pip install 'agent-core[server]'"
        raise BadRequest("server", why) from error


@app.command(short_help="Serve the task API over HTTP.")
def serve(
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Where to listen; others than 127.0.0.1 need a key. [default: 127.0.0.1]"
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="Port; 0: any. [default: 8000]")
    ] = None,
    database: DatabaseUrl = None,
    concurrency: Concurrency = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where others reach it, for the links in answers.")
    ] = None,
) -> None:
    """Serve the task API, and carry out what is asked for.

    Stop it with Ctrl-C or SIGTERM: running runs are given time. Every option has an environment variable, see
    docs/server.md.
    """
    with _installed():
        from agent_core.faces.server.serving import serve as serve_app
        from agent_core.faces.server.settings import ServerSettings
    settings = ServerSettings.from_env(
        host=host, port=port, database_url=database, concurrency=concurrency, public_url=public_url
    )
    serve_app(settings, listens=_tell)


def _tell(address: str) -> None:
    typer.echo(f"agent-core listens at {address}; {address}/docs describes its API", err=True)


@app.command(short_help="Carry out runs that a server has queued.")
def worker(database: DatabaseUrl = None, concurrency: Concurrency = None) -> None:
    """Carry out runs that a server has queued in the same database, without serving anything.

    Stop it with Ctrl-C or SIGTERM: running runs are given time.
    """
    with _installed():
        from agent_core.faces.server.serving import work
        from agent_core.faces.server.settings import ServerSettings
    work(ServerSettings.from_env(database_url=database, concurrency=concurrency))


@contextmanager
def _keys(database_url: str | None) -> Iterator[ApiKeys]:
    with _installed():
        from agent_core.faces.server.admission.keys import ApiKeys
        from agent_core.faces.server.database.opening import open_database
        from agent_core.faces.server.settings import ServerSettings
    database = open_database(ServerSettings.from_env(database_url=database_url))
    try:
        yield ApiKeys(database)
    finally:
        database.close()


@keys_app.command("create", short_help="Make a key.")
def create_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what it is for.")],
    database: DatabaseUrl = None,
) -> None:
    """Make a key and print it, this once: it cannot be read back."""
    with _keys(database) as keys:
        made, key = keys.create(name)
    typer.echo(f"{made.key_id} for {made.name}; it is not shown again:", err=True)
    typer.echo(key)


@keys_app.command("list", short_help="List the keys.")
def list_keys(database: DatabaseUrl = None) -> None:
    """List the keys: id, name, when it was made, whether it was revoked."""
    with _keys(database) as keys:
        for key in keys.all():
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "in use"
            typer.echo(f"{key.key_id}  {key.created_at:%Y-%m-%d}  {state:<18}  {key.name}")


@keys_app.command("revoke", short_help="Make a key useless.")
def revoke_key(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id or its name.")],
    database: DatabaseUrl = None,
) -> None:
    """Make a key useless, within a second on every server of the database."""
    with _keys(database) as keys:
        typer.echo(f"{keys.revoke(key).key_id} is revoked", err=True)
