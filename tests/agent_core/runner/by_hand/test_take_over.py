"""A person takes over the page of a run in a real browser, while its agent would act every moment."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent_core import CannotTakeOver, Hold, HoldEnded, Run, Settings, TaskRun, start_task
from agent_core.loop.events import Acted, GivenBack, TakenOver
from agent_core.testing import Scripted
from browser.model.actions import Click
from engines.protocol import Act, Decision, Finish, Turn
from testbed.serving import Server

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 1280, 720
PAGE = """<!doctype html><meta charset=utf-8><title>Desk</title><style>
body {{ margin: 0; height: 3000px }} body > * {{ position: absolute; width: 200px; height: 40px; box-sizing: border-box; margin: 0 }}
</style>
<button style="left:0;top:0" onclick="count.textContent++;fetch('/clicked')">Agent</button>
<p id=count style="left:0;top:50px">0</p>
<pre id=log style="left:0;top:100px;height:500px"></pre>
<button id=end style="left:400px;top:0" onclick="tell('by hand')">End</button>
{body}
<script>function tell(what) {{ log.textContent += what + '\\n'; fetch('/told/' + encodeURIComponent(what)) }}</script>"""
END = (500, 20)


def at(x: float, y: float) -> dict[str, float]:
    """The place of a point of the viewport."""
    return {"x": x / WIDTH, "y": y / HEIGHT}


def insist(turn: Turn) -> Decision:
    """Click, for as long as nobody has ended it by hand."""
    if "by hand" in turn.observation.text:
        return Finish(output=turn.observation.text)
    button = next((one for one in turn.observation.elements if one.name == "Agent"), None)
    return Act(actions=(Click(button.ref),)) if button else Finish(output=turn.observation.text)


async def soon(holds: Callable[[], Any]) -> Any:
    """What it returns as soon as that is true."""
    async with asyncio.timeout(60):
        while not (found := holds()):  # noqa: ASYNC110  it waits for a server in a thread
            await asyncio.sleep(0.02)
    return found


class Desk:
    """A run, and what its page told."""

    def __init__(self, run: Run, engine: Scripted, server: Server, folder: Path) -> None:
        self.run, self.engine, self.server, self.folder = run, engine, server, folder

    @property
    def clicked(self) -> int:
        """How often the agent has clicked."""
        return self.server.requests.count("/clicked")

    @property
    def told(self) -> list[str]:
        return [path.removeprefix("/told/") for path in self.server.requests if path.startswith("/told/")]

    async def tells(self, what: str) -> None:
        await soon(lambda: what in self.told)

    async def ended(self, hold: Hold) -> TaskRun:
        """Have the run end, and give its page back."""
        await hold.send([{"type": "click", **at(*END)}])
        await self.tells("by%20hand")
        await hold.release()
        return await asyncio.wait_for(self.run.result(), 60)


@pytest.fixture
def desk(server: Server, settings: Settings, tmp_path: Path) -> Any:
    """`desk(body)`: a run on a page with this in it, in which the agent has begun to act."""

    @asynccontextmanager
    async def begun(body: str = "", **fields: Any) -> AsyncIterator[Desk]:
        engine = Scripted(repeat(insist))
        known = fields.pop("settings", settings)
        run = start_task(
            "Sit there",
            server.page(PAGE.format(body=body)),
            engine=engine,
            max_steps=500,
            settings=known,
            run_dir=tmp_path,
            **fields,
        )
        try:
            async for event in run.events():
                if isinstance(event, Acted):
                    break
            yield Desk(run, engine, server, tmp_path)
        finally:
            run.cancel()
            await run.result()

    return begun


async def test_the_agent_does_nothing_while_a_person_works_and_goes_on_from_where_the_page_is(desk):
    async with desk() as one:
        for _ in range(3):
            await soon(lambda: one.clicked > 0)
            async with await one.run.take_over("Ana"):
                before = one.clicked
                await asyncio.sleep(0.7)
                assert one.clicked == before
            await soon(lambda before=before: one.clicked > before)
        hold = await one.run.take_over("Ana")
        result = await one.ended(hold)
    assert result.status == "completed"
    last = one.engine.turns[-1].observation
    assert "by hand" in last.text
    assert any("a person took over the page" in note for note in last.notes)
    events = [event async for event in one.run.events()]
    taken = [event for event in events if isinstance(event, TakenOver | GivenBack)]
    assert [type(event) for event in taken] == [TakenOver, GivenBack] * 4
    assert taken[1].held_s >= 0.7
    assert any("a recording of this run" in warning for warning in result.warnings)


async def test_clicks_keys_texts_drags_and_the_wheel_reach_the_page(desk):
    body = """<div style="left:400px;top:100px;background:#ccc" ondblclick="tell('double')" onclick="if (event.shiftKey) tell('shift')"
      oncontextmenu="tell('menu');return false">Pad</div>
    <input style="left:400px;top:200px" onkeydown="if (event.ctrlKey) tell('ctrl+' + event.key)" onchange="tell(this.value)">
    <input style="left:400px;top:300px" type=range min=0 max=100 value=0 onchange="tell('range' + (value > 50))">
    <script>let down = false, up = false
    addEventListener('scroll', () => {
      if (!down && scrollY > 100) down = true, tell('scrolled')
      if (down && !up && scrollY === 0) up = true, tell('at-the-top')
    })</script>"""
    async with desk(body) as one:
        hold = await one.run.take_over()
        pad, field = at(500, 120), at(500, 220)
        await hold.send([{"type": "click", **pad, "clicks": 2}])
        await one.tells("double")
        await hold.send([{"type": "click", **pad, "modifiers": ["Shift"]}])
        await one.tells("shift")
        await hold.send([{"type": "click", **pad, "button": "right"}])
        await one.tells("menu")
        await hold.send([{"type": "click", **field}, {"type": "text", "text": "Oslo é"}])
        for key in ("x", "ü", "Backspace"):
            await hold.send([{"type": "key_down", "key": key}, {"type": "key_up", "key": key}])
        await hold.send([{"type": "press", "keys": "Control+a"}, {"type": "press", "keys": "ArrowRight"}])
        await hold.send([{"type": "key_down", "key": "!"}, {"type": "press", "keys": "Tab"}])
        await one.tells("Oslo%20%C3%A9x!")
        assert "ctrl%2Ba" in one.told
        await hold.send([{"type": "drag", **at(408, 320), "to_x": 590 / WIDTH, "to_y": 320 / HEIGHT}])
        await one.tells("rangetrue")
        await hold.send([{"type": "wheel", **pad, "down": 400}])
        await one.tells("scrolled")
        await hold.send([{"type": "wheel", **pad, "down": -3000}])
        await one.tells("at-the-top")
        assert (await one.ended(hold)).status == "completed"


async def test_dialogs_are_shown_and_answered_by_the_person(desk):
    body = """<button style="left:400px;top:100px" onclick="tell('is ' + confirm('Leave?'))">Leave</button>
    <button style="left:400px;top:200px" onclick="tell('in ' + prompt('Where?', 'Rome'))">Where</button>"""
    async with desk(body) as one:
        hold = await one.run.take_over()
        await hold.send([{"type": "click", **at(500, 120)}])
        dialog = await soon(lambda: hold.page().dialog)
        assert (dialog.kind, dialog.message) == ("confirm", "Leave?")
        await hold.send([{"type": "dialog", "accept": False}])
        await one.tells("is%20false")
        await hold.send([{"type": "click", **at(500, 220)}])
        dialog = await soon(lambda: hold.page().dialog)
        assert (dialog.kind, dialog.default) == ("prompt", "Rome")
        await hold.send([{"type": "dialog", "accept": True, "text": "Oslo"}])
        await one.tells("in%20Oslo")
        assert hold.page().dialog is None
        await one.ended(hold)


async def test_new_tabs_come_to_the_front_and_the_person_chooses_among_them(desk, server):
    server.page(
        "<title>Second</title><button style='position:absolute;left:0;top:0;width:200px;height:40px' "
        "onclick=\"fetch('/told/second')\">Two</button>"
        "<script>requestAnimationFrame(() => setTimeout(() => fetch('/told/painted')))</script>",
        "/second",
    )
    body = '<a style="left:400px;top:100px" target=_blank href="/second">Open</a>'
    async with desk(body) as one:
        hold = await one.run.take_over()
        await hold.send([{"type": "click", **at(410, 110)}])
        await soon(lambda: len(hold.page().tabs) == 2 and "/second" in hold.page().tabs[1].url)
        await one.tells("painted")
        await hold.send([{"type": "click", **at(100, 20)}])
        await one.tells("second")
        await hold.send([{"type": "tab", "tab": hold.page().tabs[0].id}])
        await soon(lambda: hold.page().tabs[0].active)
        await hold.send([{"type": "close_tab", "tab": hold.page().tabs[1].id}])
        await soon(lambda: len(hold.page().tabs) == 1)
        await one.ended(hold)


async def test_what_the_person_downloads_is_kept_by_the_run(desk):
    body = '<a style="left:400px;top:100px" download="prices.csv" href="data:text/csv,1">Save</a>'
    async with desk(body) as one:
        hold = await one.run.take_over()
        await hold.send([{"type": "click", **at(410, 110)}])
        await soon(lambda: list(one.folder.rglob("prices.csv")))
        result = await one.ended(hold)
    assert [file.filename for file in result.downloaded_files or ()] == ["prices.csv"]


SECRET = "Fjord-7719-cobalt"


async def test_a_password_that_a_person_types_stands_in_nothing_that_is_kept(desk):
    """Also where the page shows it afterwards, and takes the field away as it is sent."""
    body = """<form style="left:400px;top:100px;height:100px" onsubmit="shown.textContent = this.pw.value; this.remove(); tell('sent'); return false">
    <input name=pw type=password><button>In</button></form><p id=shown style="left:400px;top:300px"></p>"""
    async with desk(body, record=["har"]) as one:
        hold = await one.run.take_over()
        await hold.send([{"type": "click", **at(450, 110)}])
        for sign in SECRET:
            await hold.send([{"type": "key_down", "key": sign}, {"type": "key_up", "key": sign}])
        await hold.send([{"type": "press", "keys": "Enter"}])
        await one.tells("sent")
        result = await one.ended(hold)
    assert SECRET not in repr([event async for event in one.run.events()])
    assert SECRET not in result.model_dump_json()
    assert "[typed by a person]" in one.engine.turns[-1].observation.text
    for path in one.folder.rglob("*"):
        if path.is_file() and path.suffix not in (".png", ".webp"):
            assert SECRET not in path.read_text("utf-8", errors="replace"), path


async def test_a_page_whose_holder_goes_away_is_the_agents_again(desk, settings):
    lapsing = settings.model_copy(update={"take_over_lapses_s": 2.0})
    async with desk(settings=lapsing) as one:
        hold = await one.run.take_over("Ana")
        with pytest.raises(CannotTakeOver, match="Ana works in the page now"):
            await one.run.take_over("Bo")
        before = one.clicked
        await soon(lambda: one.clicked > before)
        assert "no sign of life" in hold.ended
        with pytest.raises(HoldEnded):
            await hold.send([{"type": "back"}])


async def test_a_run_that_is_canceled_while_a_person_has_its_page_ends_at_once(desk):
    async with desk() as one:
        hold = await one.run.take_over()
        one.run.cancel()
        result = await asyncio.wait_for(one.run.result(), 60)
        assert (result.status, hold.ended) == ("canceled", "the run has ended")
        with pytest.raises(CannotTakeOver):
            await one.run.take_over()


def color_at(jpeg: bytes, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        scale = picture.width / WIDTH
        return picture.convert("RGB").getpixel((round(x * scale), round(y * scale)))


async def test_a_picture_comes_when_the_page_has_changed_and_none_while_it_stands_still(desk):
    body = """<button style="left:400px;top:100px;border:0;background:#f00" onclick="style.background='#00f'"></button>"""
    async with desk(body) as one:
        hold = await one.run.take_over()
        pictures = hold.pictures()
        first = await asyncio.wait_for(anext(pictures), 60)
        await hold.send([{"type": "click", **at(500, 120)}])
        async with asyncio.timeout(60):
            last = first.jpeg
            while color_at(last, 500, 120)[2] < 200:
                last = (await anext(pictures)).jpeg
        await pictures.aclose()
        await one.ended(hold)
    assert color_at(first.jpeg, 500, 120)[0] > 200


async def test_what_is_secret_is_covered_in_the_live_picture(desk):
    body = f"""<p style="left:400px;top:100px;font:30px/40px monospace;color:#0f0;background:#000">{SECRET[:9]}</p>"""
    wanted = {"PW": SECRET[:9]}
    async with desk(body, secrets=wanted) as one:
        async with asyncio.timeout(60):
            pictures = one.run.pictures()
            jpeg = (await anext(pictures)).jpeg
            await pictures.aclose()
    red, green, blue = color_at(jpeg, 480, 120)
    assert max(red, green, blue) - min(red, green, blue) < 20
    assert 60 < green < 130
