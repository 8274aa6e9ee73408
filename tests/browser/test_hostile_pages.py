"""Pages that do their worst: bounded time, a clear sentence, and a session that can still be closed."""

from __future__ import annotations

import asyncio
import http.server
import os
import signal
import socket
import threading
from contextlib import asynccontextmanager, suppress

import pytest
import pytest_asyncio

from browser.lifecycle.launch import launch
from browser.model.actions import Click, CloseTab, Goto, OpenTab, SwitchTab, Wait
from browser.model.errors import BrowserLost, NavigationFailed, PageGone
from browser.model.observation import LookRequest, View
from browser.options import LaunchOptions, SessionOptions
from tests.support.observing import EVERYTHING, find, see
from tests.support.somebodys_browser import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUIET = LaunchOptions(on_warning=lambda _: None)


async def show(server, session, html):
    await session.goto(server.page(html))
    return await see(session)


@pytest_asyncio.fixture(loop_scope="session")
async def own_browser():
    """A browser for one test, which may stop or kill it; it ends with the test, whatever comes of that."""
    async with await launch(QUIET) as started:
        yield started


@pytest.fixture
def silent():
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture
def dripping():
    """The address of a page of which the second half never comes."""
    done = threading.Event()

    class Half(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<p>First half</p><button>Press</button>" + b" " * 4096)
            self.wfile.flush()
            done.wait(60)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Half) as serving:
        threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_address[1]}/"
        done.set()
        serving.shutdown()


@asynccontextmanager
async def within(seconds):
    """A bound that only a hang goes over, not a measurement."""
    async with asyncio.timeout(seconds):
        yield


async def renderers(session):
    """Process ids of the renderers of the session's browser."""
    browser = session._context.browser
    cdp = await browser.new_browser_cdp_session()
    infos = (await cdp.send("SystemInfo.getProcessInfo"))["processInfo"]
    await cdp.detach()
    return [info["id"] for info in infos if info["type"] == "renderer"]


@pytest.mark.slow
async def test_a_page_that_never_loads(server, session, silent):
    seen = await show(server, session, f"<a href='{silent}'>Go</a><h1>Here</h1>")
    async with within(110):
        result = await session.perform(Click(find(seen, "link").ref))
        assert result.did == "clicked link 'Go'"
        seen = await see(session)
        assert find(seen, "heading").name == "Here"
        assert f"the page at {silent} did not come, so loading it was stopped" in seen.notes
        assert find(await see(session), "heading").name == "Here"
        await session.perform(Goto(server.page("<h1>There</h1>", "/there.html")))
        assert find(await see(session), "heading").name == "There"


async def test_a_page_of_which_half_comes(server, session, dripping):
    async with within(110):
        await session.goto(dripping)
        assert "First half" in (await see(session)).text
        assert (await session.perform(Click(find(await see(session), "button").ref))).ok


@pytest.mark.slow
async def test_a_page_that_navigates_in_a_loop(server, session):
    server.page("<h1>A</h1><script>location='/b.html'</script>", "/a.html")
    server.page("<h1>B</h1><script>location='/a.html'</script>", "/b.html")
    async with within(110):
        with suppress(PageGone, NavigationFailed):  # whether it is caught between two pages is chance
            await session.goto(server.url + "/a.html")
            await session.observe(EVERYTHING)
        away = Goto(server.page("<h1>Rest</h1>", "/rest.html"))
        while not (await session.perform(away)).ok:  # the page's own way may get before it
            pass
        assert find(await see(session), "heading").name == "Rest"


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_page_that_reloads_itself_all_the_time(server, session):
    async with within(150):  # each of the looks may take the twenty seconds that it is given
        await session.goto(server.page("<h1>Again</h1><script>setTimeout(()=>location.reload(),60)</script>"))
        with suppress(PageGone):  # whether a picture can be taken in time is chance
            await session.observe(View(screenshots="viewport"))
        assert find(await see(session), "heading").name == "Again"
        away = Goto(server.page("<h1>Rest</h1>", "/rest.html"))
        while find(await see(session), "heading").name != "Rest":  # the page's own way may get before it
            await session.perform(away)


@pytest.mark.slow
async def test_a_page_that_changes_its_address_without_end(server, session):
    script = "setInterval(() => { for (let i = 0; i < 200; i++) history.pushState({}, '', '#' + i) }, 10)"
    async with within(60):
        seen = await show(server, session, f"<h1>Here</h1><button>Press</button><script>{script}</script>")
        assert find(seen, "heading").name == "Here"
        assert (await session.perform(Click(find(seen, "button").ref))).ok
        await session.goto(server.page("<h1>Rest</h1>", "/rest.html"))
        assert find(await see(session), "heading").name == "Rest"


