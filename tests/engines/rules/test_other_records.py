"""What belongs to another record is left alone, and a question that is not answered is no act that was done."""

from __future__ import annotations

import pytest

from browser.model.actions import Action, Click
from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.step_generator import CannotDo
from tests.conftest import Server
from tests.support.page_models import Part, carried_out, part
from tests.support.rules_playing import play, shown

SHELVES = """
<style>section { border: 1px solid; margin: 4px }</style>
<section><h2>Today</h2><ul><li><span>Plum jam</span> <i>sealed</i></li>
  <li><span>Fig jam</span> <i>open</i> <button onclick="log.textContent = 'sealed Fig jam'">Seal</button></li></ul></section>
<section><h2>Yesterday</h2><ul><li><span>Pear jam</span> <i>sealed</i></li><li><span>Kiwi jam</span> <i>sealed</i></li></ul></section>
<p role="status" id="log">untouched</p>
"""
CARDS = """
<style>article { border: 1px solid; margin: 4px; padding: 8px }</style><h1>Jars</h1>
<div><article><h3>Plum jam</h3><p>Sealed in May</p></article>
<article><h3>Fig jam</h3><p>Open since June</p><button onclick="log.textContent = 'sealed Fig jam'">Seal</button>
  <button onclick="sheet.hidden = false">Edit</button></article></div>
<form id="sheet" hidden onsubmit="event.preventDefault(); log.textContent = 'Fig jam is ' + size.value; sheet.hidden = true"><label>Size <input id="size" value="2"></label><button>Save</button></form>
<p role="status" id="log">untouched</p>
"""
PLANS = """
<style>#ask { position: fixed; inset: 0; background: #0008 } #ask[hidden] { display: none } #ask div { background: #fff; margin: 60px; padding: 20px }</style>
<ul><li><span>Gold</span> <i>yearly</i> <button onclick="ask.hidden = false">Cancel</button></li><li><span>Silver</span> <i>monthly</i> <button>Cancel</button></li></ul>
<div id="ask" hidden><div role="dialog">Do you mean it? BUTTONS</div></div><p role="status" id="log">untouched</p>
<script>function done(words) { ask.hidden = true; log.textContent = words }</script>
"""
NO = "<button onclick=\"done('kept')\">{}</button>"
YES = "<button onclick=\"done('cancelled')\">{}</button>"
TICKETS = """
<aside><label>Status <select id="show"><option>All</option><option>Solved</option></select></label> <label>Note <input id="search"></label></aside>
<ul><li><span>Rain</span> <i>roof</i> <button onclick="sheet.hidden = false">Close</button></li><li><span>Wind</span> <i>door</i> <button>Close</button></li></ul>
<form id="sheet" hidden onsubmit="event.preventDefault(); log.textContent = `closed ${why.value}, shows ${show.value}${search.value}`; sheet.hidden = true"><label>Reason <input id="why"></label> EXTRA<button>Save</button></form>
<p role="status" id="log">untouched</p>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
class TestInThePage:
    @pytest.mark.parametrize(
        ("page", "prompt"),
        [
            pytest.param(SHELVES, "Seal the jar 'Plum jam'.", id="in the same section"),
            pytest.param(CARDS, "Seal the jar 'Plum jam'.", id="in the next card"),
            pytest.param(CARDS, "Set the size of the jar 'Plum jam' to 3.", id="its form"),
            pytest.param(CARDS, "Edit the jar 'Plum jam' and set the size to 3.", id="its form, to edit"),
        ],
    )
    async def test_the_control_of_another_record_is_not_pressed(
        self, session: Session, server: Server, page: str, prompt: str
    ) -> None:
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)

    @pytest.mark.parametrize(
        ("buttons", "told"),
        [
            pytest.param(NO.format("Keep plan") + YES.format("Cancel plan"), "cancelled", id="keep"),
            pytest.param(NO.format("Close") + YES.format("Cancel plan"), "cancelled", id="close"),
            pytest.param(NO.format("Cancel") + YES.format("Confirm"), "cancelled", id="confirm"),
            pytest.param(NO.format("Go back") + YES.format("Cancel"), "cancelled", id="go back"),
        ],
    )
    async def test_a_question_whether_to_cancel_is_answered_with_yes(
        self, session: Session, server: Server, buttons: str, told: str
    ) -> None:
        ended = await play(session, server.page(PLANS.replace("BUTTONS", buttons)), "Cancel the plan 'Gold'.")

        assert isinstance(ended, Finish), ended
        assert told in await shown(session)

    async def test_what_says_no_is_not_pressed_since_it_is_called_as_the_act(
        self, session: Session, server: Server
    ) -> None:
        buttons = NO.format("Cancel") + YES.format("Stop it")
        ended = await play(session, server.page(PLANS.replace("BUTTONS", buttons)), "Cancel the plan 'Gold'.")

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)

    @pytest.mark.parametrize("label", ["status 'Solved'", "note 'Solved'"])
    async def test_a_value_for_the_form_is_put_nowhere_else(
        self, session: Session, server: Server, label: str
    ) -> None:
        page = TICKETS.replace("EXTRA", "")
        ended = await play(session, server.page(page), f"Close the ticket 'Rain' with the {label}.")

        assert isinstance(ended, GiveUp), ended
        assert "untouched" in await shown(session)

    async def test_of_two_controls_of_a_label_that_of_the_form_is_meant(
        self, session: Session, server: Server
    ) -> None:
        page = TICKETS.replace("EXTRA", "<label>Note <input></label>")
        prompt = "Close the ticket 'Rain' with the note 'Solved' and reason 'Dry'."
        ended = await play(session, server.page(page), prompt)

        assert isinstance(ended, Finish), ended
        assert "closed Dry, shows All" in await shown(session)


@pytest.mark.parametrize(
    "prompt",
    ["Delete the event Lunch with uncle Bob.", "Delete the event Lunch with Doctor Smith."],
)
def test_what_may_be_the_end_of_a_name_is_no_value_for_a_form(prompt: str) -> None:
    gone: list[str] = []

    def draw() -> Part:
        rows = [
            part("listitem", "", name, part("button", "Delete", ref=f"delete {name}"))
            for name in ("Lunch", "Dinner")
        ]
        return part("main", "", part("list", "Events", *rows))

    def do(action: Action) -> None:
        if isinstance(action, Click):
            gone.append(str(action.target))

    with pytest.raises(CannotDo):
        carried_out(prompt, draw, do)
    assert gone == []
