"""Frames, dialogs, tabs, pictures, rest, and what becomes of a session when things go wrong."""

import asyncio
import hashlib
import io
import time

import pytest
from PIL import Image

from browser.lifecycle.launch import launch
from browser.model.actions import AnswerDialog, Click, CloseTab, Goto, OpenTab, SwitchTab, TypeText
from browser.model.errors import BrowserLost, NavigationFailed, PageGone
from browser.model.observation import Box, LookRequest, View
from browser.options import LaunchOptions, SessionOptions
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INNER = "<button onclick=\"this.textContent='Hit'\">Inner</button><p>Inside text</p>"


async def show(server, session, html):
    await session.goto(server.page(html))
    return await see(session)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("<iframe src=/inner.html></iframe>", id="same origin"),
        pytest.param("<iframe src='{other}/inner.html'></iframe>", id="another origin, another process"),
        pytest.param('<iframe srcdoc="' + INNER.replace('"', "&quot;") + '"></iframe>', id="srcdoc"),
        pytest.param("<iframe sandbox='allow-scripts' src=/inner.html></iframe>", id="sandboxed"),
        pytest.param("<iframe src='{other}/outer.html'></iframe>", id="nested, the outer one elsewhere"),
        pytest.param(
            "<div style='height:1500px'></div><iframe src='{other}/inner.html'></iframe>", id="far below"
        ),
        pytest.param(
            "<iframe src=/inner.html style='border:20px solid;padding:30px;transform:scale(.8)'></iframe>",
            id="scaled",
        ),
    ],
)
async def test_what_is_in_frames_is_seen_and_clicked(server, session, frame):
    server.page(INNER, "/inner.html")
    server.page("<iframe src=/inner.html></iframe>", "/outer.html")
    seen = await show(server, session, f"<p>Before</p>{frame}<p>After</p>")
    lines = seen.text.split("\n")
    assert lines.index("Before") < lines.index("Inside text") < lines.index("After")

    result = await session.perform(Click(find(seen, "button").ref))

    assert result.problem == ""
    assert find(await see(session), "button").name == "Hit"


async def test_elements_of_a_frame_are_under_the_frame(server, session):
    server.page(INNER, "/inner.html")
    seen = await show(server, session, "<iframe src=/inner.html title=Sub></iframe>")
    [frame] = [e for e in seen.elements if e.tag == "iframe"]
    button = find(seen, "button")
    parents = {e.ref: e.parent for e in seen.elements}
    up = button.ref
    while up and up != frame.ref:
        up = parents[up]
    assert up == frame.ref
    assert frame.box.x < button.box.x < button.box.right < frame.box.right


async def test_a_frame_that_is_covered_keeps_its_elements_from_being_clicked(server, session):
    server.page(INNER, "/inner.html")
    seen = await show(
        server,
        session,
        "<iframe src=/inner.html></iframe><div class=veil style='position:fixed;inset:0'>Veil</div>",
    )
    button = find(seen, "button")
    assert "covered" in button.states
    assert "its frame is covered by div.veil 'Veil'" in (await session.perform(Click(button.ref))).problem


async def test_open_shadow_roots_and_slots(server, session):
    seen = await show(
        server,
        session,
        "<x-card><b>Slotted</b></x-card><script>const h=document.querySelector('x-card').attachShadow({mode:'open'});"
        "h.innerHTML='<slot></slot><button>Deep</button>';h.lastChild.onclick=e=>e.target.textContent='Hit'</script>",
    )
    assert "Slotted" in seen.text
    await session.perform(Click(find(seen, "button").ref))
    assert find(await see(session), "button").name == "Hit"


async def test_a_listener_makes_an_empty_box_something_to_click(server, session):
    seen = await show(
        server,
        session,
        "<div id=a style='width:20px;height:20px'></div><div id=b style='width:20px;height:20px'></div>"
        "<p id=o></p><script>a.addEventListener('click',()=>o.textContent='clicked')</script>",
    )
    [box] = [e for e in seen.elements if e.interactive]
    assert "a" in box.hints or box.tag == "div"
    await session.perform(Click(box.ref))
    assert "clicked" in (await see(session)).text


