"""Skills that go by looks and places, on small pages in a real Chromium."""

from __future__ import annotations

import pytest

from browser.actions import ActionResult
from browser.observation import View
from browser.session import Session
from engines.base import Act, Decision, EngineOptions, Finish, GiveUp, Goal, Turn
from engines.embedded import create
from tests.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def carry_out(prompt: str, session: Session) -> Decision:
    """Let the engine carry out a prompt on the page that is open; its last decision."""
    engine = create(EngineOptions())
    history: list[tuple[ActionResult, ...]] = []
    for left in range(12, 0, -1):
        seen = await session.observe(engine.view)
        turn = Turn(goal=Goal(text=prompt), observation=seen, history=tuple(history), steps_left=left)
        decision = await engine.decide(turn)
        if not isinstance(decision, Act):
            return decision
        history.append(tuple([await session.perform(action) for action in decision.actions]))
    raise AssertionError("the engine did not come to an end in 12 steps")


async def text_of(session: Session) -> str:
    return (await session.observe(View(budget_tokens=None))).text


async def test_the_paragraph_that_was_named_is_selected(server: Server, session: Session) -> None:
    await session.goto(
        server.page(
            "<p>Some words come first.</p><p>Others, rather more of them, come after that.</p>"
            "<button onclick='o.textContent = `[${getSelection().toString().trim()}]`'>Show</button><p id=o></p>"
        )
    )
    decision = await carry_out("Highlight the text in the 2nd paragraph, then click 'Show'.", session)
    assert isinstance(decision, Finish)
    assert "[Others, rather more of them, come after that.]" in await text_of(session)


async def test_the_sides_of_a_figure_on_a_canvas_are_counted(server: Server, session: Session) -> None:
    await session.goto(
        server.page(
            "<canvas id=c width=200 height=160></canvas><div id=b></div><p id=o></p><script>"
            "const g = c.getContext('2d'); g.lineWidth = 4; g.beginPath();"
            "for (let n = 0; n < 6; n++) g.lineTo(100 + 60 * Math.cos(0.3 + n * 1.25664), 80 + 60 * Math.sin(0.3 + n * 1.25664));"
            "g.stroke(); for (const n of [3, 4, 5, 6]) { const k = document.createElement('button'); k.textContent = n;"
            "k.onclick = () => { o.textContent = `answer ${n}`; }; b.append(k); }</script>"
        )
    )
    decision = await carry_out("Press the button that says how many sides the figure has.", session)
    assert isinstance(decision, Finish)
    assert "answer 5" in await text_of(session)


async def test_one_word_of_an_editor_becomes_bold(server: Server, session: Session) -> None:
    await session.goto(
        server.page(
            "<button class=bold onmousedown='event.preventDefault()' onclick='document.execCommand(`bold`)'><i>B</i>"
            "</button><div id=e contenteditable>alpha beta gamma</div>"
            "<button onclick='o.textContent = e.innerHTML'>Source</button><pre id=o></pre>"
        )
    )
    prompt = "Using the text editor, give the text beta the style bold. Then click 'Source'."
    decision = await carry_out(prompt, session)
    assert isinstance(decision, Finish)
    assert "alpha <b>beta</b> gamma" in await text_of(session)


async def test_a_box_is_made_larger_by_its_corner(server: Server, session: Session) -> None:
    await session.goto(server.page("<textarea style='width:200px; height:80px; resize:both'></textarea>"))
    decision = await carry_out("Resize the textarea so that its height is larger.", session)
    assert isinstance(decision, Finish)
    [area] = [e for e in (await session.observe(View())).elements if e.role == "textbox"]
    assert area.box is not None
    assert area.box.height > 90


async def test_a_box_that_cannot_be_resized_is_given_up(server: Server, session: Session) -> None:
    await session.goto(server.page("<textarea style='width:200px; height:80px; resize:none'></textarea>"))
    assert isinstance(await carry_out("Resize the textarea so that its height is larger.", session), GiveUp)


async def test_painted_squares_are_counted_and_the_number_typed(server: Server, session: Session) -> None:
    square = (
        "<span class=tile style='display:inline-block; width:12px; height:12px; background:#c33'></span> "
    )
    await session.goto(server.page(f"<div>{square * 3}</div><div>{square * 4}</div><input id=a>"))
    decision = await carry_out("Type the total number of tiles into the textbox.", session)
    assert isinstance(decision, Finish)
    [field] = [e for e in (await session.observe(View())).elements if e.role == "textbox"]
    assert field.value == "7"
