"""Where a value goes that a sentence ties to what is made: days and times, lists that open, what it is given as."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAILING = """
<button onclick="box.hidden = false">New sailing</button><ul id="list"></ul>
<form id="box" hidden onsubmit="event.preventDefault(); keep()"><h2>New sailing</h2>
<input id="title" placeholder="Add title">
<div><input type="date" id="first" value="2026-01-01"> <input id="begins" value="12:00"> to <input id="ends" class="end" value="13:00"> <input type="date" id="last" class="end-date" value="2026-01-01"></div>
<input id="place" placeholder="Add location"><label>Sail number <input id="number"></label><label>Email <input id="mail"></label>
<label>Club <select id="club"><option value="">None</option><option>Skua Sailing</option></select></label>
<div>Boat <div id="boat" class="dd" style="cursor: pointer; width: 120px" onclick="boats.hidden = !boats.hidden">Tern ▾</div><div id="boats" hidden><div class="it" style="cursor: pointer" onclick="pick(this)">Heron</div><div class="it" style="cursor: pointer" onclick="pick(this)">Gull</div></div></div>
<label>Skipper <input id="skipper"></label><button>Save</button></form>
<script>
function pick(one) { boat.textContent = one.textContent + " ▾"; boats.hidden = true }
function keep() {
  const row = [first.value, begins.value, ends.value, last.value, place.value, number.value, mail.value, club.value, boat.textContent[0], skipper.value].join("|");
  list.innerHTML = `<li>${title.value}</li><li>kept ${row}</li>`; box.remove();
}
</script>
"""


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (
            "a sailing called 'Dawn' on May 4, 2026 from 3:00pm to 4:30pm at Skerry Bay",
            "2026-05-04|15:00|16:30|2026-05-04|Skerry Bay||||T|",
        ),
        (
            "a 45 minute sailing called 'Dawn' on 4 May 2026 at 09:30",
            "2026-05-04|09:30|10:15|2026-05-04|||||T|",
        ),
        (
            "a sailing called 'Dawn' from May 4 to May 6, 2026 in the Heron boat",
            "2026-05-04|12:00|13:00|2026-05-06|||||H|",
        ),
        (
            "a sailing 'Dawn' (ann@skerry.test) with sail number AB-7, with Ann Lee as the skipper",
            "2026-01-01|12:00|13:00|2026-01-01||AB-7|ann@skerry.test||T|Ann Lee",
        ),
        (
            "a sailing called 'Dawn' that belongs to Skua Sailing with a sail number of 12",
            "2026-01-01|12:00|13:00|2026-01-01||12||Skua Sailing|T|",
        ),
    ],
)  # fmt: skip
async def test_it_goes_where_it_can_only_be_meant(
    session: Session, server: Server, made: str, kept: str
) -> None:
    page = SAILING.replace("Club <select", "Group <select") if "belongs" in made else SAILING

    ended = await play(session, server.page(page), f"Schedule {made}.")

    assert isinstance(ended, Finish), ended
    assert f"kept {kept}" in " ".join((await shown(session)).split())


@pytest.mark.parametrize(
    "made",
    [
        "a sailing called 'Dawn' in the Puffin boat",
        "a sailing called 'Dawn' that sinks at noon",
        "a sailing called 'Dawn' on May 4, 2026 unless it rains",
        "a sailing called 'Dawn' with Ann Lee as the cook",
        "a sailing called 'Dawn' for everyone",
        "a second sailing called 'Dawn'",
    ],
)
async def test_what_no_field_bears_out_is_not_made(session: Session, server: Server, made: str) -> None:
    ended = await play(session, server.page(SAILING), f"Schedule {made}.")

    assert isinstance(ended, GiveUp)
    assert "kept" not in await shown(session)
