"""`agent-core init`: a first program, to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent_core import BadRequest

PROGRAM = '''\
"""A first task: change the prompt, the address and the schema to what you need.

    agent-core demo --serve --port 8010    (in another terminal: the site of this task)
    python {name}
"""

from agent_core import run_task_sync

SCHEMA = {{
    "type": "object",
    "properties": {{
        "posts": {{
            "type": "array",
            "items": {{
                "type": "object",
                "properties": {{"title": {{"type": "string"}}, "points": {{"type": "integer"}}}},
                "required": ["title", "points"],
            }},
        }}
    }},
    "required": ["posts"],
}}


def main() -> None:
    run = run_task_sync(
        "Extract the first 3 posts with title and points.",
        "http://127.0.0.1:8010/",
        data_extraction_schema=SCHEMA,
    )
    print(run.status, run.failure_reason or "")
    for post in (run.output or {{}}).get("posts", []):
        print(post["points"], post["title"])
    print("kept in", run.folder)


if __name__ == "__main__":
    main()
'''

app = typer.Typer()


@app.command("init", short_help="Write a first program.")
def init_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The program to write.")] = Path(
        "first_task.py"
    ),
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a first program that runs a task, ready to be changed."""
    if file.exists() and not force:
        raise BadRequest("FILE", f"{file} is there already; name another file, or give --force")
    try:
        file.write_text(PROGRAM.format(name=file.name), "utf-8")
    except OSError as error:
        raise BadRequest("FILE", f"{file} cannot be written ({error.strerror})") from error
    typer.echo(f"{file} is written. Try it:")
    typer.echo("  agent-core demo --serve --port 8010 &")
    typer.echo(f"  python {file}")
