"""Settings of an application, brought to what is asked for wherever its navigation keeps them."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KILN = """
<style>.row { display: flex; gap: 40px; margin: 12px } .swatch, .lever, nav div { cursor: pointer }
.lever { width: 40px; height: 20px; background: #ccc } .lever.active { background: #080 } .choices { display: none }
.open .choices { display: block } .tools { visibility: hidden } .named:hover .tools { visibility: visible }</style>
<nav><div onclick="go('Firing')">Firing</div><div onclick="go('Alerts &amp; Sound')">Alerts &amp; Sound</div>
<div onclick="go('Delete kiln')">Delete kiln</div></nav><main id="main"></main><p role="status" id="log"></p>
<script>
const state = { ramp: "Slow", fan: true, chime: false, title: "Old Kiln", quiet: true, deleted: false }; let place = "Firing";
const lists = { "Ramp speed": ["ramp", ["Slow", "Medium", "Fast"]] };
function go(to) { if (to == "Delete kiln") { state.deleted = true; tell(); return } place = to; draw() }
function lever(key, label) { return `<div class="row"><div><div>${label}</div><div>About the ${key}.</div></div>
  <div><div class="lever toggle-switch ${state[key] ? "active" : ""}" onclick="state.${key} = !state.${key}; draw()"><i></i></div></div></div>` }
function draw() {
  main.innerHTML = `<h2>${place}</h2>` + (place == "Firing"
    ? `<div class="row"><div><div>Ramp speed</div><div>How fast it heats.</div></div><div class="picker"><div class="swatch" onclick="this.parentNode.classList.toggle('open')"><span>${state.ramp}</span></div>
       <div class="choices">${lists["Ramp speed"][1].map(one => `<div class="swatch" onclick="state.ramp = '${one}'; draw()">${one}</div>`).join("")}</div></div></div>
       ${lever("fan", "Cooling fan")}
       <div class="named"><div>Kiln name</div><div><span>${state.title}</span> <button class="tools" title="Edit Kiln name" onclick="edit(this)">✎</button></div></div>`
    : lever("chime", "End chime") + `<div class="row"><div>Quiet hours</div><label class="lever toggle-switch"><input type="checkbox" id="quiet" style="display:none" checked onchange="state.quiet = this.checked; tell()"><i></i></label></div>`);
  tell() }
function edit(button) { button.parentNode.innerHTML = `<input value="${state.title}"> <button onclick="state.title = this.previousElementSibling.value; draw()">Save</button>` }
function tell() { log.textContent = `ramp ${state.ramp} fan ${state.fan} chime ${state.chime} name ${state.title} quiet ${state.quiet} deleted ${state.deleted}` }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Change the ramp speed to 'Fast'.", "ramp Fast"),
        ("Change the ramp speed from Slow to Medium in Firing.", "ramp Medium"),
        ("Turn off the 'Cooling fan' toggle.", "fan false"),
        ("Disable the cooling fan setting.", "fan false"),
        ("Navigate to Alerts & Sound and turn on the 'End chime' option.", "chime true"),
        ("Enable the 'End chime' option in Alerts & Sound.", "chime true"),
        ("Disable the 'Quiet hours' preference in Alerts & Sound.", "quiet false"),
        ("Change the kiln name to 'New Kiln'.", "name New Kiln"),
    ],
)
async def test_a_setting_is_found_by_its_label_and_brought_to_its_value(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(KILN), prompt)

    assert isinstance(ended, Finish), ended
    assert told in await shown(session)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("Change the ramp speed to 'Sudden'.", "does not offer 'Sudden'; it offers 'Slow', 'Medium', 'Fast'"),
        ("Change the ramp speed from Fast to Medium.", "shows 'Slow', not 'Fast'"),
        ("Turn on the 'Delete kiln lock' toggle.", "found nothing that fits"),
        ("Go to the Glazes tab.", "found nothing that fits 'Glazes'"),
        ("Turn on the 'End chime' toggle unless it rains.", "could not read"),
        ("Change the ramp speed to 'Fast' on Sundays only.", "could not read"),
        pytest.param("Set the ramp speed from 5 to 9 January 2027.", "could not read", id="a span of days"),
    ],
)
async def test_what_is_not_offered_is_refused_and_nothing_else_is_pressed(
    session: Session, server: Server, prompt: str, reason: str
) -> None:
    ended = await play(session, server.page(KILN), prompt)

    assert isinstance(ended, GiveUp), ended
    assert reason in ended.reason
    assert "ramp Slow fan true chime false name Old Kiln quiet true deleted false" in await shown(session)


STUDIO = """
<h1>Studio settings</h1><p>Kept: <span id="kept"></span></p><div id="form"></div>
<script>
  const kept = { 'Time zone': 'Oslo', 'Date format': 'DD/MM/YYYY', 'Size of the print': 'Small' };
  const offered = {
    'Time zone': ['Oslo', 'Lisbon'], 'Date format': ['DD/MM/YYYY', 'YYYY-MM-DD'],
    'Size of the print': ['Small', 'Large'],
  };
  function draw() {
    document.getElementById('form').innerHTML = Object.entries(offered).map(([label, all]) =>
      `<p><label>${label} <select name="${label}">${all.map(one =>
        `<option ${one === kept[label] ? 'selected' : ''}>${one}</option>`).join('')}</select></label></p>`
    ).join('') + '<button onclick="keep()">Save changes</button>';
    document.getElementById('kept').textContent = Object.values(kept).join(' ');
  }
  function keep() {
    for (const list of document.querySelectorAll('select')) kept[list.name] = list.value;
    draw();
  }
  draw();
</script>
"""


async def test_what_is_set_in_a_form_after_it_was_kept_is_kept_as_well(
    session: Session, server: Server
) -> None:
    prompt = "Set the studio's time zone to Lisbon and the date format to YYYY-MM-DD."
    ended = await play(session, server.page(STUDIO), prompt)

    assert isinstance(ended, Finish), ended
    assert "Kept: Lisbon YYYY-MM-DD Small" in await shown(session)
