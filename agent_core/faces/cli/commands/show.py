"""`agent-core show`: a run that was kept, as lines, as JSON, or as a page for a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent_core import BadRequest, TaskRun, load_run
from agent_core.faces.cli.answer import print_json
from agent_core.faces.cli.complete import complete_run
from agent_core.faces.cli.story import Story, milliseconds, printable

STDOUT = Path("-")


def show(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The run's id or folder.", autocompletion=complete_run)
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="With --html: the file to write; - is standard output. [default: RUN/run.html]",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="Write one HTML file with its steps, pictures and output.")
    ] = False,
) -> None:
    """Show a run that was kept: its steps, its output, where its pictures are."""
    if file is not None and not as_html:
        raise BadRequest("FILE", "a file is written with --html only; add --html, or leave the file out")
    if as_html and as_json:
        raise BadRequest("html", "--html and --json exclude each other; give one of them")
    kept = load_run(run)
    if as_html:
        page = write_page(kept, Path(run) if Path(run).is_dir() else Path(kept.folder or run), file)
        if file != STDOUT:
            typer.echo(page.as_uri())
        return
    if as_json:
        print_json(kept.model_dump(mode="json"))
        return
    console = Console(highlight=False)
    _show_steps(console, kept)
    Story(console).end(kept)
    for url in reversed(kept.screenshot_urls or ()):
        console.print(Text(f"  {url}", style="dim"), soft_wrap=True)
    if kept.output is not None:
        print_json(kept.output)


def write_page(run: TaskRun, folder: Path, file: Path | None) -> Path:
    """Write the page of the run; like its folder, the file can be read by its owner alone.

    Args:
        folder: The run's own folder.
        file: Where to; None: into the folder; `STDOUT`: to standard output.

    Raises:
        BadRequest: It cannot be written there.
    """
    from agent_core.faces.pages.one_file import one_file

    to_stdout = file == STDOUT
    target = file or folder / "run.html"
    page = one_file(run, folder, Path.cwd() if to_stdout else target.parent)
    if to_stdout:
        sys.stdout.buffer.write(page.encode())
        return target
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(page.encode())
    except OSError as error:
        why = f"{target} cannot be written: {error.strerror}; name another file"
        raise BadRequest("FILE", why) from error
    return target.absolute()


def _show_steps(console: Console, kept: TaskRun) -> None:
    request = kept.run_request or {}
    console.print(
        Text(printable(f"{kept.run_id}  {request.get('prompt', '')}"), style="bold"), soft_wrap=True
    )
    for step in kept.steps:
        head = printable(f"{step.number:>3}  {step.title or step.url}  {step.url}")
        console.print(Text.assemble((head, "bold"), (f"  {milliseconds(step)}", "dim")), soft_wrap=True)
        for action in step.actions:
            said = action.problem or f"{action.did}{'  → ' if action.effect else ''}{action.effect}"
            console.print(
                Text(f"     {printable(said)}", style="red" if action.problem else ""), soft_wrap=True
            )
        if step.complaint:
            console.print(
                Text(f"     not accepted: {printable(step.complaint)}", style="yellow"), soft_wrap=True
            )
