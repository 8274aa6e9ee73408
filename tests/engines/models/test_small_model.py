"""A real model of 135 million parameters drives the whole path; what it babbles must not matter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent_core import run_task
from agent_core.config import Settings
from tests.support.small_model import NAME, SmallModel, SmallModelServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = "<!doctype html><title>Hello</title><h1>Hello</h1><p>The word of the day is tide.</p><button>Next</button>"
SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
CODES = ("MODEL_UNUSABLE", "MODEL_TRUNCATED", "REACH_MAX_STEPS", "GAVE_UP", "OUTPUT_INVALID")


@pytest.fixture(scope="module")
def small() -> Iterator[SmallModelServer]:
    with SmallModelServer(SmallModel()) as running:
        yield running


@pytest.mark.parametrize("engine", ["skyvern-1.0", "skyvern-2.0"])
async def test_a_run_ends_with_an_exact_status_whatever_a_small_model_says(server, tmp_path, small, engine):
    small.asked.clear()
    run = await run_task(
        "Read the word of the day",
        server.page(PAGE),
        engine=engine,
        model={"base_url": f"{small.url}/v1", "context_tokens": 3072},
        data_extraction_schema=SCHEMA,
        max_steps=2,
        timeout_s=150,  # a planner asks often, and a slow machine answers slowly
        settings=Settings(),
        run_dir=tmp_path,
    )

    assert run.status in ("completed", "failed", "terminated", "timed_out")
    if run.status == "completed":
        assert isinstance(run.output["word"], str)
    else:
        assert run.failure_reason
        assert run.status != "failed" or run.failure_code in CODES
    assert run.step_count <= 2
    assert (run.usage.model, run.usage.model_calls > 0) == (NAME, True)
    # Blind, and without any form of output: both are found out, and nothing is asked for twice.
    assert any("takes no pictures" in warning for warning in run.warnings)
    assert sum("response_format" in body for body in small.asked) <= 2
    # The prompt was made for the context, by the model's own count.
    assert 0 < run.usage.input_tokens < 3072 * run.usage.model_calls
