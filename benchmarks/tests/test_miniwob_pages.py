"""The benchmark's pages: nothing names the task, the page judges, and only its first end counts."""

import re
import urllib.error
import urllib.request
from urllib.parse import urljoin

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from benchmarks.suites.miniwob_pages import REPORT_SEEDS, TASKS, Episode, MiniwobServer, serving
from browser.lifecycle.find import find_browser


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


def fetch(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode("latin-1")


def test_there_are_the_125_tasks_of_browsergym():
    assert len(TASKS) == len(set(TASKS)) == 125


@pytest.mark.parametrize("task", TASKS)
def test_no_address_and_no_title_names_the_task(server: MiniwobServer, task: str):
    episode = server.open_episode(task, 1)
    html = fetch(episode.url)
    addresses = re.findall(r"""(?:src|href)\s*=\s*["']([^"']*)|url\(([^)]*)\)""", html)

    assert re.search(r"<title>\s*[^<\s]", html) is None
    assert "../" not in html
    assert [address for address in addresses if task in "".join(address)] == []
    assert task not in episode.url


def test_two_episodes_of_one_task_share_no_address(server: MiniwobServer):
    assert server.open_episode("click-test", 1).url != server.open_episode("click-test", 1).url


@pytest.mark.parametrize("path", ["nowhere/", "a/nowhere/core.js", "a/../miniwob/click-test.html"])
def test_what_is_not_there_is_404(server: MiniwobServer, path: str):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.origin}/{path}")
    assert refused.value.code == 404
    refused.value.close()