async def test_a_page_that_overrides_prototypes_is_read_all_the_same(server, session):
    seen = await show(
        server,
        session,
        "<script>Array.prototype.push=Array.prototype.map=()=>{throw 1};Element.prototype.getAttribute=()=>'evil';"
        "Element.prototype.getBoundingClientRect=null;JSON.stringify=()=>'no';window.agentCore='mine'</script>"
        "<button aria-label=Real onclick='document.title=1'>x</button>",
    )
    assert find(seen, "button").name == "Real"
    assert (await session.perform(Click(find(seen, "button").ref))).ok


async def test_nothing_is_written_into_the_page(server, session):
    await show(server, session, "<button>A</button><input><script>onload=()=>{}</script>")
    page = session.front
    before = await page.evaluate("[document.documentElement.outerHTML, Object.keys(window).length]")
    seen = await see(session)
    await session.perform(TypeText("x", find(seen, "textbox").ref))
    assert await page.evaluate("[document.documentElement.outerHTML, Object.keys(window).length]") == before


@pytest.mark.parametrize(
    ("script", "answer", "then"),
    [
        pytest.param("alert('Hi');o.textContent='went on'", AnswerDialog(True), "went on", id="alert"),
        pytest.param(
            "o.textContent='said '+confirm('Sure?')", AnswerDialog(False), "said false", id="confirm"
        ),
        pytest.param(
            "o.textContent='said '+prompt('Name?','you')", AnswerDialog(True, "Ann"), "said Ann", id="prompt"
        ),
    ],
)
async def test_dialogs_wait_for_their_answer(server, session, script, answer, then):
    seen = await show(server, session, f'<button onclick="{script}">Ask</button><p id=o></p>')

    result = await session.perform(Click(find(seen, "button").ref))
    assert result.did == "clicked button 'Ask'"
    assert result.effect.startswith("a dialog opened: ")
    assert result.navigated
    asked = await see(session)
    assert asked.dialog.message in ("Hi", "Sure?", "Name?")

    assert (await session.perform(answer)).ok
    after = await see(session)
    assert after.dialog is None
    assert then in after.text


async def test_a_dialog_while_the_page_loads_is_seen(server, session):
    await session.goto(server.page("<p>Before</p><script>alert('Welcome')</script><p>After</p>"))
    assert (await see(session)).dialog.message == "Welcome"
    await session.perform(AnswerDialog(True))
    assert "After" in (await see(session)).text


async def test_answering_no_dialog_is_a_problem(server, session):
    await show(server, session, "<p>x")
    assert (await session.perform(AnswerDialog(True))).problem == "no dialog is open"


async def test_a_tab_that_the_page_opens_is_followed(server, session):
    server.page("<title>Second</title><h1>There</h1>", "/second.html")
    seen = await show(server, session, "<title>First</title><a href=/second.html target=_blank>Open</a>")

    result = await session.perform(Click(find(seen, "link").ref))

    assert result.navigated
    assert "a new tab t2 opened" in result.effect
    there = await see(session)
    assert find(there, "heading").name == "There"
    assert [(tab.id, tab.title, tab.active) for tab in there.tabs] == [
        ("t1", "First", False),
        ("t2", "Second", True),
    ]

    await session.perform(SwitchTab("t1"))
    assert (await see(session)).title == "First"
    await session.perform(CloseTab("t2"))
    assert [tab.id for tab in (await see(session)).tabs] == ["t1"]
    assert (await session.perform(CloseTab())).problem == "the last tab cannot be closed"
    assert (await session.perform(SwitchTab("t9"))).problem == "there is no tab 't9'; there are t1"


