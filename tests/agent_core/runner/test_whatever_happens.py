"""A run that has begun ends as a value, with its event and its webhook, whatever is raised on the way."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from pathlib import Path

import pytest

from agent_core import BadRequest, Settings, create_browser_profile, load_run
from agent_core.loop.events import RunEnded, StepEnded
from agent_core.runner.browsers import Browsers, unless_canceled
from agent_core.runner.lifecycle import Run
from agent_core.runner.preparing.prepared import Way
from agent_core.runner.preparing.resolve import prepare
from agent_core.runner.profile_use import HURRIED_S
from agent_core.runner.time_limit import GRACE_S
from agent_core.task.request import TaskRequest
from agent_core.testing import FakePage, Scripted
from browser.model.actions import Scroll
from browser.model.errors import LaunchFailed
from browser.model.observation import Screenshot
from browser.recording.recorder import Recorded
from engines.protocol import Act, AskUser, Finish, GiveUp, Usage
from tests.support.hands import FakeHand

SCROLL = Act(actions=(Scroll(dy=10),))


class Page(FakePage):
    """A page of which a run can make a session."""

    downloads = failed_downloads = ()
    front = hand = None

    async def screenshot(self, full=False):
        return Screenshot(data=b"png", width_px=1, height_px=1)

    async def elements(self):
        return ()

    async def goto(self, url):
        pass

    async def downloads_done(self, timeout_s):
        pass

    async def recorded(self):
        return Recorded()

    async def close(self):
        pass


class Browser:
    """A browser with one such page, and what a run needs of `Browsers`."""

    at, warnings = "", ()

    def __init__(self, page=None):
        self.page, self.connected = page or Page(), True

    async def get(self, way):
        return self

    async def open_session(self, options):
        return self.page


@pytest.fixture
def begin(tmp_path):
    """`begin(engine, ...)`: a run in a browser that is none."""

    def run(engine, browser=None, *, on_event=None, ask_user=None, run_dir=tmp_path, **fields):
        request = TaskRequest.of({"prompt": "Look", "url": "http://127.0.0.1/", **fields})
        prepared = prepare(request, own_engine=True, settings=Settings(home=tmp_path), run_dir=run_dir)
        return Run(prepared, engine, browsers=browser or Browser(), on_event=on_event, ask_user=ask_user)

    return run


class Odd(Exception):
    """Cannot even be asked what it is."""

    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("half \ud83d"),
        Odd(),
        OSError(errno.ENOSPC, "full"),
        RecursionError(),
        ExceptionGroup("g", [ValueError()]),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("where", ["decide", "judge", "usage", "close", "view"])
async def test_whatever_an_engine_raises_the_run_ends_with_a_reason(where, error, begin):
    class Raising(Scripted):
        def __getattribute__(self, name):
            if name == where and name in ("usage", "view"):
                raise error
            return super().__getattribute__(name)

        async def decide(self, turn):
            if where == "decide":
                raise error
            return await super().decide(turn)

        async def judge(self, goal, evidence):
            if where == "judge":
                raise error
            return await super().judge(goal, evidence)

        async def close(self):
            if where == "close":
                raise error

    told = []
    run = await begin(Raising([SCROLL, Finish()]), on_event=told.append).result()
    assert isinstance(told[-1], RunEnded)
    assert load_run(run.folder).status == run.status
    if where == "close":
        assert run.status == "completed"
    else:
        assert (run.status, run.failure_code) == ("failed", "INTERRUPTED")
        assert type(error).__name__ in run.failure_reason


async def test_an_engine_that_is_canceled_from_inside_was_not_canceled_by_the_caller(begin):
    def canceled(turn):
        raise asyncio.CancelledError

    run = await begin(Scripted([canceled])).result()
    assert (run.status, run.failure_code) == ("failed", "INTERRUPTED")


@pytest.mark.parametrize("fields", [{}, {"timeout_s": 0.2}], ids=["canceled", "out of time"])
async def test_an_engine_that_does_not_obey_its_cancellation_is_given_up(fields, begin):
    thinks, goes_on = asyncio.Event(), asyncio.Event()

    async def stubborn(turn):
        thinks.set()
        while not goes_on.is_set():
            try:
                await goes_on.wait()
            except asyncio.CancelledError:
                continue
        return Finish()

    told = []
    run = begin(Scripted([stubborn]), on_event=told.append, **fields)
    await thinks.wait()
    if not fields:
        run.cancel()
    async with asyncio.timeout(10 * GRACE_S):
        result = await run.result()
    assert result.status == ("timed_out" if fields else "canceled")
    goes_on.set()
    await asyncio.sleep(0.01)
    assert isinstance(told[-1], RunEnded)


async def test_the_time_of_a_run_does_not_pass_while_a_person_has_its_page(begin):
    runs = []

    async def overtaken(turn):
        hold = await runs[0].take_over()
        await asyncio.sleep(3.5)
        await hold.release()
        return Finish()

    browser = Browser(Page())
    browser.page.hand = FakeHand()
    runs.append(begin(Scripted([overtaken, Finish()]), browser, timeout_s=3.0))
    assert (await runs[0].result()).status == "completed"


async def test_callbacks_that_raise_are_warnings(begin):
    def raises(_):
        raise ValueError("half \ud83d")

    run = await begin(
        Scripted([AskUser(kind="question", text="?"), Finish()]), on_event=raises, ask_user=raises
    ).result()
    assert (run.status, run.failure_code) == ("failed", "NEEDS_USER")
    assert "ask_user raised ValueError: half \ufffd" in run.warnings
    assert any(each.startswith("on_event raised ValueError: half \ufffd") for each in run.warnings)


class Full(Browser):
    """Fills the disk, or what is like it, at some moment of a run."""

    def __init__(self, take_away):
        super().__init__()
        self.take_away = take_away

    async def open_session(self, options):
        self.take_away()
        return self.page


@pytest.mark.parametrize("what", ["the folder", "screenshots", "everything"])
async def test_what_cannot_be_kept_is_a_warning(what, begin, tmp_path, monkeypatch):
    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def take_away():
        for folder in tmp_path.glob("tsk_*") if what != "the folder" else ():
            (folder / "screenshots").rmdir()
            if what == "everything":
                (folder / "result.json").unlink(missing_ok=True)
                (folder / "result.json").mkdir()  # no file can take its place

    if what == "the folder":
        monkeypatch.setattr(Path, "mkdir", no_room)
    told = []
    run = await begin(
        Scripted([SCROLL, Finish(output={"a": 1})]), Full(take_away), on_event=told.append
    ).result()
    assert (run.status, run.output) == ("completed", {"a": 1})
    assert isinstance(told[-1], RunEnded)
    expected = {
        "the folder": "the run's folder",
        "screenshots": "a step's picture",
        "everything": "result.json",
    }
    assert any(each.startswith(f"{expected[what]} could not be kept: ") for each in run.warnings)
    assert (run.folder is None) == (what == "the folder")


async def test_a_folder_that_is_none_starts_nothing(begin, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadRequest, match=r"^run_dir: the run cannot be kept in .*file is no folder"):
        begin(Scripted([]), run_dir=tmp_path / "file" / "runs")


async def test_a_picture_that_cannot_be_taken_is_a_warning(begin):
    class Unpainted(Page):
        async def screenshot(self, full=False):
            raise ValueError("no picture \ud83d")

    run = await begin(Scripted([SCROLL, Finish()]), Browser(Unpainted())).result()
    assert run.status == "completed"
    assert "a step has no picture: no picture \ufffd" in run.warnings


async def test_whatever_is_raised_once_the_browser_is_gone_is_its_loss(begin):
    browser = Browser()

    def dies(turn):
        browser.connected = False
        raise Exception("Connection closed while reading from the driver")

    run = await begin(Scripted([dies]), browser).result()
    assert (run.status, run.failure_code) == ("failed", "BROWSER_LOST")


async def test_among_other_runs_one_without_a_browser_ends_as_a_value(begin):
    class Never(Browser):
        async def get(self, way):
            raise LaunchFailed("Chromium did not start")

    told = []
    run = await begin(Scripted([Finish()]), Never(), on_event=told.append).result()
    assert (run.status, run.failure_code) == ("failed", "BROWSER_LOST")
    assert run.failure_reason == "Chromium did not start"
    assert isinstance(told[-1], RunEnded)


class Closing(Page):
    """A page that remembers whether it was closed."""

    closed = False

    async def close(self):
        self.closed = True


@pytest.mark.parametrize("used", [None, "much", Usage(model=7, calls="two")], ids=repr)
async def test_a_usage_that_is_none_closes_the_page_and_is_a_warning(used, begin):
    class Boasting(Scripted):
        @property
        def usage(self):
            return used if self.done else Usage()

        @usage.setter
        def usage(self, _):
            pass

        done = False

    engine, page, told = Boasting([Finish(output="ok")]), Closing(), []

    def look(event):
        told.append(event)
        engine.done = engine.done or isinstance(event, StepEnded)

    run = await begin(engine, Browser(page), on_event=look).result()

    assert (run.status, run.output) == ("completed", "ok")
    assert any(each.startswith("what the engine has used is not known: ") for each in run.warnings)
    assert page.closed
    assert engine.closed
    assert run.finished_at
    assert load_run(run.folder).status == "completed"
    assert isinstance(told[-1], RunEnded)


async def test_a_page_is_closed_where_an_engine_is_canceled_while_it_is_closed(begin):
    class Canceled(Scripted):
        async def close(self):
            raise asyncio.CancelledError

    page = Closing()
    run = await begin(Canceled([Finish()]), Browser(page)).result()

    assert run.status == "completed"
    assert page.closed


async def test_a_last_look_that_fails_leaves_a_run_completed(begin):
    class Gone(Page):
        async def observe(self, view):
            if engine.evidence:
                raise ValueError("gone")
            return await super().observe(view)

    engine = Scripted([Finish(output="ok")])
    run = await begin(engine, Browser(Gone())).result()

    assert (run.status, run.output) == ("completed", "ok")
    assert "the page on which the run ended could not be seen: gone" in run.warnings


async def test_a_run_whose_time_is_up_does_not_wait_long_for_what_sites_keep(begin, tmp_path):
    class Silent(Page):
        async def capture_storage(self, also=()):
            await asyncio.Event().wait()

    async def thinks_for_ever(turn):
        await asyncio.Event().wait()

    await create_browser_profile("shop", settings=Settings(home=tmp_path))
    engine = Scripted([thinks_for_ever])
    run = await begin(engine, Browser(Silent()), timeout_s=0.3, browser_profile_id="shop").result()

    assert run.status == "timed_out"
    assert any(f"did not answer within {HURRIED_S:g} s" in each for each in run.warnings)


class Ponderer(Scripted):
    """Thinks about error codes for ever."""

    async def choose_codes(self, goal, reason, page):
        await asyncio.Event().wait()


async def test_the_ending_is_kept_where_the_time_is_up_while_codes_are_chosen(begin):
    engine = Ponderer([GiveUp(reason="sold out", impossible=True)])

    run = await begin(engine, timeout_s=0.5, error_code_mapping={"gone": "It is gone"}).result()

    assert (run.status, run.failure_reason) == ("terminated", "sold out")
    assert any("timeout_s=0.5" in each for each in run.warnings)


async def test_a_webhook_that_was_given_up_before_it_is_posted_is_not_posted(begin):
    posting = asyncio.Event()

    class Slow(Page):
        async def recorded(self):
            posting.set()
            await asyncio.sleep(0.1)
            return Recorded()

    run = begin(Scripted([Finish()]), Browser(Slow()), webhook_url="http://127.0.0.1:9/hook")
    await posting.wait()
    run.cancel()
    result = await run.result()

    assert (result.status, result.webhook.delivered, result.webhook.attempts) == ("completed", False, 0)
    assert "nobody waited" in result.webhook.problem


# --- the first instants -----------------------------------------------------------------------------------


async def test_work_that_is_canceled_is_undone_behind_the_callers_back():
    goes_on, undone = asyncio.Event(), asyncio.Event()

    async def work():
        await goes_on.wait()
        return "done"

    async def undo(result):
        assert result == "done"
        undone.set()

    task = asyncio.create_task(unless_canceled(work(), undo, cut_off=False))
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(60):
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not undone.is_set()
        goes_on.set()
        await undone.wait()


@pytest.fixture
def never_starts(tmp_path):
    """A browser that says its version, and nothing more."""
    program = tmp_path / "never-starts"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Chromium 140.0.0.0" && exit\nexec sleep 8\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.slow
async def test_a_browser_that_does_not_start_keeps_nobody_waiting(never_starts):
    browsers = Browsers()
    stuck = asyncio.create_task(browsers.get(Way(executable=never_starts)))
    await asyncio.sleep(2)
    with pytest.raises(LaunchFailed, match="did not start"):
        await browsers.get(Way(executable=never_starts, timeout_s=0.5))
    stuck.cancel()
    async with asyncio.timeout(3):
        with pytest.raises(asyncio.CancelledError):
            await stuck
    await browsers.close()
    await asyncio.sleep(8)  # for what is undone behind our back


async def test_a_browser_that_never_lets_us_in_keeps_nobody_waiting(silent):
    browsers = Browsers()
    joining = asyncio.create_task(browsers.get(Way(address=silent)))
    await asyncio.sleep(0.5)
    joining.cancel()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await joining
    with pytest.raises(LaunchFailed, match=r"does not answer within 0\.5 s"):
        await browsers.get(Way(address=silent, timeout_s=0.5))
    await browsers.close()
