"""Controls that say nothing themselves: signs in a row, boxes beside a longer label, lists that go on inviting."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SHED = """
<style>.row { display: flex; justify-content: space-between; margin: 12px } .lever, .picker > div { cursor: pointer }
.choices { display: none } .open .choices { display: block } button svg { width: 16px; height: 16px }</style>
<main id="main"></main><p role="status" id="log"></p>
<script>
let notes = { "Cold (1)": ["Stir once"], "Warm (2)": ["Turn twice", "Cover"] }, levers = { rinse: true, warn: true }, why = "", ended = [];
const sign = (what, note) => `<button class="${what}-note" onclick="do_${what}('${note}')"><svg><path d="M2 2h9v9"/></svg></button>`;
const lever = (key, hint, label, more) => `<div class="row"><div><div>${label}</div><div>${more}</div></div><label class="lever ${hint}"><input
  type="checkbox" class="${hint}" ${levers[key] ? "checked" : ""} onchange="levers.${key} = this.checked; tell()"></label></div>`;
function draw() { main.innerHTML = Object.entries(notes).map(([group, all]) => `<div class="group"><div>${group}</div>` + all.map(one =>
    `<div class="row"><div>${one}</div><div>${sign("edit", one)} ${sign("delete", one)}</div></div>`).join("") + "</div>").join("")
  + lever("rinse", "rinse-first", "Rinse Used Jars", "What is put back is rinsed.") + lever("warn", "warn-when-hot", "Alarm", "It rings.")
  + `<p>Boiler <button onclick="ask()">End</button></p><div id="veil"></div>`; tell() }
function do_edit(note) { notes.edited = [note]; tell() }
window.do_delete = note => { for (const all of Object.values(notes)) if (all.includes(note)) all.splice(all.indexOf(note), 1); draw() };
function ask() { veil.innerHTML = `<div class="modal"><button class="close-end" onclick="veil.innerHTML = ''"><svg><path d="M2 2h9v9"/></svg></button><div><label>Reason *</label><div class="picker">
  <div class="trigger" onclick="this.parentNode.classList.toggle('open')">Select reason...</div><div class="choices">${["It leaks", "It is old"].map(one =>
  `<div class="choice" onclick="pick(this)">${one}</div>`).join("")}</div></div></div><button onclick="veil.innerHTML = ''">Cancel</button> <button onclick="ended.push(why); veil.innerHTML = ''; tell()">End</button></div>` }
function pick(choice) { document.querySelectorAll(".choice").forEach(one => one.classList.toggle("selected", one == choice && !window.deaf));
  why = choice.textContent; choice.closest(".picker").classList.remove("open") }
function tell() { log.textContent = `notes ${Object.values(notes)} levers ${Object.values(levers)} ended ${ended}` }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Delete the note 'Stir once'.", "notes ,Turn twice,Cover levers true,true ended"),
        ("Delete the note 'Cover'.", "notes Stir once,Turn twice levers true,true ended"),
        ("Turn off the 'Rinse jars' option.", "notes Stir once,Turn twice,Cover levers false,true ended"),
        ("Disable the 'Warn when hot' setting.", "notes Stir once,Turn twice,Cover levers true,false ended"),
    ],
)
async def test_a_control_without_words_is_used_for_what_it_stands_beside(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(SHED), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


async def test_a_list_that_goes_on_inviting_is_opened_again_to_see_what_is_chosen(
    session: Session, server: Server
) -> None:
    ended = await play(session, server.page(SHED), "End Boiler with the reason 'It leaks'.")

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("ended It leaks")


async def test_a_list_that_marks_no_choice_is_not_taken_to_have_one(session: Session, server: Server) -> None:
    deaf = SHED.replace("draw();\n</script>", "window.deaf = true; draw();\n</script>")
    ended = await play(session, server.page(deaf), "End Boiler with the reason 'It leaks'.")

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("ended")
