from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from agent_core.faces.pages.one_file import one_file
from tests.support.axe import faults_in
from tests.support.hostile_run import run_with
from tests.support.payloads import PAYLOADS
from tests.support.reading import Reader, reading

pytestmark = pytest.mark.browser

PRESS_ALL = "document.querySelectorAll('summary, button.value').forEach(one => one.click())"
LINKS = "[...document.links].map(a => a.protocol)"


async def opened(reader: Reader, folder: Path, page: str) -> None:
    file = folder / "run.html"
    file.write_text(page, "utf-8")
    await reader.page.goto(file.as_uri())


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_nothing_that_a_hostile_page_says_runs_and_the_policy_has_nothing_to_refuse(tmp_path: Path):
    assert len(PAYLOADS) >= 60
    async with reading() as reader:
        for text in PAYLOADS:
            await opened(reader, tmp_path, one_file(run_with(text, tmp_path), tmp_path))
            await reader.page.evaluate(PRESS_ALL)
            assert await reader.page.evaluate("window.ran") is None, text
            assert set(await reader.page.evaluate(LINKS)) <= {"file:"}, text
            assert reader.complaints == [], text
    assert {address.rpartition("/")[2] for address in reader.asked} == {"run.html"}


async def test_a_click_on_a_value_shows_the_place_in_the_picture_where_it_was_read(tmp_path: Path):
    async with reading() as reader:
        await opened(reader, tmp_path, one_file(run_with("plain words", tmp_path), tmp_path))
        await reader.page.get_by_role("button", name="plain words").last.click()
        assert await reader.page.locator("#viewer-picture").evaluate("one => one.naturalWidth") == 128
        box = reader.page.locator("#viewer-marks rect")
        assert [await box.get_attribute(name) for name in ("x", "y", "width", "height")] == [
            "6",
            "6",
            "58",
            "28",
        ]
        caption = await reader.page.locator("#viewer-caption").inner_text()
        assert caption.startswith("Read here, in step 1")


async def test_everybody_can_use_it_in_light_and_dark(tmp_path: Path):
    async with reading() as reader:
        await opened(reader, tmp_path, one_file(run_with("plain words", tmp_path), tmp_path))
        await reader.page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
        assert await faults_in(reader.page) == []


async def test_the_steps_are_walked_by_the_keyboard(tmp_path: Path):
    run = run_with("plain words", tmp_path)
    run.steps = [run.steps[0].model_copy(update={"number": number}) for number in (1, 2, 3)]
    async with reading() as reader:
        await opened(reader, tmp_path, one_file(run, tmp_path))
        current = reader.page.locator("summary[aria-current] .step-number")
        assert await current.inner_text() == "3"
        await reader.page.keyboard.press("k")
        assert await current.inner_text() == "2"
        await reader.page.keyboard.press("Enter")
        assert await reader.page.locator("details[open] .step-number").inner_text() == "2"
        await reader.page.get_by_role("button", name="After").click()
        assert (await reader.page.locator("#viewer-caption").inner_text()).startswith("After step 2")


async def test_the_page_can_be_read_without_scripts(tmp_path: Path):
    async with reading(java_script_enabled=False) as reader:
        await opened(reader, tmp_path, one_file(run_with("plain words", tmp_path), tmp_path))
        await reader.page.locator(".step summary").click()
        assert await reader.page.locator(".step-body .actions").is_visible()
        await expect(reader.page.locator(".stage")).to_contain_text("The pictures need JavaScript")


async def test_a_run_of_200_steps_is_small_and_keeps_its_pictures_behind_everything_else(tmp_path: Path):
    run = run_with("plain words", tmp_path)
    words = "clicked the button that says 'Add to the basket' in the row of the third product of the list"
    step = run.steps[0].model_copy(
        update={"thought": words, "title": "Products", "url": "http://shop.example/all"}
    )
    run.steps = [step.model_copy(update={"number": number}) for number in range(1, 201)]
    page = one_file(run, tmp_path)
    told, _, pictures = page.partition('<script type="text/plain"')
    assert len(told.encode()) < 300_000
    assert pictures
    async with reading() as reader:
        await opened(reader, tmp_path, page)
        assert await reader.page.locator("summary[aria-current] .step-number").inner_text() == "200"
