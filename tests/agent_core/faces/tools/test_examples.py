"""Each example is run as it stands, with the real package, against a server that plays the model."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent_core.demo_site import DemoSite
from tests.support.agent_server import AgentServer

ROOT = Path(__file__).parents[4]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
NEEDS = {
    "openai_chat": "openai",
    "openai_responses": "openai",
    "anthropic_messages": "anthropic",
    "openai_agents": "agents",
    "pydantic_ai_agent": "pydantic_ai",
    "langchain_agent": "langchain_openai",
}
"""The package that each example uses, which is none of ours."""


def test_every_example_is_run_here():
    assert {path.stem for path in EXAMPLES} == NEEDS.keys()


def run_example(
    example: Path, model: AgentServer, home: Path, question: str
) -> subprocess.CompletedProcess[str]:
    if find_spec(NEEDS[example.stem]) is None:
        pytest.skip(f"{NEEDS[example.stem]} is not installed")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AGENT_CORE_")}
    environment = {
        **ours,
        "AGENT_CORE_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": "key",
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "OPENAI_AGENTS_DISABLE_TRACING": "1",
        "ANTHROPIC_API_KEY": "key",
        "ANTHROPIC_BASE_URL": model.url,
    }
    command = [sys.executable, str(example), question]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.browser
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_answers_from_the_web(example: Path, tmp_path: Path):
    wanted = {"posts": [{"title": "", "points": 0}]}
    with DemoSite() as site:
        task = {"prompt": "Extract the first 3 posts with title and points.", "url": site.url}
        with AgentServer("browse", {**task, "output_schema": wanted}) as model:
            done = run_example(example, model, tmp_path, f"What are the first posts on {site.url}?")
        assert done.returncode == 0, done.stderr
        assert '"status": "completed"' in model.answers[-1]
        assert all(post["title"] in done.stdout for post in site.posts[:3])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_model_of_an_example_reads_which_argument_was_wrong(example: Path, tmp_path: Path):
    with AgentServer("browse", {"prompt": "Read the first post.", "output_schema": 5}) as model:
        done = run_example(example, model, tmp_path, "What is the first post?")
        model.problems.clear()  # the server, too, sees that these arguments do not fit
    assert done.returncode == 0, done.stderr
    assert "output_schema" in model.answers[-1]
