"""Finding, starting and joining a Chromium; nothing of ours stays, nothing of theirs is touched."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from browser.lifecycle.attach import attach
from browser.lifecycle.find import Machine, find_browser, install_browser
from browser.lifecycle.launch import launch
from browser.model.errors import BrowserNotFound, LaunchFailed
from browser.options import LaunchOptions
from tests.support.somebodys_browser import until

loop = pytest.mark.asyncio(loop_scope="session")


def executable(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho Chromium 131.0.6778.85 built somewhere\n")
    path.chmod(0o755)
    return path


def machine(tmp_path, **more):
    environ = {"PATH": str(tmp_path / "bin"), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "downloads"), **more}
    return Machine(platform="linux", home=tmp_path, environ=environ)


def test_a_given_path_comes_first(tmp_path):
    mine = executable(tmp_path / "my-chrome")
    found = find_browser(str(mine), machine=machine(tmp_path))
    assert (found.path, found.kind, found.version()) == (str(mine), "given", "131.0.6778.85")


def test_the_newest_download_of_playwright_comes_before_the_systems(tmp_path):
    executable(tmp_path / "bin/chromium")
    executable(tmp_path / "downloads/chromium-900/chrome-linux/chrome")
    newest = executable(tmp_path / "downloads/chromium-1200/chrome-linux/chrome")
    assert find_browser(machine=machine(tmp_path)).path == str(newest)


def test_the_systems_chromium_is_found_on_the_path(tmp_path):
    system = executable(tmp_path / "bin/chromium")
    found = find_browser(machine=machine(tmp_path))
    assert (found.path, found.kind) == (str(system), "system")


def test_a_channel_is_taken_at_its_word(tmp_path):
    executable(tmp_path / "bin/chromium")
    chrome = executable(tmp_path / "bin/google-chrome")
    if not Path("/opt/google/chrome/chrome").exists():
        assert find_browser(channel="chrome", machine=machine(tmp_path)).path == str(chrome)
    with pytest.raises(BrowserNotFound, match="no channel 'netscape'; there are chromium, chrome"):
        find_browser(channel="netscape", machine=machine(tmp_path))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        pytest.param("/no/such/chrome", "does not exist", id="missing"),
        pytest.param(__file__, "is not an executable file", id="not executable"),
    ],
)
def test_a_wrong_path_names_the_way_out(tmp_path, path, says):
    with pytest.raises(BrowserNotFound, match=f"{says}; `agent-core install-browser` gets one"):
        find_browser(path, machine=machine(tmp_path))


def test_an_installation_that_fails_says_what_was_tried(tmp_path):
    for name in ("apt-get", "sudo"):
        tool = executable(tmp_path / "bin" / name)
        tool.write_text("#!/bin/sh\necho E: no network\nexit 100\n")
    lines = []
    environ_path = os.environ["PATH"]
    here = Machine(
        platform="linux", home=tmp_path, environ={"PATH": str(tmp_path / "bin")}, python="/bin/false"
    )
    with pytest.raises(BrowserNotFound, match=r"Playwright's download.*apt-get: E: no network"):
        install_browser(lines.append, machine=here)
    assert "trying apt-get" in lines
    assert os.environ["PATH"] == environ_path


@pytest.mark.browser
@loop
async def test_what_does_not_start_says_so(tmp_path):
    broken = executable(tmp_path / "chrome")
    with pytest.raises(LaunchFailed, match="did not start"):
        await launch(LaunchOptions(executable_path=str(broken), on_warning=lambda _: None))


@pytest.mark.browser
@loop
async def test_nothing_stays_when_our_process_is_killed(tmp_path):
    own_temporary = Path(tempfile.mkdtemp(prefix="own"))  # a socket's path has to be short
    script = (
        "import asyncio, sys\n"
        "from browser.lifecycle.launch import launch\n"
        "from browser.options import LaunchOptions\n"
        "async def main():\n"
        "    browser = await launch(LaunchOptions(args=('--agent-core-test=' + sys.argv[1],), on_warning=print))\n"
        "    await browser.open_session()\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    mark = tmp_path.name + str(time.time_ns())
    running = start([sys.executable, "-c", script, mark], TMPDIR=str(own_temporary))
    with running:
        try:
            while "ready" not in running.stdout.readline():
                assert running.poll() is None
            assert processes_with(mark)
        finally:
            running.kill()
    for _ in range(200):
        if not processes_with(f"--agent-core-test={mark}"):
            break
        await asyncio.sleep(0.05)
    assert processes_with(f"--agent-core-test={mark}") == []
    await until(lambda: left_by_playwright(own_temporary) == [])  # the profile, and what was downloaded
    shutil.rmtree(own_temporary, ignore_errors=True)  # the sweeper may still be at it


@pytest.mark.browser
@loop
@pytest.mark.skipif(sys.platform == "win32", reason="there is no way to make a process stand still")
async def test_a_browser_that_stands_still_is_ended_all_the_same(tmp_path):
    mark = f"--agent-core-test={tmp_path.name}{time.time_ns()}"
    browser = await launch(LaunchOptions(args=(mark,), on_warning=lambda _: None))
    try:
        await browser.open_session()
        for pid in processes_with(mark):
            os.kill(int(pid), signal.SIGSTOP)
        async with asyncio.timeout(30):
            await browser.close()
            while processes_with(mark):  # noqa: ASYNC110  processes tell nobody that they end
                await asyncio.sleep(0.05)
    finally:
        for pid in processes_with(mark):
            os.kill(int(pid), signal.SIGKILL)
    assert not browser.connected


@pytest.mark.browser
@loop
async def test_a_session_that_cannot_close_keeps_no_browser_open(server):
    browser = await launch(LaunchOptions(on_warning=lambda _: None))
    try:
        session = await browser.open_session()
        await session.goto(server.page("<h1>x</h1><script>setTimeout(()=>{while(true){}}, 300)</script>"))
        async with asyncio.timeout(30):
            await browser.close()
        assert not browser.connected
    finally:
        await browser.close()


def start(command, **variables):
    environ = {**os.environ, **variables}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ
    )


def left_by_playwright(folder):
    return list(folder.glob("playwright*"))


def processes_with(words):
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if words in entry.read_text().replace("\0", " "):
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.browser
@loop
async def test_joining_where_nothing_listens_names_chromes_rule(unused_tcp_port):
    with pytest.raises(
        LaunchFailed, match=r"Chrome 136 and later.*--remote-debugging-port=9222 --user-data-dir="
    ):
        await attach(f"127.0.0.1:{unused_tcp_port}")
