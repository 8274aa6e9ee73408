"""How the command line answers: JSON on standard output, an exit status for how a run ended."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import category

import typer
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.text import Text

EXIT_STATUS = {"completed": 0, "failed": 1, "terminated": 3, "timed_out": 4, "canceled": 130}


def print_json(value: Any) -> None:
    """Print a value to stdout: with colours on a terminal, as plain JSON elsewhere."""
    console = Console()
    text = harmless(json.dumps(value, ensure_ascii=False, indent=2))
    if console.is_terminal:
        console.print(JSONHighlighter()(Text(text)), soft_wrap=True)
    else:
        typer.echo(text)


def harmless(text: str) -> str:
    """JSON with an escape for each character that may steer a terminal; spaces of any width stay."""
    return "".join(char if _is_shown(char) else json.dumps(char)[1:-1] for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or char == "\n" or category(char) == "Zs"
