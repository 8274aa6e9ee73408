"""Pages that show nothing at first, and pages that may run no scripts."""

import pytest

from browser.model.actions import Click, OpenTab, Point, Wait
from browser.model.observation import View
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LATE = (
    "{before}<div id=root>{meanwhile}</div><script>setTimeout(()=>{{root.innerHTML='<button>Start</button>'}},"
    "{ms})</script>"
)
MEANWHILE = {
    "nothing": "",
    "words": "<p>Loading…</p>",
    "a wheel": "<svg class=app-spinner width=40 height=40><circle r=9></svg>",
    "a bar": "<div role=progressbar style='width:200px;height:9px;background:#ccc' tabindex=0></div>",
    "a big picture in what loads": "<div class='page-loader'><img width=300 height=300 src=/x.png></div>",
}


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
async def test_a_page_that_shows_nothing_yet_is_waited_for(server, session, meanwhile):
    await session.goto(server.page(LATE.format(before="", meanwhile=meanwhile, ms=4500)))
    assert find(await see(session), "button").name == "Start"


async def test_a_page_that_a_click_or_a_tab_leads_to_is_waited_for_too(server, session):
    late = server.page(LATE.format(before="", meanwhile="", ms=4500), "/late")
    await session.goto(server.page("<a href=/late>On</a>"))
    await session.perform(Click(find(await see(session), "link").ref))
    assert find(await see(session), "button").name == "Start"
    await session.perform(OpenTab(late))
    assert find(await see(session), "button").name == "Start"


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<p>News</p>", id="words"),
        pytest.param("<canvas width=400 height=400></canvas>", id="a drawing"),
        pytest.param("<input>", id="a field without words"),
    ],
)
async def test_a_page_that_is_there_is_not_waited_for(server, session, html):
    await session.goto(server.page(LATE.format(before=html, meanwhile="", ms=7000)))
    assert not [one for one in (await see(session)).elements if one.role == "button"]


async def test_a_page_that_stays_blank_is_waited_for_once(server, session):
    await session.goto(server.page(LATE.format(before="", meanwhile="", ms=16_000)))
    assert (await session.perform(Click(Point(9, 9)))).ok
    assert (await see(session)).text == ""


@pytest.mark.parametrize("policy", ["sandbox", "sandbox allow-forms allow-same-origin"])
async def test_a_page_that_may_run_no_scripts_is_there_at_once(server, session, policy):
    late = "<meta http-equiv=refresh content='9;url=/late'>"
    html = f"{late}<button>Go</button><a href=/two>Two</a><div style='height:3000px'></div><p>End</p>"
    server.page("<h1>Two</h1>", "/two")
    await session.goto(server.page(html, headers={"Content-Security-Policy": policy}))
    seen = await see(session)
    assert (await session.perform(Click(find(seen, "button").ref))).ok
    assert (await session.perform(Click(find(seen, "link").ref))).navigated
    assert find(await see(session), "heading").name == "Two"


async def test_a_frame_that_may_run_no_scripts_is_there_at_once(server, session):
    late = "<script>setTimeout(()=>document.body.append('too late'),7000)</script>"
    await session.goto(server.page(f"<iframe sandbox srcdoc='<button>Go</button>'></iframe>{late}"))
    assert (await session.perform(Click(find(await see(session), "button").ref))).ok
    assert "too late" not in (await see(session)).text


SLOW_PART = {
    "a script in the document": "<script src=/slow.js></script>",
    "a script put off until its end": "<script defer src=/slow.js></script>",
    "a style sheet before a script": "<link rel=stylesheet href=/slow.js><script>1</script>",
}


@pytest.mark.parametrize("part", SLOW_PART.values(), ids=SLOW_PART)
async def test_a_page_of_which_more_may_come_says_so(server, session, part):
    server.slow["/slow.js"] = (6.0, "")
    await session.goto(server.page(f"<h1>News</h1>{part}<p>The end</p>"))
    assert any("still loading" in note for note in (await see(session)).notes)
    await session.perform(Wait(5))
    seen = await see(session)
    assert not seen.notes
    assert "The end" in seen.text


async def test_an_engine_of_pixels_hears_that_more_may_come(server, session):
    server.slow["/slow.js"] = (6.0, "")
    await session.goto(server.page("<h1>News</h1><script src=/slow.js></script><p>The end</p>"))
    assert any("still loading" in note for note in (await session.observe(View(elements=False))).notes)


async def test_a_frame_of_which_more_may_come_says_so(server, session):
    server.slow["/slow.js"] = (6.0, "")
    server.page("<p>Begin</p><script src=/slow.js></script><p>The end</p>", "/frame.html")
    await session.goto(server.page("<h1>News</h1><iframe src=/frame.html></iframe>"))
    assert (await see(session)).notes == ("a frame is still loading: more of it may come",)


async def test_a_page_that_waits_for_pictures_alone_is_whole(server, session):
    server.slow["/slow.png"] = (4.0, "")
    await session.goto(server.page("<h1>News</h1><img src=/slow.png width=9 height=9><p>The end</p>"))
    assert (await see(session)).notes == ()
