from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent_core import BadRequest, Settings
from agent_core.faces.server.admission.keys import REMEMBERED_S, ApiKeys
from agent_core.faces.server.app import open_services
from agent_core.faces.server.database.opening import open_database
from agent_core.faces.server.settings import ServerSettings
from tests.support.task_server import Player, ended, served, settings_in, until
from tests.support.webhook_receiver import webhook_receiver

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
NO = (403, {"detail": "Invalid credentials"})


def a_key(folder: Path, name: str = "tests") -> str:
    database = open_database(settings_in(folder))
    try:
        return ApiKeys(database).create(name)[1]
    finally:
        database.close()


def test_a_key_is_needed_as_soon_as_there_is_one_and_several_are_good(tmp_path: Path):
    keys = [a_key(tmp_path, "one"), a_key(tmp_path, "other")]
    with served(settings_in(tmp_path), Player()) as client:
        for headers in ({}, {"x-api-key": "ack_wrong"}, {"x-api-key": ""}):
            answer = client.get("/v1/runs", headers=headers)
            assert (answer.status_code, answer.json()) == NO
        assert client.post("/v1/run/tasks", json=TASK).status_code == 403
        assert [client.get("/v1/runs", headers={"x-api-key": key}).status_code for key in keys] == [200, 200]
        assert client.get("/v1/runs", headers={"authorization": f"Bearer {keys[0]}"}).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert client.get("/metrics").status_code == 403


def test_no_key_stands_in_the_database(tmp_path: Path):
    key = a_key(tmp_path)
    with served(settings_in(tmp_path, concurrency=0), Player(), key=key) as client:
        task = TASK | {"webhook_url": "http://127.0.0.1:9/", "secrets": {"PW": "hunter2-and-more"}}
        assert client.post("/v1/run/tasks", json=task).status_code == 200
    with sqlite3.connect(tmp_path / "server" / "server.sqlite") as database:
        everything = "\n".join(database.iterdump())
    assert "Find it" in everything
    assert key not in everything
    assert "hunter2-and-more" not in everything


def test_a_key_that_is_revoked_is_good_for_a_second_at_most(tmp_path: Path):
    key = a_key(tmp_path)  # the only one: a server whose last key was revoked is open to nobody
    with served(settings_in(tmp_path), Player(), key=key) as client:
        assert client.get("/v1/runs").status_code == 200
        database = open_database(settings_in(tmp_path))
        ApiKeys(database).revoke("tests")
        database.close()
        until(lambda: client.get("/v1/runs").status_code == 403, 10 * REMEMBERED_S)


def test_a_server_that_others_reach_does_not_start_without_a_key(tmp_path: Path):
    with pytest.raises(BadRequest, match="agent-core keys create"):
        open_services(settings_in(tmp_path, host="0.0.0.0"))
    a_key(tmp_path)
    open_services(settings_in(tmp_path, host="0.0.0.0")).database.close()


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_a_page_of_another_site_cannot_use_a_server_without_keys(tmp_path: Path, headers: dict[str, str]):
    with served(settings_in(tmp_path), Player()) as client:
        assert client.get("/v1/runs", headers=headers).status_code == 403
        assert client.get("/v1/runs", headers={"origin": str(client.base_url).rstrip("/")}).status_code == 200


def test_a_webhook_is_signed_with_the_key_of_who_asked(tmp_path: Path):
    from agent_core.services.webhook import signature

    key = a_key(tmp_path)
    with webhook_receiver() as received, served(settings_in(tmp_path), Player(), key=key) as client:
        run_id = client.post("/v1/run/tasks", json=TASK | {"webhook_url": received.url}).json()["run_id"]
        until(lambda: received.posted)
        posted = received.posted[0]
        assert posted.headers["x-skyvern-signature"] == signature(posted.body, key)
        assert (posted.run["run_id"], posted.run["status"]) == (run_id, "completed")
        until(lambda: ended(client, run_id)["webhook"])
        assert ended(client, run_id)["webhook"]["delivered"]
        assert received.ids == [run_id]


def test_keys_are_made_listed_and_revoked_on_the_command_line(tmp_path: Path):
    def keys(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "agent_core", "keys", *words],
            env={"AGENT_CORE_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    key = keys("create", "laptop").strip()
    assert key.startswith("ack_")
    listed = keys("list")
    assert "in use" in listed
    assert key not in listed
    keys("revoke", "laptop")
    assert "revoked" in keys("list")


def test_where_the_last_key_was_revoked_nobody_is_let_in(tmp_path: Path):
    key = a_key(tmp_path)
    with served(settings_in(tmp_path), Player()) as client:
        database = open_database(settings_in(tmp_path))
        ApiKeys(database).revoke("tests")
        database.close()
        until(
            lambda: client.get("/v1/runs", headers={"x-api-key": key}).status_code == 403, 10 * REMEMBERED_S
        )
        assert client.get("/v1/runs").status_code == 403
        assert client.get("/").headers["location"].startswith("/sign-in")


def test_a_server_behind_a_proxy_is_one_that_others_reach(tmp_path: Path):
    behind = settings_in(tmp_path, public_url="https://agent.example.com/")
    assert not behind.private_allowed
    with pytest.raises(BadRequest, match=r"agent\.example\.com can be reached by others"):
        open_services(behind)
    assert settings_in(tmp_path, public_url="http://localhost:9000").private_allowed


@pytest.mark.parametrize("address", ["agent.example.com", "ftp://agent.example.com", "https://"])
def test_an_address_for_others_that_is_none_is_refused(tmp_path: Path, address: str):
    with pytest.raises(BadRequest, match="AGENT_CORE_PUBLIC_URL: "):
        ServerSettings.from_env(public_url=address, library=Settings(home=tmp_path))


def test_servers_that_start_at_the_same_time_share_one_secret_and_one_set_of_tables(tmp_path: Path):
    def start(_: int) -> bytes:
        services = open_services(settings_in(tmp_path))
        services.database.close()
        return services.seal.closed({"a": 1})

    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(start, range(8)))
    services = open_services(settings_in(tmp_path))
    assert [services.seal.opened(each) for each in sealed] == [{"a": 1}] * 8
    services.database.close()
    assert [path.name for path in (tmp_path / "server").glob(".server*")] == []


def test_an_empty_secret_is_none(tmp_path: Path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "server.key").write_text("\n")
    with pytest.raises(BadRequest, match=r"server\.key is empty"):
        open_services(settings_in(tmp_path))
