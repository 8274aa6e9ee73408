"""Where a pixel engine's click lands, by the page's own record, however large the picture of it is.

A page shows a dot. Each engine is shown the page as in a run; its model, played here, finds the dot in the
picture that it is sent and asks for a click there, in its own coordinates. The page writes down what it got.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image, ImageChops

from browser.model.actions import Click, Select
from browser.model.observation import Observation
from browser.options import SessionOptions
from browser.session import Session
from engines.cua.anthropic.dialect import BROWSER, dialect_of
from engines.cua.anthropic.engine import AnthropicComputerUse
from engines.cua.openai.engine import OpenAIComputerUse
from engines.cua.ui_tars.engine import UiTars
from engines.models.chat import Message, Reply
from engines.output_spec import Schema
from engines.protocol import Act, Engine, Goal, Turn, Usage
from tests.support import messages_server
from tests.support.responses_server import computer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MOST_OFF_PX = 2.0
GOAL = Goal(text="Click the dot")
PAGE = """<!doctype html><title>Grid</title><style>
html {height: 3000px; width: 2400px}
body {margin: 0; background: repeating-linear-gradient(#eee 0 1px, #fff 1px 40px)}
#dot {position: absolute; width: 12px; height: 12px; background: #f0f}
select {position: absolute; left: 400px; top: 300px; width: 120px; height: 30px; background: #f0f; color: #f0f}
</style><body><div id="dot"></div>
<script>
  const clicks = [];
  addEventListener("click", event => {
    const box = dot.getBoundingClientRect();
    clicks.push([event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2]);
  });
  const put = (x, y) => { dot.style.left = x + "px"; dot.style.top = y + "px"; };
</script>"""
PLACES = [(40, 30), (733, 401)]
"""Of the dot's corner, CSS pixels of the document; all in view however it is magnified here."""


def dot_in(picture: Image.Image) -> tuple[float, float]:
    """The middle of what is magenta in a picture, its pixels."""
    red, green, blue = picture.convert("RGB").split()
    magenta = ImageChops.multiply(ImageChops.multiply(red, ImageChops.invert(green)), blue)
    box = magenta.point(lambda value: 255 if value > 120 else 0).getbbox()
    assert box is not None, "there is no dot in the picture"
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def decoded(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


class ByResponses:
    """The model behind `openai-cua`."""

    model = "fake-model"
    extra_body: Mapping[str, Any] = {}
    usage = Usage()

    async def ask(self, request: Mapping[str, Any], *, images: int) -> dict[str, Any]:
        url = request["input"][-1]["content"][-1]["image_url"]
        x, y = dot_in(decoded(url.split(",", 1)[1]))
        return {"id": "r", "output": [computer({"type": "click", "x": round(x), "y": round(y)}, call_id="c")]}

    async def close(self) -> None:
        pass


@dataclass
class ByMessages:
    """The model behind `anthropic-cua`; `call` makes its call of a place."""

    call: Callable[[list[int]], dict[str, Any]]
    usage = Usage()

    async def ask(self, request: Mapping[str, Any], *, images: int) -> list[dict[str, Any]]:
        pictures = [part for part in request["messages"][-1]["content"] if part["type"] == "image"]
        x, y = dot_in(decoded(pictures[-1]["source"]["data"]))
        return [{**self.call([round(x), round(y)]), "id": "t1"}]

    async def close(self) -> None:
        pass


@dataclass
class ByWords:
    """The model behind `ui-tars`, of one of its families."""

    model: str
    thousandths: bool
    sees_images = True

    @property
    def usage(self) -> Usage:
        return Usage(model=self.model)

    async def ask(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        shown = messages[-1].images[-1]
        x, y = dot_in(Image.open(io.BytesIO(shown.data)))
        if self.thousandths:
            x, y = x / shown.width_px * 1000, y / shown.height_px * 1000
        return Reply(text=f"Thought: There.\nAction: click(start_box='({round(x)},{round(y)})')")

    async def close(self) -> None:
        pass


def by_words(model: str, thousandths: bool = False) -> UiTars:
    return UiTars(ByWords(model, thousandths), ByWords(model, thousandths))


def coordinate(at: list[int]) -> dict[str, Any]:
    return {"type": "coordinate", "x": at[0], "y": at[1]}


ENGINES: dict[str, Callable[[], Engine]] = {
    "openai-cua": lambda: OpenAIComputerUse(ByResponses()),
    "anthropic-cua, toolset": lambda: AnthropicComputerUse(
        ByMessages(lambda at: messages_server.member("left_click", coordinate=at)),
        dialect_of("claude-sonnet-5-5", {}),
    ),
    "anthropic-cua, single tool": lambda: AnthropicComputerUse(
        ByMessages(lambda at: messages_server.single("left_click", coordinate=at)),
        dialect_of("claude-opus-4-6", {}),
    ),
    "anthropic-cua, browser toolset": lambda: AnthropicComputerUse(
        ByMessages(lambda at: messages_server.browse("left_click", target=coordinate(at))),
        dialect_of("claude-sonnet-5-5", {"tools": [{"type": BROWSER}]}),
    ),
    "ui-tars 1.5": lambda: by_words("UI-TARS-1.5-7B"),
    "ui-tars 1.0": lambda: by_words("UI-TARS-7B-DPO", thousandths=True),
}


async def nothing(session: Session) -> None:
    """The page as it is."""


async def scrolled(session: Session) -> None:
    await session.front.evaluate("document.body.style.marginTop = '700px'; scrollTo(60, 700)")
    await session.front.evaluate("document.body.style.transform = 'translate(60px, 0)'")


async def zoomed(session: Session) -> None:
    await session.front.evaluate("document.body.style.zoom = '1.25'")


async def all_zoomed(session: Session) -> None:
    await session.front.evaluate("document.documentElement.style.zoom = '0.8'")


async def pinched(session: Session) -> None:
    talk = await session.front.context.new_cdp_session(session.front)
    await talk.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1.5})
    await talk.detach()


MAGNIFIED = {
    "as it is": nothing,
    "scrolled": scrolled,
    "zoom 1.25 of the body": zoomed,
    "zoom 0.8 of the document": all_zoomed,
    "pinched 1.5": pinched,
}


async def pointed(seen: Observation, engine: Engine) -> Click:
    """Where the engine clicks on a page."""
    decision = await engine.decide(Turn(goal=GOAL, observation=seen, steps_left=9))
    assert isinstance(decision, Act)
    (action,) = decision.actions
    assert isinstance(action, Click)
    return action


@pytest.mark.parametrize("magnified", MAGNIFIED)
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
async def test_a_click_lands_within_two_pixels_of_what_was_meant(browser, server, ratio, magnified):
    far: dict[str, float] = {}
    session = await browser.open_session(SessionOptions(device_scale_factor=ratio))
    try:
        await session.goto(server.page(PAGE))
        await MAGNIFIED[magnified](session)
        for place in PLACES:
            await session.front.evaluate(f"put({place[0]}, {place[1]})")
            views = {make().view for make in ENGINES.values()}
            seen = {view: await session.observe(view) for view in views}
            for name, make in ENGINES.items():
                engine = make()
                await session.front.evaluate("clicks.length = 0")
                result = await session.perform(await pointed(seen[engine.view], engine))
                assert result.ok, f"{name}: {result.problem}"
                ((across, down),) = json.loads(await session.front.evaluate("JSON.stringify(clicks)"))
                far[f"{name} at {place}"] = max(abs(across), abs(down))
                await engine.close()
    finally:
        await session.close()

    assert {name: off for name, off in far.items() if off > MOST_OFF_PX} == {}
    assert len(far) == len(ENGINES) * len(PLACES)


@pytest.mark.parametrize("magnified", MAGNIFIED)
async def test_an_option_is_chosen_in_the_list_that_is_pointed_at(browser, server, magnified):
    page = PAGE.replace("<script>", "<select><option>One<option>Two</select><script>")
    page = page.replace('<div id="dot"></div>', '<div id="dot" style="display: none"></div>')
    session = await browser.open_session(SessionOptions())
    try:
        await session.goto(server.page(page))
        await MAGNIFIED[magnified](session)
        engine = by_words("UI-TARS-1.5-7B")
        point = (await pointed(await session.observe(engine.view), engine)).target

        result = await session.perform(Select(point, ("Two",)))

        assert result.ok, result.problem
        assert await session.front.evaluate("document.querySelector('select').value") == "Two"
    finally:
        await session.close()
