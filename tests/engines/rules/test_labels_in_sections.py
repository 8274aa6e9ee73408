"""A label that leaves out what the heading above it says, or stands beside a field that only invites, is found."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FERRY = """
<style>label { display: block; margin-top: 8px } .pick { border: 1px solid #888; width: 200px; cursor: pointer }</style>
<h1>Ferry desk</h1>
<h3>Ticket numbers</h3>
<div><span>Ticket prefix</span><br><input id="ticket" value="T-"></div>
<div><span>Voucher prefix</span><br><input id="voucher" value="V-"></div>
<div><span>Next ticket</span><br><input id="next" type="number" value="7"></div>
<h3>Boarding language</h3>
<div class="pick dropdown" onclick="list.hidden = !list.hidden"><span id="chosen">Norse</span> <span>▾</span></div>
<div id="list" hidden>
  <div class="pick" onclick="pickOne('Norse')">Norse</div><div class="pick" onclick="pickOne('Danish')">Danish</div>
</div>
<div class="group-title">At night</div>
<div><span>Departure pier</span><br><input id="pier" value="P6"></div>
<h3>Horn</h3>
<fieldset><legend>Sound the horn</legend><label><input type="radio" name="horn" value="blows" checked> On</label>
<label><input type="radio" name="horn" value="mute"> Off</label></fieldset>
<label><input type="radio" name="lamp" value="dark" checked> Deck lamp off</label>
<label><input type="radio" name="lamp" value="lit"> Deck lamp on</label>
<h3>Crew</h3>
<div><span>Skipper</span><br><input id="skipper" placeholder="Search people..." value="Old Tor"></div>
<div><span>Mate</span><br><input id="mate" placeholder="Search people..." value="Old Eli"></div>
<button onclick="log.textContent = `${ticket.value} ${voucher.value} ${next.value} ${chosen.textContent} ${skipper.value} ${mate.value}
  ${pier.value} ${document.querySelector('[name=horn]:checked').value} ${document.querySelector('[name=lamp]:checked').value}`">Save settings</button>
<p id="log">nothing kept</p>
<script>function pickOne(one) { chosen.textContent = one; list.hidden = true }</script>
"""


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Change the ticket number prefix to 'F/'.", "F/ V- 7 Norse Old Tor Old Eli P6 blows dark"),
        ("Change the voucher number prefix to 'W/'.", "T- W/ 7 Norse Old Tor Old Eli P6 blows dark"),
        ("Change the boarding language to 'Danish'.", "T- V- 7 Danish Old Tor Old Eli P6 blows dark"),
        ("Change the night departure pier to 'P9'.", "T- V- 7 Norse Old Tor Old Eli P9 blows dark"),
        ("Turn off the 'Sound the horn' setting and click 'Save settings'.", "P6 mute dark"),
        ("Turn on the deck lamp setting and click 'Save settings'.", "P6 blows lit"),
        ("Change the mate to 'Ida'.", "T- V- 7 Norse Old Tor Ida P6 blows dark"),
    ],
)
async def test_it_is_brought_to_its_value(session: Session, server: Server, prompt: str, told: str) -> None:
    ended = await play(session, server.page(FERRY), prompt)

    assert isinstance(ended, Finish), ended
    assert told in await shown(session)


@pytest.mark.parametrize(
    "prompt",
    [
        "Change the number prefix to 'F/'.",
        "Change the crew prefix to 'F/'.",
        "Change the ticket colour prefix to 'F/'.",
        "Change the boarding fee to '8'.",
    ],
)
async def test_words_that_neither_says_or_two_labels_could_mean_are_refused(
    session: Session, server: Server, prompt: str
) -> None:
    ended = await play(session, server.page(FERRY), prompt)

    assert isinstance(ended, GiveUp), ended
    assert "nothing kept" in await shown(session)
