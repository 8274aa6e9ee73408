"""The command line, `agent-core`: a face over what the library exports.

What a run answers goes to stdout, everything said meanwhile to stderr. Exit status: 0 completed,
1 failed, 2 could not start, 3 terminated, 4 timed out, 130 canceled.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from agent_core import (
    START_ERRORS,
    BrowserNotFound,
    Settings,
    TaskRun,
    find_browser,
    install_browser,
    resume_task,
    start_task,
)
from agent_core.faces.cli.answer import EXIT_STATUS, print_json
from agent_core.faces.cli.commands import profiles, sessions
from agent_core.faces.cli.commands.codes import app as codes_app
from agent_core.faces.cli.commands.demo import demo_runs, serve_demo
from agent_core.faces.cli.commands.doctor import examine
from agent_core.faces.cli.commands.init import app as init_app
from agent_core.faces.cli.commands.mcp import app as mcp_app
from agent_core.faces.cli.commands.runs import app as runs_app
from agent_core.faces.cli.commands.serve import app as serve_app
from agent_core.faces.cli.commands.serve import keys_app
from agent_core.faces.cli.commands.show import show
from agent_core.faces.cli.commands.webhook import app as webhook_app
from agent_core.faces.cli.commands.workflows import app as workflows
from agent_core.faces.cli.complete import complete_run
from agent_core.faces.cli.given import model_of
from agent_core.faces.cli.secrets import secrets_named
from agent_core.faces.cli.story import printable, watch
from agent_core.faces.cli.task_options import takes_task_options
from agent_core.task.fields import ModelRequest

COULD_NOT_START = 2

app = typer.Typer(
    name="agent-core",
    help="A goal in plain words in, a real Chromium driven, validated output out.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(profiles.app, name="profiles", short_help="Logins of sites, saved for runs to come.")
app.add_typer(sessions.app, name="sessions", short_help="Browsers that stay between runs.")
app.add_typer(workflows, short_help="Recorded runs with a name, to be run again.")
app.add_typer(serve_app)
app.add_typer(keys_app, name="keys", short_help="API keys of the server.")

RunDir = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the run's folder is made. [default: the user's data]"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole result as JSON, not only the output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Do not tell the steps.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window.")]


def main() -> None:
    """Run the command line. Whatever is wrong with what was asked is one sentence, never a traceback."""
    try:
        app(prog_name="agent-core")
    except START_ERRORS as error:
        said = Text(printable(f"agent-core: {error}"), style="red")
        Console(stderr=True, highlight=False).print(said, soft_wrap=True)
        sys.exit(COULD_NOT_START)
    except KeyboardInterrupt:
        sys.exit(EXIT_STATUS["canceled"])
    except BrokenPipeError:
        # Whoever read our output has enough of it; Python would complain once more at its exit.
        sys.stderr.close()
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agent-core {metadata.version('agent-core')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def _of_the_model(field: str) -> str:
    return ModelRequest.descriptions().get(field, "")


@app.command("run")
@takes_task_options
def run_command(
    prompt: Annotated[
        str, typer.Argument(metavar="PROMPT", help="The task in plain words; - reads it from standard input.")
    ],
    *,
    fields: dict[str, Any],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=f"{_of_the_model('model_name')} Or JSON with any fields of a model."
        ),
    ] = None,
    provider: Annotated[str | None, typer.Option(metavar="NAME", help=_of_the_model("provider"))] = None,
    base_url: Annotated[str | None, typer.Option(metavar="URL", help=_of_the_model("base_url"))] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=SOURCE",
            help="What {{secret:NAME}} stands for: env:VARIABLE, keyring:SERVICE/USER, or ask. Never shown.",
        ),
    ] = None,
    totp_secret: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SOURCE", help="The same for the seed of one-time codes."),
    ] = None,
    secret_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=ORIGIN", help="Where a secret may be typed. [default: where --url is]"),
    ] = None,
    headed: Headed = False,
    run_dir: RunDir = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Carry out a task in a browser.

    The output goes to standard output, the steps to standard error. The model's key comes from
    AGENT_CORE_API_KEY, OPENAI_API_KEY or ANTHROPIC_API_KEY.

    Exit status: 0 completed, 1 failed, 2 could not start, 3 terminated, 4 timed out, 130 canceled.
    """
    given = {
        **fields,
        "model": model_of(model, provider, base_url),
        "secrets": secrets_named(secret or (), totp_secret or (), secret_origin or ()),
        "run_dir": run_dir,
        "headless": False if headed else None,
    }
    words = sys.stdin.read() if prompt == "-" else prompt
    console = Console(stderr=True, quiet=quiet)
    _end_with(asyncio.run(_carry_out(words, given, console)), as_json)


