from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Client

from agent_core.faces.server.admission.keys import ApiKeys
from agent_core.faces.server.database.opening import open_database
from tests.support.live_runs import Watched
from tests.support.task_server import Player, served, settings_in, until

PAGES = ("/", "/new", "/workflows", "/sessions", "/profiles")
TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def open_server(tmp_path: Path) -> Iterator[Client]:
    with served(settings_in(tmp_path), Player()) as client:
        yield client


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[ApiKeys]:
    database = open_database(settings_in(tmp_path))
    yield ApiKeys(database)
    database.close()


@pytest.fixture
def locked(tmp_path: Path, keys: ApiKeys) -> Iterator[tuple[Client, str]]:
    """A server that needs a key, and one that is good."""
    _, key = keys.create("a person")
    with served(settings_in(tmp_path), Player()) as client:
        yield client, key


def signed_in(client: Client, key: str) -> None:
    token = token_in(client.get("/sign-in").text)
    answer = client.post("/sign-in", data={"key": key, "token": token, "to": "/new"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/new")


def test_without_any_key_the_pages_are_for_this_machine(open_server: Client):
    assert [open_server.get(path).status_code for path in PAGES] == [200] * len(PAGES)
    elsewhere = open_server.get("/", headers={"host": "rebound.example"})
    assert elsewhere.status_code == 403


def test_a_page_is_compressed_for_who_reads_that(open_server: Client):
    packed, plain = (
        open_server.get("/new", headers={"accept-encoding": one}) for one in ("gzip", "identity")
    )
    assert (packed.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.text.partition("</head>")[0] == plain.text.partition("</head>")[0]


def test_a_page_that_needs_a_key_leads_to_the_sign_in_page_and_back(locked: tuple[Client, str]):
    client, key = locked
    for path in PAGES:
        answer = client.get(path)
        assert (answer.status_code, answer.headers["location"][:12]) == (303, "/sign-in?to=")
    signed_in(client, key)
    assert [client.get(path).status_code for path in PAGES] == [200] * len(PAGES)


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites_and_holds_no_key(
    locked: tuple[Client, str],
):
    client, key = locked
    token = token_in(client.get("/sign-in").text)
    cookie = client.post("/sign-in", data={"key": key, "token": token}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert key not in cookie


def test_a_wrong_key_and_a_forged_cookie_open_nothing(locked: tuple[Client, str]):
    client, _ = locked
    token = token_in(client.get("/sign-in").text)
    answer = client.post("/sign-in", data={"key": "ack_wrong", "token": token})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    for forged in ("x", "ack_wrong", "gAAAAABkZm9yZ2Vk", "\u00e9"):
        assert client.get("/", headers={"cookie": f"agent_core={forged}".encode()}).status_code == 303


def test_a_key_that_was_revoked_opens_nothing_any_more(locked: tuple[Client, str], keys: ApiKeys):
    client, key = locked
    signed_in(client, key)
    keys.create("another")
    keys.revoke("a person")
    until(lambda: client.get("/").status_code == 303)


def test_who_signs_out_has_to_sign_in_again(locked: tuple[Client, str]):
    client, key = locked
    signed_in(client, key)
    client.post("/sign-out", data={"token": token_in(client.get("/new").text)})
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "//[",
        "http://[",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(locked: tuple[Client, str], to: str):
    client, key = locked
    token = token_in(client.get("/sign-in", params={"to": to}).text)
    assert client.post("/sign-in", data={"key": key, "token": token, "to": to}).headers["location"] == "/"


FORMS = (
    "/new",
    "/new/lines",
    "/runs/tsk_1/cancel",
    "/runs/tsk_1/again",
    "/runs/tsk_1/answer",
    "/runs/tsk_1/workflow",
    "/sessions",
    "/sessions/pbs_1/close",
    "/profiles",
    "/profiles/bp_1/delete",
    "/sign-out",
    "/sign-in",
)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_no_page_of_ours_made_is_refused(open_server: Client, path: str):
    token = token_in(open_server.get("/new").text)
    for data, headers in (
        ({}, {}),
        ({"token": "0" * 32}, {}),
        ({"token": token}, {"origin": "http://evil.example"}),
        ({"token": token}, {"origin": "null"}),
    ):
        assert open_server.post(path, data={**data, "prompt": "x"}, headers=headers).status_code == 403


def test_a_token_is_good_for_its_own_visitor_only(locked: tuple[Client, str]):
    client, key = locked
    strangers = token_in(client.get("/sign-in").text)
    signed_in(client, key)
    assert client.post("/new", data={"token": strangers, **TASK}).status_code == 403


def test_every_page_says_that_only_its_own_scripts_run(open_server: Client):
    for path in (*PAGES, "/docs", "/sign-in", "/runs/tsk_none", "/assets/none"):
        answer = open_server.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "'unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script>" not in answer.text
        assert not re.search(r"<[^>]+ (style|on[a-z]+)=", answer.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/tsk_none", 404),
        ("/runs/tsk_none/live", 404),
        ("/workflows/none", 404),
        ("/workflows/scr_1", 404),
        ("/workflows/..%2f..%2fx.json", 404),
        ("/?page=0", 422),
        ("/?q=" + "x" * 300, 422),
        ("/new?like=tsk_none", 404),
    ],
)
def test_what_is_not_there_is_a_page_with_one_sentence(open_server: Client, path: str, status: int):
    answer = open_server.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(("text/html", "application/json"))


def test_files_of_a_run_stay_in_its_folder_and_what_a_page_made_is_not_shown(tmp_path: Path):
    with served(settings_in(tmp_path), Watched(tmp_path / "kept")) as client:
        run_id = client.post("/v1/run/tasks", json=TASK).json()["run_id"]
        until(lambda: client.get(f"/runs/{run_id}/now").status_code == 200)
        token = token_in(client.get("/new").text)
        client.post(f"/runs/{run_id}/answer", data={"token": token, "text": "go on"})
        until(lambda: client.get(f"/v1/runs/{run_id}").json()["finished_at"])
        picture = client.get(f"/runs/{run_id}/files/screenshots/0001.png")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        download = client.get(f"/runs/{run_id}/files/downloads/page.html")
        assert download.headers["content-type"] == "application/octet-stream"
        assert download.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in download.headers["content-security-policy"]
        for name in ("../../keys", "%2e%2e/%2e%2e/x", "/etc/passwd", "", "none.png"):
            assert client.get(f"/runs/{run_id}/files/{name}").status_code == 404
        assert "Find it" in client.get(f"/runs/{run_id}/report.html").text
        assert client.get(f"/runs/{run_id}/program.py").status_code == 409
        assert client.post(f"/runs/{run_id}/workflow", data={"token": token}).status_code == 409
        assert client.post(f"/runs/{run_id}/answer", data={"token": token}).status_code == 409


def test_behind_a_proxy_forms_come_from_the_address_that_others_use(tmp_path: Path, keys: ApiKeys):
    _, key = keys.create("a person")
    public = "https://agent.example.com"
    with served(settings_in(tmp_path, public_url=public), Player()) as client:
        token = token_in(client.get("/sign-in").text)
        for origin, status in ((public, 303), ("https://evil.example", 403)):
            answer = client.post("/sign-in", data={"key": key, "token": token}, headers={"origin": origin})
            assert answer.status_code == status
            assert ("Secure" in answer.headers.get("set-cookie", "")) is (status == 303)
