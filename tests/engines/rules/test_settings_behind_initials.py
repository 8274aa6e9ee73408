"""Settings behind the initials of a person or a company, in a dialog whose tabs stand before its settings."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUAY = """
<style>body { margin: 0; font: 14px sans-serif; display: flex } [onclick] { cursor: pointer } .rail { width: 60px; height: 500px }
.rail div { width: 36px; height: 36px; margin: 8px } .box { position: fixed; left: 200px; top: 60px; background: #eee; display: flex; padding: 10px }
.row { display: flex; gap: 30px; margin: 10px } .hues { display: flex; gap: 8px } .list { position: absolute; background: #fff }</style>
<div class="rail"><div onclick="show('menu')">Q</div><div onclick="show('')">⌂</div></div>
<main><span class="title" onclick="show('boat')">Ferry ▾</span><p>The ferry leaves at nine.</p></main><div id="over"></div><p role="status" id="log"></p>
<script>
const s = { hue: "Jade", unit: "Feet", chart: "Plain" };
let piece = "Alerts", up = "", now = "";
const list = (key, all) => `<div><div class="dd trigger" onclick="up = up ? '' : '${key}'; draw()"><span>${s[key]}</span><span>▾</span></div>
  ${up == key ? `<div class="list">${all.map(one => `<div class="dd item" onclick="up = ''; set('${key}', '${one}')">${one}</div>`).join("")}</div>` : ""}</div>`;
const row = (title, inner) => `<div class="row"><div>${title}</div>${inner}</div>`;
const parts = {
  Alerts: () => "<p>No alerts are set.</p>",
  Charts: () => row("Depths", list("unit", ["Feet", "Metres"])) + row("Chart style", list("chart", ["Plain", "Shaded"])),
  Looks: () => row("Workspace theme", `<div class="hues">${["Jade", "Lagoon", "Coral"].map(one => `<div class="swatch ${s.hue == one ? 'sel' : ''}" onclick="set('hue', '${one}')">${one}</div>`).join("")}</div>`),
};
const layers = {
  "": () => "",
  boat: () => `<div class="box" role="dialog"><p>The ferry carries forty.</p></div>`,
  menu: () => `<div class="box"><div class="menu item" onclick="show('all')">Preferences</div></div>`,
  all: () => `<div class="box" role="dialog"><div class="tabs">${Object.keys(parts).map(one => `<div class="tab ${piece == one ? 'on' : ''}" onclick="piece = '${one}'; draw()">${one}</div>`).join("")}</div><div>${parts[piece]()}</div></div>`,
};
function show(name) { now = name; draw() }
function set(key, value) { s[key] = value; draw() }
function draw() { over.innerHTML = layers[now](); log.textContent = JSON.stringify(s) }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("Pick the Lagoon theme for the workspace.", '{"hue":"Lagoon","unit":"Feet","chart":"Plain"}'),
        (
            "Set the depths to Metres and the chart style to Shaded.",
            '{"hue":"Jade","unit":"Metres","chart":"Shaded"}',
        ),
    ],
)
async def test_settings_behind_initials_are_found_and_set(
    session: Session, server: Server, prompt: str, kept: str
) -> None:
    ended = await play(session, server.page(QUAY), prompt)

    assert isinstance(ended, Finish), ended
    assert kept in await shown(session)


async def test_a_theme_that_is_not_offered_is_not_set(session: Session, server: Server) -> None:
    ended = await play(session, server.page(QUAY), "Pick the Amber theme for the workspace.")

    assert isinstance(ended, GiveUp), ended
    assert '"hue":"Jade"' in await shown(session)
