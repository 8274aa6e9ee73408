"""Parts of records on two pages that are built differently: rows of a detail view, and a table with a form."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

YARD = """
<style>.field { margin: 10px; width: 220px } .title { display: flex; gap: 20px } a { cursor: pointer; color: #00c }
#veil { position: fixed; inset: 0; background: #0008 } #veil[hidden] { display: none } #veil form { background: #fff; margin: 60px; padding: 20px }</style>
<nav><a onclick="open_('')">Boats</a> <a onclick="log.textContent = 'lost'">Weather</a></nav><main id="main"></main><div id="veil" hidden></div><p role="status" id="log">untouched</p>
<script>
const boats = Array.from({ length: 25 }, (_, at) => ({ name: "Boat " + at, berth: "", tags: [], draught: "", service: "" }));
Object.assign(boats[3], { name: "Heron", berth: "North", tags: ["wooden", "leaking"], draught: "2" });
Object.assign(boats[21], { name: "Tern", service: "2026-04-01" });
let current = null, page = 0;
function open_(name) { current = boats.find(one => one.name == name); draw() }
function row(label, value, how) { return `<div class="field"><div class="title">${label} <button onclick="${how}">Edit</button></div>${value || "<div>None</div>"}</div>` }
function draw() {
  main.innerHTML = current ? `<h1>${current.name}</h1><button onclick="log.textContent = 'sold'">Sell</button><section>`
    + row("Berth", current.berth && `<a>${current.berth}</a>`, "one('berth', ['North', 'South', 'Quay 3'])")
    + row("Tags", current.tags.map(one => `<span>${one}</span>`).join(" "), "several()")
    + row("Draught", current.draught && `<span>${current.draught}</span>`, "typed('draught', 'number')")
    + row("Next service", current.service && `<span>${new Date(current.service).toDateString().slice(4)}</span>`, "typed('service', 'text')") + "</section>"
    : boats.slice(page * 10, page * 10 + 10).map(one => `<div class="boat"><a onclick="open_('${one.name}')">${one.name}</a> <small>${one.berth}</small></div>`).join("")
    + `<div class="pagination"><button onclick="page--; draw()" ${page ? "" : "disabled"}>Previous</button><button onclick="page++; draw()" ${page < 2 ? "" : "disabled"}>Next</button></div>` }
function ask(inner) { veil.innerHTML = `<form onsubmit="event.preventDefault(); keep(this)">${inner}<button type="button" onclick="veil.hidden = true; veil.innerHTML = ''">Cancel</button><button>Save</button></form>`; veil.hidden = false }
function one(key, all) { window.keep = form => done(key, new FormData(form).get("pick")); ask(["", ...all].map(it => `<label><input type="radio" name="pick" value="${it}" ${current[key] == it ? "checked" : ""}> ${it || "None"}</label><br>`).join("")) }
function several() { window.keep = form => done("tags", new FormData(form).getAll("pick")); ask(["wooden", "leaking", "sold"].map(it => `<label><input type="checkbox" name="pick" value="${it}" ${current.tags.includes(it) ? "checked" : ""}> ${it}</label><br>`).join("")) }
function typed(key, type) { window.keep = form => done(key, new FormData(form).get("word")); ask(`<label>New value <input type="${type}" name="word" value="${current[key]}"></label><button type="button" onclick="done('${key}', '')">Clear</button>`) }
function done(key, value) { current[key] = value; veil.hidden = true; veil.innerHTML = ""; draw(); log.textContent = boats.filter(it => it.berth || it.tags.length || it.draught || it.service).map(it => `${it.name} [${it.berth}|${it.tags}|${it.draught}|${it.service}]`).join(" ") }
open_("");
</script>
"""
HERON, TERN = "Heron [North|wooden,leaking|2|]", "Tern [|||2026-04-01]"


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Set the berth of the boat 'Heron' to 'Quay 3'.", f"Heron [Quay 3|wooden,leaking|2|] {TERN}"),
        ("Set the berth to 'South' on the boat 'Tern'.", f"{HERON} Tern [South|||2026-04-01]"),
        (
            "Change the berth of the boat Heron from North to South.",
            f"Heron [South|wooden,leaking|2|] {TERN}",
        ),
        ("Remove the berth from the boat 'Heron'.", f"Heron [|wooden,leaking|2|] {TERN}"),
        ("Add the 'sold' tag to the boat 'Heron'.", f"Heron [North|wooden,leaking,sold|2|] {TERN}"),
        ("Remove the tag 'leaking' from the boat 'Heron'.", f"Heron [North|wooden|2|] {TERN}"),
        ("Set the draught to 3 on the boat 'Heron'.", f"Heron [North|wooden,leaking|3|] {TERN}"),
        ("Set the next service of the boat 'Tern' to '2026-05-01'.", f"{HERON} Tern [|||2026-05-01]"),
        ("Clear the next service of the boat 'Tern'.", HERON),
    ],
)
async def test_the_row_of_a_detail_view_is_changed_by_what_comes_up(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(YARD), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("Set the berth of the boat 'Heron' to 'West'.", "does not offer 'West'"),
        ("Set the keel of the boat 'Heron' to 'West'.", "no 'keel'"),
        ("Change the berth of the boat Heron from South to North.", "shows 'North', not 'South'"),
        ("Remove the berth from the boat 'Tern'.", "nothing to clear"),
        ("Set the berth of the boat 'Gull' to 'South'.", "found nothing that fits"),
        ("Add a star to the boat 'Heron'.", "no mark 'star'"),
    ],
)
async def test_nothing_is_changed_where_the_part_is_not_as_it_is_said(
    session: Session, server: Server, prompt: str, reason: str
) -> None:
    ended = await play(session, server.page(YARD), prompt, steps=25)

    assert isinstance(ended, GiveUp), ended
    assert reason in ended.reason
    page = (await shown(session)).strip()
    assert page.endswith(("untouched", "lost")) or "[North|wooden,leaking|2|]" in page


PARTY = """
<style>.star { cursor: pointer; font-size: 20px } th, td { padding: 6px 14px }</style>
<label>Seat <select onchange="log.textContent = 'filtered'"><option>All</option><option>Door</option></select></label>
<table><thead><tr><th>Guest</th><th></th><th>Seat</th><th>Dish</th></tr></thead><tbody id="rows"></tbody></table><div id="form"></div><p role="status" id="log">untouched</p>
<script>
const guests = [["Ann Lund", "Window", "Soup", false], ["Bo Wik", "Stage", "Fish", true], ["Kim Park", "Door", "Soup", false]].map(([name, seat, dish, star]) => ({ name, seat, dish, star }));
function draw() {
  rows.innerHTML = guests.map((one, at) => `<tr><td>${one.name}</td><td><span class="star ${one.star ? "active" : ""}" onclick="guests[${at}].star = !guests[${at}].star; tell()"></span></td>
    <td><select onchange="guests[${at}].seat = this.value; tell()">${["Window", "Stage", "Door"].map(it => `<option ${it == one.seat ? "selected" : ""}>${it}</option>`).join("")}</select></td><td>${one.dish}</td></tr>`).join("");
  document.querySelectorAll(".star").forEach((one, at) => one.textContent = guests[at].star ? "★" : "☆") }
function tell() { draw(); log.textContent = guests.map(one => `${one.name} ${one.seat} ${one.star}`).join("; ") }
draw();
</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Change Ann Lund's seat from Window to Door.", "Ann Lund Door false; Bo Wik Stage true; Kim Park Door false"),
        ("Set the seat of the guest Bo Wik to Window.", "Ann Lund Window false; Bo Wik Window true; Kim Park Door false"),
        ("Remove the star from the guest Bo Wik.", "Ann Lund Window false; Bo Wik Stage false; Kim Park Door false"),
        ("Add a star to the guest Kim Park.", "Ann Lund Window false; Bo Wik Stage true; Kim Park Door true"),
    ],
)  # fmt: skip
async def test_a_control_in_the_row_of_a_table_is_used(
    session: Session, server: Server, prompt: str, told: str
) -> None:
    ended = await play(session, server.page(PARTY), prompt)

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith(told)


