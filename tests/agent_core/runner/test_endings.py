"""Runs that are cut off, cannot start, or lose what they need: nothing is left running."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core import (
    BadRequest,
    BrowserNotFound,
    LaunchFailed,
    Settings,
    UnknownEngine,
    load_run,
    run_task,
    start_task,
)
from agent_core.loop.events import Observed, RunStarted
from agent_core.testing import Scripted
from engines.protocol import Finish

pytestmark = pytest.mark.browser

PAGE = "<title>T</title><h1>Here</h1>"


async def never(turn):
    await asyncio.Event().wait()


async def until(condition, timeout_s=20.0):
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  processes and files have no event to wait for
            await asyncio.sleep(0.02)


async def happened(run, kind):
    async for event in run.events():
        if isinstance(event, kind):
            return
    raise AssertionError(f"the run ended without {kind.__name__}: {await run.result()}")


async def test_cancel_while_the_engine_decides(server, settings, our_browsers):
    engine = Scripted([never])
    run = start_task("Wait", server.page(PAGE), engine=engine, settings=settings)
    await happened(run, Observed)

    run.cancel()
    async with asyncio.timeout(20):
        result = await run.result()

    assert (result.status, result.failure_reason) == ("canceled", "canceled by the caller")
    assert (engine.closed, our_browsers()) == (True, set())
    assert load_run(result.folder) == result
    run.cancel()


async def test_cancel_during_a_navigation(silent, settings, our_browsers):
    run = start_task("Wait", silent, engine=Scripted([]), settings=settings)
    await happened(run, RunStarted)

    run.cancel()
    async with asyncio.timeout(20):
        result = await run.result()

    assert result.status == "canceled"
    assert our_browsers() == set()


@pytest.mark.parametrize("moment", [0, 1, 3])
async def test_cancel_before_the_browser_is_open(moment, server, settings, our_browsers):
    engine = Scripted([never])
    run = start_task("Wait", server.page(PAGE), engine=engine, settings=settings)
    for _ in range(moment):
        await asyncio.sleep(0.1)
    run.cancel()
    run.cancel()
    result = await run.result()
    assert (result.status, engine.closed) == ("canceled", True)
    assert load_run(result.folder).status == "canceled"
    assert our_browsers() == set()


async def test_a_caller_that_is_canceled_takes_the_run_along(server, settings, our_browsers):
    engine = Scripted([never])
    call = asyncio.create_task(run_task("Wait", server.page(PAGE), engine=engine, settings=settings))
    await until(lambda: engine.turns)

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert (engine.closed, our_browsers()) == (True, set())
    (folder,) = (settings.home / "runs").iterdir()
    assert load_run(folder).status == "canceled"


async def test_who_stops_waiting_for_a_handle_leaves_the_run_alone(server, settings, our_browsers):
    goes_on = asyncio.Event()

    async def wait(turn):
        await goes_on.wait()
        return Finish(output="done")

    run = start_task("Wait", server.page(PAGE), engine=Scripted([wait]), settings=settings)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await run.result()
    goes_on.set()
    assert (await run.result()).output == "done"


async def test_the_wall_clock_ends_a_run(silent, settings, our_browsers):
    run = await run_task("Wait", silent, engine=Scripted([]), timeout_s=3, settings=settings)
    assert (run.status, run.failure_reason) == ("timed_out", "not done within timeout_s=3")
    assert our_browsers() == set()


async def test_a_browser_that_dies_ends_the_run(server, settings, our_browsers):
    async def kill(turn):
        for pid in our_browsers():
            os.kill(pid, signal.SIGKILL)
        await until(lambda: not our_browsers())
        await asyncio.sleep(0.1)
        return Finish(output="half")

    run = await run_task(
        "Wait", server.page(PAGE), engine=Scripted([kill], verdict="look again"), settings=settings
    )
    assert (run.status, run.failure_code, run.output) == ("failed", "BROWSER_LOST", "half")


SCHEMA = {"type": "object", "properties": {"a": {"type": "strin"}}}


@pytest.mark.parametrize(
    ("fields", "error", "sentence"),
    [
        pytest.param({"prompt": " "}, BadRequest, "prompt: is blank", id="blank prompt"),
        pytest.param({"engine": "skyvern-9"}, UnknownEngine, "no engine 'skyvern-9'; there", id="engine"),
        pytest.param({"url": "ftp://x/"}, BadRequest, "url: ftp: addresses cannot be opened", id="URL"),
        pytest.param(
            {"data_extraction_schema": SCHEMA}, BadRequest, "data_extraction_schema: is no valid", id="schema"
        ),
        pytest.param({"max_steps": 0}, BadRequest, "max_steps: must be greater", id="no steps"),
        pytest.param({"webhook_url": "ftp://x/"}, BadRequest, "webhook_url: ftp: addresses", id="webhook"),
    ],
)
async def test_bad_input_starts_nothing(fields, error, sentence, settings, our_browsers):
    with pytest.raises(error) as caught:
        await run_task(**{"prompt": "Read", "url": "http://127.0.0.1/", **fields}, settings=settings)
    assert str(caught.value).startswith(sentence)
    assert not settings.home.exists()
    with pytest.raises(error):
        start_task(**{"prompt": "Read", "url": "http://127.0.0.1/", **fields}, settings=settings)


async def test_no_chromium_says_how_to_get_one(settings):
    settings = settings.model_copy(update={"browser": "/nowhere/chromium"})
    engine = Scripted([])
    with pytest.raises(BrowserNotFound, match="/nowhere/chromium"):
        await run_task("Read", "http://127.0.0.1/", engine=engine, settings=settings)
    assert engine.closed
    assert not settings.home.exists()


async def test_a_dead_cdp_address_is_named(settings, closed_port, our_browsers):
    address = f"127.0.0.1:{closed_port}"
    with pytest.raises(LaunchFailed) as caught:
        await run_task(
            "Read", "http://127.0.0.1/", engine=Scripted([]), browser_address=address, settings=settings
        )
    assert str(caught.value).startswith("browser_address: ")
    assert address in str(caught.value)


async def test_an_unreachable_host_is_a_failed_run(settings, closed_port, our_browsers):
    address = f"http://127.0.0.1:{closed_port}/"
    run = await run_task("Read", address, engine=Scripted([]), settings=settings)
    assert (run.status, run.failure_code) == ("failed", "NAVIGATION_FAILED")
    assert run.failure_reason.startswith(f"could not open {address}: ")
    assert "\n" not in run.failure_reason


async def test_a_model_that_refuses_connections_is_a_failed_run(server, settings, closed_port, our_browsers):
    run = await run_task(
        "Read",
        server.page(PAGE),
        engine="skyvern-1.0",
        model={"model_name": "m", "base_url": f"http://127.0.0.1:{closed_port}/v1"},
        settings=settings,
    )
    assert (run.status, run.failure_code) == ("failed", "MODEL_UNREACHABLE")
    assert str(closed_port) in run.failure_reason


KILLED = """
import asyncio, sys
from agent_core import Settings, run_task
from agent_core.testing import Scripted
from browser.model.actions import Goto
from engines.protocol import Act

