"""The run page in a person's browser: taking over, and allowing acts, over runs that need no browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import Client
from playwright.async_api import expect

from browser.model.by_hand import DialogInput, KeyInput, MouseInput, TextInput, WheelInput
from browser.model.observation import Dialog
from tests.support.hands import HeldRuns
from tests.support.live_runs import Watched
from tests.support.payloads import PAYLOADS
from tests.support.reading import reading
from tests.support.task_server import served, settings_in, until

pytestmark = pytest.mark.browser

TASK = {"prompt": "Find the price", "url": "http://127.0.0.1:9/", "engine": "embedded"}


async def started(client: Client) -> str:
    answer = await asyncio.to_thread(client.post, "/v1/run/tasks", json=TASK)
    return f"{client.base_url}/runs/{answer.json()['run_id']}"


@pytest.fixture
async def runs(tmp_path: Path) -> HeldRuns:
    return HeldRuns(tmp_path / "kept")


@pytest.fixture
async def client(tmp_path: Path, runs: HeldRuns) -> AsyncIterator[Client]:
    with served(settings_in(tmp_path, stop_grace_s=0.1), runs) as client:
        yield client


@pytest.mark.parametrize("phone", [False, True])
async def test_a_person_clicks_types_scrolls_and_gives_back(client: Client, runs: HeldRuns, phone: bool):
    looks = {"viewport": {"width": 390, "height": 800}, "has_touch": True} if phone else {}
    async with reading(**looks) as reader:
        page = reader.page
        await page.goto(await started(client))
        await page.get_by_role("button", name="Take over").click()
        area = page.get_by_role("application")
        await expect(area).to_be_visible()
        # The page asks from the start, and a question takes the keyboard when it comes.
        await expect(page.locator("#hand-dialog-text")).to_have_text("Leave?")
        sent = runs.begun[0].hand.sent
        if phone:
            await area.tap()
            await asyncio.to_thread(until, lambda: sent)
            assert isinstance(sent[0], MouseInput)
        else:
            await area.click(modifiers=["Shift"])
            await page.mouse.wheel(0, 300)
            await page.keyboard.press("Control+a")
            await asyncio.to_thread(until, lambda: any(isinstance(one, KeyInput) for one in sent))
            assert MouseInput in {type(one) for one in sent if getattr(one, "modifiers", ()) == ("Shift",)}
            assert any(isinstance(one, WheelInput) and one.down == 300 for one in sent)
            assert KeyInput(do="down", key="a", modifiers=("Control",)) in sent
        await page.get_by_label("Text for the page").fill("Oslo")
        await page.get_by_role("button", name="Type").click()
        await asyncio.to_thread(until, lambda: TextInput(text="Oslo") in sent)
        await page.locator("#hand-dialog-yes").click()
        await asyncio.to_thread(until, lambda: DialogInput(accept=True) in sent)
        await expect(page.locator("#hand-dialog")).to_be_hidden()
        await page.get_by_role("button", name="Give back").click()
        await expect(page.get_by_role("button", name="Take over")).to_be_visible()
        assert reader.complaints == []


async def test_the_keyboard_leaves_the_picture_and_another_person_sees_who_has_the_page(tmp_path: Path):
    runs = HeldRuns(tmp_path / "kept", dialog=None)
    with served(settings_in(tmp_path, stop_grace_s=0.1), runs) as client:
        await seen_by_two(await started(client))


async def seen_by_two(address: str) -> None:
    async with reading() as reader, reading() as other:
        await reader.page.goto(address)
        await other.page.goto(address)
        await reader.page.get_by_role("button", name="Take over").press("Enter")
        await expect(reader.page.get_by_role("application")).to_be_focused()
        await expect(other.page.locator("#run-hold")).to_contain_text("works in the page by hand")
        await other.page.get_by_role("button", name="Take over").click()
        await expect(other.page.locator("#hand-said")).to_contain_text("works in the page now")
        await reader.page.keyboard.press("Shift+Escape")
        await expect(reader.page.get_by_role("button", name="Give back")).to_be_focused()
        await reader.page.keyboard.press("Enter")
        await expect(other.page.locator("#run-hold")).to_be_empty()
        assert reader.complaints == other.complaints == []


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_that_a_page_calls_its_tabs_or_says_in_dialogs_runs(client: Client, runs: HeldRuns):
    assert len(PAYLOADS) >= 60
    async with reading() as reader:
        page = reader.page
        await page.goto(await started(client))
        await page.get_by_role("button", name="Take over").click()
        for text in PAYLOADS:
            hand = runs.begun[0].hand
            hand.title, hand.dialog = text, Dialog(kind="prompt", message=text, default=text)
            await expect(page.locator("#hand-dialog-text")).to_have_js_property("textContent", text)
            await expect(page.locator("#hand-tabs button")).to_have_js_property("textContent", text)
            assert await page.evaluate("window.ran") is None, text
            assert reader.complaints == [], text
        await page.get_by_role("button", name="Give back").click()
        await expect(page.get_by_role("button", name="Take over")).to_be_visible()
    assert {address.split("/")[2] for address in reader.asked} == {str(client.base_url).split("/")[2]}


async def test_what_is_to_be_confirmed_is_allowed_with_one_press(tmp_path: Path):
    with served(settings_in(tmp_path), Watched(tmp_path / "kept")) as client:
        async with reading() as reader:
            await reader.page.goto(await started(client))
            await reader.page.get_by_role("button", name="Yes").click()
            await expect(reader.page.locator(".badge").first).to_have_text("Completed")
            await expect(reader.page.locator("#run-result")).to_contain_text("yes")
