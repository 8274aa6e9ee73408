"""A record's own view is known where nothing heads it by the record's name, and what is changed in it is kept."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

BOOKINGS = """
<style>.row { display: flex; gap: 20px; cursor: pointer } .pick, .menu, .keep { cursor: pointer; display: inline-block; border: 1px solid } .list { position: absolute; background: white }</style>
<div id="app"></div><p role="status" id="log">untouched</p>
<script>
const form = location.hash.slice(1);
const bookings = [["Ann Lee", "$40", "Hall", "2 May"], ["Bo Kim", "$75", "Loft", "9 June"], ["Cy Ortiz", "$90", "Barn", "4 July"], ["Di Wolf", "$15", "Yard", "1 March"]];
let chosen = -1, room = "", menu = "", kept = [];
const say = words => { log.textContent = words };
const pop = (name, entries) => menu == name ? `<div class="list">${entries.map(([text, code]) => `<div class="menu" onclick="${code}">${text}</div>`).join("")}</div>` : "";
function view() {
  const [who, sum, place, day] = bookings[chosen];
  const title = form == "field" ? `<input value="${who}"><p>${sum}</p>` : `<h1>${sum}</h1><p>Guest</p><p><b class="menu" onclick="say('guest')">${who}</b></p>`;
  const rooms = ["Hall", "Loft", "Barn", "Yard"].map(one => [one, `room='${one}';menu='';draw()`]);
  const more = [["Refuse booking", "menu='';say('refused '+bookings[chosen][0]);draw()"], ["Print", "say('printed')"]];
  return `<div><div><div>${title}<button onclick="say('watched');draw()">Watch</button><span class="pick" onclick="menu='dates';draw()">${day} ▾</span>${pop("dates", [["Today", "say('today')"]])}</div>
    <button class="btn menu" onclick="menu=menu=='more'?'':'more';draw()">More ▾</button>${pop("more", more)}</div>
    <div><div><p>Room</p><span class="pick" onclick="menu='rooms';draw()">${room} ⌄</span>${pop("rooms", rooms)}</div></div>
    <p>State</p><p>${form == "new" ? "New" : "Open"}</p><div class="keep" onclick="say('kept '+bookings[chosen][0]+' in '+room)">Submit as <b>Open</b></div></div>`;
}
function draw() { app.innerHTML = chosen < 0 ? bookings.map((one, at) => `<div class="row" onclick="chosen=${at};room=bookings[${at}][2];history.pushState(0,'','?view=bookings&id=b${at}#'+form);draw()">${one.map(text => `<span>${text}</span>`).join("")}</div>`).join("") : view() }
draw();
</script>
"""


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("form", ["amount", "field"])
async def test_a_view_that_repeats_what_the_list_said_is_that_of_the_record(
    session: Session, server: Server, form: str
) -> None:
    ended = await play(session, f"{server.page(BOOKINGS)}#{form}", "Refuse the booking of Bo Kim.")

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("refused Bo Kim")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_changed_is_kept_by_the_button_that_names_the_state_it_is_in(
    session: Session, server: Server
) -> None:
    ended = await play(
        session, server.page(BOOKINGS) + "#field", "Set the room of the booking 'Bo Kim' to Barn."
    )

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("kept Bo Kim in Barn")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_only_kept_with_another_state_is_refused(session: Session, server: Server) -> None:
    ended = await play(
        session, server.page(BOOKINGS) + "#new", "Set the room of the booking 'Bo Kim' to Barn."
    )

    assert isinstance(ended, GiveUp), ended
    assert "only kept with" in ended.reason
    assert (await shown(session)).strip().endswith("untouched")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_an_act_in_such_a_view_is_kept_with_it(session: Session, server: Server) -> None:
    ended = await play(session, server.page(BOOKINGS) + "#field", "Watch the booking of Bo Kim.")

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("kept Bo Kim in Loft")