def test_assets_lead_nowhere_outside_their_folder(server: MiniwobServer):
    html = fetch(server.open_episode("click-test", 1).url)
    core = urljoin(server.origin, re.search(r'src="(/a/\w+/)core\.js"', html)[1])

    assert "startEpisode" in fetch(f"{core}core.js")
    for outside in ("../miniwob/click-test.html", "%2e%2e/core/core.js", "/etc/passwd"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(core + outside)
        refused.value.close()


def test_a_closed_episode_answers_no_more(server: MiniwobServer):
    episode = server.open_episode("click-test", 1)
    server.close_episode(episode)
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(episode.url)
    refused.value.close()


def test_a_task_that_is_not_of_the_benchmark_is_refused(server: MiniwobServer):
    with pytest.raises(KeyError, match="no task 'click-tset'"):
        server.open_episode("click-tset", 1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser().path, chromium_sandbox=False
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium):
    page = await chromium.new_page()
    yield page
    await page.close()


def browser_test(function):
    return pytest.mark.browser(pytest.mark.asyncio(loop_scope="module")(function))


async def begin(server: MiniwobServer, page: Page, task: str, seed: int = 1) -> Episode:
    episode = server.open_episode(task, seed)
    await page.goto(episode.url)
    return episode


def words(pattern: str, episode: Episode) -> tuple[str, ...]:
    found = re.search(pattern, episode.utterance)
    assert found is not None, episode.utterance
    return found.groups()


async def click_the_named_button(page: Page, episode: Episode, right: bool) -> None:
    (name,) = words(r'Click on the "(.+)" button', episode)
    buttons = page.locator("#area button")
    named = [(await button.inner_text() == name) for button in await buttons.all()]
    await buttons.nth(named.index(right)).click()


async def enter_the_text(page: Page, episode: Episode, right: bool) -> None:
    (text,) = words(r'Enter "(.+)" into', episode)
    await page.fill("#tt", text if right else text + "x")
    await page.click("#subbtn")


async def choose_from_the_list(page: Page, episode: Episode, right: bool) -> None:
    (name,) = words(r"Select (.+) from the list", episode)
    options = await page.locator("#options option").all_inner_texts()
    await page.select_option("#options", name if right else next(o for o in options if o != name))
    await page.click("#area button")


async def log_in(page: Page, episode: Episode, right: bool) -> None:
    user, password = words(r'username "(.+)" and the password "(.+)" into', episode)
    await page.fill("#username", user)
    await page.fill("#password", password if right else user + password)
    await page.click("#subbtn")


async def click_the_checkboxes(page: Page, episode: Episode, right: bool) -> None:
    (names,) = words(r"Select (.+) and click Submit", episode)
    for label in await page.locator("#boxes label").all():
        if ((await label.inner_text()).strip() in names.split(", ")) == right:
            await label.locator("input").check()
    await page.click("#subbtn")


SOLUTIONS = [
    pytest.param("click-button", click_the_named_button, id="click-button"),
    pytest.param("enter-text", enter_the_text, id="enter-text"),
    pytest.param("choose-list", choose_from_the_list, id="choose-list"),
    pytest.param("login-user", log_in, id="login-user"),
    pytest.param("click-checkboxes", click_the_checkboxes, id="click-checkboxes"),
]


@browser_test
@pytest.mark.parametrize(("task", "solve"), SOLUTIONS)
@pytest.mark.parametrize("seed", [1, 2])
async def test_a_right_solution_is_rewarded(server, page, task, solve, seed):
    episode = await begin(server, page, task, seed)
    await solve(page, episode, True)

    assert episode.raw_reward == 1
    assert episode.reward == 1


@browser_test
@pytest.mark.parametrize(("task", "solve"), SOLUTIONS)
async def test_a_wrong_solution_is_not(server, page, task, solve):
    episode = await begin(server, page, task, 3)
    await solve(page, episode, False)

    assert episode.raw_reward == -1
    assert episode.reward == 0


@browser_test
async def test_a_dialog_from_a_library_can_be_used(server, page):
    episode = await begin(server, page, "click-dialog")
    await page.click(".ui-dialog-titlebar-close")
    assert episode.reward == 1


@browser_test
async def test_only_the_first_end_counts(server, page):
    episode = await begin(server, page, "enter-text")
    await enter_the_text(page, episode, False)
    await enter_the_text(page, episode, True)

    assert episode.raw_reward == -1


@browser_test
async def test_an_episode_that_is_loaded_again_counts_nothing(server, page):
    episode = await begin(server, page, "enter-text")
    await page.reload()
    await enter_the_text(page, episode, True)

    assert episode.loads == 2
    assert episode.raw_reward is None
    assert episode.reward == 0


@browser_test
async def test_nothing_meant_for_people_is_in_the_document(server, page):
    episode = await begin(server, page, "click-button")
    await click_the_named_button(page, episode, True)

    assert await page.locator("#reward-display, #click-canvas, #sync-task-cover").count() == 0
    assert await page.inner_text("#query") == ""
    assert await page.locator("#area button").count() > 0
    assert (
        await page.evaluate(
            "[...document.scripts].filter(script => script.text.includes('seedrandom')).length"
        )
        == 0
    )


@browser_test
async def test_no_new_episode_begins_after_the_end(server, page):
    episode = await begin(server, page, "click-button")
    before = await page.inner_html("#area")
    await click_the_named_button(page, episode, True)
    await page.evaluate(
        "new Promise(done => setTimeout(done, 700))"
    )  # the original restarts after half a second

    assert await page.inner_html("#area") == before


@browser_test
@pytest.mark.parametrize(
    "task", ["click-button", "email-inbox-forward-nl", "order-food", "click-color", "stock-market"]
)
async def test_one_seed_gives_one_episode_every_time(server, page, task):
    first = await begin(server, page, task, 3)
    area = await page.inner_text("#area")
    again = await begin(server, page, task, 3)

    assert first.utterance == again.utterance != ""
    assert first.seed_used == again.seed_used == 3
    if task != "stock-market":  # its price moves while one looks
        assert await page.inner_text("#area") == area


@browser_test
async def test_seeds_differ(server, page):
    episodes = [await begin(server, page, "enter-text", seed) for seed in (1, 2, 3)]
    assert len({episode.utterance for episode in episodes}) == 3


@browser_test
@pytest.mark.parametrize(
    "task", ["order-food", "email-inbox", "number-checkboxes", "drag-cube", "text-editor", "search-engine"]
)
async def test_every_asset_of_a_page_is_found(server, page, task):
    answers = []
    page.on("response", lambda response: answers.append((response.status, response.url)))
    await begin(server, page, task)
    await page.wait_for_function("[...document.images].every(image => image.complete)")

    assert [(status, url) for status, url in answers if status != 200 and "favicon" not in url] == []
    assert [url for _, url in answers if task in url or "special" in url] == []


def test_the_report_seeds_are_the_agreed_ones():
    assert REPORT_SEEDS == (1000, 1001, 1002, 1003, 1004)
