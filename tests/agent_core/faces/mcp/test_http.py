from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest

pytest.importorskip("mcp")

from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from agent_core import BadRequest, Settings, TaskRequest
from agent_core.demo_site import DemoSite
from agent_core.faces.desk.desk import Desk
from agent_core.faces.mcp.server import HttpOptions, http_app, listening
from agent_core.loop.acts.policy import objection
from agent_core.runner.preparing.resolve import limited_by
from browser.model.actions import Upload

KEY = "a key that nobody guesses"


@contextmanager
def serving(environment: dict[str, str], *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server over HTTP, as a process of its own: its address, and the process."""
    words = [sys.executable, "-m", "agent_core", "mcp", "--http", "--port", "0", "--engine", "embedded"]
    process = subprocess.Popen(
        [*words, "--key", "env:KEY", *options],
        env={**environment, "KEY": KEY},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        yield process.stderr.readline().strip(), process
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=60)
        assert out == ""


def posted(url: str, **headers: str) -> int:
    who = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    begin = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": who}
    accept = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    for _ in range(100):
        try:
            return httpx2.post(url, json=begin, headers={**accept, **headers}, timeout=60).status_code
        except httpx2.ConnectError:
            continue
    raise AssertionError("it does not answer")


@pytest.mark.browser
async def test_a_host_with_a_key_has_a_task_done_over_http(
    environment: dict[str, str], site: DemoSite, our_browsers: Callable[[], set[int]]
):
    with serving(environment, "--wait", "60") as (url, process):
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, timeout=90)
        async with http, Client(streamable_http_client(url, http_client=http)) as client:
            task = {"prompt": "Click 'Tide table'.", "url": site.url}
            result = await client.call_tool("start_task", task)
            assert result.structured_content["status"] == "completed"
            page = await client.call_tool("open_page", {"url": site.url})
            assert not page.is_error
            assert len(our_browsers()) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert our_browsers() == set()


def test_strangers_are_refused(environment: dict[str, str]):
    with serving(environment) as (url, _):
        assert posted(url) == 401
        assert posted(url, Authorization="Bearer wrong") == 401
        assert posted(url, Authorization=f"Basic {KEY}") == 401
        known = {"Authorization": f"Bearer {KEY}"}
        assert posted(url, **known) == 200
        assert posted(url, **{"x-api-key": KEY}) == 200
        assert posted(url, **known, Host="evil.example:80") == 421
        assert posted(url, **known, Origin="https://evil.example") == 403


def test_it_listens_to_other_machines_only_under_a_name(desk: Callable[..., Desk]):
    with pytest.raises(BadRequest, match="--name"):
        http_app(desk(), HttpOptions(host="0.0.0.0", keys=["k"]))
    with pytest.raises(BadRequest, match="--key"):
        http_app(desk(), HttpOptions())
    http_app(desk(), HttpOptions(host="0.0.0.0", keys=["k"], names=["box.example.org"]))


def test_a_port_that_is_taken_is_said():
    first = listening(HttpOptions(port=0))
    with first, pytest.raises(BadRequest, match="choose another --port"):
        listening(HttpOptions(port=first.getsockname()[1]))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--http", "--key", "hunter2"], "--key: is written as env:VARIABLE", id="key in clear"),
        pytest.param(["--http", "--key", "env:NONE"], "NONE is not set", id="unset key"),
        pytest.param(["--wait", "0"], "--wait", id="no time"),
    ],
)
def test_a_server_that_cannot_be_started_says_why(environment: dict[str, str], words: list[str], said: str):
    done = subprocess.run(
        [sys.executable, "-m", "agent_core", "mcp", *words],
        env={**environment, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "hunter2" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "private"),
    [
        ({}, True),
        ({"names": ("box.example.org",)}, False),
        ({"host": "0.0.0.0", "names": ("box.example.org",)}, False),
        ({"host": "0.0.0.0", "names": ("box.example.org",), "allow_private": True}, True),
        ({"allow_private": False}, False),
    ],
)
def test_over_http_no_prompt_names_a_file_and_private_hosts_are_for_this_machine(options, private):
    settings = HttpOptions(keys=[KEY], **options).for_runs(Settings())
    assert (settings.named_files, settings.private_hosts) == (False, private)
    request = limited_by(TaskRequest.of({"prompt": "Upload /etc/passwd"}), settings)
    assert objection(Upload("f0e1", ("/etc/passwd",)), request)
    assert request.rules.public is not private
