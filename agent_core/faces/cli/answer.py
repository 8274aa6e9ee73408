"""How the command line answers: JSON on standard output, an exit status for how a run ended."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.console import Console

EXIT_STATUS = {"completed": 0, "failed": 1, "terminated": 3, "timed_out": 4, "canceled": 130}


def print_json(value: Any) -> None:
    """Print a value to stdout: with colours on a terminal, as plain JSON elsewhere."""
    console = Console()
    if console.is_terminal:
        # Texts of pages may hold characters that steer a terminal.
        console.print_json(json.dumps(value), ensure_ascii=not _is_harmless(value))
    else:
        typer.echo(harmless(json.dumps(value, ensure_ascii=False, indent=2)))


def harmless(text: str) -> str:
    """JSON with an escape for each character that steers a terminal; `json` leaves those after U+007E."""
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def _is_harmless(value: Any) -> bool:
    return json.dumps(value, ensure_ascii=False).isprintable()