async def test_all_who_look_at_a_new_tab_at_once_see_one_and_the_same(server, session):
    address = server.page("<h1>New</h1><iframe src='{other}/inner.html'></iframe>", "/new.html")
    server.page(INNER, "/inner.html")
    told = []
    worlds = session._tabs.active.worlds
    worlds._on_window_open = told.append
    worlds._main = None
    first, second = await asyncio.gather(worlds.main(), worlds.main())
    assert first is second
    await session.goto(address)
    for seen in zip(*await asyncio.gather(worlds.all(), worlds.all(), worlds.all()), strict=True):
        assert len(set(seen)) == 1
    await session.front.evaluate("window.open('/inner.html')")
    await see(session)
    assert told == [server.url + "/inner.html"]


async def test_a_tab_of_our_own_and_one_that_closes_itself(server, session):
    address = server.page("<button onclick='window.close()'>Close me</button>", "/closing.html")
    seen = await show(
        server, session, "<h1>First</h1><button onclick=\"window.open('/closing.html')\">Open</button>"
    )
    assert (await session.perform(OpenTab(address))).did == f"opened {address} in a new tab"
    await session.perform(CloseTab())
    await session.perform(Click(find(seen, "button").ref))
    result = await session.perform(Click(find(await see(session), "button").ref))
    assert "the tab closed" in result.effect
    assert find(await see(session), "heading").name == "First"


async def test_late_changes_are_waited_for(server, session):
    seen = await show(
        server,
        session,
        "<button onclick=\"let n=0;const t=setInterval(()=>{o.style.width=++n+'px';if(n>15){clearInterval(t);"
        "o.textContent='Done'}},20)\">Slide</button><p id=o></p>",
    )
    await session.perform(Click(find(seen, "button").ref))
    assert "Done" in (await see(session)).text


async def test_what_a_click_fetches_is_waited_for(server, session):
    server.slow["/slow.txt"] = (0.4, "Fetched")
    seen = await show(
        server,
        session,
        "<button onclick=\"fetch('/slow.txt').then(r=>r.text()).then(t=>o.textContent=t)\">Load</button><p id=o></p>",
    )
    await session.perform(Click(find(seen, "button").ref))
    assert "Fetched" in (await see(session)).text


async def test_a_slow_page_behind_a_link_is_waited_for(server, session):
    server.slow["/slow.html"] = (0.5, "<h1>Slow</h1>")
    seen = await show(server, session, "<a href=/slow.html>Go</a>")
    result = await session.perform(Click(find(seen, "link").ref))
    assert result.navigated
    assert find(await see(session), "heading").name == "Slow"


async def test_a_page_that_always_moves_does_not_hold_us_up(server, session):
    began = time.monotonic()
    seen = await show(
        server,
        session,
        "<p id=o></p><button>B</button><script>setInterval(()=>o.textContent=Math.random(),5)</script>",
    )
    await session.perform(Click(find(seen, "button").ref))
    assert time.monotonic() - began < 30


async def test_pictures_have_the_size_and_scale_they_say(server, browser):
    session = await browser.open_session(SessionOptions(viewport=(400, 300), device_scale_factor=2))
    await session.goto(server.page("<body style='margin:0;background:#00f'>"))
    [picture] = (await session.observe(View(screenshots="viewport"))).screenshots
    assert (picture.width_px, picture.height_px, picture.scale) == (800, 600, 2.0)
    [small] = (await session.observe(View(screenshots="viewport", image_scale=0.25))).screenshots
    assert (small.width_px, small.height_px, small.scale) == (200, 150, 0.5)
    assert Image.open(io.BytesIO(small.data)).getpixel((100, 75)) == (0, 0, 255)
    await session.close()


async def test_scrolled_pictures_leave_the_page_where_it_was(server, session):
    seen = await show(server, session, "<div style='height:3000px'>" + "<p>x" * 50 + "</div>")
    await session.front.evaluate("scrollTo(0, 333)")
    view = View(screenshots="scrolled", max_scrolls=2)
    after = await session.observe(view)
    assert [round(picture.scroll_y) for picture in after.screenshots] == [333, 981, 1629]
    assert (await see(session)).scroll == (0, 333)
    everything = await session.observe(View(screenshots="scrolled", max_scrolls=50))
    assert everything.screenshots[-1].scroll_y == seen.page_size[1] - 720
    full = await session.screenshot(full=True)
    assert full.height_px == seen.page_size[1]


