"""`agent-core runs`: the runs that were kept; list, open and delete them."""

from __future__ import annotations

import sys
import webbrowser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent_core import BadRequest, TaskRun, delete_run, list_runs, load_run
from agent_core.faces.cli.answer import print_json
from agent_core.faces.cli.commands.show import write_page
from agent_core.faces.cli.complete import complete_run
from agent_core.faces.cli.story import STATUS_STYLE, print_row, printable
from agent_core.task.run import Status

app = typer.Typer(name="runs", rich_markup_mode=None)

StatusOption = Annotated[
    Status | None, typer.Option(metavar="STATUS", help="Only those that stand so: completed, failed, ...")
]


@app.callback(invoke_without_command=True)
def runs(context: typer.Context) -> None:
    """List, open and delete the runs that were kept. Alone, it lists the last ones."""
    if context.invoked_subcommand is None:
        _print_list(list_runs())


@app.command("list", short_help="List runs, the newest first.")
def list_command(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="Only those whose prompt, title or address holds them.")
    ] = "",
    status: StatusOption = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List runs, the newest first."""
    found = list_runs(limit=limit, status=status, containing=words)
    if as_json:
        fields = {"run_id", "status", "created_at", "failure_reason", "step_count", "folder"}
        print_json(
            [
                {
                    **run.model_dump(mode="json", include=fields),
                    "prompt": (run.run_request or {}).get("prompt"),
                }
                for run in found
            ]
        )
        return
    _print_list(found)


@app.command("open", short_help="Show a run in the browser.")
def open_command(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The run's id or folder.", autocompletion=complete_run)
    ],
) -> None:
    """Write a run as one HTML file, as `show --html` does, and open it in your browser."""
    kept = load_run(run)
    page = write_page(kept, Path(run) if Path(run).is_dir() else Path(kept.folder or run), None)
    typer.echo(page.as_uri())
    if not webbrowser.open(page.as_uri()):
        typer.echo("no browser could be started here; open the address yourself", err=True)


@app.command("delete", short_help="Delete runs with their pictures and downloads.")
def delete_command(
    run: Annotated[
        list[str] | None,
        typer.Argument(metavar="RUN...", help="Ids of runs.", autocompletion=complete_run),
    ] = None,
    older_than: Annotated[
        float | None, typer.Option(metavar="DAYS", min=0, help="All that are older than so many days.")
    ] = None,
    status: StatusOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete runs that have ended, by their ids, by their age or by how they stand; it asks before."""
    if not run and older_than is None and status is None:
        raise BadRequest("RUN", "name runs, or choose them by --older-than or --status")
    chosen = [load_run(each) for each in run or ()] or _ended_runs(older_than, status)
    if not chosen:
        typer.echo("There is none.", err=True)
        return
    if not yes:
        if not sys.stdin.isatty():
            raise BadRequest("--yes", "nobody can be asked here; give --yes to delete without asking")
        _print_list(chosen, Console(stderr=True, highlight=False))
        typer.confirm(f"Delete {_runs(len(chosen))}?", abort=True, err=True)
    for each in chosen:
        delete_run(each.folder or each.run_id)
    typer.echo(f"deleted {_runs(len(chosen))}", err=True)


def _ended_runs(older_than: float | None, status: Status | None) -> list[TaskRun]:
    before = datetime.now(UTC) - timedelta(days=older_than or 0)
    found = list_runs(limit=None, status=status)
    return [run for run in found if run.final and run.created_at <= before]


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def _print_list(found: list[TaskRun], console: Console | None = None) -> None:
    console = console or Console(highlight=False)
    if not found:
        console.print("No runs: agent-core run PROMPT makes one.")
        return
    for run in found:
        line = Text.assemble(
            run.run_id,
            (f"  {run.status:<10}", STATUS_STYLE.get(run.status, "bold")),
            (f"  {run.created_at.astimezone():%d %b %H:%M}", "dim"),
            printable(f"  {(run.run_request or {}).get('prompt') or ''}"),
        )
        print_row(console, line)
