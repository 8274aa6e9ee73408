from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client

from agent_core import Settings, list_runs
from agent_core.demo_site import DemoSite
from agent_core.faces.desk.desk import Desk, DeskOptions
from agent_core.faces.mcp.server import make_server
from agent_core.testing import Scripted
from engines.protocol import AskUser, Finish
from tests.agent_core.faces.mcp.conftest import Host

pytestmark = pytest.mark.browser

POSTS = {"posts": [{"title": "", "points": 0}]}
LONG = "Wait 50 seconds. " * 12
"""Ten minutes without a model."""


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def test_a_task_is_done_and_its_progress_and_pictures_are_seen(host: Host, site: DemoSite):
    heard: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with host() as client:
        task = {
            "prompt": "Extract the first 3 posts with title and points.",
            "url": site.url,
            "data_extraction_schema": POSTS,
        }
        result = await client.call_tool("start_task", task, progress_callback=hear)
        answer = result.structured_content
        assert answer["status"] == "completed"
        assert answer["output"] == {
            "posts": [{"title": post["title"], "points": post["points"]} for post in site.posts[:3]]
        }
        assert json.loads(result.content[0].text) == answer
        link = result.content[1]
        picture = await client.read_resource(link.uri)
        assert picture.contents[0].mime_type == "image/png"
        again = await call(client, "get_task", run_id=answer["run_id"])
        assert again == answer
        listed = await call(client, "list_runs", containing="first 3")
        assert [run["run_id"] for run in listed["runs"]] == [answer["run_id"]]
    assert heard
    assert heard == sorted(heard, key=lambda each: each[0])
    assert {total for _, total, _ in heard if total} == {25.0}


async def test_a_call_answers_before_the_host_loses_its_patience(host: Host, site: DemoSite):
    async with host("--wait", "1", patience_s=20.0) as client:
        began = time.monotonic()
        answer = await call(client, "start_task", prompt=LONG, url=site.url)
        for _ in range(2):
            assert answer["status"] == "running"
            assert "get_task" in answer["next"]
            answer = await call(client, "get_task", run_id=answer["run_id"])
        assert time.monotonic() - began > 2
        assert (await call(client, "get_task", run_id=answer["run_id"], wait_s=0))["status"] == "running"
        ended = await call(client, "cancel_task", run_id=answer["run_id"])
        assert ended["status"] == "canceled"
        assert (await call(client, "cancel_task", run_id=answer["run_id"])) == ended


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_host_that_cancels_its_call_ends_the_run_within_a_second(
    host: Host, site: DemoSite, mode: str
):
    async with host(mode=mode) as client:
        started = asyncio.Event()

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            if "Posts" in (message or ""):
                started.set()

        calling = asyncio.ensure_future(
            client.call_tool("start_task", {"prompt": LONG, "url": site.url}, progress_callback=hear)
        )
        await asyncio.wait_for(started.wait(), 30)
        calling.cancel()
        canceled_at = time.time()
        with pytest.raises(asyncio.CancelledError):
            await calling
        [run] = (await call(client, "list_runs"))["runs"]
        ended = await call(client, "get_task", run_id=run["run_id"])
        assert ended["status"] == "canceled"
        assert datetime.fromisoformat(ended["finished_at"]).timestamp() - canceled_at < 10.0


async def test_the_host_leaves_and_no_chromium_is_left(
    host: Host, site: DemoSite, our_browsers: Callable[[], set[int]], said: Path, tmp_path: Path
):
    async with host() as client:
        await call(client, "start_task", prompt=LONG, url=site.url, wait_s=1)
        page = await client.call_tool("open_page", {"url": site.url})
        assert not page.is_error
        assert len(our_browsers()) == 2
    assert our_browsers() == set()
    [run] = list_runs(settings=Settings(home=tmp_path / "home"))
    assert run.status == "canceled"
    assert await asyncio.to_thread(said.read_text) == ""


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        pytest.param("start_task", {"prompt": " "}, "prompt", id="blank prompt"),
        pytest.param("start_task", {"prompt": "x", "url": "file:///etc/passwd"}, "http or https", id="file"),
        pytest.param("start_task", {"prompt": "x", "max_steps": 0}, "max_steps", id="no steps"),
        pytest.param("start_task", {}, "prompt", id="no prompt"),
        pytest.param("get_task", {"run_id": "../../etc"}, "is no run's id", id="a path"),
        pytest.param("get_task", {"run_id": "tsk_0"}, "no run", id="unknown run"),
        pytest.param("cancel_task", {"run_id": "tsk_0"}, "list_runs", id="cancel of an unknown run"),
        pytest.param("answer", {"run_id": "tsk_0", "text": "x"}, "list_runs", id="answer to an unknown run"),
        pytest.param("observe", {"page": "pg_0"}, "open are: none", id="unknown page"),
        pytest.param("act", {"page": "pg_0", "actions": []}, "actions", id="no actions"),
        pytest.param("open_page", {"url": "file:///etc/passwd"}, "http or https", id="page of a file"),
        pytest.param("open_page", {"url": "http://"}, "url", id="page without a host"),
        pytest.param("bake", {}, "bake", id="unknown tool"),
    ],
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(
    desk: Callable[..., Desk], tool: str, arguments: dict[str, Any], words: str
):
    async with desk() as serving, Client(make_server(serving)) as client:
        result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert words in result.content[0].text