@pytest.mark.parametrize(
    "prompt",
    [
        "Change Ann Lund's seat from Door to Window.",
        "Remove the star from the guest Ann Lund.",
        "Set the dish of the guest Bo Wik to Soup.",
        "Set the seat of the guest Eva Lie to Door.",
    ],
)
async def test_what_the_table_does_not_offer_is_given_up(
    session: Session, server: Server, prompt: str
) -> None:
    ended = await play(session, server.page(PARTY), prompt)

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")


BOOKS = """
<style>.sheet { border: 1px solid; padding: 10px }</style><h1>Shelf</h1><main id="main"></main><p role="status" id="log">untouched</p>
<script>
const books = { "The Salt Road": "9.90", "The Quiet Mill": "7.50" };
function list() { main.innerHTML = Object.entries(books).map(([name, price]) => `<article class="book"><a href="#" onclick="view('${name}'); return false">${name}</a></article>`).join("") }
function view(name) { main.innerHTML = `<div class="sheet"><h2>${name}</h2><button onclick="change('${name}')">Edit</button><p>Price: ${books[name]} coins</p></div>` }
function change(name) { main.innerHTML = `<div class="sheet"><label>Title <input value="${name}"></label><label>Price (coins) <input id="price" value="${books[name]}"></label><button onclick="list()">Cancel</button><button onclick="books['${name}'] = price.value; view('${name}'); log.textContent = JSON.stringify(books)">Save book</button></div>` }
list();
</script>
"""


