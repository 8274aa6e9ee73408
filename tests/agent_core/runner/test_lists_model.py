"""Whole runs over long lists with a chat model: collect, then finish with all rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from agent_core import run_task
from agent_core.config import Settings
from tests.support.lists_site import ListsSite, name, price
from tests.support.providers import Answer, Asked, FakeProvider, Say
from tests.support.reply_forms import reply_wanted

pytestmark = pytest.mark.browser

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "price": {"type": "number"}},
        "required": ["name", "price"],
    },
}


@pytest.fixture(scope="module")
def site() -> Iterator[ListsSite]:
    serving = ListsSite()
    yield serving
    serving.close()


def clerk(asked: Asked) -> Answer:
    """A model that collects the main list, finishes with its rows, and copies each row that it is shown."""
    text = asked.text()
    if reply_wanted(text) == "verdict":
        return Say(json.dumps({"met": "COLLECTED ROWS" in text, "reason": "there are no rows"}))
    if reply_wanted(text) == "rows":
        copied = re.findall(r"^(\d+)\. (.+?) (?:\| )?€([\d.]+)", text, re.MULTILINE)
        items = [
            {"row": int(row), "item": {"name": called, "price": float(cost)}} for row, called, cost in copied
        ]
        return Say(json.dumps({"items": items, "left_out": []}))
    action: dict[str, object] = {"action": "collect", "max_rows": 3000}
    if "COLLECTED ROWS" in text:
        action = {"action": "finish", "output": "ROWS", "evidence": ["the rows collected"]}
    return Say(json.dumps({"thought": "All of it.", "actions": [action]}))


@pytest.mark.parametrize(("path", "count"), [("/linked", 115), ("/virtual?way=uneven&total=400", 400)])
async def test_a_model_gets_all_rows_of_a_list_into_the_output(
    site: ListsSite, settings: Settings, path: str, count: int
) -> None:
    with FakeProvider(clerk) as provider:
        run = await run_task(
            "Extract all products with name and price",
            url=site.url + path,
            data_extraction_schema=SCHEMA,
            engine="skyvern-1.0",
            model=asdict(provider.openai()),
            settings=settings,
        )

    assert run.status == "completed", run.failure_reason
    assert run.output == [{"name": name(at), "price": float(price(at))} for at in range(count)]
    assert run.step_count == 2
    assert run.provenance is not None
    assert None not in run.provenance.values()