async def never(turn):
    print("waiting", flush=True)
    await asyncio.Event().wait()

url, home = sys.argv[1:]
steps = [Act(actions=(Goto(url + "?2"),)), Act(actions=(Goto(url + "?3"),)), never]
asyncio.run(run_task("Wait", url, engine=Scripted(steps), settings=Settings(home=home)))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda number: number.name)
async def test_a_process_that_is_ended_leaves_a_readable_folder_and_no_browser(
    number, server, tmp_path, browsers_of
):
    stderr = tmp_path / "stderr"
    with (
        stderr.open("w") as errors,
        subprocess.Popen(  # noqa: ASYNC220  its output is read in a thread
            [sys.executable, "-c", KILLED, server.page(PAGE), str(tmp_path / "home")],
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as process,
    ):
        assert await asyncio.to_thread(process.stdout.readline) == b"waiting\n", stderr.read_text()
        browsers = browsers_of(process.pid)
        assert browsers
        process.send_signal(number)

    (folder,) = (tmp_path / "home" / "runs").iterdir()
    run = load_run(folder)
    ended = ("failed", "INTERRUPTED") if number == signal.SIGKILL else ("canceled", None)
    assert (run.status, run.failure_code) == ended
    assert [step.decision for step in run.steps][:2] == ["act", "act"]
    assert json.loads((folder / "request.json").read_text())["run_request"]["prompt"] == "Wait"
    assert len(run.screenshot_urls) == 2
    await until(lambda: not any(_lives(pid) for pid in browsers))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_settings_are_read_from_the_environment_once_per_call(server, tmp_path, monkeypatch):
    monkeypatch.setenv("AGENT_CORE_HOME", str(tmp_path / "told"))
    run = await run_task("Read", server.page(PAGE), engine=Scripted([Finish()]))
    assert Path(run.folder).parent == tmp_path / "told" / "runs"
    assert Settings.from_env().home == tmp_path / "told"