async def test_a_page_that_changes_its_address_is_not_left_for_one_that_does_not_come(
    server, browser, silent
):
    session = await browser.open_session(SessionOptions(page_timeout_s=2.0))
    script = "let i = 0; setInterval(() => history.pushState({}, '', '#' + i++), 100)"
    async with within(90):
        await show(server, session, f"<h1>Here</h1><script>{script}</script>")
        result = await session.perform(Goto(silent))
        assert (result.did, "no answer within 2 s" in result.problem) == ("", True)
    await session.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_page_that_makes_five_thousand_frames(server, own_browser):
    session = await own_browser.open_session()
    script = "for (let i = 0; i < 5000; i++) document.body.append(document.createElement('iframe'))"
    try:
        async with within(200):
            seen = await show(
                server, session, f"<h1>Here</h1><button>Press</button><script>{script}</script>"
            )
            assert find(seen, "heading").name == "Here"
            # Chromium itself makes a thousand of them.
            assert "801 frames were not read: the page has too many" in seen.notes
            assert (await session.perform(Click(find(seen, "button").ref))).ok
    finally:
        await own_browser.close()


async def test_a_page_that_redirects_in_a_circle(server, session):
    server.redirects["/round"] = server.url + "/round"
    async with within(90):
        with pytest.raises(NavigationFailed, match="redirects in a circle"):
            await session.goto(server.url + "/round")


@pytest.mark.slow
async def test_a_page_that_opens_a_hundred_windows(server, session):
    server.page("<title>W</title>", "/window.html")
    seen = await show(
        server,
        session,
        "<h1>Opener</h1><button onclick=\"for(let i=0;i<100;i++)window.open('/window.html?'+i)\">Open</button>",
    )
    async with within(90):
        await session.perform(Click(find(seen, "button").ref))
        await asyncio.sleep(1)
        seen = await see(session)
        assert 2 <= len(seen.tabs) <= 20
        assert any("a further one was closed again" in note for note in seen.notes)
        await session.perform(SwitchTab("t1"))
        assert find(await see(session), "heading").name == "Opener"
        await until(lambda: len(session._context.pages) <= 20)


async def test_a_page_that_closes_itself(server, session):
    closing = server.page("<button onclick='window.close()'>Close</button>", "/closing.html")
    seen = await show(
        server, session, "<h1>Opener</h1><a href=/closing.html target=_blank rel=opener>Open</a>"
    )
    await session.perform(Click(find(seen, "link").ref))
    result = await session.perform(Click(find(await see(session), "button").ref))
    assert "the tab closed" in result.effect
    assert find(await see(session), "heading").name == "Opener"
    server.page("<script>window.close()</script>", "/gone.html")
    await session.perform(OpenTab(closing))
    await session.perform(CloseTab())
    seen = await show(
        server, session, "<h1>Opener</h1><button onclick=\"window.open('/gone.html')\">Open</button>"
    )
    async with within(90):
        await session.perform(Click(find(seen, "button").ref))
        await until(lambda: len(session.pages) == 1)
        assert find(await see(session), "heading").name == "Opener"


async def test_an_opener_that_closes_leaves_the_window_it_opened(server, session):
    server.page("<h1>Window</h1>", "/window.html")
    server.page(
        "<button onclick=\"window.open('/window.html','','noopener');window.close()\">Go</button>",
        "/opener.html",
    )
    seen = await show(server, session, "<a href=/opener.html target=_blank rel=opener>Open</a>")
    await session.perform(Click(find(seen, "link").ref))
    await session.perform(Click(find(await see(session), "button").ref))
    await until(lambda: len(session.pages) == 2)
    assert find(await see(session), "heading").name == "Window"


async def test_the_last_tab_that_is_closed_is_gone(server, browser):
    session = await browser.open_session()
    await session.goto(server.page("<h1>x</h1>"))
    page = session.front
    await page.close()
    with pytest.raises(PageGone, match="the tab was closed"):
        await see(session)
    with pytest.raises(PageGone, match="the tab was closed"):
        await session.perform(Wait(0.1))
    await session.close()


@pytest.mark.slow
async def test_a_page_that_eats_all_there_is_of_the_processor(server, own_browser):
    session = await own_browser.open_session(SessionOptions(page_timeout_s=10.0))
    seen = await show(
        server, session, "<h1>x</h1><button onclick='while(true){}'>Eat</button><button>Other</button>"
    )
    async with within(170):
        eaten = await session.perform(Click(find(seen, "button", "Eat").ref))
        assert "did not answer while we clicked button 'Eat'" in eaten.problem
        other = await session.perform(Click(find(seen, "button", "Other").ref))
        assert "did not answer" in other.problem
        with pytest.raises(PageGone, match="does not answer"):
            await session.observe(View(screenshots="viewport"))
        with pytest.raises(PageGone, match="does not answer"):
            await session.look([LookRequest(query="x")])
        with pytest.raises(PageGone):
            await session.screenshot()
        await session.close()
        await own_browser.close()


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_large_page_is_not_lost_because_it_is_read_for_long(server, browser):
    session = await browser.open_session(SessionOptions(page_timeout_s=3.0))
    script = "document.querySelector('p').innerHTML = '<span>word </span>'.repeat(200000)"
    async with within(200):
        seen = await show(
            server, session, f"<h1>Here</h1><button>Press</button><p></p><script>{script}</script>"
        )
        assert find(seen, "heading").name == "Here"
        assert (await session.perform(Click(find(seen, "button").ref))).ok
        assert find(await see(session), "heading").name == "Here"
        await session.goto(server.page("<h1>Rest</h1>", "/rest.html"))
        assert find(await see(session), "heading").name == "Rest"
    await session.close()


