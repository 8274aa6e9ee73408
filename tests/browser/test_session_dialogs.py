"""Dialogs of pages: put to whoever decides, answered safely where nobody does, never for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from browser.model.actions import (
    AnswerDialog,
    Click,
    CloseTab,
    Goto,
    Press,
    Reload,
    SwitchTab,
    TypeText,
    Wait,
)
from browser.model.errors import ActionFailed
from browser.model.observation import LookRequest, View
from tests.support.observing import find, see

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def show(server, session, html):
    await session.goto(server.page(html))
    return await see(session)


@pytest.mark.parametrize(
    ("script", "how", "then"),
    [
        pytest.param("alert('Hi');o.textContent='went on'", "accepted", "went on", id="alert"),
        pytest.param("o.textContent='said '+confirm('Hi')", "dismissed", "said false", id="confirm"),
        pytest.param("o.textContent='said '+prompt('Hi','you')", "dismissed", "said null", id="prompt"),
    ],
)
async def test_what_nobody_answers_gets_the_safe_answer(server, session, script, how, then):
    seen = await show(
        server, session, f'<button onclick="{script}">Ask</button><button>Other</button><p id=o></p>'
    )
    await session.perform(Click(find(seen, "button", "Ask").ref))

    result = await session.perform(Click(find(seen, "button", "Other").ref))

    assert "a dialog was open and had to be answered first" in result.problem
    assert "'Hi'" in result.problem
    assert f"It was {how}" in result.problem
    assert isinstance(result.action, Click)
    after = await see(session)
    assert after.dialog is None
    assert then in after.text


LEAVE = """<h1>Editing</h1><input><a href=/next.html>Leave</a>
<script>addEventListener('beforeunload', event => event.preventDefault())</script>"""


@pytest.mark.parametrize("way", ["link", "address", "reload"])
async def test_a_page_that_does_not_want_to_be_left_asks(server, session, way):
    there = server.page("<h1>Next</h1>", "/next.html")
    seen = await show(server, session, LEAVE)
    await session.perform(TypeText("x", find(seen, "textbox").ref))
    actions = {"link": Click(find(seen, "link").ref), "address": Goto(there), "reload": Reload()}

    result = await session.perform(actions[way])
    assert "beforeunload" in result.effect
    asked = await see(session)
    assert asked.dialog.kind == "beforeunload"
    ignored = await session.perform(Press("Tab"))
    assert "It was dismissed" in ignored.problem
    assert find(await see(session), "heading").name == "Editing"

    await session.perform(actions[way])
    assert (await see(session)).dialog.kind == "beforeunload"
    assert (await session.perform(AnswerDialog(True))).ok
    after = await see(session)
    assert find(after, "heading").name == ("Editing" if way == "reload" else "Next")
    assert after.dialog is None


async def test_a_tab_that_does_not_want_to_be_left_is_closed_all_the_same(server, session):
    server.page(LEAVE, "/leave.html")
    seen = await show(server, session, "<h1>First</h1><a href=/leave.html target=_blank>Open</a>")
    await session.perform(Click(find(seen, "link").ref))
    await session.perform(TypeText("x", find(await see(session), "textbox").ref))
    await session.perform(CloseTab())
    assert find(await see(session), "heading").name == "First"


async def test_a_hundred_dialogs_in_a_row_do_not_take_a_hundred_steps(server, session):
    seen = await show(
        server,
        session,
        "<button onclick=\"for(let i=0;i<100;i++)alert(i);o.textContent='through'\">Ask</button><p id=o></p>",
    )
    button = find(seen, "button").ref
    for again in range(2):
        await session.perform(Click(button))
        steps = 0
        while (seen := await see(session)).dialog:
            steps += 1
            await session.perform(AnswerDialog(True))
        assert "through" in seen.text
        assert steps == (1 if again else 10)


async def test_dialogs_that_were_answered_for_the_engine_are_told_of(server, session):
    seen = await show(
        server, session, "<button onclick=\"for(let i=0;i<15;i++)confirm('Really?')\">Ask</button>"
    )
    await session.perform(Click(find(seen, "button").ref))
    notes = []
    while (seen := await see(session)).dialog:
        await session.perform(AnswerDialog(False))
    notes += seen.notes
    assert any("confirm was dismissed for you (5 times)" in note for note in notes)
    assert not any("for you" in note for note in (await see(session)).notes)


async def test_a_dialog_while_the_page_is_looked_at(server, session):
    seen = await show(
        server, session, "<p id=o>Calm</p><button onclick=\"setTimeout(()=>alert('Boo'), 700)\">B</button>"
    )
    await session.perform(Click(find(seen, "button").ref))
    async with asyncio.timeout(60):
        while not (seen := await session.observe(View(screenshots="viewport"))).dialog:
            pass
    assert seen.dialog.message == "Boo"
    assert "Calm" in seen.text
    [answer] = await session.look([LookRequest(query="Calm")])
    assert answer.problem == "a dialog is open; answer it first"
    assert (await session.perform(AnswerDialog(True))).ok
    assert (await see(session)).dialog is None


async def test_no_picture_is_waited_for_behind_a_dialog(server, session):
    seen = await show(server, session, "<button onclick=\"alert('Boo')\">B</button>")
    await session.screenshot()
    await session.perform(Click(find(seen, "button").ref))
    for picture in (session.screenshot(), session.screenshot(full=True), session.scrolled_screenshots(2)):
        with pytest.raises(ActionFailed, match="a dialog is open"):
            await picture
    assert (await session.perform(AnswerDialog(True))).ok
    assert (await session.screenshot()).data


async def test_a_look_closer_that_a_dialog_cuts_short_ends(server, session):
    await show(server, session, "<p>Calm</p><script>setTimeout(()=>alert('Boo'), 300)</script>")
    async with asyncio.timeout(60):
        while True:
            answers = await session.look([LookRequest(query="Calm")])
            if answers[0].problem:
                break
    assert answers[0].problem == "a dialog is open; answer it first"


@pytest.mark.parametrize("where", ["", "{other}"], ids=["same origin", "another origin"])
async def test_a_dialog_of_a_frame(server, session, where):
    server.page("<button onclick=\"this.textContent=confirm('From the frame?')\">Ask</button>", "/inner.html")
    seen = await show(server, session, f"<iframe src='{where}/inner.html'></iframe>")
    await session.perform(Click(find(seen, "button").ref))
    asked = await see(session)
    assert "From the frame?" in asked.dialog.message
    await session.perform(AnswerDialog(True))
    assert find(await see(session), "button").name == "true"


async def test_a_window_that_asks_as_it_opens(server, session):
    server.page("<script>document.title=confirm('Already?')</script><h1>Window</h1>", "/asking.html")
    seen = await show(server, session, "<a href=/asking.html target=_blank>Open</a>")
    await session.perform(Click(find(seen, "link").ref))
    seen = await see(session)
    if seen.dialog:
        assert seen.dialog.message == "Already?"
        await session.perform(AnswerDialog(False))
        seen = await see(session)
    assert (seen.title, find(seen, "heading").name) == ("false", "Window")


async def test_a_window_that_is_written_and_asks_at_once(server, session):
    seen = await show(
        server,
        session,
        "<button onclick=\"const w=window.open('');w.document.write('<h1>Written</h1>');o.textContent=w.confirm('Now?')\">"
        "Open</button><p id=o></p>",
    )
    await session.perform(Click(find(seen, "button").ref))
    seen = await see(session)
    if seen.dialog:
        await session.perform(AnswerDialog(False))
    await session.perform(SwitchTab("t1"))
    assert "false" in (await see(session)).text


async def test_a_dialog_of_a_page_that_is_being_left(server, session):
    server.page("<h1>Next</h1>", "/next.html")
    seen = await show(
        server,
        session,
        "<a href=/next.html>Go</a><script>addEventListener('pagehide',()=>alert('Bye'));onunload=()=>confirm('Stay?')</script>",
    )
    await session.perform(Click(find(seen, "link").ref))
    assert find(await see(session), "heading").name == "Next"


async def test_a_very_long_message_is_cut(server, session):
    seen = await show(server, session, "<button onclick=\"alert('ab'.repeat(500000))\">Ask</button>")
    result = await session.perform(Click(find(seen, "button").ref))
    said = (await see(session)).dialog.message
    assert "characters in all)" in said
    assert len(said) < 2100
    assert len(result.effect) < 2200
    await session.perform(AnswerDialog(True))
    assert (await see(session)).dialog is None


async def test_a_page_behind_a_dialog_shows_what_was_there_and_waits(server, session):
    seen = await show(server, session, "<h1>Behind</h1><button onclick=\"alert('Hi')\">Ask</button>")
    await session.perform(Click(find(seen, "button").ref))
    asked = await session.observe(View(budget_tokens=None, screenshots="viewport"))
    assert find(asked, "heading").name == "Behind"
    assert replace(asked.dialog) == asked.dialog
    ignored = await session.perform(Wait(0.1))
    assert "It was accepted" in ignored.problem
