"""Settings that a sentence says in other words than the page: in any order, in part by the heading, or by the value."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HARBOUR = """
<style>.row { display: flex; gap: 40px; margin: 8px; align-items: center } .hint { color: #777 } body { font-size: 13px }
.switch, .pick, .seg div, .list div { cursor: pointer } .switch { min-width: 44px; height: 18px; background: #ccc }
.switch.on { background: #080 } .seg { display: flex; gap: 8px } .list { display: none } .open .list { display: block }
td, th { padding: 2px 14px }</style>
<main id="main"></main><p role="status" id="log"></p>
<script>
const s = { desk: false, mail: true, often: "Never", size: "Medium", tone: "Light", hue: "Jade", clock: false, leave: true, berths: "Any member",
  idle: "15 minutes", fog: false, link: true, paper: false, tideText: true, tideMail: true, stormText: true, stormMail: true, draft: "12" };
let up = "";
const row = (title, hint, control) => `<div class="row"><div><div>${title}</div>${hint ? `<div class="hint">${hint}</div>` : ""}</div><div>${control}</div></div>`;
const flip = (key, words) => `<div class="switch ${s[key] ? "on" : ""}" onclick="set('${key}', !s.${key})">${words ? (s[key] ? "ON" : "OFF") : "<i></i>"}</div>`;
const list = (key, all) => `<select onchange="set('${key}', this.value)">${all.map(one => `<option ${s[key] == one ? "selected" : ""}>${one}</option>`).join("")}</select>`;
const drawn = (key, all) => `<div class="${up == key ? "open" : ""}"><div class="pick dropdown" onclick="up = up ? '' : '${key}'; draw()"><span>${s[key]}</span><span>▾</span></div>
  <div class="list">${all.map(one => `<div onclick="up = ''; set('${key}', '${one}')">${one}</div>`).join("")}</div></div>`;
const seg = (key, all) => `<div class="seg">${all.map(one => `<div class="${s[key] == one ? "active" : ""}" onclick="set('${key}', '${one}')">${one}</div>`).join("")}</div>`;
const radios = (key, all) => all.map(one => `<label><input type="radio" name="${key}" ${s[key] == one ? "checked" : ""} onchange="set('${key}', '${one}')"> ${one}</label>`).join("");
const box = (key, words) => `<label style="display:block"><input type="checkbox" ${s[key] ? "checked" : ""} onchange="set('${key}', this.checked)"> ${words}</label>`;
function set(key, value) { s[key] = value; draw() }
function draw() {
  main.innerHTML = `<h1>Harbour office</h1><h2>Notifications</h2>` + row("Desktop", "Show pop-ups in my browser.", flip("desk", true)) + row("Email", "Send me letters.", flip("mail", true))
  + row("Email notification frequency", "For what you are watching", list("often", ["Never", "Periodically", "Instantly"]))
  + `<table><tr><th>Tell me about</th><th>Email</th><th>Text</th></tr>` + [["Tide reminders", "tide"], ["Storm warnings", "storm"]].map(([words, key]) =>
    `<tr><td>${words}</td><td>${flip(key + "Mail")}</td><td>${flip(key + "Text")}</td></tr>`).join("") + `</table><h2>Display</h2>`
  + row("Text size", "", drawn("size", ["Small", "Medium", "Large", "Extra large"])) + row("Colour mode", "", radios("tone", ["Light", "Dark", "System"]))
  + row("Office theme", "", seg("hue", ["Jade", "Lagoon", "Mood Indigo"])) + box("clock", "Display times with a 24-hour clock") + box("leave", "Show leaving boats")
  + `<h2>Rules</h2>` + row("Berth creation restrictions", "Who can lay out berths", list("berths", ["Any member", "Only harbour admins", "Nobody"]))
  + row("Automatic sign-out", "After no activity", list("idle", ["5 min", "15 minutes", "30 minutes"])) + row("Fog horn linking", "Ties the horn to the tide gauge", flip("link"))
  + row("Paperless billing", "Bills go to a@harbour.example", flip("paper")) + row("Fog horn", "", flip("fog"));
  log.textContent = JSON.stringify(s) }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Turn on desktop notifications.", '"desk":true'),
        ("Change my email notification frequency from Never to Instantly.", '"often":"Instantly"'),
        ("Set the frequency of email notifications to Periodically.", '"often":"Periodically"'),
        ("Use large text in the office.", '"size":"Large"'),
        ("Use extra large text.", '"size":"Extra large"'),
        ("Switch to dark mode.", '"tone":"Dark"'),
        ("Pick the Lagoon theme for the office.", '"hue":"Lagoon"'),
        ("Set the theme of the office to Mood Indigo.", '"hue":"Mood Indigo"'),
        ("Show times with a 24-hour clock.", '"clock":true'),
        ("Don't show leaving boats.", '"leave":false'),
        ("Restrict berth creation to harbour admins.", '"berths":"Only harbour admins"'),
        ("Sign me out automatically after 5 minutes without activity.", '"idle":"5 min"'),
        ("Sign me out automatically after half an hour.", '"idle":"30 minutes"'),
        ("Unlink the fog horn.", '"link":false'),
        ("Go paperless for billing.", '"paper":true'),
        ("Stop text messages for tide reminders.", '"tideText":false'),
        ("Turn off email notifications for storm warnings.", '"stormMail":false'),
    ],
)
async def test_a_setting_is_brought_to_what_the_sentence_says(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    before = await _kept(session, server)

    ended = await play(session, server.page(HARBOUR), prompt)

    assert isinstance(ended, Finish), ended
    after = (await shown(session)).partition("{")[2].split(",")
    assert told in [one.strip("}") for one in after]
    assert len(set(after) - set(before)) == 1


async def _kept(session: Session, server: Server) -> list[str]:
    await session.goto(server.page(HARBOUR))
    return (await shown(session)).partition("{")[2].split(",")


@pytest.mark.parametrize(
    "prompt",
    [
        "Turn off email notifications for harbour masters.",
        "Turn on mobile notifications.",
        "Use tiny text.",
        "Show times with a 24-hour clock in the log book.",
        "Sign me out automatically after 7 minutes.",
        "Stop text messages for fog warnings.",
        "Show only leaving boats.",
        "Restrict berth creation to sailors.",
    ],
)
async def test_nothing_is_changed_where_a_word_stands_in_no_setting(
    session: Session, server: Server, prompt: str
) -> None:
    before = await _kept(session, server)

    ended = await play(session, server.page(HARBOUR), prompt)

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).partition("{")[2].split(",") == before
