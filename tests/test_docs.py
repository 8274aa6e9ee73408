"""What README and docs say works: every block in them is run, parsed or validated here.

The Python is run as it stands, on the demo's site. A line for a shell is parsed by the real command line.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import typer.main

from agent_core import TaskRequest, find_browser
from agent_core.config import FLAGS, TABLES, TEXTS, Settings
from agent_core.demo_site import DemoSite
from agent_core.faces.cli.app import app
from agent_core.faces.server.settings import VARIABLES as SERVER_VARIABLES
from agent_core.task.run import FailureCode, Status
from engines.rules.plan import read_plan
from tests.support.providers import Asked, FakeProvider, Say

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page.name: page.read_text("utf-8") for page in PAGES}
SITE = "http://127.0.0.1:8010/"
MODEL = "http://127.0.0.1:11434"
OWN_CHROME = "127.0.0.1:9222"

NOT_RUN = {
    "google-chrome": "it is the reader's own Chrome; the tests start theirs with the same options",
    "vllm": "it needs a GPU and the weights of a model",
    "curl": "it asks a server; tests/agent_core/faces/server have servers",
    "pip": "it installs; `make demo` and tests/test_wheel.py do that",
}
"""Programs whose lines are not run here, and why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    kind: str
    title: str
    code: str

    def __str__(self) -> str:
        first = self.code.strip().splitlines()[0]
        return f"{self.page}: {first[:40]}"


FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]*)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [Block(page, *found) for page, text in TEXT.items() for found in FENCE.findall(text)]


def of_kind(*kinds: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind in kinds]


def test_every_block_is_of_a_kind_that_is_tested_here():
    assert {block.kind for block in BLOCKS} == {"python", "sh", "json", "text", "toml"}
    assert [str(block) for block in of_kind("text") if block.title != "prompts for embedded"] == []
    fences = sum(text.count("\n```") for text in TEXT.values())
    assert fences == 2 * len(BLOCKS)


# --- Python ----------------------------------------------------------------------------------------


def the_first_posts(site: DemoSite, said: str) -> None:
    posts = [{"title": post["title"], "points": post["points"]} for post in site.posts[:3]]
    assert said == f"completed { ({'posts': posts}) }\n"


def the_events(site: DemoSite, said: str) -> None:
    lines = said.splitlines()
    assert lines[-1] == "completed"
    assert any("Your e-mail address" in line for line in lines)
    assert site.subscribers == ["ada@quayside.example"]


def the_spans(site: DemoSite, said: str) -> None:
    names = ast.literal_eval(said)
    assert names[-1] == "invoke_agent agent-core"
    assert {"execute_tool click", "step 1"} <= set(names)


def the_many_runs(site: DemoSite, said: str) -> None:
    found = {
        word: [
            post["title"]
            for post in site.posts
            if word.lower() in f"{post['title']} {post['author']}".lower()
        ]
        for word in ("tide", "sail", "Okafor")
    }
    assert said.splitlines() == [
        f"{word} completed { ({'titles': titles}) }" for word, titles in found.items()
    ]


def the_profile(site: DemoSite, said: str) -> None:
    words = said.split()
    assert words == ["completed", words[1]] * 2
    assert words[1].startswith("bp_")


def the_subscribed(site: DemoSite, said: str) -> None:
    assert said == "completed\n"
    assert site.subscribers == ["ada@quayside.example"]


def the_workflow(site: DemoSite, said: str) -> None:
    assert said.startswith("wr_")
    assert said.endswith(" completed []\n")
    assert site.subscribers == ["ada@quayside.example", "bo@quayside.example"]


def the_replay(site: DemoSite, said: str) -> None:
    assert said == "False True completed\n"
    assert site.subscribers == ["ada@quayside.example", "bo@quayside.example"]


def the_first_tide(site: DemoSite, said: str) -> None:
    first = site.tides[0]
    assert said == f"completed day={first['day']!r} high_water={first['high_water']!r}\n"


def the_tools(site: DemoSite, said: str) -> None:
    names, answer = said.splitlines()
    assert names == "['browse', 'open_page', 'look_at_page', 'act_on_page', 'close_page']"
    assert json.loads(answer)["output"] == {"title": site.posts[0]["title"]}


def starting(words: str) -> Callable[[DemoSite, str], None]:
    def check(site: DemoSite, said: str) -> None:
        assert said.startswith(words)

    return check


