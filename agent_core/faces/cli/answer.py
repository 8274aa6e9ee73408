"""How the command line answers: JSON on standard output, an exit status for how a run ended."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console

EXIT_STATUS = {"completed": 0, "failed": 1, "terminated": 3, "timed_out": 4, "canceled": 130}


def print_json(value: Any) -> None:
    """To stdout: coloured for a person, plain for a program."""
    console = Console()
    if console.is_terminal:
        console.print_json(json.dumps(value, ensure_ascii=False))
    else:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
