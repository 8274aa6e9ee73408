"""What the README says works: its Python is run as it stands, on the demo's site."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from providers import Asked, FakeProvider, Say

from agent_core import find_browser
from agent_core.config import FLAGS, TABLES, TEXTS
from agent_core.demo_site import DemoSite
from agent_core.task.run import FailureCode, Status
from engines.embedded.plan import read_plan

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SITE = "http://127.0.0.1:8010/"
MODEL = "http://127.0.0.1:11434"
OWN_CHROME = "127.0.0.1:9222"


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


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


def block(words: str) -> str:
    """The one block of the README that has these words."""
    [found] = [code for code in BLOCKS if words in code]
    return found


def test_every_block_is_run_by_a_test_here():
    here = Path(__file__).read_text("utf-8")
    asked_for = [
        node.args[0].value
        for node in ast.walk(ast.parse(here))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "block"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert sorted(block(words) for words in asked_for) == sorted(BLOCKS)


@pytest.mark.browser
def test_the_first_example_reads_the_posts(site: DemoSite, tmp_path: Path):
    said = run(block("Extract the first 3 posts").replace(SITE, site.url), tmp_path)
    posts = [{"title": post["title"], "points": post["points"]} for post in site.posts[:3]]
    assert said == f"completed { ({'posts': posts}) }\n"


@pytest.mark.browser
def test_the_events_tell_what_was_done(site: DemoSite, tmp_path: Path):
    said = run(block("run.events()").replace(SITE, site.url), tmp_path).splitlines()
    assert said[-1] == "completed"
    assert any("Your e-mail address" in line for line in said)
    assert any("Subscribe" in line for line in said)
    assert site.subscribers == ["ada@quayside.example"]


@pytest.mark.browser
def test_a_model_on_a_local_server_is_asked(site: DemoSite, tmp_path: Path):
    finish = {"action": "finish", "output": {"high_water": "05:24"}}
    answer = json.dumps({"thought": "It is in the table.", "actions": [finish]})

    def says(asked: Asked) -> Say:
        return Say(answer if len(provider.asked) == 1 else '{"met": true, "reason": "the table says so"}')

    with FakeProvider(says, models=[{"id": "qwen3:32b"}]) as provider:
        code = block("qwen3:32b").replace(SITE, site.url).replace(MODEL, provider.url)
        said = run(code, tmp_path)
    assert said.startswith("completed {'high_water': '05:24'}")
    assert provider.asked[0].body["model"] == "qwen3:32b"


@pytest.mark.browser
def test_a_run_in_the_readers_own_chrome_leaves_it_open(site: DemoSite, tmp_path: Path):
    with _Chrome(tmp_path / "profile") as address:
        said = run(block("browser_address").replace(SITE, site.url).replace(OWN_CHROME, address), tmp_path)
        with urlopen(f"http://{address}/json/version") as answer:
            assert answer.status == 200
    assert said == "completed\n"


@pytest.mark.browser
@pytest.mark.skipif(sys.platform == "win32", reason="browsers that stay need what Windows has not")
def test_a_run_goes_on_where_the_last_one_ended(site: DemoSite, tmp_path: Path):
    said = run(block("open_browser_session").replace(SITE, site.url), tmp_path)
    assert said == "completed\n"
    assert site.subscribers == ["ada@quayside.example"]


@pytest.mark.browser
def test_a_profile_is_made_and_used(site: DemoSite, tmp_path: Path):
    said = run(block("create_browser_profile").replace(SITE, site.url), tmp_path).split()
    assert said == ["completed", said[1]] * 2
    assert said[1].startswith("bp_")


@pytest.mark.browser
def test_a_published_run_is_done_again_with_another_value(site: DemoSite, tmp_path: Path):
    code = block("run_workflow_sync").replace(SITE, site.url)
    said = run(code, tmp_path)
    assert said.startswith("wr_")
    assert said.endswith(" completed []\n")
    assert site.subscribers == ["ada@quayside.example", "bo@quayside.example"]


@pytest.mark.browser
def test_a_secret_arrives_and_is_not_told(site: DemoSite, tmp_path: Path):
    run(block("secrets=").replace(SITE, site.url), tmp_path)
    assert site.subscribers == ["ada@quayside.example"]


@pytest.mark.browser
def test_many_runs_come_back_in_order(site: DemoSite, tmp_path: Path):
    said = run(block("run_tasks(").replace(SITE, site.url), tmp_path).splitlines()
    found = {
        word: [
            post["title"]
            for post in site.posts
            if word.lower() in f"{post['title']} {post['author']}".lower()
        ]
        for word in ("tide", "sail", "Okafor")
    }
    assert said == [f"{word} completed { ({'titles': titles}) }" for word, titles in found.items()]


@pytest.mark.browser
def test_the_scripted_engine_serves_in_a_readers_test(site: DemoSite, tmp_path: Path):
    run(block("Scripted([").replace(SITE, site.url), tmp_path)


@pytest.mark.parametrize("word", [*Status.__args__[3:], *FailureCode.__args__])  # type: ignore[attr-defined]
def test_every_way_to_end_is_explained(word: str):
    assert f"`{word}`" in README


@pytest.mark.parametrize("prompt", re.findall(r"^    ([A-Z].+\.)$", README, re.MULTILINE))
def test_every_prompt_that_is_shown_can_be_read_without_a_model(prompt: str):
    assert read_plan(prompt, extracting=True).unread == ()


def test_every_setting_is_named():
    named = set(re.findall(r"\b(?:AGENT_CORE|OPENAI|ANTHROPIC)_[A-Z_]+", README))
    assert named == {*TEXTS, *FLAGS, *TABLES}


def test_every_option_of_the_command_line_that_is_shown_is_there():
    lines = [line for line in README.splitlines() if "agent-core " in line]
    shown = {word for line in lines for word in re.findall(r"(?<!\S)--[a-z-]+", line)}
    helped = (Path(__file__).parent / "golden" / "cli-help.txt").read_text("utf-8")
    assert shown
    assert [option for option in shown if option not in helped] == []


class _Chrome:
    """A Chrome of somebody's that listens for DevTools."""

    def __init__(self, profile: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [
                find_browser().path,
                "--headless",
                f"--remote-debugging-port={port}",
                f"--user-data-dir={profile}",
                "--no-first-run",
                "--disable-background-networking",
                *root,
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> str:
        for _ in range(200):
            try:
                urlopen(f"http://{self.address}/json/version").close()
                return self.address
            except OSError:
                time.sleep(0.05)
        raise AssertionError("Chrome did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
