"""What a request may be, and what a bad one is told."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel, ValidationError

from agent_core.errors import BadRequest
from agent_core.task.addresses.proxy import GeoTarget, ProxyAddress
from agent_core.task.keywords import TaskFields
from agent_core.task.request import TaskRequest
from agent_core.task.run import TaskRun

SCHEMA = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}


def request(**fields: object) -> TaskRequest:
    return TaskRequest.of({"prompt": "Find the price", **fields})


def complaint_about(**fields: object) -> str:
    with pytest.raises(BadRequest) as caught:
        TaskRequest.of(fields if "prompt" in fields else {"prompt": "Find the price", **fields})
    return str(caught.value)


def test_an_engine_of_the_published_api_that_is_not_here_is_served_by_another_and_that_is_said():
    asked = request(engine="skyvern-3.0")
    assert (asked.engine, asked.run_type) == ("skyvern-1.0", "task_v1")
    assert asked.warnings == ("engine: skyvern-3.0 is not here; skyvern-1.0 serves in its place",)


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        pytest.param("example.com", "https://example.com", id="no scheme"),
        pytest.param("//example.com/a", "https://example.com/a", id="no scheme but slashes"),
        pytest.param("example.com:8443/x", "https://example.com:8443/x", id="a port is no scheme"),
        pytest.param("localhost", "http://localhost", id="localhost"),
        pytest.param("LOCALHOST:3000/x", "http://LOCALHOST:3000/x", id="localhost with a port"),
        pytest.param("app.localhost:3000", "http://app.localhost:3000", id="below localhost"),
        pytest.param("127.0.0.1:8000", "http://127.0.0.1:8000", id="IPv4"),
        pytest.param("192.168.0.7/admin", "http://192.168.0.7/admin", id="a private host"),
        pytest.param("[::1]:8000/", "http://[::1]:8000/", id="IPv6"),
        pytest.param("user@127.0.0.1/", "http://user@127.0.0.1/", id="IPv4 with a user"),
        pytest.param(" http://example.com/a b", "http://example.com/a b", id="as it is"),
        pytest.param("file:///srv/page.html", "file:///srv/page.html", id="a file"),
        pytest.param("", None, id="blank"),
    ],
)
def test_an_address_gets_the_scheme_it_lacks(given, opened):
    assert request(url=given).url == opened


def test_a_file_is_only_for_callers_on_this_machine():
    fields = {"prompt": "Read it", "url": "file:///etc/passwd"}
    assert TaskRequest.of(fields, caller="cli").url == "file:///etc/passwd"
    with pytest.raises(BadRequest, match=r"^url: file: addresses are only for callers on this machine"):
        TaskRequest.of(fields, caller="http")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"prompt": " \n"}, "prompt: is blank", id="blank prompt"),
        pytest.param({"prompt": None}, "prompt: must be a valid string", id="null prompt"),
        pytest.param({"url": "ftp://example.com"}, "url: ftp: addresses cannot be opened", id="ftp"),
        pytest.param({"url": "javascript:alert(1)"}, "url: javascript: addresses", id="javascript"),
        pytest.param({"url": "http://"}, "url: 'http://' names no host", id="no host"),
        pytest.param(
            {"url": "https://exa mple.com"}, "url: 'https://exa mple.com' names no host", id="blank"
        ),
        pytest.param(
            {"url": "http://h:99999/"}, "url: 'http://h:99999/' names no host or a wrong port", id="port"
        ),
        pytest.param({"url": "https://e.com/" + "a" * 3000}, "url: is longer than 2083", id="long"),
        pytest.param({"max_steps": 0}, "max_steps: must be greater than or equal to 1", id="no steps"),
        pytest.param({"max_steps": True}, "max_steps: must be a whole number", id="true steps"),
        pytest.param({"max_steps": "many"}, "max_steps: must be a valid integer", id="many steps"),
        pytest.param({"timeout_s": 0}, "timeout_s: must be greater than 0", id="no time"),
        pytest.param({"engine": 3}, "engine: must be a valid string", id="engine"),
        pytest.param({"run_with": "magic"}, "run_with: must be 'agent'", id="magic"),
        pytest.param({"browser_address": "gopher://x"}, "browser_address: must be http(s)", id="CDP"),
        pytest.param({"extra_http_headers": {"A b": "1"}}, "extra_http_headers: 'A b' is no", id="header"),
        pytest.param({"extra_http_headers": {"A": "1\r\nB: 2"}}, "extra_http_headers: the value", id="value"),
        pytest.param({"proxy_location": 3}, "proxy_location: must be a name", id="proxy"),
        pytest.param(
            {"proxy_location": {"url": "host:1"}}, "proxy_location.url: must be like", id="proxy url"
        ),
        pytest.param({"proxy_location": {"country": "USA"}}, "proxy_location.country: ", id="country"),
        pytest.param({"model": {"base_url": "here"}}, "model.base_url: must be an http", id="base_url"),
        pytest.param({"timezone": "Mars/Olympus"}, "timezone: 'Mars/Olympus' is no time zone", id="zone"),
        pytest.param({"viewport": [10, 10]}, "viewport.0: must be greater than", id="viewport"),
        pytest.param(
            {"webhook_url": "file:///x"}, "webhook_url: file: addresses cannot be posted", id="hook"
        ),
        pytest.param({"webhook_url": "http://"}, "webhook_url: 'http://' names no host", id="hook's host"),
        pytest.param({"error_code_mapping": ["a"]}, "error_code_mapping: must be", id="mapping"),
    ],
)
def test_a_bad_field_is_named_in_one_sentence(fields, sentence):
    said = complaint_about(**fields)
    assert said.startswith(sentence)
    assert "\n" not in said


@pytest.mark.parametrize("field", ["allowed_domains", "blocked_domains", "secrets"])
def test_asking_for_nothing_is_fine(field):
    assert getattr(request(**{field: {} if field == "secrets" else []}), field) is None


def test_null_means_the_default_everywhere_but_in_the_prompt():
    nulls = dict.fromkeys(TaskRequest.model_fields, None)
    assert TaskRequest.of({**nulls, "prompt": "Find"}) == TaskRequest(prompt="Find")


def test_unknown_keys_are_ignored_with_a_warning():
    asked = request(start_fresh_browser=False, model={"model_name": "m", "reasoning": "high"})
    assert asked.warnings == ("start_fresh_browser: unknown, ignored", "model.reasoning: unknown, ignored")
    assert "start_fresh_browser" not in asked.masked()


def test_the_seed_example_is_accepted_but_for_what_comes_later():
    asked = request(
        url="https://www.hackernews.com",
        engine="skyvern-2.0",
        title="The title of my first skyvern task",
        proxy_location="RESIDENTIAL",
        data_extraction_schema={},
        error_code_mapping={"login_failed": "The login credentials are incorrect"},
        max_steps=10,
        model={},
        extra_http_headers={},
        publish_workflow=False,
        include_action_history_in_verification=False,
        max_screenshot_scrolls=123,
        browser_address="http://127.0.0.1:9222",
        run_with="agent",
    )
    assert asked.warnings == ()
    assert (asked.steps, asked.run_type, asked.output.schema) == (10, "task_v2", None)


@pytest.mark.parametrize(("given", "kept"), [(None, 0), (-3, 0), (0, 0), (7, 7), (5000, 1000)])
def test_screenshot_scrolls_are_clamped(given, kept):
    assert request(max_screenshot_scrolls=given).max_screenshot_scrolls == kept


@pytest.mark.parametrize(
    ("engine", "run_type"),
    [
        ("skyvern-1.0", "task_v1"),
        ("skyvern-2.0", "task_v2"),
        (None, "task_v2"),
        ("embedded", "task_v1"),
        ("openai-cua", "openai_cua"),
        ("anthropic-cua", "anthropic_cua"),
        ("ui-tars", "ui_tars"),
        ("somebody-elses", "task_v1"),
    ],
)
def test_the_run_type_follows_the_engine_asked_for(engine, run_type):
    assert request(engine=engine).run_type == run_type


class Product(BaseModel):
    price: float


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(SCHEMA, id="dict"),
        pytest.param(json.dumps(SCHEMA), id="JSON text"),
        pytest.param(Product.model_json_schema(), id="a model's schema"),
        pytest.param({"$ref": "#/$defs/P", "$defs": {"P": SCHEMA}}, id="$ref"),
    ],
)
def test_a_json_schema_stays_as_it_is(given):
    asked = request(data_extraction_schema=given)
    assert asked.output.schema == (json.loads(given) if isinstance(given, str) else given)
    assert asked.warnings == ()


def test_a_pydantic_model_is_a_schema():
    assert request(data_extraction_schema=Product).output.schema == Product.model_json_schema()


@pytest.mark.parametrize(
    "example",
    [
        pytest.param({"title": "Tea", "price": 3}, id="words that are keywords too"),
        pytest.param({"type": "hotel", "stars": 4}, id="a thing with a type"),
        pytest.param([{"title": "string"}], id="list"),
        pytest.param('[{"title": ""}]', id="JSON text"),
        pytest.param({"items": [1, 2], "total": 3.5}, id="items that are no schema"),
    ],
)
def test_an_example_becomes_a_schema_with_a_warning(example):
    asked = request(data_extraction_schema=example)
    assert asked.output.schema["type"] in ("object", "array")
    assert asked.warnings == (
        "data_extraction_schema is no JSON Schema; it was taken as an example of the output",
    )


def test_values_of_an_example_keep_their_type_and_may_be_null():
    example = {
        "name": "Tea",
        "price": 3.5,
        "count": 2,
        "fresh": True,
        "kind": "string",
        "more": [{"a": 1}],
        "x": None,
    }
    schema = request(data_extraction_schema=example).output.schema
    assert schema["required"] == list(example)
    assert schema["properties"] == {
        "name": {"type": ["string", "null"], "description": "Tea"},
        "price": {"type": ["number", "null"]},
        "count": {"type": ["integer", "null"]},
        "fresh": {"type": ["boolean", "null"]},
        "kind": {"type": ["string", "null"]},
        "more": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"a": {"type": ["integer", "null"]}},
                "required": ["a"],
            },
        },
        "x": {},
    }


def test_other_text_is_a_wish():
    asked = request(data_extraction_schema="the three cheapest, with their prices")
    assert (asked.output.schema, asked.output.wish) == (None, "the three cheapest, with their prices")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param('{"type": ', "is not valid JSON: Expecting value at line 1, column 9", id="cut JSON"),
        pytest.param({"type": "objekt"}, "is no valid JSON Schema: at /type: 'objekt'", id="type"),
        pytest.param(
            {"type": "object", "properties": {"a": {"type": "strin"}}},
            "is no valid JSON Schema: at /properties/a/type: 'strin'",
            id="nested type",
        ),
        pytest.param({**SCHEMA, "required": "price"}, "is no valid JSON Schema: at /required", id="required"),
        pytest.param({"$ref": "#/$defs/Nowhere"}, "$ref '#/$defs/Nowhere' leads nowhere", id="dead $ref"),
        pytest.param(
            {"$ref": "https://example.com/s.json"}, "$ref 'https://example.com/s.json' leads", id="far $ref"
        ),
        pytest.param(7, "must be a JSON Schema, an example of the output or a text, not int", id="number"),
    ],
)
def test_a_bad_schema_says_where(given, why):
    assert complaint_about(data_extraction_schema=given).startswith(f"data_extraction_schema: {why}")


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        (None, None),
        ("NONE", None),
        ("RESIDENTIAL_DE", "RESIDENTIAL_DE"),
        ("US-CA", "US-CA"),
        ({"country": "us", "city": "Oakland"}, GeoTarget(country="us", city="Oakland")),
        ({"url": "http://u:p@h:1"}, ProxyAddress(url="http://u:p@h:1")),
    ],
    ids=repr,
)
def test_a_proxy_location_is_a_name_a_place_or_an_address(given, understood):
    assert request(proxy_location=given).proxy_location == understood


def test_a_place_is_looked_up_most_specific_first():
    place = GeoTarget(country="us", subdivision="US-CA", city="San Francisco")
    assert place.keys == ("US-CA-San Francisco", "US-CA", "US", "RESIDENTIAL_US")


def test_no_secret_is_shown():
    asked = request(
        url="http://user:hunter2@example.com/",
        model={"model_name": "m", "api_key": "hunter2", "headers": {"X-Key": "hunter2"}},
        extra_http_headers={"Authorization": "hunter2"},
        cdp_connect_headers={"Token": "hunter2"},
        browser_address="ws://user:hunter2@127.0.0.1:9222",
        proxy_location={"url": "http://user:hunter2@host:1"},
    )
    assert "hunter2" not in json.dumps(asked.masked())
    shown = repr(asked.model_copy(update={"url": None, "browser_address": None}))
    assert "hunter2" not in shown
    assert asked.masked()["extra_http_headers"] == {"Authorization": "***"}
    assert asked.model is not None
    assert asked.model.given()["api_key"] == "hunter2"


def test_a_masked_request_can_be_read_again():
    asked = request(model={"api_key": "x"}, viewport={"width": 800, "height": 600}, proxy_location="US-CA")
    again = TaskRequest.of(asked.masked())
    assert (again.viewport, again.warnings) == ((800, 600), ())


def test_constructing_a_request_directly_raises_what_pydantic_raises():
    with pytest.raises(ValidationError, match="blank"):
        TaskRequest(prompt="")


def test_every_field_of_a_request_is_a_keyword_of_run_task():
    assert set(TaskFields.__annotations__) == set(TaskRequest.model_fields) - {"prompt", "url", "engine"}


@pytest.mark.parametrize("port", ["9222", ":9222"])
def test_a_browser_address_that_is_a_number_is_a_port_of_this_machine(port):
    assert request(browser_address=port).browser_address == "http://127.0.0.1:9222"


def test_a_run_has_every_field_of_the_published_response():
    published = (
        "run_id status created_at modified_at run_type output downloaded_files recording_url screenshot_urls "
        "failure_reason queued_at started_at finished_at app_url browser_session_id browser_profile_id "
        "max_screenshot_scrolls script_run errors step_count run_request"
    )
    assert set(published.split()) <= set(TaskRun.model_fields)


def test_half_an_emoji_in_a_request_is_a_replacement_character():
    request = TaskRequest.of(
        {
            "prompt": "Find \ud83d",
            "error_code_mapping": {"gone": "it is \ude00"},
            "data_extraction_schema": r'{"type": "object", "title": "\ud83d"}',
        }
    )
    assert request.prompt == "Find \ufffd"
    assert request.error_code_mapping == {"gone": "it is \ufffd"}
    assert request.output.schema == {"type": "object", "title": "\ufffd"}
