"""The templates, and the words they may use. What is put into a page is always escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from agent_core.errors import BadRequest
from agent_core.faces.pages import words
from agent_core.faces.pages.shots import shot_after, shot_before

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent


def new_environment(*folders: Path) -> Environment:
    """An environment that finds templates in these folders first, then in ours.

    Raises:
        BadRequest: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise BadRequest("html", "pages need Jinja2: pip install '.[server]'") from error
    environment = Environment(
        loader=FileSystemLoader([*folders, HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for word in (
        *(words.duration, words.size, words.number, words.iso, words.plainly, words.link),
        *(words.step_ms, words.phases, words.took, words.title_of),
        *(shot_before, shot_after),
    ):
        environment.filters[word.__name__] = word
    environment.globals["STATUS"] = words.STATUS
    return environment


@cache
def asset(name: str) -> str:
    """The text of a style sheet or a script of ours."""
    return (HERE / "assets" / name).read_text("utf-8")
