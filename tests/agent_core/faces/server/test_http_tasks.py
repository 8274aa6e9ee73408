"""The task in other words over HTTP: newer fields, helpers, workflows and scripts, codes, credentials, profiles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Client

from agent_core.faces.server.kept.code_in_text import code_in
from agent_core.replay.format import Parameter, Script
from agent_core.store.scripts import Scripts
from tests.support.task_server import Player, ended, served, settings_in

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
LOGIN = {"credential_type": "skyvern", "url": "http://127.0.0.1:9/", "engine": "embedded"}
ADA = {"username": "ada", "password": "quay-side", "totp": "JBSWY3DPEHPK3PXP", "totp_identifier": "ada@x.org"}
NEW = {"name": "The shop", "credential_type": "password", "credential": ADA}


@pytest.fixture(scope="module")
def player() -> Player:
    return Player()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def client(home: Path, player: Player) -> Iterator[Client]:
    with served(settings_in(home), player) as client:
        yield client


@pytest.fixture(scope="module")
def greeting(home: Path) -> Script:
    """A workflow and a recording, both with one parameter that has to be given and one that need not."""
    scripts = Scripts(home=home)
    parameters = {"who": Parameter(example="Ann"), "how": Parameter(example="warmly", required=False)}
    script = Script(prompt="Greet {{who}} {{how}}", url="http://127.0.0.1:9/", parameters=parameters)
    scripts.keep(script)
    return scripts.publish(script, "greet")


def sealed_of(client: Client, player: Player, answer: dict) -> dict:
    ended(client, answer["run_id"])
    return next(job.sealed for job in player.begun if job.run_id == answer["run_id"])


@pytest.mark.parametrize("engine", ["skyvern-1.0", "skyvern-2.0", "skyvern-3.0"])
def test_engines_of_newer_versions_are_served_by_what_fits(client: Client, engine: str):
    answer = client.post("/v1/run/tasks", json=TASK | {"engine": engine})
    assert answer.status_code == 200
    assert answer.json()["run_request"]["engine"] == engine.replace("3.0", "1.0")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"engine": "yutori-navigator"}, "yutori-navigator"),
        ({"start_fresh_browser": True, "browser_profile_id": "bp_1"}, "together with browser_profile_id"),
        ({"start_fresh_browser": 1}, "must be true or false"),
        ({"file_ids": ["file_none"]}, "there is no file 'file_none'"),
        ({"file_ids": "file_1"}, "must be a list"),
        ({"file_ids": [1]}, "must be a list"),
        ({"file_ids": ["x"] * 51}, "at most 50"),
        ({"files": ["/etc/passwd"]}, "only for callers on this machine"),
        ({"max_steps": 0}, "greater than or equal to 1"),
        ({"prompt": None}, "prompt"),
    ],
)
def test_a_field_that_cannot_be_served_is_refused_with_the_reason(client: Client, fields: dict, said: str):
    answer = client.post("/v1/run/tasks", json=TASK | fields)
    assert answer.status_code == 422
    [told] = answer.json()["detail"]
    assert told["loc"] == ["body", next(iter(fields))]
    assert said in told["msg"] or said in told["loc"]


def test_nulls_and_unknown_keys_are_taken_everywhere(client: Client):
    nulls = dict.fromkeys(
        ("title", "file_ids", "start_fresh_browser", "cdp_connect_headers", "max_steps", "model")
    )
    answer = client.post("/v1/run/tasks", json={**TASK, **nulls, "of_tomorrow": {"x": 1}})
    assert answer.status_code == 200


@pytest.mark.parametrize("field", ["url", "webhook_url", "totp_url"])
def test_a_bad_address_is_answered_with_400_and_a_text(client: Client, field: str):
    answer = client.post("/v1/run/tasks", json=TASK | {field: "ftp://x"})
    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)


def test_several_runs_are_canceled_at_once(tmp_path: Path):
    with served(settings_in(tmp_path, concurrency=0), Player()) as client:
        ids = [client.post("/v1/run/tasks", json=TASK).json()["run_id"] for _ in range(2)]
        answer = client.post("/v1/runs/cancel", json={"run_ids": [*ids, ids[0], "tsk_none"]}).json()
        assert answer == {"cancelled": ids, "failed": ["tsk_none"]}
        assert client.post("/v1/runs/cancel", json={"run_ids": ids}).json() == {
            "cancelled": [],
            "failed": ids,
        }
        assert client.post("/v1/runs/cancel", json={"run_ids": []}).status_code == 422
        assert client.post("/v1/runs/cancel", json={"run_ids": ["x"] * 101}).status_code == 422


def test_the_list_of_runs_has_what_the_published_list_has(client: Client):
    run_id = client.post("/v1/run/tasks", json=TASK | {"title": "Of the list"}).json()["run_id"]
    ended(client, run_id)
    [item] = client.get("/v1/runs?search_key=of the list").json()
    assert (item["task_run_id"], item["task_run_type"], item["title"]) == (run_id, "task_v1", "Of the list")
    assert item["script_run"] is False


def test_logging_in_uses_a_credential_that_was_kept_and_shows_its_password_to_nobody(client, player):
    kept = client.post("/v1/credentials", json=NEW)
    assert kept.status_code == 201
    credential = kept.json()["credential_id"]
    queued = client.post("/v1/run/tasks/login", json=LOGIN | {"credential_id": credential})
    run = queued.json()
    assert run["run_type"] == "workflow_run"
    assert run["run_request"]["workflow_id"] == run["run_request"]["agent_id"] == "login"
    assert run["run_request"]["totp_identifier"] == "ada@x.org"
    sealed = sealed_of(client, player, run)
    assert sealed.request["secrets"] == {
        "username": {"value": "ada"},
        "password": {"value": "quay-side"},
        "totp": {"value": "JBSWY3DPEHPK3PXP", "kind": "totp"},
    }
    assert sealed.request["prompt"].startswith('Log in with username "{{secret:username}}"')
    texts = [
        queued.text,
        kept.text,
        client.get("/v1/credentials").text,
        client.get(f"/v1/runs/{run['run_id']}").text,
    ]
    assert not any("quay-side" in text or "JBSWY" in text for text in texts)


def test_instructions_for_logging_in_go_before_the_login_unless_they_name_the_secrets(client, player):
    credential = client.post("/v1/credentials", json=NEW).json()["credential_id"]
    asked = LOGIN | {"credential_id": credential}
    told = client.post("/v1/run/tasks/login", json=asked | {"prompt": "Click 'Sign in'."}).json()
    assert sealed_of(client, player, told).request["prompt"].startswith("Click 'Sign in'.\nLog in with")
    own = "Type {{secret:username}} into 'Mail'."
    told = client.post("/v1/run/tasks/login", json=asked | {"prompt": own}).json()
    assert sealed_of(client, player, told).request["prompt"] == own


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        (
            {"credential_type": "bitwarden", "bitwarden_item_id": "1"},
            422,
            "a vault that this server does not ask",
        ),
        ({"credential_type": "skyvern"}, 422, "credential_id"),
        ({"credential_id": "cred_none"}, 404, "there is no credential 'cred_none'"),
        ({"credential_type": "other"}, 422, "credential_type"),
    ],
)
def test_a_login_that_cannot_be_is_refused_with_the_reason(client, fields, status, said):
    answer = client.post("/v1/run/tasks/login", json=LOGIN | fields)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_credentials_are_changed_and_deleted(client: Client):
    credential = client.post("/v1/credentials", json=NEW).json()["credential_id"]
    other = {**NEW, "name": "Bo's", "credential": {"username": "bo", "password": "p"}}
    changed = client.post(f"/v1/credentials/{credential}/update", json=other).json()
    assert (changed["name"], changed["credential"]["username"]) == ("Bo's", "bo")
    assert client.get(f"/v1/credentials/{credential}").json() == changed
    assert client.post(f"/v1/credentials/{credential}/delete").status_code == 204
    assert client.get(f"/v1/credentials/{credential}").status_code == 404
    assert client.post(f"/v1/credentials/{credential}/delete").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"credential_type": "secret"},
        {"credential": {"username": "x", "password": ""}},
        {"credential": {}},
        {"name": ""},
    ],
)
def test_what_is_no_login_is_not_kept(client: Client, fields: dict):
    answer = client.post("/v1/credentials", json=NEW | fields)
    assert answer.status_code == 422
    assert "quay-side" not in answer.text


def test_downloading_files_is_a_task(client, player):
    asked = {
        "navigation_goal": "Click 'Letter'.",
        "url": "http://127.0.0.1:9/",
        "engine": "embedded",
        "max_steps_per_run": 3,
    }
    run = client.post("/v1/run/tasks/download_files", json=asked).json()
    assert (run["run_type"], run["run_request"]["workflow_id"]) == ("workflow_run", "download_files")
    sealed = sealed_of(client, player, run)
    assert (sealed.request["prompt"], sealed.request["max_steps"]) == ("Click 'Letter'.", 3)
    for field, value in (("download_suffix", "a.pdf"), ("download_timeout", 5), ("navigation_goal", "")):
        answer = client.post("/v1/run/tasks/download_files", json=asked | {field: value})
        assert (answer.status_code, field in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["/v1/run/agents", "/v1/run/workflows"])
@pytest.mark.parametrize("named", ["agent_id", "workflow_id"])
def test_a_workflow_is_run_with_its_values(client, player, greeting, path, named):
    asked = {named: "wpid_greet", "parameters": {"who": "Bo", "how": 3}, "max_elapsed_time_minutes": 2}
    run = client.post(path, json=asked, headers={"x-max-steps-override": "7"}).json()
    assert run["run_id"].startswith("wr_")
    assert run["run_request"]["parameters"] == {"who": "Bo", "how": "3"}
    assert run["run_request"]["workflow_id"] == "greet"
    sealed = sealed_of(client, player, run)
    assert (sealed.workflow, dict(sealed.parameters)) == ("greet", {"who": "Bo", "how": "3"})
    assert (sealed.request["timeout_s"], sealed.request["max_steps"]) == (120.0, 7)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"workflow_id": "none"}, 404, "there is no workflow 'none'"),
        ({"workflow_id": "../greet"}, 404, "there is no workflow"),
        ({"workflow_id": "/etc/x.json"}, 404, "there is no workflow"),
        ({"parameters": {}}, 422, "is missing"),
        ({"parameters": {"who": "x", "whom": "y"}}, 422, "there is none"),
        ({"parameters": {"who": [1]}}, 422, "must be a text"),
        ({"ai_fallback": False}, 422, "cannot be false"),
        ({"max_elapsed_time_minutes": 481}, 422, "480"),
        ({"webhook_url": "ftp://x"}, 400, "webhook_url"),
    ],
)  # fmt: skip
def test_a_workflow_that_cannot_be_run_so_is_refused_with_the_reason(client, greeting, fields, status, said):
    asked = {"workflow_id": "greet", "parameters": {"who": "Bo"}} | fields
    answer = client.post("/v1/run/agents", json=asked)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_workflows_are_listed_and_looked_at(client, greeting):
    [listed] = client.get("/v1/agents?search_key=GREET").json()
    assert client.get("/v1/workflows").json() == [listed]
    for name in ("greet", "wpid_greet"):
        assert client.get(f"/v1/agents/{name}").json() == listed
    keys = {each["key"]: each["default_value"] for each in listed["workflow_definition"]["parameters"]}
    assert keys == {"who": None, "how": "warmly"}
    assert client.get("/v1/agents/none").status_code == 404
    assert client.get("/v1/agents/..%2Fx").status_code == 404


def test_scripts_are_listed_and_run_with_the_values_they_were_recorded_with(client, player, greeting):
    [script] = client.get("/v1/scripts").json()
    assert client.get(f"/v1/scripts/{script['script_id']}").json() == script
    run = client.post(f"/v1/scripts/{script['script_id']}/run").json()
    assert dict(sealed_of(client, player, run).parameters) == {"who": "Ann", "how": "warmly"}
    run = client.post(f"/v1/scripts/{script['script_id']}/run", json={"parameters": {"who": "Cy"}}).json()
    assert dict(sealed_of(client, player, run).parameters) == {"who": "Cy", "how": "warmly"}
    assert client.get("/v1/scripts/scr_none").status_code == 404
    assert client.post("/v1/scripts/scr_none/run").status_code == 404


def test_a_code_that_is_pushed_is_listed_and_not_shown(client: Client):
    sent = {"totp_identifier": "Ada@x.org", "content": "Hello! Your code is 424242.", "source": "mail"}
    pushed = client.post("/v1/credentials/totp", json=sent).json()
    assert (pushed["code"], pushed["content"]) == ("424242", sent["content"])
    [waiting] = client.get("/v1/credentials/totp?totp_identifier=ada@x.org").json()
    assert waiting["totp_code_id"] == pushed["totp_code_id"]
    assert (waiting["code"], waiting["content"]) == ("***", "***")


@pytest.mark.parametrize(
    "content", ["no code", "https://x.org/magic?code=123456", "codes 1111 and 2222", " " * 12]
)
def test_a_message_without_one_plain_code_is_refused(client: Client, content: str):
    answer = client.post("/v1/credentials/totp", json={"totp_identifier": "bo", "content": content})
    assert answer.status_code == 422
    assert "content" in answer.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("123456", "123456"),
        (" AB-12 ", "AB-12"),
        ("Your code is 123456. It expires in 10 minutes.", "123456"),
        ("G-482913 is your verification code.", "482913"),
        ("Use 482 913 to log in before 2027.", "482913"),
        ("Ihr Code lautet: 9281", "9281"),
        ("Order 12345, code: AB12-9X", "AB12-9X"),
        ("On 2026-11-29 you paid 1,250.00; the number is 4411", "4411"),
        ("Either 1111 or 2222", None),
        ("Open https://x.org/654321 now", None),
    ],
)
def test_the_code_in_a_message_is_told_from_other_numbers(text: str, code: str | None):
    assert code_in(text) == code


def test_profiles_are_made_listed_and_deleted(client: Client):
    made = client.post("/v1/browser_profiles", json={"name": "Ada's", "description": None}).json()
    assert client.get("/v1/browser_profiles?search_key=ada").json() == [made]
    assert client.get(f"/v1/browser_profiles/{made['browser_profile_id']}").json() == made
    assert client.post("/v1/browser_profiles", json={"name": "Ada's"}).status_code == 409
    refused = client.post("/v1/browser_profiles", json={"name": "x", "workflow_run_id": "wr_1"})
    assert (refused.status_code, "workflow_run_id" in refused.text) == (422, True)
    lost = client.post("/v1/browser_profiles", json={"name": "x", "browser_session_id": "pbs_none"})
    assert (lost.status_code, "browser_session_id" in lost.text) == (422, True)
    assert client.delete(f"/v1/browser_profiles/{made['browser_profile_id']}").status_code == 204
    assert client.get(f"/v1/browser_profiles/{made['browser_profile_id']}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"timeout": 4}, "5"),
        ({"timeout": 241}, "240"),
        ({"extensions": ["ad-blocker"]}, "installs no extensions"),
        ({"generate_browser_profile": True}, "while the session is open"),
        ({"browser_type": "stealth-chromium"}, "'chrome' or 'msedge'"),
        ({"proxy_location": "RESIDENTIAL_DE"}, "proxy_location"),
        ({"browser_profile_id": "bp_none"}, "browser_profile_id"),
    ],
)
def test_a_session_that_cannot_be_opened_so_is_refused_with_the_reason(client, fields, said):
    answer = client.post("/v1/browser_sessions", json=fields)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_session_where_there_is_no_browser_is_refused_with_what_to_do(tmp_path: Path):
    settings = settings_in(tmp_path)
    library = settings.library.model_copy(update={"browser": "/nowhere/chromium"})
    with served(settings.model_copy(update={"library": library}), Player()) as client:
        answer = client.post("/v1/browser_sessions", json={})
    assert (answer.status_code, "agent-core install-browser" in answer.text) == (503, True)


def test_a_session_that_there_is_not_is_not_found(client: Client):
    assert (
        client.get("/v1/browser_sessions").json() == client.get("/v1/browser_sessions/history").json() == []
    )
    assert client.get("/v1/browser_sessions/pbs_none").status_code == 404
    assert client.post("/v1/browser_sessions/pbs_none/close").status_code == 404
    extended = client.post("/v1/browser_sessions/pbs_none/extend", json={"additional_minutes": 5})
    assert extended.status_code == 404
