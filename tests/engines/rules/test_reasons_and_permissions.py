"""Clauses behind an act: why it is done, what is not to be done besides, what somebody may do, and at once."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from engines.rules.plan import read_plan
from tests.conftest import Server
from tests.support.rules_playing import play, shown

LESSONS = """
<ul><li><b>Harp</b> <button onclick="ask.showModal()">Cancel lesson</button></li>
<li><b>Oboe</b> <button onclick="log.textContent = 'cancelled Oboe'">Cancel lesson</button></li></ul>
<dialog id="ask"><h2>Cancel lesson</h2>
<label>Reason <select id="why"><option value="">Choose</option><option>Teacher is ill</option><option>Schedule conflict</option></select></label>
<label><input type="checkbox" id="tell" checked> Notify the pupil</label>
<button onclick="ask.close()">Back</button><button onclick="log.textContent = `${why.value} ${tell.checked}`; ask.close()">Cancel lesson</button></dialog>
<p role="status" id="log">untouched</p>
"""
CHARTS = """
<ul><li><b>Tides</b> <button onclick="ask.showModal()">Share</button></li><li><b>Rocks</b> <button>Share</button></li></ul>
<dialog id="ask"><h2>Share</h2><label>Person <input id="who"></label>
<label>Access <select id="may"><option>Viewer</option><option>Commenter</option><option>Editor</option></select></label>
<button onclick="ask.close()">Close</button><button onclick="log.textContent = `${who.value}: ${may.value}`; ask.close()">Share</button></dialog>
<p role="status" id="log">untouched</p>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("page", "prompt", "seen"),
    [
        pytest.param(
            LESSONS, "Cancel the lesson 'Harp' because of a schedule conflict, without notifying the pupil.",
            "Schedule conflict false", id="a reason that the form offers, and a box",
        ),
        pytest.param(
            LESSONS, "Cancel the lesson 'Harp' because the teacher is ill; no notification should be sent.",
            "Teacher is ill false", id="a reason in other words",
        ),
        pytest.param(
            LESSONS, "Cancel the lesson 'Oboe' because of the rain.", "cancelled Oboe", id="nothing asks why"
        ),
        pytest.param(
            CHARTS, "Share the chart 'Tides' with Ann Lee with permission to comment.", "Ann Lee: Commenter",
            id="what somebody may do",
        ),
    ],
)  # fmt: skip
async def test_each_clause_is_put_where_the_form_asks_for_it(
    session: Session, server: Server, page: str, prompt: str, seen: str
) -> None:
    ended = await play(session, server.page(page), prompt)

    assert isinstance(ended, Finish), ended
    assert seen in await shown(session)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("page", "prompt"),
    [
        pytest.param(LESSONS, "Cancel the lesson 'Harp' because of the rain.", id="no such reason"),
        pytest.param(LESSONS, "Cancel the lesson 'Oboe' without notifying the pupil.", id="no such box"),
        pytest.param(
            CHARTS, "Share the chart 'Tides' with Ann Lee with permission to print.", id="no such permission"
        ),
    ],
)
async def test_what_the_form_has_no_place_for_is_not_said_to_be_done(
    session: Session, server: Server, page: str, prompt: str
) -> None:
    ended = await play(session, server.page(page), prompt)

    assert isinstance(ended, GiveUp), ended


@pytest.mark.parametrize(
    "prompt",
    [
        "Cancel the lesson 'Harp' because of the rain, unless Ann agrees.",
        "Create a lesson called 'Harp' without notifying the pupil.",
        "Turn off all alarms: open the hatch, ring the bell.",
    ],
)
def test_what_limits_or_is_no_noun_is_not_read(prompt: str) -> None:
    plan = read_plan(prompt)

    assert plan.unread or plan.why


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Share the Family calendar with Ann Lee, Kelly Nguyen's sister.", "Family"),
        ("Reply to Ann's question about the 2 for 1 offer with 'Yes'.", "2 for 1"),
        ("We counted the boats: lock the boat 'Tern'.", "Tern"),
        ("Sort the Next Trips list by due date.", "Next Trips"),
        ("Open a ticket on behalf of Ann Lee with the subject 'Rope'.", "Rope"),
    ],
)
def test_names_that_look_like_other_words_are_read(prompt: str, name: str) -> None:
    plan = read_plan(prompt)

    assert not plan.unread, plan.why
    assert len(plan.steps) == 1
    assert name in repr(plan.steps[0].step)


@pytest.mark.parametrize(
    ("prompt", "values"),
    [
        (
            "Log a call with Ann Lee: the outcome was 'Sold', and the note should read 'Nice'.",
            ("Sold", "Nice"),
        ),
        ("Dispute the charge 'Rope' on the card; the reason is 'Wet'.", ("Wet",)),
    ],
)
def test_what_a_colon_introduces_is_given_to_the_act(prompt: str, values: tuple[str, ...]) -> None:
    plan = read_plan(prompt)

    assert not plan.unread, plan.why
    assert all(value in repr(plan.steps[0].step) for value in values)


STAYS = """
<style>.row, .pick, .say { cursor: pointer } .on { background: gold } .dialog { position: fixed; inset: 0; background: white; padding: 40px }</style>
<div class="row">Tern cabin <div class="say more" onclick="menu(this)">⋯</div></div>
<div class="row">Gull cabin <div class="say more" onclick="menu(this)">⋯</div></div>
<div class="row">Loon cabin <div class="say more" onclick="menu(this)">⋯</div></div>
<div id="over"></div><p role="status" id="log">untouched</p>
<script>
let picked = '', row;
function menu(button) {
  row = button.parentNode;
  over.innerHTML = '<div class="pop"><div class="pick" onclick="ask()">Call guest</div><div class="pick" onclick="ask()">Cancel stay</div></div>';
}
function ask() {
  over.innerHTML = `<div class="dialog"><div class="title">Cancel stay</div><div><div class="pick">The roof leaks</div>
    <div class="pick">The guest wants to cancel</div><div class="pick">Double booking</div></div>
    <div class="foot"><div class="say" onclick="over.innerHTML = ''">Cancel</div><div class="say" id="yes">Cancel stay</div></div></div>`;
  for (const one of over.querySelectorAll('.pick')) one.onclick = () => { picked = one.textContent; one.classList.add('on'); };
  yes.onclick = () => { log.textContent = `${row.firstChild.data.trim()}: ${picked}`; over.innerHTML = ''; };
}
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "seen"),
    [
        ("Cancel the stay in the Gull cabin because the roof leaks.", "Gull cabin: The roof leaks"),
        (
            "Cancel the stay in the Gull cabin because the guest wants to cancel.",
            "Gull cabin: The guest wants",
        ),
    ],
)
async def test_a_reason_that_is_drawn_is_chosen_and_then_kept(
    session: Session, server: Server, prompt: str, seen: str
) -> None:
    ended = await play(session, server.page(STAYS), prompt)

    assert isinstance(ended, Finish), ended
    assert seen in await shown(session)
