"""Recordings of sessions, in a browser of ours and in somebody's."""

from __future__ import annotations

import asyncio
import json
import zipfile
from contextlib import asynccontextmanager

import av
import pytest

from browser.lifecycle.attach import attach
from browser.model.actions import AnswerDialog, Click, OpenTab, SwitchTab, TypeText
from browser.options import Recording, SessionOptions
from browser.redaction.redactor import Redactor
from browser.redaction.secret_store import SecretStore
from tests.support.observing import find, see
from tests.support.somebodys_browser import somebodys_browser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "correct horse 7"
RED, BLUE, GREEN, YELLOW = (255, 0, 0), (0, 0, 255), (0, 128, 0), (255, 255, 0)
PAGE = """<title>Red</title><body style="background:red">
<button id=turn onclick="document.body.style.background='blue'">Turn</button>
<button onclick="window.open('/green.html')">Open</button>
<button onclick="confirm('Really?');document.body.style.background='yellow'">Ask</button>"""


def recorded_in(folder, vault=None, **fields):
    return SessionOptions(recording=Recording(folder=folder, **fields), secrets=vault or SecretStore())


@asynccontextmanager
async def launched(browser, folder, server, **fields):
    session = await browser.open_session(recorded_in(folder, **fields))
    try:
        yield session
    finally:
        await session.close()


@asynccontextmanager
async def joined(browser, folder, server, **fields):
    async with somebodys_browser(folder, server) as somebody:
        before = await somebody.look()
        theirs = await attach(somebody.address)
        try:
            yield await theirs.open_session(recorded_in(folder, **fields))
        finally:
            await theirs.close()
        after = await somebody.look()
        # Windows that our page opens come to the front of the tab that was there, recorded or not.
        before["clock"].pop("noted"), after["clock"].pop("noted")
        assert after == before
        assert await somebody.others() == {}


everywhere = pytest.mark.parametrize("place", [launched, joined], ids=lambda place: place.__name__)


def frames_of(path):
    with av.open(str(path)) as video:
        return [(float(frame.time), frame.to_image()) for frame in video.decode(video=0)]


