from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import Client
from playwright.async_api import expect

from tests.support.live_runs import Watched
from tests.support.payloads import PAYLOADS
from tests.support.reading import Reader, reading
from tests.support.task_server import served, settings_in

pytestmark = pytest.mark.browser

TASK = {"url": "http://127.0.0.1:9/", "engine": "embedded"}
LINKS = "[...document.links].map(a => a.protocol)"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => (one.open = true))"
PRESS_ALL = "document.querySelectorAll('.step summary, button.value').forEach(one => one.click())"

LET_GO_WHILE_IT_CONNECTS = """async () => {
  const closed = (one) => new Promise(done => one.addEventListener("close", done, {once: true}));
  if (socket) { const last = closed(socket); follow(false); await last; }
  follow(true);
  let opened = false;
  socket.addEventListener("open", () => { opened = true; });
  const end = closed(socket);
  follow(false);
  await end;
  return opened;
}"""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    with served(settings_in(tmp_path), Watched(tmp_path / "kept")) as client:
        yield client


async def asked_for(client: Client, prompt: str, **fields: str) -> str:
    task = {**TASK, "prompt": prompt, **fields}
    answer = await asyncio.to_thread(client.post, "/v1/run/tasks", json=task)
    return str(answer.json()["run_id"])


async def test_a_run_is_started_by_the_form_watched_answered_and_found_again(client: Client):
    async with reading() as reader:
        page = reader.page
        await page.goto(f"{client.base_url}/new")
        await page.get_by_role("textbox", name="Task").fill("Find the price")
        await page.get_by_label("Start address").fill("http://127.0.0.1:9/")
        await page.get_by_label("Engine").select_option("embedded")
        await expect(page.locator("#as-command")).to_contain_text("--engine embedded")
        await expect(page.locator("#as-python")).to_contain_text("'Find the price'")
        await page.get_by_role("button", name="Start the run").click()
        await expect(page.locator(".step")).to_have_count(1)
        await expect(page.locator("#viewer-picture")).to_have_js_property("naturalWidth", 320)
        await page.get_by_label("Answer", exact=True).fill("yes, please")
        await page.get_by_role("button", name="Answer").click()
        await expect(page.locator(".badge").first).to_have_text("Completed")
        await expect(page.locator("#run-result")).to_contain_text("yes, please")
        await expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        await page.goto(f"{client.base_url}/?q=PRICE")
        await page.get_by_role("link", name="Find the price").click()
        await expect(page.locator("#run-result")).to_contain_text("yes, please")
        await page.locator(".step summary").click()
        await expect(page.locator("#viewer-picture")).to_have_js_property("naturalWidth", 128)
        assert reader.complaints == []
        assert {address.split("/")[2] for address in reader.asked} == {str(client.base_url).split("/")[2]}


async def test_the_page_of_a_run_changes_as_it_ends_without_being_loaded_again(client: Client):
    run_id = await asked_for(client, "Find the price")
    async with reading() as reader:
        page = reader.page
        await page.goto(f"{client.base_url}/runs/{run_id}")
        await expect(page.locator("#run-ask")).to_contain_text("Please confirm")
        await page.evaluate("window.same = true")
        await page.locator(".step summary").click()
        await expect(page.locator("#viewer-caption")).to_contain_text("Before step 1")
        await page.get_by_role("button", name="Live").click()
        await expect(page.locator("#viewer-picture")).to_have_js_property("naturalWidth", 320)
        token = await page.locator("input[name=token]").first.get_attribute("value")
        await page.request.post(
            f"{client.base_url}/runs/{run_id}/answer", form={"token": token or "", "text": "ok"}
        )
        await expect(page.locator(".badge").first).to_have_text("Completed")
        await expect(page.locator("#run-ask")).to_be_empty()
        assert await page.evaluate("window.same")


async def test_a_live_picture_that_is_let_go_while_it_connects_says_nothing_on_the_console(client: Client):
    run_id = await asked_for(client, "Find the price")
    async with reading() as reader:
        await reader.page.goto(f"{client.base_url}/runs/{run_id}")
        await expect(reader.page.locator("#viewer-picture")).to_have_js_property("naturalWidth", 320)
        connected = await reader.page.evaluate(LET_GO_WHILE_IT_CONNECTS)
        assert connected, "the socket that connected is closed once it is open"
        assert reader.complaints == []


async def test_a_run_is_canceled_and_edited_on_its_page(client: Client):
    run_id = await asked_for(client, "Find the price", title="Prices")
    async with reading() as reader:
        page = reader.page
        await page.goto(f"{client.base_url}/runs/{run_id}")
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.locator(".badge").first).to_have_text("Canceled")
        await page.get_by_role("link", name="Edit and run again").click()
        await expect(page.get_by_role("textbox", name="Task")).to_have_value("Find the price")
        await expect(page.locator("#as-command")).to_contain_text("--title Prices")
        await page.locator("#f-max_steps").evaluate("one => (one.value = 'many')")
        await page.get_by_role("button", name="Start the run").click()
        await expect(page.get_by_role("alert")).to_contain_text("max_steps 'many' is no number")
        await expect(page.get_by_role("textbox", name="Task")).to_have_value("Find the price")


async def test_a_run_is_asked_for_again_with_one_press(client: Client):
    run_id = await asked_for(client, "Find the price")
    async with reading() as reader:
        await reader.page.goto(f"{client.base_url}/runs/{run_id}")
        await reader.page.get_by_role("button", name="Run again").click()
        await expect(reader.page.locator("#run-result")).to_contain_text("Find the price")
        assert run_id not in reader.page.url


async def look_at(reader: Reader, address: str, text: str) -> None:
    await reader.page.goto(address)
    await reader.page.evaluate(PRESS_ALL)
    assert await reader.page.evaluate("window.ran") is None, text
    assert set(await reader.page.evaluate(LINKS)) <= {"http:"}, text


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_nothing_that_a_hostile_page_says_runs_on_the_pages_of_a_server(client: Client):
    async with reading() as reader:
        page = reader.page
        for text in PAYLOADS:
            run_id = await asked_for(client, text, title=text)
            await page.goto(f"{client.base_url}/runs/{run_id}")
            await expect(page.locator("#run-ask section")).to_have_count(1)
            await page.evaluate(OPEN_ALL)
            await page.get_by_role("button", name="Answer").click()
            await expect(page.locator(".badge").first).to_have_text("Completed")
            assert await page.evaluate("window.ran") is None, text
            await look_at(reader, f"{client.base_url}/runs/{run_id}", text)
            await look_at(reader, f"{client.base_url}/new?like={run_id}", text)
            assert reader.complaints == [], text
        await look_at(reader, f"{client.base_url}/", "the list")
        assert reader.complaints == []
        assert {address.split("/")[2] for address in reader.asked} == {str(client.base_url).split("/")[2]}
