"""What is looked for elsewhere is looked for without changing anything on the way."""

from __future__ import annotations

import pytest

from browser.session import Session
from engines.protocol import Finish, GiveUp
from tests.conftest import Server
from tests.support.rules_playing import play, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOMS = """
<style>div[onclick] { cursor: pointer } .open { border: 1px solid; padding: 8px }</style>
<div class="sidebar"><div class="item" onclick="show('home')">Home</div><div class="item" onclick="show('rooms')">Rooms</div><div class="item" onclick="show('people')">People</div></div>
<main id="main"></main><p role="status" id="log">all messages</p>
<script>
const pages = {
  home: `<h1>Home</h1><div class="trigger" onclick="menu.hidden = false">Tell me about ▾</div><div id="menu" class="menu" hidden><div class="menu-item" onclick="log.textContent = 'new messages'">New messages</div><div class="menu-item" onclick="log.textContent = 'none'">No messages</div></div>`,
  rooms: `<h1>Rooms</h1><div><div class="row open" onclick="show('attic')"><b>Attic</b> <span>12 letters</span></div><div class="row open" onclick="show('cellar')"><b>Cellar</b> <span>3 letters</span></div></div>`,
  people: "<h1>People</h1><ul><li>Ann Lund</li><li>Bo Wik</li></ul>",
  attic: `<h1>Attic</h1><ul><li>Letter from Ida <button onclick="log.textContent = 'burned Ida'">Burn</button></li><li>Letter from Tor <button>Burn</button></li></ul>`,
  cellar: "<h1>Cellar</h1><ul><li>Letter from Kai</li><li>Letter from Eva</li></ul>",
};
function show(name) { main.innerHTML = pages[name] }
show("home");
</script>
"""


async def test_it_is_found_in_what_the_words_name(session: Session, server: Server) -> None:
    ended = await play(session, server.page(ROOMS), "Burn the letter from Ida in the Attic.")

    assert isinstance(ended, Finish), ended
    assert (await shown(session)).strip().endswith("burned Ida")


@pytest.mark.parametrize(
    "prompt", ["Burn the new messages from Ulla in the Attic.", "Release the 'Old messages' room."]
)
async def test_no_choice_is_made_while_looking(session: Session, server: Server, prompt: str) -> None:
    ended = await play(session, server.page(ROOMS), prompt, steps=30)

    assert isinstance(ended, GiveUp), ended
    assert (await shown(session)).strip().endswith("all messages")
