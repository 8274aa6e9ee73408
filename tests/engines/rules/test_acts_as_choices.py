"""An act may be a choice in a list of the record; what asks which choice is meant is answered or refused."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

CREW = """
<style>td, .item, .pick { padding: 4px } .pick, .item { cursor: pointer; border: 1px solid; display: inline-block } .list { position: absolute; background: white; border: 1px solid }</style>
<div id="app"></div><p role="status" id="log">untouched</p>
<script>
const people = [["Ann Lee", "Owner"], ["Bo Kim", "Member"], ["Cy Ortiz", "Member"]];
const jobs = [["Fence", "Open", "Nobody"], ["Gate", "Open", "Ann Lee"], ["Shed", "Paused", "Nobody"]];
let chosen = -1, menu = "";
const say = words => { log.textContent = words };
function draw() {
  if (chosen >= 0) {
    const job = jobs[chosen];
    const names = menu == "who" ? `<div class="list">${people.map(([name]) => `<div class="item" onclick="jobs[${chosen}][2]='${name}';menu='';say('${job[0]}: ${name}');draw()">${name}</div>`).join("")}</div>` : "";
    const later = menu == "later" ? `<div class="list">${["1 hour", "Tomorrow"].map(one => `<div class="item" onclick="say('later ${one}')">${one}</div>`).join("")}</div>` : "";
    app.innerHTML = `<h1>${job[0]}</h1><button onclick="menu='later';draw()">Snooze</button>${later}<div><p>Assignee</p><span class="pick" onclick="menu='who';draw()">${job[2]} ▾</span>${names}</div>
      <div><label>Status <select onchange="jobs[${chosen}][1]=this.value;say('${job[0]}: '+this.value)">${["Open", "Paused", "Resolved"].map(one => `<option${one == job[1] ? " selected" : ""}>${one}</option>`).join("")}</select></label></div>`;
    return;
  }
  const role = (one, at) => `<select onchange="say('${one[0]}: '+this.value)">${["Owner", "Admin", "Member"].map(each => `<option${each == one[1] ? " selected" : ""}>${each}</option>`).join("")}</select>`;
  app.innerHTML = `<h2>People</h2><table>${people.map((one, at) => `<tr><td>${one[0]}</td><td>${role(one, at)}</td></tr>`).join("")}</table>
    <h2>Jobs</h2><table>${jobs.map((one, at) => `<tr><td><a href="#" onclick="chosen=${at};draw();return false">${one[0]}</a></td><td>${one[1]}</td></tr>`).join("")}</table>`;
}
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        pytest.param("Make Bo Kim an admin.", "Bo Kim: Admin", id="a list in the row"),
        pytest.param("Assign the job 'Gate' to Bo Kim.", "Gate: Bo Kim", id="a drawn list of the view"),
        pytest.param("Pause the job 'Fence'.", "Fence: Paused", id="the participle of the verb"),
        pytest.param("Mark the job 'Shed' as resolved.", "Shed: Resolved", id="a state that is said"),
    ],
)
async def test_an_act_is_a_choice_in_the_one_list_that_offers_it(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(CREW), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        pytest.param(
            "Assign the job 'Gate' to Di Wolf.", "does not offer 'Di Wolf'", id="nobody of that name"
        ),
        pytest.param("Pause the job 'Shed'.", "shows 'Paused' already", id="it is so"),
        pytest.param("Snooze the job 'Fence'.", "asks which is meant", id="a choice that nobody said"),
    ],
)
async def test_what_the_lists_do_not_offer_or_ask_for_besides_is_refused(
    session: Session, server: Server, prompt: str, reason: str
) -> None:
    ended = await play(session, server.page(CREW), prompt, steps=25)

    assert isinstance(ended, GiveUp), ended
    assert reason in ended.reason
    assert (await shown(session)).strip().endswith("untouched")


SHELF = """
<div id="app"></div><p role="status" id="log">untouched</p>
<script>
let books = ["Reef", "Dune", "Tide"];
const say = words => { log.textContent = words };
function draw() { app.innerHTML = `<h1>Sea shelf</h1><ul>${books.map(one => `<li><span>${one}</span> <span>paper</span> <button onclick="say('copied ${one}')">Make a copy</button> <button onclick="books=books.filter(b=>b!='${one}');say('took ${one}');draw()">×</button></li>`).join("")}</ul>` }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        pytest.param("Duplicate the book 'Dune'.", "copied Dune", id="another word for the act"),
        pytest.param("Remove the book 'Dune'.", "took Dune", id="a cross on the record"),
        pytest.param("Take Dune off the Sea shelf.", "took Dune", id="said in other words"),
    ],
)
async def test_an_act_is_found_under_another_word_or_as_a_cross(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(SHELF), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_cross_is_no_other_act(session: Session, server: Server) -> None:
    ended = await play(session, server.page(SHELF), "Archive the book 'Dune'.")

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")
