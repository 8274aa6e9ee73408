from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
import typer

from agent_core import BadRequest, TaskRequest
from agent_core.faces.cli.task_options import takes_task_options
from agent_core.faces.server.web.forms.fields import FIELDS
from agent_core.faces.server.web.forms.task_form import as_command, as_python, as_written, read_form

SCHEMA = {
    "type": "object",
    "properties": {"price": {"type": "number", "description": "In euros, it's plain"}},
}
WRITTEN = {
    "prompt": "Find 'the price'\nof $(it)",
    "url": "https://shop.example/a?b=c&d",
    "data_extraction_schema": json.dumps(SCHEMA),
    "engine": "embedded",
    "max_steps": "7",
    "timeout_s": "90.5",
    "max_tokens_total": "1000",
    "allowed_domains": "shop.example\n*.example.org, example.com",
    "blocked_domains": "ads.example",
    "proxy_location": "http://127.0.0.1:3128",
    "viewport": "800x600",
    "locale": "de-DE",
    "timezone": "Europe/Berlin",
    "device_scale_factor": "2",
    "record": "video, har",
    "max_screenshot_scrolls": "3",
    "totp_identifier": "ada@example.com",
    "totp_url": "https://codes.example/",
    "extra_http_headers": "X-One: 1\nX-Two: a: b",
    "header_hosts": "cdn.example",
    "title": 'A "title"',
    "webhook_url": "https://hooks.example/",
    "error_code_mapping": "SOLD_OUT: there is none left",
    "run_with": "code",
    "publish_workflow": "yes",
    "include_action_history_in_verification": "yes",
}


def parsed(command: str) -> dict[str, Any]:
    """What the real command line makes of it."""
    heard: dict[str, Any] = {}
    app = typer.Typer()

    @app.command()
    @takes_task_options
    def run(prompt: str, *, fields: dict[str, Any]) -> None:
        heard.update(fields, prompt=prompt)

    words = shlex.split(command.replace(" \\\n", " "))
    assert words[:2] == ["agent-core", "run"]
    app(words[2:], standalone_mode=False)
    return heard


def called(python: str) -> dict[str, Any]:
    """What the Python asks for."""
    heard: dict[str, Any] = {}

    class Answer:
        status = output = None

    def run_task_sync(prompt: str, **fields: Any) -> Answer:
        heard.update(fields, prompt=prompt)
        return Answer()

    code = python.replace("from agent_core import run_task_sync", "")
    exec(compile(code, "the form", "exec"), {"run_task_sync": run_task_sync, "print": lambda *_: None})
    return heard


def test_the_form_the_command_and_the_python_ask_for_the_same():
    wanted = TaskRequest.of(read_form(WRITTEN))
    assert wanted.allowed_domains == ["shop.example", "*.example.org", "example.com"]
    assert wanted.error_code_mapping == {"SOLD_OUT": "there is none left"}
    assert TaskRequest.of(parsed(as_command(WRITTEN))) == wanted
    assert TaskRequest.of(called(as_python(WRITTEN))) == wanted


def test_a_kept_request_can_be_edited_and_asked_for_again():
    wanted = TaskRequest.of(read_form({**WRITTEN, "extra_http_headers": "", "header_hosts": ""}))
    again = as_written(wanted.masked())
    assert TaskRequest.of(read_form(again)) == wanted


def test_what_was_secret_is_not_written_into_the_form_again():
    asked = TaskRequest.of(
        read_form({"prompt": "Log in", "secrets": "PW: hunter2", "extra_http_headers": "X: s"})
    )
    written = as_written(asked.masked())
    assert "hunter2" not in str(written)
    assert written["secrets"] == "PW: "
    assert "extra_http_headers" not in written


def test_secrets_are_neither_in_the_command_nor_in_the_python():
    written = {"prompt": "Log in with {{secret:PW}}", "secrets": "PW: hunter2"}
    assert read_form(written)["secrets"] == {"PW": "hunter2"}
    assert "--secret PW=ask" in as_command(written)
    assert "hunter2" not in as_command(written) + as_python(written)


def test_a_model_is_named_in_three_fields():
    written = {
        "prompt": "x",
        "model.model_name": "m",
        "model.base_url": "http://127.0.0.1:1/v1",
        "model.provider": "openai",
    }
    assert read_form(written)["model"] == {
        "model_name": "m",
        "base_url": "http://127.0.0.1:1/v1",
        "provider": "openai",
    }
    assert "--model m" in as_command(written)
    assert "--base-url http://127.0.0.1:1/v1" in as_command(written)
    assert as_written(TaskRequest.of(read_form(written)).masked())["model.model_name"] == "m"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("max_steps", "many"),
        ("viewport", "large"),
        ("error_code_mapping", "no colon"),
        ("proxy_location", "{x"),
    ],
)
def test_what_cannot_be_read_names_its_field(field: str, text: str):
    with pytest.raises(BadRequest) as raised:
        read_form({"prompt": "x", field: text})
    assert raised.value.field == field


def test_every_field_of_the_form_is_one_of_a_task_and_says_what_it_is():
    tasks = {*TaskRequest.model_fields, "model.model_name", "model.base_url", "model.provider"}
    assert set(FIELDS) <= tasks
    left_out = set(TaskRequest.model_fields) - set(FIELDS) - {"model", "files", "cdp_connect_headers"}
    assert left_out == set()
