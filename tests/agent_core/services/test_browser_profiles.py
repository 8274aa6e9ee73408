"""Profiles: a login made in one run is alive in the next, in a fresh browser."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import signal
import subprocess
import threading
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from agent_core import (
    create_browser_profile,
    find_browser,
    list_browser_profiles,
    open_browser_session,
    run_task,
    run_tasks,
    start_task,
)
from agent_core.loop.events import Observed
from agent_core.testing import Scripted
from browser.cdp.attached.endpoint import endpoint_of
from browser.cdp.client import connect
from browser.model.actions import Goto, Wait
from engines.protocol import Act, Finish, GiveUp

pytestmark = pytest.mark.browser

LOGIN = """<title>in</title><script>(async () => {
localStorage.token = 'local ' + location.port; sessionStorage.step = 'session ' + location.port;
await new Promise(done => { const open = indexedDB.open('shop', 2);
  open.onupgradeneeded = () => { const store = open.result.createObjectStore('cart', {keyPath: 'id'});
    store.createIndex('by', 'when'); store.put({id: 1, when: new Date(0), what: {tags: ['a']}}) };
  open.onsuccess = () => { open.result.close(); done() } });
await navigator.serviceWorker.register('/worker.js', {scope: '/app/'});
document.title = 'logged in' })()</script>"""
LOOK = """<title>looking</title><script>(async () => {
const record = await new Promise(done => { const open = indexedDB.open('shop');
  open.onupgradeneeded = () => open.transaction.abort(); open.onerror = () => done('none');
  open.onsuccess = () => { const store = open.result.transaction('cart').objectStore('cart');
    const got = store.get(1); got.onsuccess = () => done([got.result.when.getTime(), got.result.what.tags[0],
      [...store.indexNames].join(), open.result.version].join(' ')) } });
const workers = await navigator.serviceWorker.getRegistrations();
document.title = [localStorage.token || 'none', sessionStorage.step || 'none', record,
  workers.map(one => new URL(one.active?.scriptURL || one.installing?.scriptURL || one.waiting.scriptURL).pathname +
  ' ' + new URL(one.scope).pathname).join() || 'none', '{cookies}'].join(' | ') })()</script>"""
SET = "<script>for (const [key, value] of new URLSearchParams(location.search)) localStorage[key] = value</script>"
OUT = "<script>localStorage.clear()</script>"
PAGES = {"/out": OUT, "/in": LOGIN, "/look": LOOK, "/set": SET, "/": "<title>Home</title>"}
COOKIES = [
    "id=1; HttpOnly; Path=/; Max-Age=86400",
    "visit=2; Path=/",
    "part=3; Path=/; Secure; SameSite=None; Partitioned",
]
KEPT = "local {port} | session {port} | 0 a by 2 | /worker.js /app/ | id=1; part=3; visit=2"
NOTHING = "none | none | none | none |"


class Site(http.server.BaseHTTPRequestHandler):
    """Keeps something of every kind in the browser at /in, and shows at /look what is there."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        sent = "; ".join(sorted(filter(None, self.headers.get("Cookie", "").split("; "))))
        script = path == "/worker.js"
        body = ("" if script else PAGES.get(path, "").replace("{cookies}", sent)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Length", str(len(body)))
        for cookie in COOKIES if path == "/in" else ():
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def sites():
    """Two origins of the site."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    ports = [server.server_address[1] for server in servers]
    yield f"http://127.0.0.1:{ports[0]}", f"http://localhost:{ports[1]}"
    for server in servers:
        server.shutdown()
        server.server_close()


def kept_at(site):
    return KEPT.format(port=urlsplit(site).port)


def about_profile(run):
    """What the run warns of that concerns profiles."""
    return [text for text in run.warnings if "profile" in text or "worker" in text or "IndexedDB" in text]


def logs_in(*sites):
    """An engine that logs in at these sites, one after the other."""

    def wait(turn):
        if turn.observation.title != "logged in":
            return Act(actions=(Wait(0.05),))
        return next(rest, Finish(output="done"))

    rest = iter([Act(actions=(Goto(f"{site}/in"),)) for site in sites[1:]])
    return Scripted(iter(lambda: wait, None))


async def look(site, settings, **fields):
    """What a run finds at the site."""

    def say(turn):
        done = turn.observation.title not in ("looking", "")
        return Finish(output=turn.observation.title) if done else Act(actions=(Wait(0.05),))

    run = await run_task(
        "Look", f"{site}/look", engine=Scripted(iter(lambda: say, None)), settings=settings, **fields
    )
    assert run.status == "completed", run.failure_reason
    return run


async def test_a_login_made_in_one_run_is_alive_in_the_next_in_a_fresh_browser(sites, settings):
    one, two = sites
    profile = (await create_browser_profile("shop", settings=settings)).browser_profile_id
    first = await run_task(
        "Log in", f"{one}/in", engine=logs_in(one, two), settings=settings, browser_profile_id="shop"
    )
    assert (first.status, first.browser_profile_id, about_profile(first)) == ("completed", profile, [])

    for site in sites:
        run = await look(site, settings, browser_profile_id=profile)
        assert (run.output, about_profile(run)) == (kept_at(site), [])
    assert (await look(one, settings)).output == NOTHING


async def test_a_run_that_fails_saves_what_it_had_and_a_logout_is_saved_too(sites, settings):
    one, _ = sites
    await create_browser_profile("shop", settings=settings)

    def give_up(turn):
        return GiveUp(reason="no more")

    failed = await run_task(
        "Set", f"{one}/set?a=1&b=2", engine=Scripted([give_up]), settings=settings, browser_profile_id="shop"
    )
    assert failed.failure_code == "GAVE_UP"
    assert stored(settings) == {"a": "1", "b": "2"}

    out = Scripted([Act(actions=(Goto(f"{one}/out"),)), Finish()])
    await run_task("Log out", f"{one}/", engine=out, settings=settings, browser_profile_id="shop")
    assert stored(settings) == {}


async def test_runs_that_use_a_profile_at_once_lose_nothing_and_are_told_what_both_changed(sites, settings):
    one, _ = sites
    await create_browser_profile("shop", settings=settings)
    await run_task(
        "Set", f"{one}/set?theirs=0&ours=0", engine=Scripted([Finish()]), settings=settings,
        browser_profile_id="shop",
    )  # fmt: skip
    goes_on = asyncio.Event()

    async def wait(turn):
        await goes_on.wait()
        return Finish()

    late = start_task(
        "Set", f"{one}/set?ours=late&new=late", engine=Scripted([wait]), settings=settings,
        browser_profile_id="shop",
    )  # fmt: skip
    async for event in late.events():
        if isinstance(event, Observed):
            break
    early = await run_task(
        "Set", f"{one}/set?ours=early&more=early&theirs=early", engine=Scripted([Finish()]), settings=settings,
        browser_profile_id="shop",
    )  # fmt: skip
    goes_on.set()
    result = await late.result()

    assert about_profile(early) == []
    assert stored(settings) == {"theirs": "early", "ours": "late", "new": "late", "more": "early"}
    assert about_profile(result) == [
        "another run had saved other values in the profile meanwhile, and this run's hold: "
        f"localStorage ours of {one}"
    ]


async def test_a_run_with_a_profile_keeps_to_the_hosts_that_it_is_allowed(sites, settings):
    one, two = sites
    profile = (await create_browser_profile("shop", settings=settings)).browser_profile_id
    await run_task(
        "Log in", f"{one}/in", engine=logs_in(one, two), settings=settings, browser_profile_id="shop"
    )

    only = await look(one, settings, browser_profile_id=profile, allowed_domains=["127.0.0.1"])
    assert (only.output, about_profile(only)) == (kept_at(one), [])
    assert (await look(two, settings, browser_profile_id=profile)).output == kept_at(two), (
        "what was left out is lost"
    )


async def test_many_runs_share_a_browser_and_a_profile(sites, settings):
    one, _ = sites
    await create_browser_profile("shop", settings=settings)
    tasks = [
        {"prompt": "Set", "url": f"{one}/set?k{number}=1", "browser_profile_id": "shop"}
        for number in range(3)
    ]
    runs = await run_tasks(tasks, engine=lambda options: Scripted([Finish()]), settings=settings)
    assert [run.status for run in runs] == ["completed"] * 3
    assert stored(settings) == {"k0": "1", "k1": "1", "k2": "1"}


async def test_a_session_has_its_profile_and_runs_in_it_save_to_it(sites, settings):
    one, two = sites
    profile = (await create_browser_profile("shop", settings=settings)).browser_profile_id
    await run_task("Log in", f"{one}/in", engine=logs_in(one), settings=settings, browser_profile_id="shop")

    opening = open_browser_session(f"{one}/look", browser_profile_id="shop", settings=settings)
    async with await opening as session:
        assert session.warnings == []
        run = await look(one, settings, browser_session_id=session.id)
        assert (run.output, run.browser_profile_id) == (kept_at(one), profile)
        await run_task(
            "Log in", f"{two}/in", engine=logs_in(two), settings=settings, browser_session_id=session.id
        )

        copy = await create_browser_profile("copy", from_session=session.id, settings=settings)
    for site in sites:
        for each in (profile, copy.browser_profile_id):
            found = (await look(site, settings, browser_profile_id=each)).output
            # A copy of a session has the sessionStorage of the page that is open there.
            expected = kept_at(site)
            if each != profile and site == one:
                expected = expected.replace(f"session {urlsplit(one).port}", "none")
            assert found == expected


@contextmanager
def somebodys_browser(folder, url):
    """A Chromium with this tab, and the address of its DevTools endpoint."""
    command = [
        find_browser().path,
        "--headless=new",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        url,
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        line = next(line for line in process.stderr if line.startswith(b"DevTools listening on"))
        yield line.split()[-1].decode().split("/")[2]
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


async def test_a_login_made_by_hand_in_chrome_is_taken_over(sites, settings, tmp_path):
    one, two = sites
    with somebodys_browser(tmp_path / "theirs", f"{one}/in") as address:
        await open_tab(address, f"{two}/in")
        async with asyncio.timeout(30):
            while await titles_at(address) != ["logged in"] * 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        made = await create_browser_profile("mine", browser_address=address, settings=settings)
        only = await create_browser_profile(
            "one", browser_address=address, sites=[urlsplit(two).hostname], settings=settings
        )
        assert await titles_at(address) == ["logged in"] * 2
    for site in sites:
        assert (await look(site, settings, browser_profile_id=made.browser_profile_id)).output == kept_at(
            site
        )
    assert (await look(two, settings, browser_profile_id="one")).output == kept_at(two)
    assert (await look(one, settings, browser_profile_id=only.browser_profile_id)).output == NOTHING
    assert [info.name for info in list_browser_profiles(settings)] == ["mine", "one"]


async def open_tab(address, url):
    line = await connect(await asyncio.to_thread(endpoint_of, f"http://{address}", {}))
    await line.send(json.dumps({"id": 1, "method": "Target.createTarget", "params": {"url": url}}).encode())
    assert "result" in json.loads(await line.receive())
    await line.close()


async def titles_at(address):
    def ask():
        with urllib.request.urlopen(f"http://{address}/json/list") as answer:
            return [tab["title"] for tab in json.load(answer) if tab["type"] == "page"]

    return await asyncio.to_thread(ask)


async def test_a_profile_of_a_browser_that_is_lost_stays_as_it_was(sites, settings, our_browsers):
    one, _ = sites
    await create_browser_profile("shop", settings=settings)
    await run_task(
        "Set", f"{one}/set?a=1", engine=Scripted([Finish()]), settings=settings, browser_profile_id="shop"
    )

    async def kill(turn):
        for pid in our_browsers():
            os.kill(pid, signal.SIGKILL)
        return Act(actions=(Goto(f"{one}/"),))

    run = await run_task(
        "Set", f"{one}/set?a=2", engine=Scripted([kill]), settings=settings, browser_profile_id="shop"
    )
    assert run.failure_code == "BROWSER_LOST"
    [warning] = about_profile(run)
    assert warning.startswith("the browser profile was not saved, and is as it was: ")
    assert stored(settings) == {"a": "1"}


def stored(settings):
    """What localStorage of the one profile there is holds."""
    [path] = (settings.home / "profiles").glob("bp_*.json")
    rows = json.loads(path.read_text())["content"]
    return {key[2]: value for key, value in rows if key[0] == "local"}
