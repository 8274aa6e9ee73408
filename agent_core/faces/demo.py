"""What `agent-core demo` shows: tasks on the demo's site, and what must have come of each.

A show counts only if its run is `completed` and its output equals what the site holds; the forms
are checked on the server's side, by what arrived there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent_core.demo_site import DemoSite

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
    "properties": {"message": {"type": "string"}},
    "required": ["message"],
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
    return _difference(output, {"message": "The next letter goes to ada@quayside.example."})


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
            "Extract the message that is shown."
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
