"""The table of docs/fields.md: each field of the published API, for each engine, is accepted or refused as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.runner.preparing.resolve import prepare
from agent_core.task.request import TaskRequest
from engines.registry import OURS

TABLE = Path(__file__).parents[3] / "docs" / "fields.md"
PUBLISHED = frozenset(
    "prompt url engine title proxy_location data_extraction_schema error_code_mapping max_steps webhook_url "  # noqa: SIM905
    "totp_identifier totp_url browser_session_id model extra_http_headers publish_workflow "
    "include_action_history_in_verification max_screenshot_scrolls browser_address run_with".split()
)
"""The request of the published API."""
VALUES: dict[str, Any] = {
    "prompt": "Click 'Order'.",
    "url": "http://127.0.0.1:8000/",
    "engine": None,
    "title": "Tea",
    "proxy_location": "RESIDENTIAL_DE",
    "data_extraction_schema": {"type": "object", "properties": {"name": {"type": "string"}}},
    "error_code_mapping": {"sold_out": "There is no tea left"},
    "max_steps": 3,
    "webhook_url": "http://127.0.0.1:8000/hook",
    "totp_identifier": "ann@example.com",
    "totp_url": "http://127.0.0.1:8000/codes",
    "model": {"model_name": "m", "base_url": "http://127.0.0.1:8000/v1", "api_key": "k"},
    "extra_http_headers": {"X-Tea": "green"},
    "publish_workflow": True,
    "include_action_history_in_verification": True,
    "max_screenshot_scrolls": 2,
    "browser_address": "9222",
    "run_with": "agent",
}
NEED_SOMETHING_THAT_IS_THERE = {"browser_session_id", "browser_profile_id"}
"""Their own tests make a session and a profile, and run in them."""


def rows() -> dict[str, dict[str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    names = cells[0][1:-1]
    return {row[0]: dict(zip(names, row[1:-1], strict=True)) for row in cells[2:]}


def test_the_table_has_every_published_field_and_every_engine():
    table = rows()
    assert set(table) >= PUBLISHED
    assert set(table) <= set(TaskRequest.model_fields)
    assert all(set(row) == set(OURS) for row in table.values())


CELLS = [
    pytest.param(field, engine, said, id=f"{field}-{engine}")
    for field, row in rows().items()
    for engine, said in row.items()
    if field not in NEED_SOMETHING_THAT_IS_THERE
]


@pytest.mark.parametrize(("field", "engine", "said"), CELLS)
def test_an_engine_takes_a_field_or_refuses_it_as_the_table_says(field, engine, said, tmp_path):
    settings = Settings(home=tmp_path, proxies={"DE": "http://proxy.test:8080"}, webhook_key="k")
    given = {"prompt": "Click 'Order'.", "url": "http://127.0.0.1:8000/", "engine": engine}
    if OURS[engine].needs != "nothing":
        given["model"] = VALUES["model"]
    if VALUES[field] is not None:
        given[field] = VALUES[field]
    request = TaskRequest.of(given)
    if said == "refused":
        with pytest.raises(BadRequest, match=rf"^{field}: "):
            prepare(request, settings=settings)
        return
    assert said == "yes"
    assert [warning for warning in prepare(request, settings=settings).warnings if field in warning] == []
    assert getattr(request, field) is not None
