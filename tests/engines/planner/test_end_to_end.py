"""`skyvern-2.0` in a real Chromium: goals, a loop over values and a summary, by a model."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from agent_core import run_task
from agent_core.config import Settings
from tests.support.providers import Answer, Asked, Fail, FakeProvider, Say
from tests.support.reply_forms import fenced_in, reply_wanted

pytestmark = pytest.mark.browser

LIBRARY = """<!doctype html><title>Library</title>
<h1>Harbour library</h1>
<nav><a href="/about.html">About the library</a></nav>
<form><label>Search <input name="q"></label> <button>Find</button></form>
<div id="found"></div>
<script>
  const books = {tide: ["The Low Tide", 312], sail: ["Sails and Ropes", 98], gull: ["A Gull's Year", 1204]};
  const word = new URLSearchParams(location.search).get("q");
  if (word) found.innerHTML = books[word]
    ? `<h2>${books[word][0]}</h2><p>${books[word][1].toLocaleString("en")} pages</p>` : "<p>Nothing found</p>";
</script>"""
ABOUT = "<!doctype html><title>About</title><h1>About the library</h1><p>It stands in Ebbhaven.</p>"
PROMPT = (
    "Find a book about tides, sails, whales and gulls, and tell its title and pages; and the library's town"
)
SCHEMA = {
    "type": "object",
    "properties": {
        "books": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "pages": {"type": "integer"}},
                "required": ["title", "pages"],
            },
        },
        "town": {"type": "string"},
    },
    "required": ["books", "town"],
}
BOOKS = [
    {"title": "The Low Tide", "pages": 312},
    {"title": "Sails and Ropes", "pages": 98},
    {"title": "A Gull's Year", "pages": 1204},
]

WORDS = ["tide", "sail", "whale", "gull"]
OPEN, READ, SEARCH = (
    "Open the page about the library",
    "Read the town",
    "Search for {value} and read title and pages",
)
GOALS = [OPEN, READ, *(SEARCH.format(value=word) for word in WORDS)]


def plan(kind: str, **more: object) -> Say:
    return Say(json.dumps({"known": "So far.", "missing": "The rest.", "next": kind, **more}))


def act(*actions: dict[str, object]) -> Say:
    return Say(json.dumps({"thought": "As the goal says.", "actions": actions}))


class Librarian:
    """The model, in all three of its parts, by nothing but what it is told."""

    def __call__(self, asked: Asked) -> Answer:
        text = asked.text()
        if reply_wanted(text) == "verdict":
            met = "Library" in text or "A Gull's Year" in text
            return Say(json.dumps({"met": met, "reason": "" if met else "there is no such thing"}))
        if reply_wanted(text) == "plan":
            return self.planned(text)
        task = asked.text(1).partition("THE TASK\n")[2]
        return self.worked(next(goal for goal in GOALS if task.startswith(goal)), text)

    def planned(self, text: str) -> Answer:
        *found, _ = fenced_in(text)  # the last one is the page
        if not found:
            return plan("each", values=WORDS, goal=SEARCH, fields=["title", "pages"])
        found = found[0]
        if "2." not in found:
            return plan("do", goal=OPEN)
        if "3." not in found:
            return plan("read", goal=READ, fields=["town"])
        if "[whale]" not in found or "NOT MET; there is no book about whale" not in found:
            return Fail(500, "the whale was not answered for")
        return plan("done", output={"books": "FOUND 1", "town": "Ebbhaven"}, evidence=["goals 1 and 3"])

    def worked(self, goal: str, text: str) -> Answer:
        def ref(role: str) -> str:
            return re.search(rf"^ *(\S+) {role}\b", text, re.MULTILINE).group(1)

        if goal == READ:
            return act({"action": "finish", "output": {"town": "Ebbhaven"}, "evidence": ["It stands in it"]})
        if goal == OPEN:
            if "It stands in" in text:
                return act({"action": "finish", "evidence": ["the heading"]})
            return act({"action": "click", "ref": ref("link")})
        word = goal.split()[2]
        if f"?q={word}" not in text:
            return act(
                {"action": "type", "ref": ref("(?:textbox|searchbox)"), "text": word},
                {"action": "click", "ref": ref("button")},
            )
        title = re.search(r'heading "(.*?)" level 2', text)
        if title is None:
            return act({"action": "give_up", "reason": f"there is no book about {word}"})
        pages = int(re.search(r'"([\d,]+) pages"', text).group(1).replace(",", ""))
        return act({"action": "finish", "output": {"title": title.group(1), "pages": pages}})


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
async def test_a_task_with_a_loop_and_a_summary_ends_with_valid_output(server, tmp_path, protocol):
    server.page(ABOUT, "/about.html")
    start = server.page(LIBRARY, "/library.html")
    with FakeProvider(Librarian()) as provider:
        run = await run_task(
            PROMPT,
            start,
            model=asdict(getattr(provider, protocol)()),
            data_extraction_schema=SCHEMA,
            max_steps=10,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.failure_reason) == ("completed", None)
        assert run.output == {"books": BOOKS, "town": "Ebbhaven"}
        # Four searches, one link, and the end; planning and checking are no steps.
        assert run.step_count == 6
        assert run.run_type == "task_v2"
        assert run.usage.model_calls == len(provider.greeted) + len(provider.asked)
    assert [path for path in server.requests if "q=" in path] == [
        f"/library.html?q={word}" for word in ("tide", "sail", "whale", "gull")
    ]


async def test_what_was_read_is_kept_when_the_steps_run_out_in_the_middle_of_a_loop(server, tmp_path):
    start = server.page(LIBRARY, "/library.html")
    with FakeProvider(Librarian()) as provider:
        run = await run_task(
            PROMPT,
            start,
            engine="skyvern-2.0",
            model=asdict(provider.openai()),
            data_extraction_schema=SCHEMA,
            max_steps=3,
            settings=Settings(),
            run_dir=tmp_path,
        )

    assert (run.status, run.step_count) == ("failed", 3)
    assert run.output == {"books": BOOKS[:2]}
    assert [(error.error_code, error.pointer) for error in run.errors] == [
        ("REACH_MAX_STEPS", None),
        ("OUTPUT_INVALID", "/town"),
    ]
