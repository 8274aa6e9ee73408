"""Settings behind a sign without words, in a list of places, and drawn as a box or a radio button beside its words."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WORKSHOP = """
<title>Workshop</title>
<style>body { margin: 0; font: 14px sans-serif } header { display: flex; justify-content: space-between; padding: 10px; height: 40px }
header div, nav div, .line, .item { cursor: pointer } .ib { width: 32px; height: 32px } .ib svg { width: 20px } .body { display: flex }
nav { width: 180px } .item { padding: 6px } .places { width: 170px } .mark { width: 16px; height: 16px; border: 1px solid; display: inline-block }
.mark.on { background: #080 } .pill { width: 36px; height: 18px; background: #ccc; cursor: pointer } .pill.on { background: #080 } .card { display: block; padding: 8px }</style>
<header><div>Workshop</div><div class="ib" onclick="go('places')"><svg><path d="M1 1h18v18z"/></svg></div></header>
<div class="body"><nav><div class="nav" onclick="go('home')">Home</div><div class="nav" onclick="go('tools')">Tools</div></nav><main id="main"></main></div>
<p role="status" id="log"></p>
<script>
const s = { hue: "Light", dense: "Roomy", sounds: true, offline: false, letters: true, digest: false, tagging: false, descriptor: "WORKSHOP", zone: "Europe/Paris", two: false, head: "Saws", foot: "" };
let at = "home", piece = "General";
const line = (key, value, words, kind) => `<div class="line" onclick="set('${key}', ${value})"><span class="mark ${kind} ${kind == 'rad' ? (s[key] == eval(value) ? 'on' : '') : (s[key] ? 'on' : '')}"></span> <span>${words}</span></div>`;
const radios = (key, all) => all.map(one => line(key, `&quot;${one}&quot;`.replaceAll("&quot;", "`"), one, "rad")).join("");
const row = (title, inner) => `<div class="row" style="display:flex;gap:30px;margin:10px"><div class="said">${title}</div><div>${inner}</div></div>`;
const pill = key => `<div class="pill sw ${s[key] ? 'on' : ''}" onclick="set('${key}', !s.${key})"></div>`;
const parts = {
  General: () => row("Appearance", radios("hue", ["Light", "Dark", "As the system"])) + row("Density", radios("dense", ["Roomy", "Tight"])) + row("Accessibility", line("sounds", "!s.sounds", "Play sounds", "cbox")) + row("Offline", line("offline", "!s.offline", "Keep what was used last on this machine", "cbox")),
  Letters: () => row("New tools", line("letters", "!s.letters", "Send me a letter", "cbox")) + row("Daily digest", pill("digest")),
  Tickets: () => row("<div>Automatic ticket tagging</div><small>Adds tags for the words in a ticket.</small>", pill("tagging")),
};
const cards = [["shop", "Business", "Name, support contacts, statement descriptor"], ["crew", "Team and security", "Members, roles, two-step"], ["looks", "Branding", "Colours"]];
const pages = {
  home: () => "<h1>Home</h1><p>Nothing is due.</p>", tools: () => "<h1>Tools</h1><ul><li>Saw</li><li>Plane</li></ul>",
  places: () => `<div style="display:flex"><div class="places">${Object.keys(parts).map(one => `<div class="item ${piece == one ? 'on' : ''}" onclick="piece='${one}'; draw()">${one}</div>`).join("")}<a class="item" href="#cards" onclick="go('cards')">Account</a><a class="item" href="#gone" onclick="set('hue', 'gone')">Deactivate the workshop</a></div><div>${parts[piece]()}</div></div>`,
  cards: () => `<h1>Account</h1>` + cards.map(([key, title, about]) => `<a class="card" href="#${key}" onclick="go('${key}')"><b>${title}</b><br><small>${about}</small></a>`).join(""),
  shop: () => `<a href="#cards" onclick="go('cards')">Account</a><h1>Business</h1><label>Statement descriptor <input value="${s.descriptor}" onchange="set('descriptor', this.value)"></label>
    <label>Time zone <select onchange="set('zone', this.value)">${["America/New_York", "Europe/Paris", "Asia/Tokyo"].map(one => `<option ${s.zone == one ? "selected" : ""}>${one}</option>`).join("")}</select></label>`,
  crew: () => `<a href="#cards" onclick="go('cards')">Account</a><h1>Team and security</h1>` + row("<div>Require two-step sign-in</div><small>All team members must set up a second step</small>", `<button role="switch" aria-checked="${s.two}" class="pill" onclick="set('two', !s.two)"></button>`),
  looks: () => `<a href="#cards" onclick="go('cards')">Account</a><h1>Branding</h1><label>Letter head <input id="top1" value="${s.head}"></label><label>Letter foot <input id="end1" value="${s.foot}"></label>
    <button onclick="s.head = top1.value; set('foot', end1.value)">Save</button>`,
};
function go(name) { at = name; draw() }
function set(key, value) { s[key] = value; draw() }
function draw() { main.innerHTML = pages[at](); log.textContent = JSON.stringify(s) }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Set the appearance to Dark.", '"hue":"Dark"'),
        ("Switch to the tight density.", '"dense":"Tight"'),
        ("Turn off play sounds.", '"sounds":false'),
        ("Turn on automatic ticket tagging.", '"tagging":true'),
        ("Enable the daily digest.", '"digest":true'),
        ("Set the statement descriptor to 'SAW AND PLANE'.", '"descriptor":"SAW AND PLANE"'),
        ("Set the time zone to New York.", '"zone":"America/New_York"'),
        ("Switch the workshop to the dark appearance with tight density.", '"hue":"Dark","dense":"Tight"'),
        ("Stop sending me letters about new tools.", '"letters":false'),
        ("Turn off play sounds, and use the dark appearance.", '"hue":"Dark","dense":"Roomy","sounds":false'),
        ("Change the workshop's statement descriptor to 'PLANE'.", '"descriptor":"PLANE"'),
        ("Require two-step sign-in for everyone on the team.", '"two":true'),
    ],
)
async def test_it_is_found_and_set(session: Session, server: Server, prompt: str, told: str) -> None:
    ended = await play(session, server.page(WORKSHOP), prompt, steps=30)

    assert isinstance(ended, Finish), ended
    assert told in await shown(session)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        (
            "Set the letter head to 'Planes' and the letter foot to 'Since 1911'.",
            '"head":"Planes","foot":"Since 1911"',
        ),
        ("Set the letter head to 'Planes'. Set the letter foot to 'Oak'.", '"head":"Planes","foot":"Oak"'),
        ("Set the letter head to 'Planes', but do not submit it.", '"head":"Saws","foot":""'),
    ],
)
async def test_fields_that_had_to_be_looked_for_are_saved(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(WORKSHOP), prompt, steps=30)

    assert isinstance(ended, Finish), ended
    assert told in await shown(session)


async def test_nothing_is_set_while_looking(session: Session, server: Server) -> None:
    before = '{"hue":"Light","dense":"Roomy","sounds":true,"offline":false,"letters":true,"digest":false'

    ended = await play(session, server.page(WORKSHOP), "Enable night lighting in the attic.", steps=30)

    assert isinstance(ended, GiveUp), ended
    assert before in await shown(session)
