"""Browsers that stay between runs: each run goes on where the last one ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from agent_core import (
    BadRequest,
    Settings,
    close_browser_session,
    extend_browser_session,
    list_browser_sessions,
    open_browser_session,
    run_task,
    run_tasks,
    start_task,
)
from agent_core.loop.events import Observed
from agent_core.testing import Scripted
from browser.cdp.client import connect
from browser.model.actions import Click, CloseTab, Goto, OpenTab, SwitchTab, TypeText
from browser.model.errors import LaunchFailed
from engines.protocol import Act, Finish

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

FORM = "<title>Form</title><h1>Form</h1><label>Name <input></label><a href='/next.html'>Next</a>"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(settings):
    """One session for all tests that leave it open."""
    async with await open_browser_session(settings=settings) as session:
        yield session


def ref_of(turn, role):
    return next(one.ref for one in turn.observation.elements if one.role == role)


def title(turn):
    return Finish(output=turn.observation.title)


async def until(condition, timeout_s=20.0):
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  processes and files have no event to wait for
            await asyncio.sleep(0.02)


def processes_of(folder):
    """All processes that were started with this folder, and those that hold files open in it."""
    found = set()
    for process in Path("/proc").iterdir():
        try:
            named = str(folder).encode() in (process / "cmdline").read_bytes()
            files = [os.readlink(each) for each in (process / "fd").iterdir()]  # noqa: PTH115
        except OSError:
            continue
        if named or any(file.startswith(str(folder)) for file in files):
            found.add(int(process.name))
    return found


def chromium_of(folder):
    """The main process of the Chromium that is kept there."""
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes_of(folder)}
    [main] = [
        pid
        for pid, command in commands.items()
        if b"--remote-debugging-pipe" in command and b"--type=" not in command
    ]
    return main


async def test_a_run_goes_on_where_the_last_one_ended(kept, server, settings):
    page = server.page(FORM)

    def fill(turn):
        return Act(actions=(TypeText("Ada", ref_of(turn, "textbox")),))

    first = await run_task(
        "Fill", page, engine=Scripted([fill, title]), settings=settings, browser_session_id=kept.id
    )
    assert (first.status, first.browser_session_id) == ("completed", kept.id)
    assert first.run_request["browser_session_id"] == kept.id
    asked = len(server.requests)

    def value(turn):
        box = next(one for one in turn.observation.elements if one.role == "textbox")
        return Finish(output=[turn.observation.url, box.value])

    second = await run_task("Go on", engine=Scripted([value]), settings=settings, browser_session_id=kept.id)
    assert (second.status, second.output) == ("completed", [page, "Ada"])
    assert len(server.requests) == asked, "the page was opened again"
    assert kept.info.held_by == ""


async def test_tabs_stay_and_the_one_in_front_stays_in_front(kept, server, settings):
    one, two, three = (server.page(f"<title>{name}</title>", f"/{name}.html") for name in "ABC")
    opens = [Act(actions=(OpenTab(two),)), Act(actions=(OpenTab(three),))]

    def back(turn):
        middle = next(tab.id for tab in turn.observation.tabs if tab.url == two)
        return Act(actions=(SwitchTab(middle),))

    await run_task(
        "Open", one, engine=Scripted([*opens, back, title]), settings=settings, browser_session_id=kept.id
    )
    engine = Scripted(
        [lambda turn: Act(actions=(CloseTab(),)), lambda turn: Act(actions=(CloseTab(),)), title]
    )
    run = await run_task("Look", engine=engine, settings=settings, browser_session_id=kept.id)

    assert run.status == "completed"
    assert [(tab.url, tab.active) for tab in engine.turns[0].observation.tabs] == [
        (one, False), (two, True), (three, False)
    ]  # fmt: skip
    assert len(engine.turns[2].observation.tabs) == 1


async def test_one_run_at_a_time_works_in_a_session(kept, server, settings):
    goes_on = asyncio.Event()

    async def wait(turn):
        await goes_on.wait()
        return Finish(output="done")

    page = server.page(FORM)
    first = start_task("Wait", page, engine=Scripted([wait]), settings=settings, browser_session_id=kept.id)
    async for event in first.events():
        if isinstance(event, Observed):
            break
    with pytest.raises(BadRequest, match=f"browser_session_id: {first.id} works in {kept.id}"):
        await run_task("Me too", engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
    assert kept.info.held_by == first.id
    goes_on.set()
    assert (await first.result()).output == "done"

    both = [{"prompt": "Read", "browser_session_id": kept.id}] * 2
    with pytest.raises(BadRequest, match=r"tasks\[1\].browser_session_id: tasks\[0\] works in it too"):
        await run_tasks(both, engine=lambda options: Scripted([title]), settings=settings)
    runs = await run_tasks(both, engine=lambda options: Scripted([title]), settings=settings, concurrency=1)
    assert [run.output for run in runs] == ["Form", "Form"]


async def test_two_that_come_at_once_are_told_apart(kept, settings):
    started = [
        start_task("Read", engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
        for _ in range(2)
    ]
    results = await asyncio.gather(*(run.result() for run in started), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BadRequest", "TaskRun"]


async def test_a_canceled_run_leaves_the_session_to_the_next(kept, server, settings):
    async def never(turn):
        await asyncio.Event().wait()

    run = start_task(
        "Wait", server.page(FORM), engine=Scripted([never]), settings=settings, browser_session_id=kept.id
    )
    async for event in run.events():
        if isinstance(event, Observed):
            break
    run.cancel()
    assert (await run.result()).status == "canceled"
    after = await run_task("Look", engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
    assert (after.status, after.output) == ("completed", "Form")


async def test_a_program_that_is_killed_in_a_session_leaves_it_to_the_next(kept, server, settings):
    page = server.page(FORM)
    code = (
        "import asyncio, sys\nfrom agent_core import Settings, run_task\n"
        "from agent_core.testing import Scripted\n"
        "async def never(turn):\n    print('there', flush=True)\n    await asyncio.Event().wait()\n"
        "url, home, session = sys.argv[1:]\n"
        "asyncio.run(run_task('Wait', url, engine=Scripted([never]), settings=Settings(home=home),"
        " browser_session_id=session))"
    )
    with subprocess.Popen(  # noqa: ASYNC220  its output is read in a thread
        [sys.executable, "-c", code, page, str(settings.home), kept.id], stdout=subprocess.PIPE
    ) as process:
        assert await asyncio.to_thread(process.stdout.readline) == b"there\n"
        assert kept.info.held_by.startswith("tsk_")
        process.kill()
    await until(lambda: not kept.info.held_by)
    after = await run_task("Look", engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
    assert (after.status, after.output) == ("completed", "Form")


async def test_downloads_of_a_run_in_a_session_are_kept_with_the_run(kept, server, settings):
    page = server.page("<title>Files</title><a download='a.txt' href='data:text/plain,hello'>Get</a>")

    def get(turn):
        return Act(actions=(Click(ref_of(turn, "link")),))

    for _ in range(2):
        run = await run_task(
            "Get", page, engine=Scripted([get, title]), settings=settings, browser_session_id=kept.id
        )
        assert [(file.filename, file.file_size) for file in run.downloaded_files] == [("a.txt", 5)]


async def test_a_session_whose_last_tab_was_closed_goes_on_in_a_new_one(kept, server, settings):
    page = server.page(FORM)
    await run_task("Open", page, engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
    outsider = await connect(kept.browser_address)
    await outsider.send(b'{"id": 1, "method": "Target.getTargets"}')
    found = json.loads(await outsider.receive())["result"]["targetInfos"]
    assert kept.info.held_by == "a program that attached by its address"
    for tab in found:
        if tab["type"] == "page":
            closing = {"id": 2, "method": "Target.closeTarget", "params": {"targetId": tab["targetId"]}}
            await outsider.send(json.dumps(closing).encode())
            assert json.loads(await outsider.receive())["result"]["success"]
    await outsider.close()
    await until(lambda: not kept.info.held_by)
    after = await run_task(
        "Look", page, engine=Scripted([title]), settings=settings, browser_session_id=kept.id
    )
    assert (after.status, after.output) == ("completed", "Form")


async def test_a_run_in_a_session_keeps_to_the_hosts_that_it_is_allowed(server, settings):
    async with await open_browser_session(settings=settings) as own:  # it leaves a tab elsewhere
        await keeps_to_its_hosts(own, server, settings)


async def keeps_to_its_hosts(kept, server, settings):
    page = server.page(f"<title>Here</title><a href='{server.other_url}/away.html'>Away</a>")
    server.page("<title>Away</title>", "/away.html")

    def click(turn):
        return Act(actions=(Click(ref_of(turn, "link")),))

    only = {"allowed_domains": ["127.0.0.1"], "settings": settings, "browser_session_id": kept.id}
    engine = Scripted([click, title])
    run = await run_task("Go", page, engine=engine, **only)
    assert (run.status, run.output) == ("completed", "Here")
    assert "is not opened: only 127.0.0.1" in run.steps[0].actions[0].effect

    away = f"{server.other_url}/away.html"
    await run_task("Go", away, engine=Scripted([title]), settings=settings, browser_session_id=kept.id)
    refused = await run_task("Go on", engine=Scripted([title]), **only)
    assert (refused.failure_code, refused.output) == ("BLOCKED", None)
    elsewhere = Scripted([title])
    assert (await run_task("Go", page, engine=elsewhere, **only)).output == "Here"
    assert away not in [tab.url for tab in elsewhere.turns[0].observation.tabs]


async def test_what_is_written_down_is_for_its_owner_alone(kept, settings):
    folder = settings.home / "sessions" / kept.id
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (folder, folder / "session.json", folder / "lock")
    }
    assert modes == {kept.id: 0o700, "session.json": 0o600, "lock": 0o600}


async def test_pages_are_shown_as_the_session_says(server, settings):
    page = server.page(
        "<script>document.title = [innerWidth, innerHeight, devicePixelRatio, navigator.language,"
        "Intl.DateTimeFormat().resolvedOptions().timeZone, (1.5).toLocaleString()].join(' ')</script>"
    )
    opening = open_browser_session(
        settings=settings,
        viewport=(900, 650),
        locale="de-DE",
        timezone="Asia/Tokyo",
        device_scale_factor=2,
    )
    async with await opening as session:
        engine = Scripted([Act(actions=(OpenTab(page),)), title])
        run = await run_task("Look", page, engine=engine, settings=settings, browser_session_id=session.id)
    assert [turn.observation.title for turn in engine.turns] == ["900 650 2 de-DE Asia/Tokyo 1,5"] * 2
    assert run.status == "completed"


async def test_a_browser_that_dies_ends_the_run_and_the_session(server, settings):
    async with await open_browser_session(server.page(FORM), settings=settings) as session:
        folder = settings.home / "sessions" / session.id

        async def kill(turn):
            os.kill(chromium_of(folder), signal.SIGKILL)
            await until(lambda: session.info.ended)
            return Act(actions=(Goto(turn.observation.url),))

        run = await run_task(
            "Wait", engine=Scripted([kill, title]), settings=settings, browser_session_id=session.id
        )
        assert (run.status, run.failure_code) == ("failed", "BROWSER_LOST")
        assert run.failure_reason == f"{session.id} has ended: its browser ended by itself"
        why = f"browser_session_id: {session.id} has ended: its browser ended by itself; open another one"
        with pytest.raises(BadRequest) as caught:
            await run_task("More", engine=Scripted([title]), settings=settings, browser_session_id=session.id)
        assert str(caught.value) == why
        await until(lambda: not processes_of(folder))
        assert not (folder / "profile").exists()


async def test_a_host_that_is_killed_takes_its_browser_along(server, settings):
    async with await open_browser_session(server.page(FORM), settings=settings) as session:
        folder = settings.home / "sessions" / session.id
        assert len(processes_of(folder)) > 3

        async def kill(turn):
            os.kill(session.info.pid, signal.SIGKILL)
            await until(lambda: session.info.ended)
            return Act(actions=(Goto(turn.observation.url),))

        run = await run_task(
            "Wait", engine=Scripted([kill, title]), settings=settings, browser_session_id=session.id
        )
        assert run.failure_code == "BROWSER_LOST"
        assert run.failure_reason == f"{session.id} has ended: its host process was killed"
        assert processes_of(folder) == set()
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "session.json"]
        listed = {one.browser_session_id: one.ended for one in list_browser_sessions(settings)}
        assert listed[session.id] == "its host process was killed"


async def test_nothing_is_left_where_all_that_keeps_a_browser_is_killed_at_once(settings):
    async with await open_browser_session(settings=settings) as session:
        folder = settings.home / "sessions" / session.id
        both = processes_of(folder / "lock")  # the host, and who would clear up after it
        assert len(both) == 2
        for pid in both:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: not processes_of(folder))
        assert session.info.ended == "its host process was killed"
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "session.json"]


async def test_a_session_is_closed_at_its_limit(settings):
    async with await open_browser_session(timeout_minutes=1 / 60, settings=settings) as session:
        await until(lambda: session.info.ended)
        with pytest.raises(
            BadRequest, match=f"{session.id} has ended: its limit of 0.0166667 minutes was reached"
        ):
            await run_task("Read", engine=Scripted([]), settings=settings, browser_session_id=session.id)
        info = session.info
        assert info.ends_at - info.created_at == timedelta(minutes=1 / 60)
        assert (info.ends_at < datetime.now(UTC), info.browser_address) == (True, "")
        await until(lambda: not processes_of(settings.home / "sessions" / session.id))


async def test_a_session_that_is_extended_outlasts_its_first_limit_and_ends_at_the_new_one(settings):
    async with await open_browser_session(timeout_minutes=2 / 60, settings=settings) as session:
        first = session.info.ends_at
        extended = await extend_browser_session(session.id, 1 / 60, settings)
        assert extended.ends_at - first == timedelta(minutes=1 / 60)
        await until(lambda: session.info.ended)
        assert datetime.now(UTC) >= extended.ends_at
        assert session.info.ended == "its limit of 0.05 minutes was reached"
        with pytest.raises(BadRequest, match=f"{session.id} has ended"):
            await extend_browser_session(session.id, 1, settings)


async def test_a_session_is_extended_to_six_hours_at_most(kept, settings):
    with pytest.raises(BadRequest, match="minutes: must be more than 0"):
        await extend_browser_session(kept.id, 0, settings)
    whole = await extend_browser_session(kept.id, 1000, settings)
    assert (whole.timeout_minutes, whole.ends_at - whole.created_at) == (360, timedelta(hours=6))
    with pytest.raises(BadRequest, match="lasts 360 minutes already"):
        await extend_browser_session(kept.id, 1, settings)


async def test_a_session_ends_with_the_program_that_opened_it_however_that_ends(settings):
    code = (
        "import asyncio, sys\nfrom agent_core import Settings, open_browser_session\n"
        "async def main():\n    session = await open_browser_session(settings=Settings(home=sys.argv[1]))\n"
        "    print(session.id, flush=True)\n    await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen(  # noqa: ASYNC220  its output is read in a thread
        [sys.executable, "-c", code, str(settings.home)], stdout=subprocess.PIPE
    ) as process:
        session_id = (await asyncio.to_thread(process.stdout.readline)).decode().strip()
        process.kill()
    folder = settings.home / "sessions" / session_id
    await until(lambda: not processes_of(folder))
    ended = {one.browser_session_id: one.ended for one in list_browser_sessions(settings)}
    assert ended[session_id] == "the program that opened it ended"
    assert not (folder / "profile").exists()


async def test_closing_a_session_ends_the_run_in_it(server, settings):
    async with await open_browser_session(server.page(FORM), settings=settings) as session:

        async def close(turn):
            await close_browser_session(session.id, settings)
            return Act(actions=(Goto(turn.observation.url),))

        run = await run_task(
            "Wait", engine=Scripted([close]), settings=settings, browser_session_id=session.id
        )
        assert (run.failure_code, run.failure_reason) == (
            "BROWSER_LOST",
            f"{session.id} has ended: it was closed",
        )
        assert (await close_browser_session(session.id, settings)).ended == "it was closed"
        await until(lambda: not processes_of(settings.home / "sessions" / session.id))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param(
            {"browser_session_id": "pbs_0"}, "browser_session_id: there is no session 'pbs_0'", id="no"
        ),
        pytest.param(
            {"browser_session_id": "../x"}, "browser_session_id: there is no session '../x'", id="path"
        ),
        pytest.param(
            {"browser_session_id": "pbs_0", "browser_address": "127.0.0.1:1"},
            "browser_address: names another browser than browser_session_id",
            id="two browsers",
        ),
        pytest.param(
            {"browser_session_id": "pbs_0", "viewport": (800, 600)},
            "viewport: belongs to the browser session; give it where that is opened",
            id="viewport",
        ),
    ],
)
async def test_a_session_that_cannot_be_used_is_named_before_anything_starts(fields, sentence, tmp_path):
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(BadRequest) as caught:
        start_task("Read", "http://127.0.0.1/", settings=settings, **fields)
    assert str(caught.value).startswith(sentence)
    assert not settings.home.exists()


async def test_a_session_file_that_is_no_session_is_named(settings):
    folder = settings.home / "sessions" / "pbs_broken"
    folder.mkdir(parents=True)
    (folder / "session.json").write_text('{"browser_session_id": 1')
    with pytest.raises(BadRequest, match=r"session.json cannot be read as a session"):
        start_task("Read", "http://127.0.0.1/", settings=settings, browser_session_id="pbs_broken")
    assert "pbs_broken" not in {one.browser_session_id for one in list_browser_sessions(settings)}


async def test_a_session_that_cannot_be_opened_leaves_nothing(tmp_path, server):
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(BadRequest, match="timeout_minutes: must be more than 0 and at most 240"):
        await open_browser_session(timeout_minutes=241, settings=settings)
    fails = tmp_path / "chromium"
    fails.write_text("#!/bin/sh\necho no display here >&2\nexit 1\n")
    fails.chmod(0o755)
    with pytest.raises(Exception, match="did not start: no display here"):
        await open_browser_session(settings=settings.model_copy(update={"browser": str(fails)}))
    assert list((settings.home / "sessions").iterdir()) == []


async def test_a_browser_that_says_nothing_is_given_the_time_that_was_set(tmp_path):
    silent = tmp_path / "chromium"
    silent.write_text('#!/bin/sh\n[ "$1" != --version ] || exit 0\nexec sleep 100\n')
    silent.chmod(0o755)
    settings = Settings(home=tmp_path / "home", browser=str(silent), launch_timeout_s=0.5)
    with pytest.raises(LaunchFailed, match="it did not answer"):
        async with asyncio.timeout(60):
            await open_browser_session(settings=settings)
