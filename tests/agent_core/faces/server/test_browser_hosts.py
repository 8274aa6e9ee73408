"""Which browsers on other machines a caller over the network may have runs work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_core import BadRequest
from agent_core.faces.server.settings import ServerSettings
from agent_core.task.addresses.hosts import HostName
from tests.support.task_server import Player, served, settings_in, with_key

TASK = {"prompt": "Look", "url": "http://8.8.8.8/", "engine": "embedded"}
HOSTS = "browsers.example.com, *.lab.example.com,10.0.0.5:9222, [fd00::1]"


@pytest.mark.parametrize(
    ("address", "joined"),
    [
        ("browsers.example.com:9222", True),
        ("wss://Browsers.Example.com/devtools", True),
        ("http://a.lab.example.com:1", True),
        ("10.0.0.5:9222", True),
        ("ws://10.0.0.5:9222/devtools/browser/1", True),
        ("http://[fd00::1]:9222", True),
        ("10.0.0.5:9223", False),
        ("10.0.0.6:9222", False),
        ("lab.example.com", False),
        ("notlab.example.com", False),
        ("browsers.example.com.evil.example", False),
        ("http://browsers.example.com@evil.example:9222", False),
        ("9222", False),
        ("localhost:9222", False),
        ("169.254.169.254", False),
        ("93.184.216.34:9222", False),
    ],
)
def test_only_browsers_at_hosts_that_are_named_are_joined(tmp_path: Path, address: str, joined: bool):
    settings = settings_in(tmp_path, allow_private=False, browser_hosts=HOSTS, concurrency=0)
    with served(settings, Player()) as client:
        answer = client.post("/v1/run/tasks", json=TASK | {"browser_address": address})
    assert answer.status_code == (200 if joined else 400)
    if not joined:
        assert "is not among the browsers that this server may join" in answer.json()["detail"]
        assert "AGENT_CORE_BROWSER_HOSTS" in answer.json()["detail"]


def test_a_server_that_others_reach_joins_none_unless_one_is_named_whatever_else_it_allows(tmp_path: Path):
    settings = settings_in(
        tmp_path, public_url="https://agent.example.com", allow_private=True, concurrency=0
    )
    with served(settings, Player(), key=with_key(settings)) as client:
        answer = client.post("/v1/run/tasks", json=TASK | {"browser_address": "10.0.0.5:9222"})
        assert answer.status_code == 400
        assert client.post("/v1/run/tasks", json=TASK).status_code == 200


def test_who_alone_reaches_the_server_may_name_any(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        answer = client.post("/v1/run/tasks", json=TASK | {"browser_address": "127.0.0.1:9222"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "text", ["http://a.example", "a b", "*", "a.*.example", "user@a.example", "a/b", "*.*.b"]
)
def test_what_is_no_host_is_refused_with_how_one_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
):
    monkeypatch.setenv("AGENT_CORE_BROWSER_HOSTS", text)
    monkeypatch.setenv("AGENT_CORE_HOME", str(tmp_path))
    with pytest.raises(BadRequest, match=r"AGENT_CORE_BROWSER_HOSTS: .*is no host; write"):
        ServerSettings.from_env()


def test_hosts_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("AGENT_CORE_BROWSER_HOSTS", HOSTS)
    monkeypatch.setenv("AGENT_CORE_HOME", str(tmp_path))
    assert ServerSettings.from_env().browser_hosts == (
        HostName("browsers.example.com"),
        HostName("lab.example.com", below=True),
        HostName("10.0.0.5", 9222),
        HostName("fd00::1"),
    )