async def test_looking_closer(server, session):
    seen = await show(
        server,
        session,
        "<main><h2>Fruit</h2><ul aria-label=List><li>Apple<li>Pear</ul></main><button>Buy pears</button>",
    )
    inside, found, picture, nothing = await session.look(
        [
            LookRequest(ref=find(seen, "list").ref),
            LookRequest(query="buy pears"),
            LookRequest(region=Box(0, 0, 100, 50)),
            LookRequest(query="zebra crossing"),
        ]
    )
    assert [e.name for e in inside.elements if e.name in ("Apple", "Pear")] == ["Apple", "Pear"]
    assert "Buy pears" in [e.name for e in found.elements]
    assert (picture.screenshot.width_px, picture.screenshot.height_px) == (100, 50)
    assert nothing.problem == "nothing on the page fits 'zebra crossing'"


async def test_downloads_are_kept_and_measured(server, browser, tmp_path):
    session = await browser.open_session(SessionOptions(downloads_dir=tmp_path))
    seen = await show(server, session, "<a download='report.csv' href='data:text/csv,a,b'>Get</a>")
    result = await session.perform(Click(find(seen, "link").ref))
    await session.downloads_done()
    [download] = session.downloads
    assert result.effect == "a download began: report.csv"
    assert (download.name, download.size, download.mime) == ("report.csv", 3, "text/csv")
    assert download.sha256 == hashlib.sha256(b"a,b").hexdigest()
    assert (tmp_path / "report.csv").read_text() == "a,b"
    await session.close()


async def test_extra_headers_go_to_their_host_only(server, browser):
    session = await browser.open_session(
        SessionOptions(extra_http_headers={"X-Key": "k"}, header_hosts=(server.url.removeprefix("http://"),))
    )
    server.redirects["/away"] = server.other_url + "/there"
    server.page("<p>There", "/there")
    await session.goto(server.page("<img src='{other}/pixel'><img src=/pixel>"))
    await session.goto(server.url + "/away")
    seen = {path: headers.get("x-key") for path, headers in server.headers}
    assert seen["/inline.html"] == "k"
    assert seen["/there"] is None
    assert {headers.get("x-key") for path, headers in server.headers if path == "/pixel"} == {"k", None}
    await session.close()


async def test_an_address_that_does_not_answer(session, unused_tcp_port):
    with pytest.raises(NavigationFailed, match="nothing answers there"):
        await session.goto(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_crashed_page_is_gone(server, session):
    await show(server, session, "<p>x")
    result = await session.perform(Goto("chrome://crash"))
    assert not result.ok or result.effect
    with pytest.raises(PageGone, match="crashed"):
        await see(session)


async def test_a_killed_browser_is_lost(server):
    browser = await launch(LaunchOptions(on_warning=lambda _: None))
    try:
        session = await browser.open_session()
        await session.goto(server.page("<p>x"))
        killer = await browser._browser.new_browser_cdp_session()
        await asyncio.wait([asyncio.ensure_future(killer.send("Browser.close"))], timeout=5)
        for _ in range(100):
            if not browser.connected:
                break
            await asyncio.sleep(0.05)
        with pytest.raises(BrowserLost):
            await see(session)
    finally:
        await browser.close()


async def test_an_observation_shows_what_an_act_has_changed_since_the_last_picture(server, session):
    page = "<style>body{background:red}</style><button onclick=\"document.body.style.background='blue'\">Go</button>"
    await session.goto(server.page(page))
    button = find(await see(session), "button")
    before = await session.screenshot()
    await session.perform(Click(button.ref))
    after = await session.observe(View(screenshots="viewport"))
    assert after.screenshots[0].data != before.data
    await session.screenshot()
    await session.goto(server.page("<h1>Elsewhere</h1>", "/elsewhere.html"))
    elsewhere = await session.observe(View(screenshots="viewport"))
    assert elsewhere.screenshots[0].data != after.screenshots[0].data
