"""What `agent-core demo` shows: tasks on the demo's site, and what must have come of each.

A show counts only if its run is `completed` and its output equals what the site holds; the forms
are checked on the server's side, by what arrived there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

from rich.console import Console
from rich.text import Text

from agent_core import BadRequest, TaskRun, start_task
from agent_core.demo_site import DemoSite
from agent_core.demo_site.server import NEXT_LETTER
from agent_core.faces.cli.story import watch
from engines.registry import WITHOUT_MODEL

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One task of the demo."""

    title: str
    path: str
    """Where on the site it begins."""
    prompt: str
    schema: Schema
    problem: Callable[[DemoSite, Any], str]
    """What is wrong with the run's output, or with what the site received; "" where nothing is."""


POSTS: Schema = {
    "type": "object",
    "properties": {
        "posts": {
            "type": "array",
            "minItems": 5,
            "maxItems": 5,
            "items": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "author": {"type": "string"},
                    "points": {"type": "integer"},
                    "comments": {"type": "integer"},
                    "date": {"type": "string", "format": "date"},
                    "url": {"type": "string", "format": "uri"},
                },
                "required": ["title", "author", "points", "comments", "date", "url"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["posts"],
    "additionalProperties": False,
}

FOUND: Schema = {
    "type": "object",
    "properties": {
        "posts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "points": {"type": "integer"}},
                "required": ["title", "points"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["posts"],
    "additionalProperties": False,
}

NUMBER: Schema = {
    "type": "object",
    "properties": {"registration_number": {"type": "string"}},
    "required": ["registration_number"],
    "additionalProperties": False,
}

TIDES: Schema = {
    "type": "object",
    "properties": {
        "tides": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "day": {"type": "string"},
                    "high_water": {"type": "string", "description": "Time of high water"},
                    "low_water": {"type": "string", "description": "Time of low water"},
                },
                "required": ["day", "high_water", "low_water"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["tides"],
    "additionalProperties": False,
}

SUBSCRIBED: Schema = {
    "type": "object",
    "properties": {
        "goes_to": {"type": "string", "format": "email"},
        "next_letter": {"type": "string", "format": "date"},
    },
    "required": ["goes_to", "next_letter"],
    "additionalProperties": False,
}

REGISTRATION = {
    "name": "Ada Byron",
    "email": "ada@quayside.example",
    "workshop": "Sail repair",
    "level": "Old hand",
    "day": "2026-05-09",
    "lunch": True,
    "rules": True,
}


def _posts_problem(site: DemoSite, output: Any) -> str:
    return _difference(output, {"posts": site.posts[:5]})


def _registration_problem(site: DemoSite, output: Any) -> str:
    if not site.registrations:
        return "no registration arrived at the site"
    arrived = dict(site.registrations[-1])
    number = arrived.pop("number")
    return _difference(arrived, REGISTRATION) or _difference(output, {"registration_number": number})


def _search_problem(site: DemoSite, output: Any) -> str:
    found = [post for post in site.posts if "tide" in post["title"].lower()]
    return _difference(
        output, {"posts": [{"title": post["title"], "points": post["points"]} for post in found]}
    )


def _letter_problem(site: DemoSite, output: Any) -> str:
    if site.subscribers != ["ada@quayside.example"]:
        return f"the letter's list holds {site.subscribers}"
    return _difference(output, {"goes_to": "ada@quayside.example", "next_letter": NEXT_LETTER})


def _tides_problem(site: DemoSite, output: Any) -> str:
    names = ("day", "high_water", "low_water")
    return _difference(output, {"tides": [{name: tide[name] for name in names} for tide in site.tides]})


def _difference(there: Any, wanted: Any) -> str:
    return "" if there == wanted else f"got {there!r}, the site has {wanted!r}"


SHOWS = (
    Show(
        title="Read a list into a schema",
        path="",
        prompt="Extract the first 5 posts with title, author, points, comments, date and url.",
        schema=POSTS,
        problem=_posts_problem,
    ),
    Show(
        title="Fill in a form of three steps",
        path="workshops",
        prompt=(
            "Enter 'Ada Byron' into 'Full name' and 'ada@quayside.example' into 'E-mail'. Click 'Continue'. "
            "Select 'Sail repair' as 'Workshop'. Choose 'Old hand'. Set 'Day' to 2026-05-09. "
            "Check 'I would like lunch'. Click 'Continue'. Check 'I accept the house rules'. "
            "Click 'Send registration'. Extract the registration number."
        ),
        schema=NUMBER,
        problem=_registration_problem,
    ),
    Show(
        title="Search, then read what was found",
        path="",
        prompt="Search for 'tide', then extract the title and points of all posts.",
        schema=FOUND,
        problem=_search_problem,
    ),
    Show(
        title="Use a form inside a frame",
        path="letter",
        prompt=(
            "Enter 'ada@quayside.example' into 'Your e-mail address' and click 'Subscribe'. "
            "Extract where it goes to and the date of the next letter."
        ),
        schema=SUBSCRIBED,
        problem=_letter_problem,
    ),
    Show(
        title="Follow a link into a second tab",
        path="",
        prompt="Click 'Tide table', then extract the day, high water and low water of every row.",
        schema=TIDES,
        problem=_tides_problem,
    ),
)
"""What the demo runs, in order."""


async def demo_runs(
    console: Console, *, port: int = 0, headless: bool | None = None, run_dir: Path | None = None
) -> bool:
    """Run every show and print what came of it; whether all of them went as they should."""
    runs: list[TaskRun] = []
    problems: list[str] = []
    with _site(port) as site:
        console.print(f"The demo's site is at {site.url}; no key, no account, no model.")
        for number, show in enumerate(SHOWS, start=1):
            console.print(Text(f"\n{number} of {len(SHOWS)}: {show.title}", style="bold reverse"))
            console.print(Text(show.prompt, style="italic"), soft_wrap=True)
            run = await _watch(show, site, console, headless, run_dir)
            problem = _problem(show, site, run)
            if run.output is not None:
                console.print_json(json.dumps(run.output, ensure_ascii=False))
            console.print(Text(f"wrong: {problem}", style="bold red") if problem else _RIGHT, soft_wrap=True)
            runs.append(run)
            problems.append(problem)
            if run.status == "canceled":
                break
    _sum_up(console, runs, problems)
    return len(runs) == len(SHOWS) and not any(problems)


_RIGHT = Text("valid against the schema, and equal to what the site holds", style="green")


async def _watch(
    show: Show, site: DemoSite, console: Console, headless: bool | None, run_dir: Path | None
) -> TaskRun:
    run = start_task(
        show.prompt,
        site.url + show.path,
        engine=WITHOUT_MODEL,
        title=show.title,
        data_extraction_schema=show.schema,
        run_dir=run_dir,
        headless=headless,
    )
    return await watch(run, console)


def _problem(show: Show, site: DemoSite, run: TaskRun) -> str:
    if run.status != "completed":
        return f"the run ended as {run.status}: {run.failure_reason}"
    return show.problem(site, run.output)


def _sum_up(console: Console, runs: list[TaskRun], problems: list[str]) -> None:
    steps = [sum(step.ms.values()) for run in runs for step in run.steps]
    good = problems.count("")
    console.print(
        Text(
            f"\n{good} of {len(SHOWS)} as they should be",
            style="bold green" if good == len(SHOWS) else "bold red",
        )
    )
    if steps:
        console.print(
            f"{len(steps)} steps, {median(steps):.0f} ms each in the median, {max(steps):.0f} ms at most"
        )
    for run in runs:
        if run.folder:
            console.print(Text(f"screenshots: {Path(run.folder) / 'screenshots'}"), soft_wrap=True)


def _site(port: int) -> DemoSite:
    try:
        return DemoSite(port)
    except OSError as error:
        raise BadRequest(
            "--port", f"{port} cannot be used ({error.strerror}); leave it out for a free one"
        ) from error


def serve_demo(console: Console, port: int) -> None:
    """Serve the site until it is interrupted."""
    with _site(port) as site, suppress(KeyboardInterrupt):
        console.print(f"The demo's site is at {site.url} until you press Ctrl-C.")
        Event().wait()