@app.command("resume", short_help="Go on with a run that was killed.")
def resume_command(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The run's id or folder.", autocompletion=complete_run)
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a run that was begun with --resumable and whose process was killed.

    It looks at the page again in its session. It asks you first about an act whose effect nobody has seen.
    """
    _end_with(asyncio.run(_go_on(run, Console(stderr=True, quiet=quiet))), as_json)


def _end_with(result: TaskRun, as_json: bool) -> None:
    """Print the output, and end with the status of the run."""
    if as_json:
        print_json(result.model_dump(mode="json"))
    elif result.output is not None:
        print_json(result.output)
    raise typer.Exit(EXIT_STATUS[result.status])


async def _carry_out(prompt: str, fields: dict[str, Any], console: Console) -> TaskRun:
    return await watch(start_task(prompt, **fields, ask_user=_answer), console)


async def _go_on(run: str, console: Console) -> TaskRun:
    return await watch(resume_task(run, ask_user=_answer), console)


async def _answer(question: object) -> str | None:
    """Read the answer to a question from the terminal; the question was printed as an event."""
    return await _line_from_terminal() if sys.stdin.isatty() else None


async def _line_from_terminal() -> str | None:
    """The next line typed. Not by a thread: one that waits for input would keep us from ending."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str | None] = loop.create_future()

    def ready() -> None:
        if not line.done():
            line.set_result(sys.stdin.readline().strip())

    try:
        loop.add_reader(sys.stdin.fileno(), ready)
    except NotImplementedError:
        return None
    try:
        return await line
    finally:
        loop.remove_reader(sys.stdin.fileno())


@app.command(short_help="Show real runs, without any model.")
def demo(
    serve: Annotated[
        bool, typer.Option("--serve", help="Only serve the demo's site, to try things on.")
    ] = False,
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="Port of the site; 0: any.")] = 0,
    headed: Headed = False,
    run_dir: RunDir = None,
) -> None:
    """Show real runs on a small site of our own: no key, no account, no model."""
    console = Console(highlight=False)
    if serve:
        serve_demo(console, port)
        return
    good = asyncio.run(demo_runs(console, port=port, headless=False if headed else None, run_dir=run_dir))
    raise typer.Exit(0 if good else 1)


@app.command(short_help="Check what a run needs.")
def doctor() -> None:
    """Look at what a run needs: Python, packages, Chromium, a model; say what to do about the rest."""
    console = Console(highlight=False)
    good = True
    for finding in examine(Settings.from_env):
        good = good and finding.mark != "bad"
        sign, style = {"good": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "bold red")}[
            finding.mark
        ]
        line = Text.assemble((sign, style), "  ", (f"{finding.what:<12}", "bold"), printable(finding.said))
        console.print(line, soft_wrap=True)
    raise typer.Exit(0 if good else 1)


@app.command("install-browser", short_help="Get a Chromium, unless there is one.")
def install_browser_command(
    force: Annotated[bool, typer.Option("--force", help="Get one even if there is one.")] = False,
) -> None:
    """Get a Chromium, unless there is one: Playwright's download, else the system's package manager."""
    if not force:
        with suppress(BrowserNotFound):
            found = find_browser()
            typer.echo(f"Chromium is here: {found.path}")
            return
    console = Console(highlight=False)
    with console.status("looking for a way") as now:

        def stay(line: str) -> None:
            """What is tried stays to be read; what the installers say passes by on a terminal."""
            console.print(Text(printable(line)), soft_wrap=True)

        def pass_by(line: str) -> None:
            now.update(Text(printable(line), no_wrap=True, overflow="ellipsis"))

        found = install_browser(stay, pass_by)
    typer.echo(f"Chromium is here: {found.path} ({found.version()})")


app.command(short_help="Show a run that was kept.")(show)
app.add_typer(runs_app, short_help="The runs that were kept: list, open, delete.")
app.add_typer(init_app)
app.add_typer(mcp_app)
app.add_typer(webhook_app)
app.add_typer(codes_app)
