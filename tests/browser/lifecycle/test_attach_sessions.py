"""Sessions in a browser that is somebody's: a tab of our own, and nothing of theirs is touched."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from browser.lifecycle.attach import attach
from browser.model.actions import Click, OpenTab, SwitchTab, TypeText
from browser.model.errors import LaunchFailed, NavigationFailed
from browser.model.observation import View
from browser.options import SessionOptions
from tests.support.forbidden_server import forbidden_server, home_of
from tests.support.observing import find, see
from tests.support.somebodys_browser import somebodys_browser, until

pytestmark = [pytest.mark.browser]

OURS = """<title>Ours</title><h1>Ours</h1><input id=field><button onclick="this.textContent='Hit'">Press</button>
<button onclick="window.open('/popup.html')">Popup</button><button onclick="window.open('/popup.html','','noopener')">Unknown</button><a href=/popup.html target=_blank>Link</a>
<button onclick="confirm('Ours?')">Ask</button>"""
POPUP = "<title>Popup</title><h1>Popped up</h1>"


@pytest.fixture
async def somebody(tmp_path, server):
    async with somebodys_browser(tmp_path, server) as theirs:
        yield theirs


async def test_a_session_leaves_their_tabs_as_they_were(somebody, server):
    server.page(POPUP, "/popup.html")
    ours = server.page(OURS, "/ours.html")
    before = await somebody.look()
    assert before["dialogs closed"] == []
    assert before["form"]["values"][0][0] == " Ann\u00a0\U0001f600 "

    browser = await attach(somebody.address)
    assert await somebody.look() == before

    session = await browser.open_session(SessionOptions())
    await session.goto(ours)
    seen = await session.observe(View(screenshots="viewport"))
    assert seen.screenshots
    assert [tab.url for tab in seen.tabs] == [ours]
    await session.perform(TypeText("x", find(seen, "textbox").ref))
    await session.perform(Click(find(seen, "button", "Press").ref))
    assert find(await see(session), "button", "Hit")
    await session.perform(OpenTab(ours))
    seen = await see(session)
    await session.perform(Click(find(seen, "button", "Ask").ref))
    assert (await see(session)).dialog.message == "Ours?"
    assert len(await somebody.others()) == 2
    assert await somebody.look() == before

    await session.close()
    assert await somebody.others() == {}
    assert await somebody.look() == before
    await browser.close()
    assert await somebody.look() == before
    assert somebody.process.poll() is None


async def test_windows_that_our_page_opens_are_ours(somebody, server):
    server.page(POPUP, "/popup.html")
    before = await somebody.look()
    browser = await attach(somebody.address)
    session = await browser.open_session()
    await session.goto(server.page(OURS, "/ours.html"))
    for name in ("Popup", "Unknown", "Link"):
        await session.perform(SwitchTab("t1"))
        seen = await see(session)
        await session.perform(Click(next(e.ref for e in seen.elements if e.interactive and e.name == name)))
        assert find(await see(session), "heading").name == "Popped up"
    assert len((await see(session)).tabs) == 4
    await session.close()
    assert await somebody.others() == {}
    after = await somebody.look()
    # Chrome shows a window that a page opens in front of the tab that was there.
    noted = after["clock"].pop("noted")[len(before["clock"].pop("noted")) :]
    assert noted
    assert noted[-1] in ("focus", "visibilitychangevisible")
    assert after == before
    await browser.close()


@pytest.mark.parametrize("key", ["Control", "Shift"])
async def test_a_tab_that_a_click_with_a_key_opens_is_ours(somebody, server, key):
    server.page(POPUP, "/popup.html")
    browser = await attach(somebody.address)
    session = await browser.open_session()
    await session.goto(server.page(OURS, "/ours.html"))
    await session.perform(Click(find(await see(session), "link", "Link").ref, modifiers=(key,)))
    await until(lambda: len(session.pages) == 2)
    assert {tab.url.rpartition("/")[2] for tab in (await see(session)).tabs} == {"ours.html", "popup.html"}
    await session.close()
    assert await somebody.others() == {}
    await browser.close()


async def test_sessions_side_by_side_have_a_tab_each(somebody, server):
    server.page(POPUP, "/popup.html")
    ours = server.page(OURS, "/ours.html")
    one, other = await asyncio.gather(attach(somebody.address), attach(f"http://{somebody.address}/"))
    first, second, third = await asyncio.gather(one.open_session(), one.open_session(), other.open_session())
    for session in (first, second, third):
        await session.goto(ours)
    await first.perform(Click(find(await see(first), "button", "Popup").ref))
    assert [[tab.url.rpartition("/")[2] for tab in (await see(s)).tabs] for s in (first, second, third)] == [
        ["ours.html", "popup.html"],
        ["ours.html"],
        ["ours.html"],
    ]
    await first.close()
    assert sorted((await somebody.others()).values()) == [ours, ours]
    assert find(await see(second), "heading").name == "Ours"
    await one.close()
    assert list((await somebody.others()).values()) == [ours]
    await third.perform(Click(find(await see(third), "button", "Press").ref))
    assert find(await see(third), "button", "Hit")
    await other.close()
    assert await somebody.others() == {}


async def test_what_the_user_does_meanwhile_is_theirs(somebody, server):
    server.page(POPUP, "/popup.html")
    ours, new = server.page(OURS, "/ours.html"), server.page("<title>New</title>", "/new.html")
    browser = await attach(somebody.address)
    session = await browser.open_session()
    await session.goto(ours)

    theirs = await somebody.watcher.open(new)
    await somebody.watcher.evaluate(theirs, "void open('/popup.html')")
    popup = await somebody.until(server.url + "/popup.html")
    await somebody.watcher.evaluate(somebody.clock, "void open('/popup.html?2')")
    await somebody.until(server.url + "/popup.html?2")

    assert [tab.url for tab in (await see(session)).tabs] == [ours]
    await browser.close()
    left = await somebody.others()
    assert sorted(left.values()) == sorted((new, server.url + "/popup.html", server.url + "/popup.html?2"))
    assert popup in left


@pytest.fixture
def temporary(monkeypatch):
    """The system's temporary folder, empty and with a path short enough for the sockets of a Chromium."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


