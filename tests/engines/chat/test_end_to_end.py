"""A task carried out by `run_task` in a real Chromium, decided by a model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict

import pytest

from agent_core import run_task
from agent_core.config import Settings
from tests.support.providers import (
    Answer,
    Asked,
    Fail,
    FakeProvider,
    Say,
    call,
    refuses_images,
    refuses_json_schema,
)
from tests.support.reply_forms import reply_wanted

pytestmark = pytest.mark.browser

SHOP = """<!doctype html><title>Lamps</title>
<h1>Lamps</h1>
<form action="/order.html">
  <label>Name <input name="name"></label>
  <label>Lamp <select name="lamp"><option>Desk lamp</option><option>Floor lamp</option></select></label>
  <label><input type="checkbox" name="gift"> Gift wrap</label>
  <button>Order</button>
</form>"""
ORDER = """<!doctype html><title>Order</title>
<h1>Thank you, <span id="who"></span></h1>
<p>Order number <b>A-1047</b>, total 49.50 EUR</p>
<script>who.textContent = new URLSearchParams(location.search).get("name")</script>"""
SCHEMA = {
    "type": "object",
    "properties": {"order": {"type": "string"}, "total": {"type": "number"}},
    "required": ["order", "total"],
    "additionalProperties": False,
}
PROMPT = "Order the floor lamp for Ada Lovelace as a gift and tell the order number and the total"


def reply(*actions: dict[str, object]) -> Say:
    return Say(json.dumps({"thought": "As the task says.", "actions": actions}))


class Buyer:
    """The model's part in five steps, by the refs that it is shown."""

    def __init__(self) -> None:
        self.steps: list[Callable[[Callable[[str], str]], Say]] = [
            lambda ref: reply(
                {"action": "type", "ref": ref("textbox"), "text": "Ada Lovelace"},
                {"action": "select", "ref": ref("combobox"), "options": ["Floor lamp"]},
            ),
            lambda ref: Say(
                f"Now the box:\n```json\n{{'action': 'check', 'ref': '{ref('checkbox')}',}}\n```"
            ),
            lambda ref: reply({"action": "click", "ref": ref("button")}),
            lambda ref: reply({"action": "finish", "output": {"order": "A-1047"}, "evidence": ["A-1047"]}),
            lambda ref: reply(
                {
                    "action": "finish",
                    "output": {"order": "A-1047", "total": 49.5},
                    "evidence": ["Order number A-1047, total 49.50 EUR"],
                }
            ),
        ]

    def __call__(self, asked: Asked) -> Answer:
        text = asked.text()
        if reply_wanted(text) == "verdict":
            met = "A-1047" in text and "Ada Lovelace" in text
            return Say(json.dumps({"met": met, "reason": "" if met else "there is no order"}))

        def ref(role: str) -> str:
            found = re.search(rf"^ *(\S+) {role}\b", text, re.MULTILINE)
            assert found, f"no {role} in {text}"
            return found.group(1)

        return self.steps.pop(0)(ref) if self.steps else Fail(500, "the script is over")


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
async def test_a_task_in_five_steps_ends_with_valid_output(server, tmp_path, protocol):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    with FakeProvider(Buyer()) as provider:
        run = await run_task(
            PROMPT,
            start,
            engine="skyvern-1.0",
            model=asdict(getattr(provider, protocol)()),
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.failure_reason) == ("completed", None)
        assert run.output == {"order": "A-1047", "total": 49.5}
        assert run.step_count == 5
        assert run.run_type == "task_v1"
        # Only a server of one's own is greeted first.
        assert len(provider.greeted) == (1 if protocol == "openai" else 0)
        assert run.usage.model_calls == len(provider.greeted) + len(provider.asked)
        assert len(provider.asked) == 6
        assert all(image.size == (1280, 720) for asked in provider.asked for image in asked.images)
        # The output that lacked the total went back with what was wrong with it.
        assert "was not accepted" in provider.asked[4].text()
        assert "total" in provider.asked[4].text().split("was not accepted")[1].split("\n")[0]
        assert "sk-test" not in run.model_dump_json()
    assert any(
        "name=Ada" in request and "lamp=Floor" in request and "gift=on" in request
        for request in server.requests
    )


class Caller(Buyer):
    """The same part, played by calling the tools that are offered."""

    def __call__(self, asked: Asked) -> Answer:
        said = super().__call__(asked)
        if not asked.tools or not isinstance(said, Say) or not said.text.startswith("{"):
            return said
        actions = json.loads(said.text)["actions"]
        return Say("As the task says.", calls=tuple(call(each.pop("action"), each) for each in actions))


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
async def test_the_same_task_by_native_tools(server, tmp_path, protocol):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    with FakeProvider(Caller()) as provider:
        run = await run_task(
            PROMPT,
            start,
            engine="skyvern-1.0",
            model=asdict(getattr(provider, protocol)(tool_calls=True)),
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.failure_reason) == ("completed", None)
        assert (run.output, run.step_count) == ({"order": "A-1047", "total": 49.5}, 5)
        *acted, check = provider.asked
        assert [bool(asked.tools) for asked in acted] == [True] * 5
        assert not check.tools
        told = [text for _, text in acted[-1].results]
        assert [text.split(" ")[0] for text in told[:2]] == ["typed", "chose"]
        assert told[-1].startswith("Not accepted: ")
        assert "total" in told[-1]
    assert any("name=Ada" in request and "lamp=Floor" in request for request in server.requests)


async def test_the_same_task_with_a_blind_model_behind_an_older_server(server, tmp_path):
    server.page(ORDER, "/order.html")
    start = server.page(SHOP, "/shop.html")
    with FakeProvider(Buyer(), rules=[refuses_images, refuses_json_schema]) as provider:
        run = await run_task(
            PROMPT,
            start,
            engine="skyvern-1.0",
            model=asdict(provider.openai(model_name="blind-model")),
            data_extraction_schema=SCHEMA,
            max_steps=8,
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert (run.status, run.output) == ("completed", {"order": "A-1047", "total": 49.5})
        assert not any(asked.images for asked in provider.asked)
        assert any("takes no pictures" in warning for warning in run.warnings)
        assert run.usage.failed_calls == 2  # a picture, and a form, that the server rejected


async def test_a_wrong_key_fails_the_run_with_a_sentence(server, tmp_path):
    start = server.page(SHOP, "/shop.html")
    with FakeProvider(lambda asked: Fail(401, "Incorrect API key provided")) as provider:
        run = await run_task(
            PROMPT,
            start,
            engine="skyvern-1.0",
            model=asdict(provider.openai()),
            settings=Settings(),
            run_dir=tmp_path,
        )

        assert run.status == "failed"
        assert "refused the API key" in run.failure_reason
        assert [error.error_code for error in run.errors] == ["MODEL_UNREACHABLE"]
