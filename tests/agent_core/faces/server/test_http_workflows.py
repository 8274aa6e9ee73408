"""Workflows over HTTP: made of blocks that say in words what is to be done, changed, run and deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client

from agent_core import Settings, list_workflows, load_workflow
from agent_core.replay.format import Script
from agent_core.store.scripts import Scripts
from tests.support.task_server import Player, ended, served, settings_in

SITE = "http://127.0.0.1:9/"
SCHEMA = {"type": "object", "properties": {"price": {"type": "number"}}}


def block(**fields: Any) -> dict[str, Any]:
    return {
        "block_type": "task",
        "label": "order",
        "url": SITE,
        "navigation_goal": "Order {{ amount }} packets of {{tea}}",
        "engine": "skyvern-1.0",
        **fields,
    }


def definition(*blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    parameters = [
        {"parameter_type": "workflow", "key": "tea", "workflow_parameter_type": "string"},
        {
            "parameter_type": "workflow",
            "key": "amount",
            "workflow_parameter_type": "integer",
            "default_value": 2,
        },
    ]
    inner = {"parameters": parameters, "blocks": list(blocks or (block(),))}
    return {"title": "Order tea", "workflow_definition": inner, **fields}


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.fixture
def client(tmp_path: Path, player: Player) -> Iterator[Client]:
    settings = settings_in(tmp_path)
    library = settings.library.model_copy(update={"model": "m", "base_url": "http://127.0.0.1:9/v1"})
    with served(settings.model_copy(update={"library": library}), player) as client:
        yield client


def made(client: Client, *blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = client.post("/v1/agents", json={"json_definition": definition(*blocks, **fields)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refused(client: Client, given: dict[str, Any]) -> str:
    answer = client.post("/v1/agents", json={"json_definition": given})
    assert answer.status_code in (400, 422), answer.text
    detail = answer.json()["detail"]
    if isinstance(detail, str):
        return detail
    return "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in detail)


@pytest.mark.parametrize("path", ["/v1/agents", "/v1/workflows"])
def test_a_workflow_is_made_looked_at_and_run(client: Client, player: Player, tmp_path: Path, path: str):
    workflow = client.post(path, json={"json_definition": definition(block(max_steps_per_run=7))}).json()
    assert workflow["workflow_permanent_id"] == "wpid_order-tea"
    assert (workflow["description"], workflow["run_with"]) == ("Order {{amount}} packets of {{tea}}", "agent")
    assert client.get(f"{path}/wpid_order-tea").json() == workflow
    assert client.get(path).json() == [workflow]

    asked = {"agent_id": "wpid_order-tea", "parameters": {"tea": "green"}}
    run = client.post("/v1/run/agents", json=asked).json()

    assert run["run_id"].startswith("wr_")
    request = run["run_request"]
    assert (request["prompt"], request["url"]) == ("Order 2 packets of green", SITE)
    assert (request["max_steps"], request["engine"], request["run_with"]) == (7, "skyvern-1.0", "agent")
    ended(client, run["run_id"])
    assert player.begun[0].sealed.workflow == "order-tea"


def test_a_definition_may_come_as_yaml_where_that_is_json(client: Client):
    answer = client.post("/v1/agents", json={"yaml_definition": json.dumps(definition())})
    assert answer.json()["title"] == "Order tea"
    for given in ("title: Order tea", "[1]", ""):
        assert client.post("/v1/agents", json={"yaml_definition": given}).status_code == 422
    assert client.post("/v1/agents", json={}).status_code == 422


def test_blocks_that_say_what_is_to_be_done_are_one_task_in_their_order(client: Client, tmp_path: Path):
    first = {"block_type": "goto_url", "label": "go", "url": SITE, "next_block_label": "order"}
    second = block(
        block_type="navigation",
        url=None,
        complete_criterion="the basket is full",
        error_code_mapping={"sold_out": "no tea"},
    )
    third = {
        "block_type": "extraction",
        "label": "read",
        "url": f"{SITE}prices",
        "data_extraction_goal": "Read the price",
        "data_schema": SCHEMA,
    }
    made(
        client,
        first,
        second,
        third,
        webhook_callback_url="http://127.0.0.1:9/hook",
        max_elapsed_time_minutes=3,
    )

    script = load_workflow("order-tea", Settings(home=tmp_path))

    assert script.url == SITE
    assert script.prompt.splitlines() == [
        "1. Order {{amount}} packets of {{tea}} It is done when: the basket is full",
        f"2. Go to {SITE}prices",
        "3. Read the price",
    ]
    assert script.output is not None
    assert script.output.json_schema == SCHEMA
    assert script.task == {
        "webhook_url": "http://127.0.0.1:9/hook",
        "timeout_s": 180.0,
        "engine": "skyvern-1.0",
        "error_code_mapping": {"sold_out": "no tea"},
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (definition({"block_type": "for_loop", "label": "each"}), "blocks.each.block_type"),
        (definition({"block_type": "code", "label": "run", "code": "x"}), "'code' is not served"),
        (definition(block(continue_on_failure=True)), "blocks.order.continue_on_failure"),
        (definition(block(download_suffix=".pdf")), "blocks.order.download_suffix"),
        (definition(block(navigation_goal=None)), "say what is to be done"),
        (definition(block(navigation_goal=["x"])), "must be a text"),
        (definition(block(navigation_goal="Order {{ tea | upper }}")), "only {{name}} of a parameter"),
        (definition(block(navigation_goal="{% if tea %}Order{% endif %}")), "only {{name}} of a parameter"),
        (definition(block(navigation_goal="Order {{coffee}}")), "{{coffee}} is used and is not among"),
        (definition(block(next_block_label="other")), "must name the next block"),
        (definition(block(), block(engine="skyvern-2.0")), "is another one than in a block before"),
        (definition(block(data_schema=SCHEMA), block(data_schema=SCHEMA)), "is the second one"),
        (definition(block(engine="yutori-navigator")), "yutori-navigator"),
        (definition(block(engine="os:system")), "only for callers on this machine"),
        (definition(block(url="file:///etc/passwd")), "url"),
        (definition(extra_http_headers={"X-Key": "s"}), "is not kept with a workflow"),
        (definition(persist_browser_session=True), "is not kept with a workflow"),
        (definition(max_elapsed_time_minutes=481), "from 1 to 480"),
        (definition(max_screenshot_scrolls="x"), "max_screenshot_scrolls"),
        (definition(title=" "), "title"),
        ({"title": "x"}, "workflow_definition.blocks"),
        ({"title": "x", "workflow_definition": {"parameters": [], "blocks": []}}, "say nothing"),
        ({"title": "x", "workflow_definition": {"parameters": [], "blocks": ["x"]}}, "must be an object"),
        (definition() | {"workflow_definition": {"parameters": [{"key": "A"}], "blocks": [block()]}}, "lower case"),
        (
            definition()
            | {
                "workflow_definition": {
                    "parameters": [{"key": "a", "workflow_parameter_type": "credential_id"}],
                    "blocks": [block()],
                }
            },
            "'credential_id' is not served",
        ),
        (
            definition()
            | {
                "workflow_definition": {
                    "parameters": [{"key": "a", "parameter_type": "aws_secret"}],
                    "blocks": [block()],
                }
            },
            "'aws_secret' is not served",
        ),
    ],
)  # fmt: skip
def test_what_is_not_served_is_refused_by_name(client: Client, tmp_path: Path, given: dict, said: str):
    assert said in refused(client, given)
    assert list_workflows(Settings(home=tmp_path)) == []


def test_a_workflow_is_changed_and_keeps_its_name(client: Client):
    before = made(client)
    changed = definition(block(navigation_goal="Order {{tea}} twice, {{amount}}"), title="Order more tea")
    after = client.post("/v1/agents/wpid_order-tea", json={"json_definition": changed}).json()
    assert (after["workflow_id"], after["title"], after["version"]) == ("order-tea", "Order more tea", 2)
    assert after["description"] == "Order {{tea}} twice, {{amount}}"
    assert after["created_at"] == before["created_at"]
    assert client.get("/v1/agents/order-tea").json() == after


def test_what_is_answered_can_be_sent_back(client: Client):
    workflow = made(client, block(data_schema=SCHEMA, max_steps_per_run=3))
    given = {"title": workflow["title"], "workflow_definition": workflow["workflow_definition"]}
    again = client.post("/v1/agents/order-tea", json={"json_definition": given}).json()
    same = {"version": 2, "modified_at": again["modified_at"]}
    assert again == workflow | same


def test_of_a_recording_only_the_title_changes(client: Client, tmp_path: Path):
    Scripts(home=tmp_path).publish(Script(prompt="Greet", url=SITE), "greet")
    given = {"title": "Say hello", "workflow_definition": {"parameters": [], "blocks": []}}
    after = client.post("/v1/agents/greet", json={"json_definition": given}).json()
    assert (after["title"], after["description"], after["run_with"]) == ("Say hello", "Greet", "code")
    assert client.post("/v1/agents/greet", json={"json_definition": definition()}).status_code == 409


def test_two_workflows_of_one_title_have_two_names(client: Client):
    assert [made(client)["workflow_id"] for _ in range(3)] == ["order-tea", "order-tea-2", "order-tea-3"]


@pytest.mark.parametrize("path", ["/v1/agents", "/v1/workflows"])
def test_a_workflow_is_deleted(client: Client, path: str):
    made(client)
    assert client.post(f"{path}/wpid_order-tea/delete").status_code == 200
    assert client.get(f"{path}/order-tea").status_code == 404
    assert client.post(f"{path}/order-tea/delete").status_code == 404
    assert client.post(f"{path}/..%2Fx/delete").status_code == 404
    assert client.post("/v1/run/agents", json={"workflow_id": "order-tea"}).status_code == 404


def test_a_value_cannot_lead_a_run_to_a_file_of_the_server(client: Client):
    made(client, block(url="{{tea}}"))
    asked = {"workflow_id": "order-tea", "parameters": {"tea": "file:///etc/passwd"}}
    answer = client.post("/v1/run/agents", json=asked)
    assert (answer.status_code, "url" in answer.text) == (400, True)


@pytest.mark.parametrize("field", ["webhook_callback_url", "totp_verification_url"])
def test_a_server_for_others_keeps_no_address_of_its_own_network(tmp_path: Path, field: str):
    with served(settings_in(tmp_path, allow_private=False, concurrency=0), Player()) as client:
        public = block(url="http://8.8.8.8/", engine="embedded", navigation_goal="Click {{tea}}")
        given = definition(public, **{field: "http://10.0.0.1/hook"})
        given["workflow_definition"]["parameters"].pop()
        assert "private network" in refused(client, given)
        inside = definition(public | {"url": "{{tea}}"})
        inside["workflow_definition"]["parameters"].pop()
        made = client.post("/v1/agents", json={"json_definition": inside}).json()
        asked = {"workflow_id": made["workflow_id"], "parameters": {"tea": "http://10.0.0.1/"}}
        assert "private network" in client.post("/v1/run/agents", json=asked).text


def token_of(client: Client, path: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def test_a_workflow_is_described_changed_and_deleted_on_its_pages(client: Client, tmp_path: Path):
    token = token_of(client, "/new-workflow")
    form = {"token": token, "title": "Order tea", "prompt": "Order {{ tea }}", "url": SITE, "schema": ""}
    answer = client.post("/new-workflow", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/workflows/order-tea")
    page = client.get("/workflows/order-tea").text
    assert "an agent carries it out each time" in page
    assert 'name="value of tea"' in page
    assert "program.py" not in page
    assert client.get("/workflows/order-tea/program.py").status_code == 400

    assert "Order {{tea}}" in client.get("/workflows/order-tea/edit").text
    changed = form | {"prompt": "Order {{tea}} for {{who}}", "schema": json.dumps(SCHEMA)}
    assert client.post("/workflows/order-tea/edit", data=changed).status_code == 303
    script = load_workflow("order-tea", Settings(home=tmp_path))
    assert (list(script.parameters), script.mended) == (["tea", "who"], 1)
    assert "price" in client.get("/workflows/order-tea/edit").text

    assert client.post("/workflows/order-tea/delete", data={"token": token}).status_code == 303
    assert "No workflows yet" in client.get("/workflows").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Title: is missing"),
        ({"prompt": ""}, "Task: is missing"),
        ({"prompt": "Order {{Tea}}"}, "only {{name}} of a parameter"),
        ({"url": "ftp://x"}, "Start address:"),
        ({"schema": '{"type": 5}'}, "Output schema:"),
    ],
)
def test_what_cannot_be_described_is_said_above_the_form_which_keeps_what_was_written(
    client: Client, wrong: dict[str, str], said: str
):
    token = token_of(client, "/new-workflow")
    form = {"token": token, "title": "Tea <b>", "prompt": "Order", "url": SITE, "schema": ""} | wrong
    answer = client.post("/new-workflow", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<b>" not in answer.text
    assert client.get("/v1/workflows").json() == []


def test_a_recording_is_not_changed_by_words_on_a_page(client: Client, tmp_path: Path):
    Scripts(home=tmp_path).publish(Script(prompt="Greet", url=SITE), "greet")
    assert client.get("/workflows/greet/edit").status_code == 409
    assert "/workflows/greet/edit" not in client.get("/workflows/greet").text
