"""What is done to one record of an application: found by all of its words, and only where the page offers it."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HIVES = """
<style>.hive { display: flex; gap: 12px; padding: 6px } .tools { visibility: hidden } .hive:hover .tools { visibility: visible }
#ask { position: fixed; inset: 0; background: #0008 } #ask[hidden] { display: none } #ask div { background: #fff; margin: 80px; padding: 20px } nav div { cursor: pointer }</style>
<nav><div onclick="place = 'hives'; draw()">Hives</div><div onclick="place = 'tokens'; draw()">Access tokens</div></nav>
<button onclick="ask('<label>Name <input id=n></label><label>Yard <input id=yard></label>', 'Create', add)">New hive</button>
<main id="main"></main><div id="ask" hidden></div><p role="status" id="log"></p>
<script>
let place = "hives";
const hives = [["Meadow", "Ann Lund"], ["Orchard", "Ann Lund"], ["Orchard", "Bo Wik"], ["Quay", "Bo Wik"]].map(([name, keeper]) => ({ name, keeper, said: "" }));
const tokens = [{ name: "Weather bot", said: "" }, { name: "Scale", said: "" }];
function draw() {
  const list = place == "hives" ? hives : tokens;
  main.innerHTML = list.map((one, at) => one.said == "gone" ? "" : `<div class="hive"><span>${one.name}</span><span>${one.keeper || "read only"}</span>` + (place == "hives"
    ? `<span class="tools"><button title="Archive" onclick="mark(${at}, 'archived')">▣</button><button title="Mark as inspected" onclick="mark(${at}, 'inspected')">✓</button>
       <button title="Move" onclick="ask('<input placeholder=Yard>', 'Move', () => mark(${at}, 'moved'))">→</button></span>
       <button title="Edit" onclick="ask('<label>Yard <input id=yard></label>', 'Save', () => mark(${at}, 'in ' + yard.value))">✎</button>
       <button title="Delete hive" onclick="ask('Delete this hive?', 'Delete', () => mark(${at}, 'gone'))">✕</button>`
    : `<button onclick="ask('Revoke it?', 'Revoke token', () => mark(${at}, 'revoked'))">Revoke</button>`) + "</div>").join("");
  log.textContent = [...hives, ...tokens].filter(one => one.said).map(one => `${one.name} ${one.keeper || ""} ${one.said}`).join("; ") || "untouched" }
function add() { hives.push({ name: n.value, keeper: "You", said: "in " + yard.value }); draw() }
function mark(at, said) { (place == "hives" ? hives : tokens)[at].said = said; draw() }
function ask(words, yes, then) { window.then = then; document.getElementById("ask").hidden = false;
  document.getElementById("ask").innerHTML = `<div><p>${words}</p><button onclick="answer(false)">Cancel</button><button onclick="answer(true)">${yes}</button></div>` }
function answer(yes) { if (yes) window.then(); document.getElementById("ask").hidden = true; document.getElementById("ask").innerHTML = "" }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        pytest.param(
            "Archive the hive 'Quay' from Bo Wik.", "Quay Bo Wik archived", id="on it, once pointed at"
        ),
        pytest.param(
            "Archive the 'Orchard' hive from Bo Wik.", "Orchard Bo Wik archived", id="by all of its words"
        ),
        pytest.param(
            "Mark the hive 'Meadow' as inspected.", "Meadow Ann Lund inspected", id="marked as something"
        ),
        pytest.param(
            "Edit the hive 'Quay' and change its yard to 'South'.", "Quay Bo Wik in South", id="in its form"
        ),
        pytest.param(
            "Create a new hive called 'Dune' with the yard 'East'.", "Dune You in East", id="a new one"
        ),
        pytest.param("Delete the hive 'Meadow'.", "Meadow Ann Lund gone", id="with a question"),
        pytest.param("Revoke the access token for 'Scale'.", "Scale revoked", id="in another place"),
        pytest.param(
            "Go to Access tokens and revoke the token named 'Scale'.", "Scale revoked", id="after a way"
        ),
    ],
)
async def test_an_act_is_looked_for_on_the_record_that_has_all_of_the_words(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(HIVES), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        pytest.param("Archive the hive 'Orchard'.", "'Orchard'", id="two are called so"),
        pytest.param(
            "Archive the hive 'Quay' from Ann Lund.", "found nothing", id="none has all of the words"
        ),
        pytest.param("Paint the hive 'Quay'.", "found nothing called 'paint'", id="nothing is called so"),
        pytest.param(
            "Edit the hive 'Quay' and change its yard twice.", "could not read", id="a change half read"
        ),
        pytest.param(
            "Edit the hive 'Quay' and change its queen to 'Eva'.", "no control 'queen'", id="no such field"
        ),
        pytest.param(
            "Create a new hive called 'Quay'.", "stands on the page before", id="one is called so already"
        ),
        pytest.param("Create a new queen called 'Eva'.", "found nothing", id="nothing makes such"),
        pytest.param(
            "Create a new hive called 'Dune' by Friday.",
            "no field says that 'by Friday'",
            id="a new one by a day",
        ),
        pytest.param("Move the hive 'Quay'.", "", id="it asks for more than was said"),
        pytest.param("Remove the lid from the hive 'Quay'.", "'lid'", id="a part is not the whole"),
        pytest.param("Delete the hive 'Quay' on Sundays.", "could not read", id="a word was left over"),
        pytest.param("Delete all hives.", "found nothing", id="nothing does it to all"),
        pytest.param("Delete all old hives.", "found nothing", id="several at once"),
    ],
)
async def test_what_is_not_sure_is_given_up_and_nothing_is_done(
    session: Session, server: Server, prompt: str, reason: str
) -> None:
    ended = await play(session, server.page(HIVES), prompt)

    assert isinstance(ended, GiveUp), ended
    assert reason in ended.reason
    assert (await shown(session)).strip().endswith("untouched")


MARKED = """
<ul><li><span>Paint the shed</span> <span>#1</span> <b>Spring</b> <button onclick="log.textContent = 'gone'">Delete</button></li>
<li><span>Mend the gate</span> <span>#2</span> <b>Autumn</b> <button onclick="log.textContent = 'gone'">Delete</button></li></ul><p id="log">untouched</p>
"""


async def test_a_mark_on_a_record_is_not_its_name(session: Session, server: Server) -> None:
    ended = await play(session, server.page(MARKED), "Delete the season 'Spring'.")

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")


KEPT = """
<ul id="all"><li><span>Anchor</span> <a href="#" onclick="ask(); return false">Delete</a></li><li><span>Buoy</span> <a href="#" onclick="ask(); return false">Delete</a></li></ul>
<script>function ask() { document.body.innerHTML = "<h1>Cannot delete it</h1><p>Deleting Anchor would delete what holds it: a boat.</p><a href='#'>Go back</a>" }</script>
"""


async def test_what_is_still_named_after_a_deletion_was_not_deleted(session: Session, server: Server) -> None:
    ended = await play(session, server.page(KEPT), "Delete the mooring 'Anchor'.")

    assert isinstance(ended, GiveUp), ended