async def test_the_form_of_a_record_is_filled_in_and_saved(session: Session, server: Server) -> None:
    ended = await play(session, server.page(BOOKS), "Change the price of the book The Salt Road to 12.50.")

    assert isinstance(ended, Finish), ended
    assert '{"The Salt Road":"12.50","The Quiet Mill":"7.50"}' in await shown(session)


async def test_a_field_that_the_form_of_a_record_lacks_is_refused(session: Session, server: Server) -> None:
    ended = await play(session, server.page(BOOKS), "Change the colour of the book The Salt Road to red.")

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("untouched")


PEOPLE = """
<table><thead><tr><th>Name<th>Phone<th></tr></thead><tbody id="all"></tbody></table>
<dialog id="box"><form onsubmit="rows[at] = [who.value, tel.value, cell.value]; box.close(); draw(); return false"><h2>Edit person</h2><label>Name <input id="who"></label><label>Phone <input id="tel"></label><label>Mobile phone <input id="cell"></label><button>Save</button> <button type="button" onclick="box.close()">Cancel</button></form></dialog>
<script>
const rows = [["Ann Lee", "100", ""], ["Anne Lee", "200", ""]]; let at = 0;
function draw() { all.innerHTML = rows.map((r, i) => `<tr><td>${r[0]}<td>${r[1]}<td><button onclick="edit(${i})">Edit</button></tr>`).join("") }
function edit(i) { at = i; [who.value, tel.value, cell.value] = rows[i]; box.showModal() }
draw();
</script>
"""
PHOTOS = """
<figure><figcaption>Sunset</figcaption><label>Album <select onchange="log.textContent = 'Sunset to ' + this.value"><option>Holidays</option><option>Misc</option></select></label></figure>
<figure><figcaption>Dunes</figcaption><label>Album <select onchange="log.textContent = 'Dunes to ' + this.value"><option>Holidays</option><option>Misc</option></select></label></figure><p id="log"></p>
"""


async def test_a_part_is_changed_in_the_form_behind_the_button_of_its_row(
    session: Session, server: Server
) -> None:
    ended = await play(session, server.page(PEOPLE), "Change the phone of Anne Lee to 555.")

    assert isinstance(ended, Finish), ended
    assert "555" in (await shown(session)).split("Anne Lee")[1]


async def test_a_control_in_a_card_is_that_of_the_record_it_is_of(session: Session, server: Server) -> None:
    ended = await play(session, server.page(PHOTOS), "Set the album of Dunes to Misc.")

    assert isinstance(ended, Finish), ended
    assert "Dunes to Misc" in await shown(session)
