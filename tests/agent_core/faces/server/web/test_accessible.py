"""Every page of the server, as axe-core judges it, light and dark."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import Client
from playwright.async_api import expect

from agent_core.replay.format import Parameter, Script
from agent_core.store.scripts import Scripts
from tests.support.axe import faults_in
from tests.support.hands import HeldRuns
from tests.support.live_runs import Watched
from tests.support.reading import Reader, reading
from tests.support.task_server import ended, served, settings_in, with_key

pytestmark = pytest.mark.browser

TASK = {"prompt": "Find the price", "url": "http://127.0.0.1:9/", "engine": "embedded"}
EMPTY = ("/", "/new", "/workflows", "/new-workflow", "/sessions", "/profiles", "/docs", "/runs/tsk_none")
OPEN_ALL = "document.querySelectorAll('details').forEach(one => (one.open = true))"


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with reading() as opened:
        yield opened


async def asked_for(client: Client) -> str:
    answer = await asyncio.to_thread(client.post, "/v1/run/tasks", json=TASK)
    return str(answer.raise_for_status().json()["run_id"])


async def faults_of(reader: Reader, address: str) -> list[str]:
    await reader.page.goto(address)
    await reader.page.evaluate(OPEN_ALL)
    return await faults_in(reader.page)


async def test_what_not_everybody_can_use_is_found(reader: Reader):
    await reader.page.set_content(
        "<title>x</title><main><button></button><p style='color:#bbb'>pale</p></main>"
    )
    faults = " ".join(await faults_in(reader.page))
    assert "light" in faults
    assert all(kind in faults for kind in ("button-name", "color-contrast"))


async def test_pages_with_nothing_in_them_yet(tmp_path: Path, reader: Reader):
    with served(settings_in(tmp_path), Watched(tmp_path / "kept")) as client:
        faults = [await faults_of(reader, f"{client.base_url}{path}") for path in EMPTY]
    assert [each for page in faults for each in page] == []


async def test_the_sign_in_page(tmp_path: Path, reader: Reader):
    settings = settings_in(tmp_path)
    with_key(settings)
    with served(settings, Watched(tmp_path / "kept")) as client:
        assert await faults_of(reader, f"{client.base_url}/sign-in") == []


async def test_a_run_that_asks_and_one_that_has_ended(tmp_path: Path, reader: Reader):
    with served(settings_in(tmp_path), Watched(tmp_path / "kept")) as client:
        run_id = await asked_for(client)
        await reader.page.goto(f"{client.base_url}/runs/{run_id}")
        await expect(reader.page.locator("#run-ask section")).to_have_count(1)
        faults = await faults_in(reader.page)
        await reader.page.get_by_role("button", name="Yes").click()
        await asyncio.to_thread(ended, client, run_id)
        for path in (f"/runs/{run_id}", f"/new?like={run_id}", "/"):
            faults += await faults_of(reader, f"{client.base_url}{path}")
    assert faults == []


async def test_a_run_that_somebody_works_in(tmp_path: Path, reader: Reader):
    with served(settings_in(tmp_path, stop_grace_s=0.1), HeldRuns(tmp_path / "kept")) as client:
        await reader.page.goto(f"{client.base_url}/runs/{await asked_for(client)}")
        faults = await faults_in(reader.page)
        await reader.page.get_by_role("button", name="Take over").click()
        await expect(reader.page.locator("#hand-dialog-text")).to_have_text("Leave?")
        faults += await faults_in(reader.page)
    assert faults == []


async def test_what_stays_between_runs(tmp_path: Path, reader: Reader):
    settings = settings_in(tmp_path)
    parameters = {"thing": Parameter(example="hat")}
    script = Script(prompt="Read the price of {{thing}}", url="http://shop.example/", parameters=parameters)
    Scripts(home=tmp_path).publish(script, "prices")
    Scripts(home=tmp_path).publish(script.model_copy(update={"described": True}), "described")
    with served(settings, Watched(tmp_path / "kept")) as client:
        token = client.get("/profiles").text.partition('name="token" value="')[2].partition('"')[0]
        client.post("/profiles", data={"token": token, "name": "Ana"})
        faults = [
            await faults_of(reader, f"{client.base_url}{path}")
            for path in (
                *("/workflows", "/workflows/prices", "/workflows/described", "/workflows/described/edit"),
                *("/profiles", "/new"),
            )
        ]
    assert [each for page in faults for each in page] == []