CHECKS: dict[str, Callable[[DemoSite, str], None]] = {
    "Extract the first 3 posts": the_first_posts,
    "case Acted(result=result)": the_events,
    "run.take_over(": starting("completed\n"),
    "run_tasks(": the_many_runs,
    "qwen3:32b": starting("completed {'high_water': '05:24'}"),
    "NAME-OF-THE-MODEL": starting("anthropic\n"),
    "browser_address=": starting("completed\n"),
    "open_page": starting("Posts"),
    "open_browser_session(": the_subscribed,
    "create_browser_profile(": the_profile,
    "secrets=": the_subscribed,
    "push_code(": starting(""),
    "ask_user=person": starting("login Please log in.\ncompleted\n"),
    "class Tide(": the_first_tide,
    'run_with="code"': the_replay,
    "run_workflow_sync(": the_workflow,
    'record=["video"': starting("completed file://"),
    "hmac.compare_digest": starting("False\n"),
    "model_copy": starting("True\n"),
    "ask_before": starting("('buy', 'delete')\n"),
    "InMemorySpanExporter": the_spans,
    "logging.basicConfig": starting(""),
    "START_ERRORS": starting("prompt: is blank"),
    "Scripted([Finish(": starting(""),
    "browser_tools": the_tools,
    "create_app(": starting("agent-core\n"),
    "class TitleReader": starting("completed {'title': '"),
}
"""Words of a block -> what must have come of it."""
NEEDS_NO_BROWSER = (
    "NAME-OF-THE-MODEL",
    "push_code(",
    "hmac.compare",
    "model_copy",
    "logging.",
    "START_ERRORS",
    "create_app(",
    "ask_before",
)
NEEDS_A_SYSTEM = ("open_browser_session(",)
"""Browsers that stay need what Windows has not."""


def check_of(block: Block) -> Callable[[DemoSite, str], None]:
    [found] = [check for words, check in CHECKS.items() if words in block.code]
    return found


def test_every_check_has_a_block():
    code = "\n".join(block.code for block in of_kind("python"))
    assert [words for words in CHECKS if words not in code] == []


def run(code: str, folder: Path) -> str:
    """Run this as a reader would, in a folder of its own; what it printed."""
    known = {
        name: value for name, value in os.environ.items() if not name.startswith(("AGENT_CORE", "OPENAI"))
    }
    environment = {**known, "AGENT_CORE_HOME": str(folder), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _reads_the_tides() -> Callable[[Asked], Say]:
    """A model that reads off the high water, and is content with that."""
    finish = {"action": "finish", "output": {"high_water": "05:24"}}
    answers = iter([json.dumps({"thought": "It is in the table.", "actions": [finish]})])
    content = '{"met": true, "reason": "the table says so"}'
    return lambda asked: Say(next(answers, content))


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(
            block,
            marks=() if any(words in block.code for words in NEEDS_NO_BROWSER) else pytest.mark.browser,
            id=str(block),
        )
        for block in of_kind("python")
    ],
)
def test_the_python_does_what_the_page_says(block: Block, tmp_path: Path):
    if sys.platform == "win32" and any(words in block.code for words in NEEDS_A_SYSTEM):
        pytest.skip("browsers that stay need what Windows has not")
    code = block.code
    with ExitStack() as stack:
        site = stack.enter_context(DemoSite())
        code = code.replace(SITE, site.url)
        if MODEL in code:
            model = stack.enter_context(FakeProvider(_reads_the_tides(), models=[{"id": "qwen3:32b"}]))
            code = code.replace(MODEL, model.url)
        if OWN_CHROME in code:
            code = code.replace(OWN_CHROME, stack.enter_context(_chrome(tmp_path / "chrome")))
        check_of(block)(site, run(code, tmp_path))


