"""`agent-core workflows`: recorded runs with a name, run again with other values."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent_core import (
    BadRequest,
    BadScript,
    TaskRun,
    delete_workflow,
    export_workflow,
    list_workflows,
    load_workflow,
    publish_run,
    start_workflow,
)
from agent_core.faces.cli.answer import EXIT_STATUS, harmless, print_json
from agent_core.faces.cli.story import printable, watch

app = typer.Typer(
    name="workflows",
    help="Recorded runs with a name: list, show, run, export, delete them, or make one of a run.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The workflow's name, or a script's file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the workflows there are."""
    found = list_workflows()
    if as_json:
        print_json(
            [{"name": one.name, "title": one.title} for one in found if not isinstance(one, BadScript)]
        )
        return
    console = Console(highlight=False)
    for one in found:
        if isinstance(one, BadScript):
            console.print(Text(printable(str(one)), style="red"), soft_wrap=True)
        else:
            takes = " ".join(name for name, each in one.parameters.items() if each.required)
            console.print(
                Text.assemble((one.name, "bold"), printable(f"  {one.title}"), (f"  {takes}", "dim")),
                soft_wrap=True,
            )
    if not found:
        console.print("No workflows yet: agent-core workflows publish RUN makes one of a run.")


@app.command("show")
def show_command(name: Name, as_json: AsJson = False) -> None:
    """Show a workflow: its parameters and its steps."""
    script = load_workflow(name)
    if as_json:
        typer.echo(harmless(script.as_text()), nl=False)
        return
    console = Console(highlight=False)
    console.print(Text(printable(f"{script.name or name}  {script.title}"), style="bold"), soft_wrap=True)
    console.print(Text(printable(f"  {script.prompt}")), soft_wrap=True)
    console.print(Text(printable(f"  begins at {script.url}"), style="dim"), soft_wrap=True)
    for parameter, each in script.parameters.items():
        need = "needed" if each.required else "optional"
        line = f"  -p {parameter}=...  {need}, {each.example!r} when it was recorded"
        console.print(Text(printable(line)), soft_wrap=True)
    for number, step in enumerate(script.steps, 1):
        anew = f"  (worked out anew each time: {step.part})" if step.worked_out else ""
        console.print(Text(printable(f"{number:>3}  {step.says}{anew}")), soft_wrap=True)


@app.command("run", short_help="Run a workflow again, with other values.")
def run_command(
    name: Name,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A value; once for each parameter."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where to begin. [default: as recorded]")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who does what is not as it was recorded.")
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    run_dir: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where the run's folder is made.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not tell the steps.")] = False,
) -> None:
    """Run a workflow again, without a model where the pages are what they were.

    The output goes to standard output, the steps to standard error; exit status as for `run`.
    """
    values = dict(_value(given) for given in parameter or ())

    async def carry_out() -> TaskRun:
        run = start_workflow(
            name,
            values,
            url=url,
            engine=engine,
            run_dir=run_dir,
            headless=False if headed else None,
            waits_for_answer=False,
        )
        return await watch(run, Console(stderr=True, quiet=quiet))

    result = asyncio.run(carry_out())
    if as_json:
        print_json(result.model_dump(mode="json"))
    elif result.output is not None:
        print_json(result.output)
    raise typer.Exit(EXIT_STATUS[result.status])


def _value(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise BadRequest("--parameter", f"{given!r} must be NAME=VALUE")
    return name.strip(), value


@app.command("export", short_help="Write a workflow as a Python program for Playwright.")
def export_command(
    name: Name,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="[default: standard output]")
    ] = None,
) -> None:
    """Write a workflow as a Python program that needs Playwright and nothing else."""
    program = export_workflow(name)
    if out is None:
        typer.echo(program, nl=False)
        return
    try:
        out.write_text(program, "utf-8")
    except OSError as error:
        raise BadRequest("--out", f"cannot write {str(out)!r} ({error.strerror})") from error


@app.command("delete")
def delete_command(name: Annotated[str, typer.Argument(metavar="NAME", help="The workflow's name.")]) -> None:
    """Delete a workflow. Its runs and recordings stay."""
    typer.echo(f"deleted {delete_workflow(name).name}", err=True)


@app.command("publish")
def publish_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run's id or folder.")],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="[default: made of the title or prompt]")
    ] = None,
) -> None:
    """Make a workflow of a run that completed."""
    typer.echo(publish_run(run, name).name)
