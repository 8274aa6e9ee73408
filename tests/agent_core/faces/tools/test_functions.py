from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator

from agent_core import Settings
from agent_core.demo_site import DemoSite
from agent_core.faces.tools import BrowserTools, browser_tools
from agent_core.testing import Scripted
from engines.protocol import AskUser, Finish


@pytest_asyncio.fixture
async def tools(settings: Settings) -> AsyncIterator[BrowserTools]:
    async with browser_tools(engine="embedded", settings=settings) as tools:
        yield tools


NAMES = ["browse", "open_page", "look_at_page", "act_on_page", "close_page"]


def test_the_same_tools_are_told_in_the_form_of_each_provider(tools: BrowserTools):
    assert [function.__name__ for function in tools.functions] == NAMES
    assert [tool["function"]["name"] for tool in tools.openai_chat()] == NAMES
    assert [tool["name"] for tool in tools.openai_responses()] == NAMES
    assert [tool["name"] for tool in tools.anthropic()] == NAMES
    assert {tool["strict"] for tool in tools.openai_responses()} == {False}
    for tool in tools.anthropic():
        assert tool["description"]
        Draft202012Validator.check_schema(tool["input_schema"])
    assert len(json.dumps(tools.anthropic())) < 6000


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        pytest.param("bake", {}, "there are browse, open_page", id="unknown tool"),
        pytest.param("browse", "{", "no JSON", id="arguments that are no JSON"),
        pytest.param("browse", "[]", "JSON object", id="arguments that are a list"),
        pytest.param("browse", {}, "prompt", id="no prompt"),
        pytest.param("browse", {"prompt": " "}, "prompt", id="blank prompt"),
        pytest.param("browse", {"prompt": "x", "speed": 9}, "speed", id="unknown argument"),
        pytest.param("browse", {"prompt": "x", "url": "file:///etc/passwd"}, "http", id="a file"),
        pytest.param("open_page", {"url": "file:///etc/passwd"}, "http", id="a page of a file"),
        pytest.param("open_page", {"url": "http://127.0.0.1:9/"}, "could not open", id="nobody there"),
        pytest.param("look_at_page", {"page": "pg_1"}, "open are: none", id="unknown page"),
        pytest.param("act_on_page", {"page": "pg_1", "actions": "click"}, "actions", id="no list"),
        pytest.param("close_page", '{"page": "pg_1"}', "open are: none", id="close of an unknown page"),
    ],
)
@pytest.mark.browser
async def test_a_call_that_makes_no_sense_is_answered(
    tools: BrowserTools, name: str, arguments: Any, words: str
):
    answer = await tools.call(name, arguments)
    assert answer.startswith("error: ")
    assert words in answer


@pytest.mark.browser
async def test_a_model_steers_a_page(tools: BrowserTools):
    with DemoSite() as site:
        opened = await tools.call("open_page", json.dumps({"url": site.url}))
        page = opened.splitlines()[0].removeprefix("page ")
        [line] = [line for line in opened.splitlines() if 'link "Tide table"' in line]
        actions = [{"action": "click", "ref": line.split()[0]}]
        acted = await tools.call("act_on_page", {"page": page, "actions": actions})
        assert "/tides" in acted
        assert "05:24" in acted
        assert "High water" in await tools.look_at_page(page, query="high water")
        assert (await tools.look_at_page(page, ref="e999")).startswith("error: ref: ")
        assert await tools.call("close_page", {"page": page}) == f"{page} is closed"


@pytest.mark.browser
async def test_a_run_that_asks_a_person_ends_where_nobody_answers(settings: Settings):
    with DemoSite() as site:
        asks = [AskUser(kind="login", text="Please log in."), Finish(output="in")]
        async with browser_tools(engine=Scripted(asks), settings=settings) as tools:
            ended = json.loads(await tools.browse("Log in.", site.url))
        assert ended["failure_code"] == "NEEDS_USER"
        answered = browser_tools(engine=Scripted(asks), settings=settings, ask_user=lambda question: "I did.")
        async with answered as tools:
            assert json.loads(await tools.browse("Log in.", site.url))["output"] == "in"


@pytest.mark.browser
async def test_an_answer_that_is_cut_names_no_tool_that_there_is_not(settings: Settings):
    rows = [{"n": n, "text": "x" * 200} for n in range(200)]
    with DemoSite() as site:
        async with browser_tools(engine=Scripted([Finish(output=rows)]), settings=settings) as tools:
            note = json.loads(await tools.browse("Read the rows.", site.url))["output_note"]
    assert "of 200 of the output are shown" in note
    assert "result.json in the folder" in note
    assert "get_task" not in note
