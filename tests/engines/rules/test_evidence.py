"""Nothing is called done without evidence: each page here invites a mistake that looks like success."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BERTH = """
<h1>Berth</h1><form onsubmit="event.preventDefault(); out.textContent = 'Booked for ' + skipper.value">
<label>Skipper <input id="skipper" required></label><label>Length in m <input type="number" id="metres" max="30"></label>
<button>Book berth</button> <button type="button" onclick="out.textContent = 'Dropped'">Discard</button></form>
<p id="out" role="status"></p>
"""

LOOKUP = """
<header><input placeholder="Find a buoy" id="buoy"></header><h1>Buoy 9</h1>
<form onsubmit="event.preventDefault(); out.textContent = 'Kept'"><p>Nothing to fill in.</p><button>Keep</button></form><p id="out"></p>
"""

LIGHTS = """
<label><input type="checkbox" role="switch" id="fog"> Fog horn</label><label><input type="checkbox" id="beam" checked> Main beam</label>
<button aria-pressed="false" id="bell" onclick="this.setAttribute('aria-pressed', this.getAttribute('aria-pressed') != 'true')">Night bell</button>
<button onclick="tell()">Keep</button><p id="out" role="status"></p>
<script>function tell() { out.textContent = `fog ${fog.checked} beam ${beam.checked} bell ${bell.getAttribute('aria-pressed')}` }</script>
"""

HARBOURS = """
<label for="port">Port</label> <input id="port" role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls="all" autocomplete="off">
<ul id="all" role="listbox" hidden style="position:absolute;background:#fff;margin:0;left:280px"></ul>
<button id="go">Set course</button><p id="out" role="status"></p>
<script>
const PORTS = ["Ystad", "Visby", "Varberg"]; let taken = "";
function offer() { const some = PORTS.filter(one => one.toLowerCase().startsWith(port.value.toLowerCase()));
  all.innerHTML = some.map(one => `<li role=option>${one}</li>`).join(""); all.hidden = false; port.setAttribute("aria-expanded", "true") }
port.oninput = offer; port.onclick = offer;
all.onmousedown = e => { e.preventDefault(); taken = port.value = e.target.textContent; all.hidden = true; port.setAttribute("aria-expanded", "false") };
port.onblur = () => { port.value = taken; all.hidden = true; port.setAttribute("aria-expanded", "false") };
go.onclick = () => { out.textContent = "StepGenerator: " + (taken || "none") };
</script>
"""

CATCH = """
<select aria-label="Filter by"><option>- column -</option><option>species</option><option>weight</option></select>
<table><thead><tr><th><a href="#" onclick="by(0); return false">species</a></th><th><a href="#" onclick="by(1); return false">weight</a></th></tr></thead><tbody id="rows"></tbody></table>
<script>
let catches = [["Cod", 41.5], ["Herring", 3.2], ["Salmon", 77], ["Perch", 9.75]], way = 1;
function by(column) { catches.sort((a, b) => (a[column] > b[column] ? 1 : -1) * WAY); draw() }
function draw() { rows.innerHTML = catches.map(one => `<tr><td>${one[0]}</td><td>${one[1]}</td></tr>`).join("") }
draw();
</script>
"""

CREW = """
<table><tr><th>Name</th><th>Watch</th></tr>
<tr><td>Ebba</td><td><button onclick="out.textContent = 'Ebba off'">Relieve</button></td></tr>
<tr><td>Sigge</td><td><button onclick="out.textContent = 'Sigge off'">Relieve</button></td></tr></table><p id="out"></p>
"""

SCUTTLE = """
<button onclick="d.showModal()">Discard</button><p id="out"></p>
<dialog id="d"><p>Really?</p><button onclick="d.close()">Keep it</button><button onclick="d.close(); out.textContent = 'gone'">Discard boat</button></dialog>
"""

TIDE = """
<label>Ebb on <input id="ebb"></label><button onclick="out.textContent = 'Kept ' + ebb.value">Keep</button>
<p id="out"></p><script>
ebb.oninput = () => { const day = ebb.value.match(/^(....)-(..)-(..)$/); if (day) ebb.value = `${day[2]}/${day[3]}/${day[1]}` };
</script>
"""

DIMMER = """<body><button onclick="document.body.style.background = '#123'">Dim</button>
<button onclick="hold.style.backgroundColor = 'rgb(9, 9, 9)'">Shade</button>
<div id=hold style="position: fixed; inset: 0; z-index: -1"></div>"""
ASLEEP = (
    """<span tabindex="-1" onclick="" role="button" onmousedown="event.preventDefault()">Wake up</span>"""
)

DEAD = """
<style>button:hover, button:focus { background: teal; outline: 2px solid red }</style>
<label>Cook <input id="cook" onblur="w.textContent = cook.value.length > 3 ? '' : 'Rather short'"></label><p id="w"></p>
<button>Light stove</button>
<button onclick="cook.value.length > 3 && (w.textContent = 'Hired')">Hire</button>
<button onclick="fetch('/crew', {method: 'POST', body: cook.value})">Sign on</button>
<button onclick="print()">Print</button> <button>Export</button>
<button onclick="this.classList.toggle('liked')">Like</button>
"""

LONG_ANSWER = """
<form onsubmit="event.preventDefault(); out.textContent = 'Failed to keep the log: ' + 'the page is full '.repeat(30)">
<label>Log <input></label><button>Keep log</button></form><p id="out" class="alert danger"></p>
"""

WATCH = """
<label id="t">Watch</label><button id="w" aria-labelledby="t" aria-haspopup="listbox" aria-expanded="false" onclick="list.hidden = false">Dog</button>
<ul id="list" role="listbox" hidden><li role="option">Dog</li><li role="option">First</li></ul>
<label for="crew">Crew</label><div><select id="crew" multiple><option>Ann</option><option>Bo</option><option>Cy</option></select><input type="search" aria-label="Crew"></div>
<button onclick="out.textContent = w.textContent + [...crew.selectedOptions].map(one => one.label)">Keep</button><p id="out"></p>
<script>list.onclick = e => { w.textContent = e.target.textContent; list.hidden = true }</script>
"""

DRAWN = """
<label for="rig">Rig</label> <select id="rig" style="position:absolute;width:1px;height:1px;clip-path:inset(50%)"><option>Sloop</option><option>Ketch</option></select>
<span id="box" role="combobox" aria-label="Rig" aria-expanded="false" tabindex="0" onmousedown="later()" style="display:inline-block;width:90px;border:1px solid">Sloop</span>
<ul id="rigs" role="listbox" hidden></ul><button onclick="out.textContent = rig.value">Keep</button><p id="out"></p>
<script>function later() { box.setAttribute("aria-expanded", "true"); rigs.hidden = false; setTimeout(() => {
  rigs.innerHTML = "<li role=option>Sloop<li role=option>Ketch" }, 600) }
