"""Pages that show nothing at first, and pages that are slow to say what they show."""

from __future__ import annotations

import pytest

from browser.model.observation import View
from browser.options import SessionOptions
from tests.support.observing import EVERYTHING

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LATE = "<div id=root></div><script>setTimeout(() => {{ {0} }}, 1500)</script>"


@pytest.mark.parametrize(
    "drawn",
    [
        "root.innerHTML = '<h1>Drawn</h1>'",
        "root.innerHTML = '<img alt=Drawn width=40 height=40>'",
        "root.attachShadow({mode: 'open'}).innerHTML = '<h1>Drawn</h1>'",
        "location.href = '/drawn'",
    ],
    ids=["text", "picture", "shadow root", "another page"],
)
async def test_an_application_that_is_still_to_be_drawn_is_waited_for(drawn, server, session):
    server.page("<h1>Drawn</h1>", "/drawn")
    await session.goto(server.page(LATE.format(drawn)))
    seen = await session.observe(EVERYTHING)
    assert "Drawn" in {element.name for element in seen.elements}


async def test_pictures_wait_for_it_too(server, session):
    await session.goto(server.page(LATE.format("document.title = 'Drawn'; root.textContent = 'Drawn'")))
    assert (await session.observe(View(elements=False, screenshots="viewport"))).title == "Drawn"


async def test_a_page_that_stays_blank_is_read_as_it_is(server, browser):
    session = await browser.open_session(SessionOptions(page_timeout_s=1.0))
    await session.goto(server.page("<title>Blank</title><script>1</script>"))
    for _ in range(2):
        seen = await session.observe(EVERYTHING)
        assert (seen.title, seen.elements) == ("Blank", ())
    await session.close()


@pytest.mark.parametrize(
    "veil",
    ["body {opacity: 0}", "body {visibility: hidden}", "html {visibility: hidden; opacity: 0}"],
)
async def test_a_page_that_hides_all_of_itself_is_read_once_it_stays_so(veil, server, browser):
    session = await browser.open_session(SessionOptions(page_timeout_s=1.0))
    page = f"<style>{veil}</style><p>Told</p><p style='opacity: 0'>Untold</p><p style='display: none'>Nor this</p>"
    await session.goto(server.page(f"{page}<script>1</script>"))
    assert (await session.observe(EVERYTHING)).text == "Told"
    await session.close()


@pytest.mark.parametrize("veil", ["opacity: 0", "visibility: hidden"])
async def test_a_page_that_shows_itself_when_its_scripts_have_run_is_waited_for(veil, server, session):
    late = "setTimeout(() => { document.title = 'Ready'; document.body.style = '' }, 1500)"
    await session.goto(server.page(f"<body style='{veil}'><p>Told</p><script>{late}</script>"))
    assert (await session.observe(EVERYTHING)).title == "Ready"


async def test_what_alone_shows_on_a_hidden_page_is_all_that_is_read(server, session):
    style = "<style>body {visibility: hidden} aside {visibility: visible}</style>"
    await session.goto(server.page(f"{style}<p>Beneath</p><aside>Above</aside>"))
    assert (await session.observe(EVERYTHING)).text == "Above"


async def test_one_slow_answer_is_no_reason_to_give_a_page_up(server, browser):
    session = await browser.open_session(SessionOptions(page_timeout_s=2.0))
    busy = "const until = Date.now() + 1500; while (Date.now() < until);"
    await session.goto(server.page(f"<h1>Here</h1><script>onhashchange = () => {{ {busy} }}</script>"))
    await session.observe(EVERYTHING)
    await session.pages[0].evaluate("void (location.hash = 'x')")
    assert "Here" in (await session.observe(EVERYTHING)).text
    await session.close()


async def test_the_time_of_a_blank_page_begins_with_its_answer(server, session):
    server.slow["/slow.html"] = (2.0, "<title>Blank</title><div id=root></div><script>1</script>")
    await session.goto(f"{server.url}/slow.html")
    world = await session._tabs.active.worlds.top()
    age = "performance.now() - performance.getEntriesByType('navigation')[0].responseStart"
    blank_for = await world.evaluate(age)
    assert (await world.call("whenQuiet", 0, 0, blank_for + 1500))["blank"]
    assert not (await world.call("whenQuiet", 0, 0, 0))["blank"]