async def test_a_question_is_handed_over_and_its_answer_goes_back(desk: Callable[..., Desk], site: DemoSite):
    engine = Scripted([AskUser(kind="login", text="Please log in."), Finish(output={"in": True})])
    async with desk(engine=engine) as serving, Client(make_server(serving)) as client:
        asked = await call(client, "start_task", prompt="Log in.", url=site.url)
        assert asked["status"] == "running"
        assert asked["question"] == {"kind": "login", "text": "Please log in."}
        answered = await call(client, "answer", run_id=asked["run_id"], text="done that")
        late = await client.call_tool("answer", {"run_id": asked["run_id"], "text": "again"})
    assert engine.turns[-1].answer == "done that"
    assert answered["status"] == "completed"
    assert late.is_error


async def test_more_runs_than_may_go_on_at_once_are_refused(desk: Callable[..., Desk], site: DemoSite):
    async with desk(wait_s=0.1) as serving, Client(make_server(serving)) as client:
        for _ in range(2):
            await call(client, "start_task", prompt=LONG, url=site.url)
        refused = await client.call_tool("start_task", {"prompt": LONG, "url": site.url})
    assert refused.is_error
    assert "2 runs go on already" in refused.content[0].text


async def test_what_the_operator_has_set_holds_whatever_a_host_asks_for(
    desk: Callable[..., Desk], site: DemoSite
):
    async with desk(allowed_domains=["example.com"]) as serving, Client(make_server(serving)) as client:
        result = await client.call_tool("start_task", {"prompt": "Wait 1 second.", "url": site.url})
        page = await client.call_tool("open_page", {"url": site.url})
    assert result.structured_content["failure_code"] == "BLOCKED"
    assert page.is_error


async def test_a_browser_that_is_not_there_is_said(tmp_path: Path, site: DemoSite):
    settings = Settings(home=tmp_path, browser=str(tmp_path / "none"))
    serving = Desk(DeskOptions(fields={"engine": "embedded"}), settings)
    async with serving, Client(make_server(serving)) as client:
        result = await client.call_tool("start_task", {"prompt": "Wait 1 second.", "url": site.url})
    assert result.is_error
    assert "none" in result.content[0].text


async def test_every_tool_says_what_it_does_and_whether_it_may_destroy(desk: Callable[..., Desk]):
    async with Client(make_server(desk())) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {name for name, tool in tools.items() if tool.annotations.read_only_hint} == {
        "get_task",
        "list_runs",
        "observe",
    }
    assert {name for name, tool in tools.items() if tool.annotations.destructive_hint} == {
        "start_task",
        "cancel_task",
        "act",
    }
    assert all(tool.annotations.open_world_hint is not None for tool in tools.values())
    schemas = json.dumps([tool.model_dump(mode="json", exclude_none=True) for tool in tools.values()])
    assert len(schemas) < 12_000


async def test_a_server_that_is_stopped_winds_up_though_its_host_is_still_there(
    environment: dict[str, str], site: DemoSite, our_browsers: Callable[[], set[int]]
):
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent_core", "mcp", "--engine", "embedded", "--wait", "0.5",
        env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    who = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    task = {"name": "start_task", "arguments": {"prompt": LONG, "url": site.url}}
    for method, params in (("initialize", who), ("tools/call", task)):
        asked = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
        server.stdin.write(json.dumps(asked).encode() + b"\n")
        answered = json.loads(await asyncio.wait_for(server.stdout.readline(), 30))
        assert answered["id"] == method
    server.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(server.wait(), 60) == 128 + signal.SIGTERM
    assert our_browsers() == set()