def colours_of(path):
    """The colours that fill the page, in order, each once in a row."""
    seen = []
    for _, frame in frames_of(path):
        pixel = frame.getpixel((frame.width // 2, frame.height // 2))
        for colour in (RED, BLUE, GREEN, YELLOW):
            if all(abs(one - other) < 60 for one, other in zip(pixel, colour, strict=True)):
                seen += [colour] if seen[-1:] != [colour] else []
    return seen


async def click(session, name):
    return await session.perform(Click(find(await see(session), "button", name).ref))


async def a_while():
    """As long as a person would look at it."""
    await asyncio.sleep(1.2)


@everywhere
async def test_a_video_follows_the_tab_in_front_its_windows_and_dialogs(browser, tmp_path, server, place):
    server.page('<title>Green</title><body style="background:green">', "/green.html")
    async with place(browser, tmp_path, server, video=True) as session:
        await session.goto(server.page(PAGE, "/red.html"))
        await a_while()
        await click(session, "Turn")
        await a_while()
        await click(session, "Open")
        await a_while()
        await session.perform(SwitchTab("t1"))
        await a_while()
        await click(session, "Ask")
        await a_while()
        await session.perform(AnswerDialog(accept=True))
        await a_while()
        await session.perform(OpenTab(server.url + "/red.html"))
        await a_while()
        recorded = await session.recorded()
    assert recorded.problems == ()
    assert (recorded.har, recorded.trace) == (None, None)
    assert colours_of(recorded.video) == [RED, BLUE, GREEN, BLUE, YELLOW, RED]


async def test_a_page_that_stands_still_is_seen_to_the_end(browser, tmp_path, server):
    async with launched(browser, tmp_path, server, video=True) as session:
        await session.goto(server.page('<body style="background:blue">'))
        await asyncio.sleep(3)
        recorded = await session.recorded()
        assert await session.recorded() is recorded
    frames = frames_of(recorded.video)
    assert frames[-1][0] - frames[0][0] > 2.5
    assert len(frames) < 12


@pytest.mark.parametrize("secret", ["", SECRET], ids=["plain", "covered"])
async def test_a_session_that_ends_at_once_is_seen(browser, tmp_path, server, secret):
    mask = Redactor()
    mask.add(secret, "{{secret:PW}}")
    async with launched(browser, tmp_path, server, video=True, vault=SecretStore(redactor=mask)) as session:
        await session.goto(server.page('<body style="background:blue">'))
        recorded = await session.recorded()
    assert recorded.problems == ()
    assert colours_of(recorded.video)[-1:] == [BLUE] if secret else frames_of(recorded.video)


async def test_the_last_of_many_changes_is_seen(browser, tmp_path, server):
    page = """<body style="background:red"><script>let n = 0; const all = ['red', 'blue', 'green'];
    function turn() { document.body.style.background = n < 80 ? all[n++ % 3] : 'yellow';
      if (n < 80) requestAnimationFrame(turn); else document.body.style.background = 'yellow' }
    turn()</script>"""
    async with launched(browser, tmp_path, server, video=True) as session:
        await session.goto(server.page(page))
        await asyncio.sleep(3)
        recorded = await session.recorded()
    assert colours_of(recorded.video)[-1] == YELLOW


async def test_the_pointer_is_drawn_where_it_pressed(browser, tmp_path, server):
    async with launched(browser, tmp_path, server, video=True) as session:
        await session.goto(server.page(PAGE))
        seen = await see(session)
        box = find(seen, "button", "Turn").box
        await click(session, "Turn")
        await a_while()
        recorded = await session.recorded()
    spot = (round(box.x + box.width / 2), round(box.y + box.height / 2))
    last = frames_of(recorded.video)[-1][1]
    around = last.crop((spot[0], spot[1], spot[0] + 14, spot[1] + 20))
    assert min(sum(pixel) for _, pixel in around.getcolors(10_000)) < 150


async def test_a_video_that_cannot_be_written_harms_nothing_and_says_why(browser, tmp_path, server):
    async with launched(browser, tmp_path / "no such folder", server, video=True, har=True) as session:
        await session.goto(server.page(PAGE))
        await click(session, "Turn")
        await a_while()
        recorded = await session.recorded()
    assert (recorded.video, recorded.har) == (None, None)
    assert recorded.problems[0].startswith("there is no video: FileNotFoundError")
    assert recorded.problems[1].startswith("the HAR could not be written: ")


@everywhere
async def test_a_har_tells_what_was_asked_and_hides_what_lets_somebody_in(browser, tmp_path, server, place):
    server.redirects["/moved"] = server.other_url + "/frame.html"
    server.page("<p>framed</p><script>document.cookie = 'sid=hunter2'</script>", "/frame.html")
    html = """<iframe src=/moved></iframe><script>
      document.cookie = 'sid=hunter2';
      fetch('/data.html?a=1&b=', {headers: {authorization: 'Bearer hunter2', 'x-mine': 'seen'}});
      fetch('http://127.0.0.1:9/nobody').catch(() => {})</script>"""
    server.page("<p>data</p>", "/data.html")
    async with place(browser, tmp_path, server, har=True) as session:
        await session.goto(server.page(html, "/top.html"))
        await a_while()
        recorded = await session.recorded()
    text = recorded.har.read_text()
    log = json.loads(text)["log"]
    assert log["version"] == "1.2"
    found = {entry["request"]["url"].removeprefix(server.url): entry for entry in log["entries"]}
    assert {"/top.html", "/moved", server.other_url + "/frame.html", "/data.html?a=1&b="} <= found.keys()
    data = found["/data.html?a=1&b="]
    assert data["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert data["response"]["status"] == 200
    assert "text" not in data["response"]["content"]
    sent = {header["name"].lower(): header["value"] for header in data["request"]["headers"]}
    assert (sent["authorization"], sent["cookie"], sent["x-mine"]) == ("***", "***", "seen")
    assert "hunter2" not in text
    assert found["/moved"]["response"]["redirectURL"] == server.other_url + "/frame.html"
    assert found["http://127.0.0.1:9/nobody"]["response"]["_error"]
    assert all(entry["time"] >= 0 for entry in log["entries"])
    assert not [url for url in found if "clock" in url or "form.html" in url]


async def test_bodies_come_where_they_are_wanted_and_are_not_too_large(browser, tmp_path, server):
    html = """<script>fetch('/small.html', {method: 'GET'}); fetch('/large.html')</script>"""
    server.page("<p>small</p>", "/small.html")
    server.page("x" * 1_200_000, "/large.html")
    async with launched(browser, tmp_path, server, har=True, bodies=True) as session:
        await session.goto(server.page(html, "/top.html"))
        await a_while()
        recorded = await session.recorded()
    log = json.loads(recorded.har.read_text())["log"]
    content = {entry["request"]["url"]: entry["response"]["content"] for entry in log["entries"]}
    assert content[server.url + "/small.html"]["text"] == "<p>small</p>"
    assert "text" not in content[server.url + "/large.html"]
    assert content[server.url + "/large.html"]["size"] >= 1_200_000


@everywhere
async def test_a_trace_is_playwrights_own(browser, tmp_path, server, place):
    async with place(browser, tmp_path, server, trace=True) as session:
        await session.goto(server.page(PAGE))
        recorded = await session.recorded()
    assert recorded.problems == ()
    with zipfile.ZipFile(recorded.trace) as trace:
        assert any(name.endswith(".trace") for name in trace.namelist())


SAYING = """<body style="background:white;margin:0"><p style="position:absolute;left:40px;top:60px;margin:0;
width:400px;height:80px;background:red;color:red;font:60px monospace" id=p></p>
<input style="position:absolute;left:40px;top:300px;width:500px;height:80px;font:60px monospace">
<button style="position:absolute;left:40px;top:500px" onclick="p.textContent='%s';
fetch('/echo.html?q=' + encodeURIComponent('%s'), {method: 'POST', body: '%s'}).catch(() => {})">Say</button>"""


@everywhere
async def test_what_nobody_may_see_is_in_no_recording(browser, tmp_path, server, place):
    mask = Redactor()
    mask.add(SECRET, "{{secret:PW}}")
    page = server.page(SAYING % (SECRET, SECRET, SECRET))
    options = {"vault": SecretStore(redactor=mask), "video": True, "har": True, "bodies": True, "trace": True}
    async with place(browser, tmp_path, server, **options) as session:
        await session.goto(page)
        await session.perform(TypeText(SECRET, find(await see(session), "textbox").ref))
        await a_while()
        await click(session, "Say")
        await asyncio.sleep(2)
        recorded = await session.recorded()
    assert recorded.trace is None
    assert recorded.problems == ("there is no trace: it would hold the secrets that this run may type",)
    har = recorded.har.read_text()
    assert "echo.html" in har
    assert "{{secret:PW}}" in har
    assert all(form not in har for form in (SECRET, "correct%20horse", "correct+horse"))
    frames = [frame for _, frame in frames_of(recorded.video)]
    field = [frame.crop((45, 320, 270, 360)).convert("L").getextrema()[0] for frame in frames]
    assert all(darkest > 70 for darkest in field)  # covered in grey; letters would be black
    assert frames[-1].getpixel((60, 100))[0] < 130  # covered, where it is red on red


async def test_sessions_in_one_browser_are_recorded_each_by_itself(tmp_path, server):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        server.page(f"<body style='background:{'red' if name == 'a' else 'blue'}'>", f"/{name}.html")
    async with somebodys_browser(tmp_path, server) as somebody:
        theirs = await attach(somebody.address)
        sessions = [
            await theirs.open_session(recorded_in(tmp_path / name, video=True, har=True))
            for name in ("a", "b")
        ]
        for session, name in zip(sessions, ("a", "b"), strict=True):
            await session.goto(f"{server.url}/{name}.html")
        for _ in range(3):  # two tabs at once, of which neither is in front
            await a_while()
        recorded = [await session.recorded() for session in sessions]
        await theirs.close()
    assert [colours_of(one.video) for one in recorded] == [[RED], [BLUE]]
    for one, name in zip(recorded, ("a", "b"), strict=True):
        entries = json.loads(one.har.read_text())["log"]["entries"]
        assert {entry["request"]["url"].rpartition("/")[2] for entry in entries} <= {
            f"{name}.html",
            "favicon.ico",
        }


async def test_a_browser_that_dies_leaves_the_video_up_to_there(tmp_path, server):
    async with somebodys_browser(tmp_path, server) as somebody:
        theirs = await attach(somebody.address)
        session = await theirs.open_session(recorded_in(tmp_path, video=True, har=True, trace=True))
        await session.goto(server.page(PAGE))
        await a_while()
        somebody.process.kill()
        await asyncio.to_thread(somebody.process.wait)
        recorded = await session.recorded()
        await theirs.close()
    assert colours_of(recorded.video) == [RED]
    assert recorded.har.exists()
