"""Hostile texts, addresses and replies, wherever they can come in: every run ends, and none as INTERRUPTED."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from agent_core import Settings, TaskRun, load_run
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.resolve import prepare
from agent_core.task.request import TaskRequest
from agent_core.testing import Scripted
from browser.lifecycle.launch import launch
from browser.options import LaunchOptions
from engines.chat.engine import Skyvern
from engines.cua.anthropic.dialect import dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.anthropic.messages_api import Messages
from engines.cua.openai.engine import OpenAIComputerUse
from engines.cua.openai.responses_api import Responses
from engines.cua.ui_tars.engine import UiTars
from engines.models.dialect import Memory
from engines.models.ladder import LadderedModel
from engines.models.patience import Patience
from engines.models.protocols.openai_api import OpenAIProvider
from engines.planner.engine import Planner
from engines.protocol import Engine, EngineOptions, ModelSettings
from engines.registry import create_engine
from testbed.recorded_model import RecordedModel
from testbed.serving import Server
from tests.support.hostile import Hostile, HostileBrowser
from tests.support.hostile_answers import HostileServer

SCHEMA = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "price": {"type": ["number", "null"]},
                    "url": {"type": "string", "format": "uri"},
                    "date": {"type": "string", "format": "date"},
                },
            },
        }
    },
}


def scripted(hostile: Hostile) -> Engine:
    return Scripted((hostile.decision() for _ in range(6)), verdict=hostile.text())


def rules(hostile: Hostile) -> Engine:
    return create_engine("embedded", EngineOptions())


def chat(hostile: Hostile) -> Engine:
    return Skyvern(RecordedModel((hostile.reply() for _ in range(12)), sees_images=False))


def planner(hostile: Hostile) -> Engine:
    return Planner(RecordedModel((hostile.reply() for _ in range(12)), sees_images=False))


async def at_once(seconds: float) -> None:
    pass


PATIENCE = Patience(attempts=2, sleep=at_once)
SERVED = ModelSettings(model_name="claude-sonnet-5-5", base_url="http://model.test/v1", api_key="k")


def served(hostile: Hostile) -> LadderedModel:
    provider = OpenAIProvider(SERVED, httpx2.MockTransport(HostileServer(hostile)))
    return LadderedModel(provider, memory=Memory(), patience=PATIENCE)


def served_chat(hostile: Hostile) -> Engine:
    return Skyvern(served(hostile))


def openai_cua(hostile: Hostile) -> Engine:
    return OpenAIComputerUse(Responses(SERVED, PATIENCE, httpx2.MockTransport(HostileServer(hostile))))


def anthropic_cua(hostile: Hostile) -> Engine:
    messages = Messages(SERVED, (), PATIENCE, httpx2.MockTransport(HostileServer(hostile)))
    return AnthropicComputerUse(messages, dialect_of(SERVED.model_name, {}))


def ui_tars(hostile: Hostile) -> Engine:
    return UiTars(served(hostile), served(hostile))


MAKERS: tuple[Callable[[Hostile], Engine], ...] = (
    scripted,
    rules,
    chat,
    planner,
    served_chat,
    openai_cua,
    anthropic_cua,
    ui_tars,
)


async def hostile_run(seed: int, home: Path, browsers: object = None, url: str = "") -> TaskRun:
    """A run in which everything is made up by the seed; `browsers` None: the page is a fake, too."""
    hostile = Hostile(seed)
    engine = MAKERS[seed % len(MAKERS)](hostile)
    fields = {
        "prompt": hostile.prompt(),
        "url": url or "http://127.0.0.1/",
        "max_steps": 4,
        "data_extraction_schema": SCHEMA if seed % 3 == 0 else None,
        "error_code_mapping": {"gone": hostile.text(), hostile.text()[:30]: "x"},
        "title": hostile.text(),
    }
    prepared = prepare(TaskRequest.of(fields), own_engine=True, settings=Settings(home=home))
    return await Run(
        prepared,
        engine,
        browsers=browsers or HostileBrowser(hostile),
        on_event=lambda event: repr(event),
        ask_user=lambda question: hostile.text(),
        waits_for_answer=False,
    ).result()


def complaint(run: TaskRun) -> str:
    """What is wrong with how a run ended, or ""."""
    if run.failure_code == "INTERRUPTED":
        return f"INTERRUPTED: {run.failure_reason}"
    if run.status not in ("completed", "failed", "terminated"):
        return f"it ended as {run.status}"
    unkept = [warning for warning in run.warnings if "could not be" in warning and "kept" in warning]
    if unkept:
        return unkept[0]
    json.dumps(run.model_dump(mode="json"), ensure_ascii=False).encode()
    return "" if load_run(run.folder).status == run.status else "it is kept as something else"


async def broken(seeds: range, home: Path) -> list[str]:
    found = []
    for seed in seeds:
        try:
            async with asyncio.timeout(120):
                why = complaint(await hostile_run(seed, home))
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            why = f"raised {type(error).__name__}: {error!r:.200}"
        if why:
            found.append(f"seed {seed} ({MAKERS[seed % len(MAKERS)].__name__}): {why}")
    return found


async def test_no_hostile_text_or_reply_ends_a_run_on_a_fake_page_otherwise_than_it_should(tmp_path):
    found = await broken(range(160), tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_nor_do_two_thousand_more(tmp_path):
    found = await broken(range(200, 2200), tmp_path)
    assert found == [], "\n".join(found)


async def in_chromium(seeds: range, server: Server, home: Path) -> list[str]:
    browser, found = await launch(LaunchOptions(on_warning=lambda _: None)), []

    class Shared:
        """The one browser for all of them."""

        warnings: tuple[str, ...] = ()

        async def get(self, way):
            return browser

    try:
        for seed in seeds:
            made_up = Hostile(seed + 10_000)
            url = server.page(made_up.page(), f"/hostile-{seed}", made_up.headers())
            try:
                async with asyncio.timeout(120):
                    why = complaint(await hostile_run(seed, home, Shared(), url))
            except Exception as error:  # noqa: BLE001
                why = f"raised {type(error).__name__}: {error!r:.200}"
            if why:
                found.append(f"seed {seed} ({MAKERS[seed % len(MAKERS)].__name__}): {why}")
    finally:
        await browser.close()
    return found


@pytest.mark.browser
async def test_nor_does_a_hostile_page_in_chromium(server, tmp_path):
    found = await in_chromium(range(4), server, tmp_path)
    assert found == [], "\n".join(found)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_nor_do_a_hundred_hostile_pages(server, tmp_path):
    found = await in_chromium(range(4, 104), server, tmp_path)
    assert found == [], "\n".join(found)