@pytest.mark.slow
async def test_a_page_that_never_stops_while_it_loads(server, own_browser):
    session = await own_browser.open_session()
    async with within(170):
        await session.goto(server.page("<h1>x</h1><script>while(true){}</script>"))
        with pytest.raises(PageGone, match="does not answer"):
            await see(session)
        await session.close()
        await own_browser.close()


@pytest.mark.slow
async def test_a_page_that_asks_for_ever(server, own_browser):
    session = await own_browser.open_session()
    async with within(170):
        await session.goto(server.page("<h1>x</h1><script>while(true)alert('again')</script>"))
        for _ in range(10):
            assert (await see(session)).dialog.message == "again"
            await session.perform(Wait(0))
        with pytest.raises(PageGone, match="does not answer"):
            await see(session)
        await session.close()
        await own_browser.close()


@pytest.mark.parametrize("how", ["chrome://crash", "killed", "while it is looked at"])
async def test_a_renderer_that_is_gone(server, own_browser, how):
    session = await own_browser.open_session()
    await show(server, session, "<h1>x</h1>" + "<p>y</p>" * 3000)
    async with within(90):
        if how == "chrome://crash":
            await session.perform(Goto("chrome://crash"))
        else:
            looking = asyncio.ensure_future(asyncio.sleep(0))
            if how == "while it is looked at":
                looking = asyncio.ensure_future(see(session))
            for pid in await renderers(session):
                os.kill(pid, signal.SIGKILL)
            await asyncio.wait({looking})
            looking.exception()
        await until(lambda: session._tabs._active.crashed)
        with pytest.raises(PageGone, match="crashed"):
            await see(session)
        with pytest.raises(PageGone, match="crashed"):
            await session.perform(Wait(0))
        await session.close()
        fresh = await own_browser.open_session()
        assert find(await show(server, fresh, "<h1>Fresh</h1>"), "heading").name == "Fresh"
        await own_browser.close()


async def test_a_renderer_that_goes_while_its_picture_is_taken(server, own_browser):
    """Chromium itself may end a second later, then: a fault of its own that nothing here can keep off."""
    session = await own_browser.open_session()
    await show(server, session, "<h1>x</h1>" + "<p>y</p>" * 3000)
    async with within(90):
        looking = asyncio.ensure_future(session.observe(View(budget_tokens=None, screenshots="viewport")))
        for pid in await renderers(session):
            os.kill(pid, signal.SIGKILL)
        await asyncio.wait({looking})
        assert looking.exception() is None or isinstance(looking.exception(), BrowserLost | PageGone)
        await until(lambda: session._tabs._active is None or session._tabs._active.crashed)
        with pytest.raises((BrowserLost, PageGone)):
            await see(session)
        await session.close()
        await own_browser.close()


async def test_a_browser_that_is_killed_in_the_middle(server, own_browser):
    session = await own_browser.open_session()
    await show(server, session, "<h1>x</h1>" + "<p>y</p>" * 3000)
    async with within(90):
        pid = (await renderers(session))[0]
        looking = asyncio.ensure_future(session.observe(View(budget_tokens=None, screenshots="viewport")))
        os.kill(_group(pid), signal.SIGKILL)
        await asyncio.wait({looking})
        assert isinstance(looking.exception(), BrowserLost | PageGone)
        await until(lambda: not own_browser.connected)
        with pytest.raises(BrowserLost):
            await session.perform(Wait(0))
        await session.close()
        await own_browser.close()


def _group(pid):
    """The browser's main process: the leader of its process group."""
    return os.getpgid(pid)


async def test_a_page_that_floods_the_console_and_the_history(server, session):
    seen = await show(
        server,
        session,
        '<button onclick=\'for(let i=0;i<5000;i++){console.log(i,document.body);if(i<50)history.pushState(i,0,"#"+i)}'
        "this.textContent=1'>Flood</button>",
    )
    async with within(90):
        assert (await session.perform(Click(find(seen, "button").ref))).ok
        assert find(await see(session), "button").name == "1"


async def test_helpers_of_the_browser_are_not_taken_for_tabs(server, session):
    await show(server, session, "<h1>x</h1><script>new Worker(URL.createObjectURL(new Blob([''])))</script>")
    assert [tab.url for tab in (await see(session)).tabs] == [server.url + "/inline.html"]
    result = await session.perform(OpenTab("chrome://version"))
    assert result.problem == "" or "could not open" in result.problem
    assert len((await see(session)).tabs) == 2