rigs.onclick = e => { rig.value = box.textContent = e.target.textContent; rigs.hidden = true; box.setAttribute("aria-expanded", "false") }</script>
"""

LATE = """
<input type="search" aria-label="Search"><table><thead><tr><th>Rope</th><th>Metres</th></tr></thead><tbody id="b">
<tr><td>Hawser</td><td>90</td></tr><tr><td>Halyard</td><td>31</td></tr><tr><td>Heaving line</td><td>25</td></tr></tbody></table>
<script>document.querySelector("input").oninput = e => WAIT < 0 || setTimeout(() => {
  for (const row of b.rows) row.hidden = !row.textContent.includes(e.target.value) }, WAIT)</script>
"""


@pytest.mark.parametrize(
    ("page", "prompt", "reason"),
    [
        pytest.param(BERTH, "Click 'Book berth'.", "field 'Skipper'", id="a required field was left empty"),
        pytest.param(
            BERTH,
            "Enter 'Bo' into 'Skipper'. Enter '45' into 'Length in m'. Click 'Book berth'.",
            "field 'Length in m'",
            id="a value that the browser refuses",
        ),
        pytest.param(LOOKUP, "Enter '12' into 'Depth'. Click 'Keep'.", "there is no field 'Depth'", id="no such field"),
        pytest.param(HARBOURS, "Select 'Atlantis' as 'Port'. Click 'Set course'.", "Atlantis", id="no such option"),
        pytest.param(CATCH.replace("WAY", "0"), "Sort by 'weight' descending.", "is sorted", id="a sort that sorts nothing"),
        pytest.param(
            CATCH.replace("WAY", "1").replace('41.5', '"41"').replace('3.2', '"3"').replace('77', '"100"').replace('9.75', '"9"'),
            "Sort by 'weight' ascending.", "is sorted", id="numbers sorted as texts",
        ),
        pytest.param(
            CATCH.replace("WAY", "-1").replace("41.5", '"03/01/2026"').replace("3.2", '"01/12/2025"').replace("77", '"02/02/2026"').replace("9.75", '"11/11/2025"'),
            "Sort by 'weight' descending.", "is sorted", id="days sorted as texts",
        ),
        pytest.param(ASLEEP, "Click 'Wake up'.", "nothing at all changed", id="a click that changes nothing"),
        pytest.param(DEAD, "Click 'Light stove'.", "nothing at all changed", id="a button that only gets the keyboard"),
        pytest.param(DEAD, "Click 'Export'.", "nothing at all changed", id="a button that exports nothing"),
        pytest.param(
            DEAD, "Enter 'Al' into 'Cook'. Press Tab. Click 'Hire'.", "nothing at all changed", id="a complaint that stood there before"
        ),
        pytest.param(LONG_ANSWER, "Enter 'Fog' into 'Log'. Click 'Keep log'.", "Failed to keep the log", id="a long complaint"),
        pytest.param(LATE.replace("WAIT", "-1"), "Search for 'Ha'.", "nothing changed", id="a search that finds nothing out"),
    ],
)  # fmt: skip
async def test_what_only_looks_done_is_refused_with_the_reason(
    session: Session, server: Server, page: str, prompt: str, reason: str
) -> None:
    decision = await play(session, server.page(page), prompt)

    assert isinstance(decision, GiveUp), decision
    assert reason in decision.reason


@pytest.mark.parametrize(
    ("page", "prompt", "words"),
    [
        pytest.param(BERTH, "Enter 'Bo' into 'Skipper' and paint the berth.", None, id="an instruction that is no button's"),
        pytest.param(BERTH, "Enter 'Bo' into 'Skipper' and book the berth.", "Booked for Bo", id="a button called by act and thing"),
        pytest.param(BERTH, "Enter 'Bo' into 'Skipper'. Click 'Book berth'.", "Booked for Bo", id="a form that is sent"),
        pytest.param(BERTH, "Discard the booking.", "Dropped", id="the button that is called like the instruction"),
        pytest.param(SCUTTLE, "Discard the boat.", "gone", id="a dialog that asks for the same once more"),
        pytest.param(LIGHTS, "Turn on 'Fog horn'. Click 'Keep'.", "fog true beam true", id="turned on"),
        pytest.param(LIGHTS, "Enable 'Main beam'. Click 'Keep'.", "fog false beam true", id="it is on and stays on"),
        pytest.param(LIGHTS, "Switch 'Main beam' off. Click 'Keep'.", "fog false beam false", id="switched off"),
        pytest.param(LIGHTS, "Turn on 'Night bell'. Click 'Keep'.", "bell true", id="a button that stays pressed"),
        pytest.param(HARBOURS, "Select 'Visby' as 'Port'. Click 'Set course'.", "StepGenerator: Visby", id="an option is chosen"),
        pytest.param(TIDE, "Enter '2031-11-24' into 'Ebb on'. Click 'Keep'.", "Kept 11/24/2031", id="a day that the field writes its own way"),
        pytest.param(DEAD, "Click 'Sign on'.", "Cook", id="a button that only sends"),
        pytest.param(WATCH, "Select 'First' as 'Watch'. Click 'Keep'.", "First", id="a button that shows what is chosen"),
        pytest.param(WATCH, "Select 'Ann' and 'Cy' in 'Crew'. Click 'Keep'.", "DogAnn,Cy", id="a list beside the field that searches it"),
        pytest.param(DRAWN, "Select 'Ketch' as 'Rig'. Click 'Keep'.", "Ketch", id="a list that is drawn for a hidden one, and filled late"),
        pytest.param(DIMMER, "Click 'Dim'.", "Dim", id="a button that colours an empty page"),
        pytest.param(DIMMER, "Click 'Shade'.", "Shade", id="a button that colours what fills the window"),
        pytest.param(DEAD, "Click 'Print'.", "Cook", id="a button that prints"),
        pytest.param(DEAD, "Click 'Like'.", "Cook", id="a button that keeps another mark"),
        pytest.param(DEAD, "Click 'Cook'.", "Cook", id="a field that gets the keyboard"),
        pytest.param(LATE.replace("WAIT", "700"), "Search for 'Ha'.", "Halyard 31", id="a search that answers late"),
        pytest.param(CREW, "Click 'Relieve' next to 'Sigge'.", "Sigge off", id="what stands next to a name"),
        pytest.param(
            CATCH.replace("* WAY", "* way"), "Sort by 'weight' ascending.", "Herring 3.2\nPerch 9.75\nCod 41.5\nSalmon 77", id="sorted"
        ),
        pytest.param(
            CATCH.replace("* WAY); draw()", "* way); way = -way; draw()"),
            "Sort by 'weight' descending.", "Salmon 77\nCod 41.5\nPerch 9.75\nHerring 3.2", id="sorted by a second press",
        ),
    ],
)  # fmt: skip
async def test_what_is_asked_for_is_done_and_shown(
    session: Session, server: Server, page: str, prompt: str, words: str | None
) -> None:
    decision = await play(session, server.page(page), prompt)

    if words is None:
        assert isinstance(decision, GiveUp)
        return
    assert isinstance(decision, Finish), decision
    assert words in await shown(session)


async def test_a_filter_that_answers_late_is_waited_for(session: Session, server: Server) -> None:
    row = {"type": "object", "properties": {"rope": {"type": "string"}, "metres": {"type": "integer"}}}
    schema = {
        "type": "object",
        "properties": {"ropes": {"type": "array", "items": row}},
        "required": ["ropes"],
    }
    prompt = "Enter 'Ha' into 'Search'. Extract the 'Rope' and 'Metres' of every row."

    decision = await play(session, server.page(LATE.replace("WAIT", "700")), prompt, schema=schema)

    assert isinstance(decision, Finish), decision
    assert decision.output == {"ropes": [{"rope": "Hawser", "metres": 90}, {"rope": "Halyard", "metres": 31}]}