async def test_nothing_is_left_in_the_temporary_folder(somebody, server, temporary):
    browser = await attach(somebody.address)
    session = await browser.open_session()
    await session.goto(server.page(OURS, "/ours.html"))
    assert list(temporary.iterdir())
    await browser.close()
    assert list(temporary.iterdir()) == []


async def test_a_session_that_fails_leaves_nothing(somebody, server, unused_tcp_port):
    before = await somebody.look()
    browser = await attach(somebody.address)
    session = await browser.open_session()
    with pytest.raises(NavigationFailed):
        await session.goto(f"http://127.0.0.1:{unused_tcp_port}/")
    await browser.close()
    assert await somebody.others() == {}
    assert await somebody.look() == before


async def test_their_downloads_go_where_they_always_go(somebody, server, tmp_path):
    browser = await attach(somebody.address)
    session = await browser.open_session(SessionOptions(downloads_dir=tmp_path / "ours"))
    await session.goto(server.page(OURS, "/ours.html"))
    await somebody.watcher.evaluate(somebody.clock, "document.querySelector('#get').click()")
    mine = somebody.downloads / "mine.txt"
    await until(lambda: mine.exists() and mine.read_bytes() == b"mine")
    await session.downloads_done()
    assert session.downloads == []
    await browser.close()
    assert [path.name for path in somebody.downloads.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        pytest.param("127.0.0.1:{port}", "refused", id="nobody listens"),
        pytest.param("ws://127.0.0.1:{port}/devtools/browser/x", "Connect", id="nobody listens, ws"),
        pytest.param("{server}", "404", id="a web server, no browser"),
        pytest.param("ws{theirs}/devtools/browser/no-such-browser", "404|ended", id="no such browser"),
    ],
)
async def test_who_does_not_let_us_in_is_named(somebody, server, unused_tcp_port, address, says):
    address = address.format(port=unused_tcp_port, server=server.url, theirs=f"://{somebody.address}")
    with pytest.raises(LaunchFailed, match=says) as caught:
        await attach(address)
    assert "--remote-debugging-port=9222 --user-data-dir=" in str(caught.value)


async def test_a_service_worker_of_our_page_begins(somebody):
    with forbidden_server() as other, home_of(other) as home:
        browser = await attach(somebody.address)
        session = await browser.open_session()
        await session.goto(f"{home}/service-worker")
        await until(lambda: other.heard_of("service-worker"), 60)
        await session.close()
        await browser.close()