@contextmanager
def _chrome(profile: Path) -> Iterator[str]:
    """A Chrome of somebody's that listens for DevTools, and is still there at the end; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    options = ["--headless", "--no-first-run", "--disable-background-networking", *root]
    where = [f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "about:blank"]
    process = subprocess.Popen(
        [find_browser().path, *options, *where], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _version_of(address)
        yield address
        assert "Browser" in _version_of(address)
    finally:
        process.terminate()
        process.wait()


def _version_of(address: str) -> Any:
    for _ in range(200):
        try:
            with urlopen(f"http://{address}/json/version") as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.05)
    raise AssertionError("Chrome did not start")


# --- lines for a shell -----------------------------------------------------------------------------


def lines_of(block: Block) -> list[list[str]]:
    """Its commands, each as words, without where the output goes."""
    joined = block.code.replace("\\\n", " ")
    lines = [shlex.split(line) for line in joined.splitlines() if line.strip()]
    return [line[: line.index(">")] if ">" in line else line for line in lines]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(words, id=f"{block.page}: {' '.join(words)[:50]}")
        for block in of_kind("sh")
        for words in lines_of(block)
    ],
)
def test_a_line_for_a_shell_can_be_given(words: list[str]):
    match words:
        case ["agent-core", *arguments]:
            parse(arguments)
        case ["claude", "mcp", "add", _, "--", "agent-core", *arguments]:
            parse(arguments)
        case ["make", target]:
            assert re.search(rf"^{target}:.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        case ["export", *assignments]:
            Settings.from_env(dict(assignment.split("=", 1) for assignment in assignments))
            known = {*TEXTS, *FLAGS, *TABLES, *SERVER_VARIABLES.values()}
            assert {each.split("=")[0] for each in assignments} <= known
        case [program, *_]:
            assert program in NOT_RUN


def parse(arguments: list[str]) -> None:
    """Have the real command line read them, without doing what they say."""
    command: Any = typer.main.get_command(app)
    context = None
    try:
        while True:
            context = command.make_context("agent-core", arguments, parent=context)
            if not hasattr(command, "resolve_command"):
                return
            rest = [*context._protected_args, *context.args]
            if not rest and command.invoke_without_command:
                return
            _, command, arguments = command.resolve_command(context, rest)
    except typer.Exit:
        return  # what help there is was asked for


def test_nothing_is_installed_by_a_name_that_is_not_ours():
    installed = [words[2:] for block in of_kind("sh") for words in lines_of(block) if words[0] == "pip"]
    assert installed
    assert [what for what in installed if not what[0].startswith(".")] == []
    assert [page for page, text in TEXT.items() if "agent-core[" in text] == []


# --- data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", of_kind("json"), ids=str)
def test_the_json_is_what_it_says_it_is(block: Block):
    given = json.loads(block.code)
    if block.title.endswith(".json"):
        _servers_can_be_started(given.get("mcpServers") or given["servers"])
    elif block.title in TABLES:
        read = getattr(Settings.from_env({block.title: block.code}), TABLES[block.title])
        assert set(read) == set(given)
    else:
        request = TaskRequest.of({"prompt": "-", block.title: given})
        assert block.title in type(request).model_fields


def _servers_can_be_started(servers: dict[str, Any]) -> None:
    """A host's file names our server as it can be started, or where it can be reached."""
    for server in servers.values():
        Settings.from_env(server.get("env", {}))
        if "url" in server:
            assert server["url"].endswith("/mcp")
        else:
            assert server["command"] == "agent-core"
            parse(server["args"])


@pytest.mark.parametrize("block", of_kind("toml"), ids=str)
def test_the_toml_names_what_is_read(block: Block):
    from engines.registry import GROUP

    given = tomllib.loads(block.code)
    if block.title == "config.toml":
        _servers_can_be_started(given["mcp_servers"])
    else:
        assert given["project"]["entry-points"].keys() == {GROUP}


@pytest.mark.parametrize("prompt", [line for block in of_kind("text") for line in block.code.splitlines()])
def test_every_prompt_that_is_shown_can_be_read_without_a_model(prompt: str):
    assert read_plan(prompt, extracting=True).unread == ()


# --- tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*Status.__args__, *FailureCode.__args__])  # type: ignore[attr-defined]
def test_every_way_to_end_is_explained(word: str):
    assert f"`{word}`" in TEXT["statuses.md"]


def test_every_setting_is_named():
    named = set(re.findall(r"\b(?:AGENT_CORE|OPENAI|ANTHROPIC)_[A-Z_]+", TEXT["settings.md"]))
    assert named == {*TEXTS, *FLAGS, *TABLES}
    assert [field for field in Settings.model_fields if f"`{field}`" not in TEXT["settings.md"]] == []


def test_every_setting_of_the_server_is_named():
    named = set(re.findall(r"^\| (`AGENT_CORE_.*?) \|", TEXT["server.md"], re.MULTILINE))
    assert set(re.findall(r"AGENT_CORE_[A-Z_]+", " ".join(named))) == set(SERVER_VARIABLES.values())


def test_the_readme_fits_on_a_few_screens_and_names_the_two_commands():
    readme = TEXT["README.md"]
    assert readme.count("\n") < 150
    assert "\nmake demo\nmake test\n" in readme


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_to_something(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, heading = target.partition("#")
        assert (page.parent / path).exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", (page.parent / path).read_text("utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^a-z0-9]+", "-", each.lower()) for each in headings], target
